"""Frameworks that do harm, each in its own way; all are NumPy otherwise."""
