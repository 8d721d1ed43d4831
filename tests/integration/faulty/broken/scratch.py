"""Fails while it is imported."""

raise ImportError("libmissing.so.1: cannot open shared object file")
