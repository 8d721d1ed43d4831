"""TensorFlow: GradientTape by hand, and Keras layers, losses and optimizers."""
