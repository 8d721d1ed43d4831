"""JAX: grad and jit by hand, and Flax NNX with Optax."""
