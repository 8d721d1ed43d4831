"""What is measured: the same two models, written in every framework."""
