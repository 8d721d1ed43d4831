"""softmax-bench: the same small model in every framework, proven equal, measured and shown."""
