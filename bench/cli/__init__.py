"""The command line: one module a subcommand, which parses and prints and decides nothing."""

from bench.cli import signals


def main() -> None:
    """Run the command line and exit."""
    signals.end_at_once()
    from bench.engines import senders

    with senders.held_back():
        from bench.cli import application

    application.main()


__all__ = ["main"]
