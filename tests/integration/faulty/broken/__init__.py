"""A package whose scratch module cannot be imported."""
