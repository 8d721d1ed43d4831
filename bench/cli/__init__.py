"""The command line: one module a subcommand, which parses and prints and decides nothing."""

from bench.cli.application import main

__all__ = ["main"]
