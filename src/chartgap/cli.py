"""The command line: parse, call, print, exit code. Nothing is decided here.

Heavy modules are imported by the command that needs them: `chartgap --help` must not wait for spaCy.
"""

# ruff: noqa: PLC0415

import io
import json
import os
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, get_args

import typer

import chartgap
from chartgap.errors import ChartgapError, ReadError
from chartgap.model import Claim, Note, Report, Setting

if TYPE_CHECKING:
    from chartgap.knowledge.catalog import Catalog
    from chartgap.render import Checked, Screen

NO_GAP, GAPS, BAD_INPUT = 0, 1, 2
_INTERRUPTED = 130

app = typer.Typer(
    help="A linter for charts: what a clinical note leaves undocumented for the ICD-10-CM codes claimed from it.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Patterns = Annotated[Path | None, typer.Option(help="A pattern folder instead of the packaged one.")]


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code; whatever happens, no traceback and no note text is shown."""
    if sys.stdout is None:
        _complain("standard output is closed")
        return BAD_INPUT
    _use_utf8()
    try:
        result = app(args=argv, prog_name="chartgap", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader has gone (`| head`); typer turns that into an exit with 1, which here means gaps.
        # Python would complain once more when it flushes at exit.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except (ChartgapError, OSError) as error:
        _complain(_words(error))
        return BAD_INPUT
    except Exception as error:  # noqa: BLE001  # the last resort: the message could hold note text, so it is not shown
        # Usage errors of click; typer carries its own copy of it, which it does not export.
        usage = getattr(error, "format_message", None)
        _complain(usage() if usage else _internal(error))
        return BAD_INPUT
    return result if isinstance(result, int) else NO_GAP


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(chartgap.__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(BAD_INPUT)


@app.command()
def check(  # noqa: PLR0913  # the options are the contract
    notes: Annotated[list[str], typer.Argument(metavar="NOTE...", help="Files, folders, or - for stdin.")],
    *,
    code: Annotated[list[str] | None, typer.Option(help="An ICD-10-CM code on the claim; repeatable.")] = None,
    procedure: Annotated[list[str] | None, typer.Option(help="A procedure on the claim; repeatable.")] = None,
    payer: Annotated[str | None, typer.Option(help="The payer, for its requirements.")] = None,
    setting: Annotated[str | None, typer.Option(help="outpatient, inpatient, emergency or telehealth.")] = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json or jsonl.")] = "text",
    output: Annotated[Path | None, typer.Option(help="Write there instead of to stdout.")] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 though there are gaps.")] = False,
    patterns: Patterns = None,
) -> int:
    """Check notes against what their codes need.

    Exit code: 0 no gap, 1 gaps, 2 something could not be read or no claimed code could be assessed, 130 interrupted.
    """
    from chartgap.render import RENDERERS

    _one_of(output_format, RENDERERS, option="--format")
    _one_of(setting or "outpatient", get_args(Setting), option="--setting")
    _refuse_to_overwrite(notes, output)
    claim = Claim(codes=_given(code), procedures=_given(procedure), payer=payer)
    run = _Run(claim, setting, patterns)
    with _opened(output) as stream:
        for piece in RENDERERS[output_format](run.reports(notes), screen=_screen(stream)):
            stream.write(piece)
        if run.interrupted:
            raise KeyboardInterrupt
        if run.failed and not run.done:
            raise typer.Exit(BAD_INPUT)  # nothing to replace a file with
    run.conclude()
    if run.failed:
        return BAD_INPUT
    return GAPS if run.gaps and not exit_zero else NO_GAP


@app.command()
def codes(
    code: Annotated[str | None, typer.Argument(help="An ICD-10-CM code; without it, all that have rows.")] = None,
    *,
    patterns: Patterns = None,
) -> None:
    """Show what a code needs documented, with sources."""
    from chartgap.render.as_help import code_list, code_page

    catalog = _catalog(patterns)
    if code is None:
        typer.echo(code_list(catalog.codes.values()))
        return
    from chartgap.knowledge.icd10cm import normalize

    code = normalize(code)
    rows = next((item for item in catalog.codes.values() if code in (item.code, *item.also_for)), None)
    if rows is None:
        code = catalog.icd.check_code(code)
        typer.echo(f"{code} {catalog.icd.title(code)}\nno requirements for {code} in this release")
        return
    typer.echo(code_page(rows))


@app.command()
def explain(
    requirement: Annotated[str, typer.Argument(metavar="ID", help="A requirement's id: M54.12.laterality.")],
    *,
    patterns: Patterns = None,
) -> None:
    """Show one requirement: what satisfies it, why it is asked for, its source and its examples."""
    from difflib import get_close_matches

    from chartgap.render.as_help import requirement_page

    catalog = _catalog(patterns)
    rows = {row.id.lower(): row for item in catalog.codes.values() for row in item.requirements}
    wanted = requirement.strip().lower()
    if wanted not in rows:
        own = [row.id for row in rows.values() if row.id.lower().startswith(f"{wanted}.")]
        near = own or [rows[item].id for item in get_close_matches(wanted, rows, n=3)]
        raise typer.BadParameter(
            f"no requirement has this id{'; there are: ' if own else '; nearest: ' if near else ''}{', '.join(near)}",
            param_hint="ID",
        )
    typer.echo(requirement_page(rows[wanted]))


@app.command(name="eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated notes (.jsonl).")],
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every mistake too.")] = False,
    patterns: Patterns = None,
) -> int:
    """Print precision, recall and F1 per element, and the accuracy of the gap decisions."""
    from chartgap.checker import Checker
    from chartgap.evaluate import GoldNote, read_gold, table
    from chartgap.evaluate import evaluate as score

    items = list(read_gold(gold))
    errors = [item for item in items if isinstance(item, ReadError)]
    for error in errors:
        _complain(str(error))
    if errors:
        return BAD_INPUT
    scores = score([item for item in items if isinstance(item, GoldNote)], Checker(patterns=patterns).check)
    for line in scores.wrong if verbose else ():
        typer.echo(line)
    typer.echo(table(scores))
    return NO_GAP


@app.command()
def lint_patterns(*, patterns: Patterns = None) -> None:
    """Validate the pattern files: print every problem, or OK and what there is."""
    catalog = _catalog(patterns)
    rows = sum(len(item.requirements) for item in catalog.codes.values())
    typer.echo(f"OK: {len(catalog.elements)} elements, {len(catalog.codes)} codes, {rows} requirements")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a report."""
    typer.echo(json.dumps(Report.model_json_schema(), indent=2))


class _Run:
    """One `check`: the reports as they come, and what the exit code has to know of them."""

    def __init__(self, claim: Claim, setting: str | None, patterns: Path | None) -> None:
        self._claim, self._setting, self._patterns = claim, setting, patterns
        self.gaps = self.failed = self.interrupted = False
        self._ids: set[str] = set()
        self._skipped: Counter[str] = Counter()
        self._claims = self._assessed = False
        self.done = 0

    def reports(self, places: list[str]) -> "Iterator[Checked]":
        """A report on every note that can be read; the others are named on stderr."""
        from chartgap.checker import Checker, has_gaps
        from chartgap.readers import read_notes
        from chartgap.render import Checked

        checker: Checker | None = None
        try:
            for item in read_notes(places, skipped=self._skipped):
                if isinstance(item, ReadError):
                    self._fail(str(item))
                    continue
                checker = checker or Checker(patterns=self._patterns)
                note = self._claimed(item)
                try:
                    report = checker.check(note)
                except Exception as error:  # noqa: BLE001  # a bad note never stops the others
                    self._fail(f"{note.id}: {_internal(error)}")
                    continue
                self._see(note, report)
                self.done += 1
                self.gaps = self.gaps or has_gaps(report)
                yield Checked(report, note.text)
        except KeyboardInterrupt:  # what is open is closed: a JSON array stays one
            self.interrupted = True

    def _see(self, note: Note, report: Report) -> None:
        if note.id in self._ids:
            _complain(f"{note.id}: a second note with this id")
        self._ids.add(note.id)
        self._claims = self._claims or bool(note.claim.codes)
        self._assessed = self._assessed or bool(report.codes)

    def conclude(self) -> None:
        """Say what was left out; a run in which codes were claimed and none could be assessed has failed."""
        if self._skipped:
            kinds = ", ".join(f"{number} {suffix}" for suffix, number in sorted(self._skipped.items()))
            _complain(f"files that are no notes were passed over: {kinds}")
        if self._claims and not self._assessed:
            self._fail("nothing was assessed: no claimed code has requirements in this release")

    def _claimed(self, note: Note) -> Note:
        """The note with what the command line adds to its claim; payer and setting replace the note's."""
        given = {
            "codes": (*note.claim.codes, *self._claim.codes),
            "procedures": (*note.claim.procedures, *self._claim.procedures),
            "payer": self._claim.payer or note.claim.payer,
            "setting": self._setting or note.claim.setting,
        }
        return note.model_copy(update={"claim": note.claim.model_copy(update=given)})

    def _fail(self, message: str) -> None:
        self.failed = True
        _complain(message)


def _catalog(patterns: Path | None) -> "Catalog":
    from chartgap.knowledge.catalog import load_catalog

    return load_catalog(patterns)


def _given(values: list[str] | None) -> tuple[str, ...]:
    """The values of a repeatable option, each of which may be a list with commas."""
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())


def _one_of(value: str, known: Iterable[str], *, option: str) -> None:
    if value not in known:
        raise typer.BadParameter(f"one of {', '.join(known)} is needed", param_hint=option)


def _refuse_to_overwrite(notes: list[str], output: Path | None) -> None:
    for place in notes:
        if output is not None and output.exists() and Path(place).exists() and output.samefile(place):
            raise typer.BadParameter("is one of the notes", param_hint="--output")


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Where to write. A file is replaced when all is written; what an interrupted run has written stays beside it."""
    if output is None:
        yield sys.stdout
        return
    if output.exists() and not output.is_file():  # a device or a pipe
        with output.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        return
    target = output.resolve()
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        partial.replace(target)
    except KeyboardInterrupt:
        _complain(f"interrupted; what was done is in {partial.name}")
        raise
    except BaseException as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(partial):
            error.filename = str(output)
        raise


def _screen(stream: TextIO) -> "Screen":
    from chartgap.render import PLAIN, Screen

    if not stream.isatty():
        return PLAIN
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(colour=colour, width=shutil.get_terminal_size().columns)


def _use_utf8() -> None:
    # JSON and quotes are UTF-8 whatever the locale says, and a lone surrogate in a file name must not stop a run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(message: str) -> None:
    for line in message.splitlines():
        typer.echo(f"chartgap: {line}", err=True)


def _words(error: ChartgapError | OSError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'output'}: {error.strerror or type(error).__name__}"
    return str(error)


def _internal(error: Exception) -> str:
    """The kind of error and the place in the code: its message could repeat the note."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"internal error, please report it: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
