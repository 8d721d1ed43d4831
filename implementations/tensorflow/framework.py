"""TensorFlow as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Compilations, Device, Offer


class Framework(contract.Framework):
    """TensorFlow with Keras; compiled lanes are ``tf.function``s, XLA's where that is faster."""

    name = "tensorflow"
    title = "TensorFlow"
    module = "tensorflow"
    distributions = ("tensorflow", "tensorflow-cpu")

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return tuple(
            Offer(form, execution, input_)
            for form in ("scratch", "high_level")
            for execution in ("epoch", "step", "eager")
            for input_ in ("preloaded", "loader")
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}

    def devices(self) -> tuple[Device, ...]:
        import tensorflow as tf

        return ("cpu", "gpu") if tf.config.list_physical_devices("GPU") else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.random.set_seed(seed)
        tf.config.experimental.enable_tensor_float_32_execution(False)
        if device == "cpu":
            tf.config.set_visible_devices([], "GPU")

    def synchronize(self) -> None:
        import tensorflow as tf

        tf.test.experimental.sync_devices()

    def compilations(self) -> Compilations:
        from implementations.tensorflow import execution

        return Compilations(execution.traced)

    def settings(self) -> dict[str, str]:
        import tensorflow as tf

        threading = tf.config.threading
        return {
            "TF32": str(tf.config.experimental.tensor_float_32_execution_enabled()),
            "threads within an operation": str(threading.get_intra_op_parallelism_threads()),
            "threads between operations": str(threading.get_inter_op_parallelism_threads()),
        }

    def reset_peak_device_memory(self) -> None:
        import tensorflow as tf

        if tf.config.get_visible_devices("GPU"):
            tf.config.experimental.reset_memory_stats("GPU:0")

    def peak_device_memory(self) -> int | None:
        import tensorflow as tf

        if not tf.config.get_visible_devices("GPU"):
            return None
        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
