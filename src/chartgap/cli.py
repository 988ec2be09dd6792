"""The command line's entry: call a command, turn the outcome into an exit code.

Everything else is imported inside, so that Ctrl-C and closed streams are already dealt with while that takes its time.
"""

# ruff: noqa: PLC0415

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code; whatever happens, no traceback and no note text is shown."""
    try:
        return _main(argv)
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("chartgap: interrupted\n")
        return 130


def _main(argv: list[str] | None) -> int:
    from chartgap.commands.console import Exit, abandon_stdout, complain, flush_or_abandon, words
    from chartgap.errors import ChartgapError, internal

    try:
        code = _call(argv)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader has gone (`| head`): typer turns that into an exit with 1, which here means gaps.
        abandon_stdout()
        return Exit.OUTPUT_CLOSED
    except (ChartgapError, OSError) as error:
        flush_or_abandon()
        complain(words(error))
        return Exit.PROBLEM
    except Exception as error:  # noqa: BLE001  # the last resort: the message could hold note text, so it is not shown
        # Usage errors of click; typer carries its own copy of it, which it does not export.
        usage = getattr(error, "format_message", None)
        complain(usage() if usage else internal(error))
        return Exit.PROBLEM
    return code


def _call(argv: list[str] | None) -> int:
    from chartgap.commands.console import Exit, prepare_streams

    prepare_streams()
    from chartgap.processes import uncollected

    with uncollected(settled=True):
        from typer import Abort

        from chartgap.commands.app import app

    try:
        result = app(args=argv, prog_name="chartgap", standalone_mode=False)
    except Abort:
        raise KeyboardInterrupt from None
    if result == Exit.INTERRUPTED:  # what typer makes of Ctrl-C
        raise KeyboardInterrupt
    return result if isinstance(result, int) else Exit.NOTHING_MISSING
