"""JAX as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Compilations, Device, Offer

# What JAX's monitoring calls a program that XLA has compiled.
COMPILED = "/jax/core/compile/backend_compile_duration"


class Framework(contract.Framework):
    """JAX, compiled by XLA through ``jit``: its documentation teaches no other way to train.

    XLA takes its thread count from the CPUs that the process may use, so the worker's CPU
    affinity sets it.
    """

    name = "jax"
    title = "JAX"
    module = "jax"
    distributions = ("jax",)
    teaches_eager = False
    # Programs that XLA has compiled in this process.
    compiled = 0

    def offers(self, device: Device) -> tuple[Offer, ...]:
        # A compiled epoch cannot be fed from outside.
        fed = [("epoch", "preloaded"), ("step", "preloaded"), ("step", "loader")]
        eager = [("eager", "preloaded"), ("eager", "loader")]
        return (
            *(Offer("scratch", execution, input_) for execution, input_ in (*fed, *eager)),
            *(Offer("high_level", execution, input_) for execution, input_ in fed),
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}

    def devices(self) -> tuple[Device, ...]:
        import jax

        has_gpu = any(device.platform == "gpu" for device in jax.devices())
        return ("cpu", "gpu") if has_gpu else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import jax

        jax.config.update("jax_default_device", jax.devices(device)[0])
        jax.config.update("jax_default_matmul_precision", "highest")
        jax.monitoring.register_event_duration_secs_listener(self._count)

    def _count(self, event: str, seconds: float, **details: object) -> None:
        self.compiled += event == COMPILED

    def compilations(self) -> Compilations:
        return Compilations(self.compiled)

    def settings(self) -> dict[str, str]:
        import jax

        return {
            "float32 products": str(jax.config.jax_default_matmul_precision),
            "64-bit types": str(jax.config.jax_enable_x64),
        }

    def synchronize(self) -> None:
        import jax

        # JAX has no barrier for a device, and effects_barrier() does not wait for computations.
        # Work whose result nobody holds any more is not waited for: nothing here makes such.
        jax.block_until_ready(jax.live_arrays())

    def peak_device_memory(self) -> int | None:
        import jax

        statistics = jax.config.jax_default_device.memory_stats()
        return int(statistics["peak_bytes_in_use"]) if statistics else None
