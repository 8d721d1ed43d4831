"""Attacks on the command line, drawn at random from a seed: ``python -m tests.attack``."""
