"""MLX: value_and_grad by hand, and mlx.nn with mlx.optimizers."""
