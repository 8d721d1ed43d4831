"""NumPy: the gradient worked out by hand."""
