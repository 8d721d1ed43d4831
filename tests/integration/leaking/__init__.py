"""Frameworks that tell what they should not, and terminals what to do; all are NumPy otherwise."""
