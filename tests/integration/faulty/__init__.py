"""Frameworks that fail, each in its own way; all are NumPy otherwise."""
