"""The command: `chartgap` or `python -m chartgap`. Imports nothing at first, so that Ctrl-C is heard from the start."""

import sys

INTERRUPTED = 130  # as shells say it


def main() -> int:
    """Run the command line; interrupted while it is still being loaded, say no more than that."""
    try:
        from chartgap.cli import main as run  # noqa: PLC0415

        return run()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
