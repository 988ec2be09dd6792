"""The commands: parse, call, print, exit code. Nothing is decided here.

Heavy modules are imported by the command that needs them: `chartgap --help` must not wait for spaCy.
"""

# ruff: noqa: PLC0415

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, get_args

import typer

import chartgap
from chartgap.claims import Given
from chartgap.commands.audit import audit
from chartgap.commands.columns import given_columns
from chartgap.commands.console import Exit, complain
from chartgap.commands.icd import day
from chartgap.commands.icd import icd as icd_commands
from chartgap.commands.mcp import mcp
from chartgap.commands.options import COLUMNS_HELP, OVERLAY_HELP, REPEATABLE, Patterns, given, one_of, overlays, policy
from chartgap.commands.output import STDOUT, opened
from chartgap.commands.run import Engine, Run, Wanted
from chartgap.commands.serve import serve
from chartgap.errors import PatternError, ReadError
from chartgap.model import Report, Setting

if TYPE_CHECKING:
    from chartgap.knowledge.catalog import Catalog
    from chartgap.render import Screen

app = typer.Typer(
    help="A linter for charts: what a clinical note leaves undocumented for the ICD-10-CM codes claimed from it.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(icd_commands, name="icd")
app.command()(serve)
app.command()(audit)
app.command()(mcp)

_OUTPUT_HELP = "Write there instead of to stdout: the whole report or nothing."
_RESPONSES_HELP = (
    "The log of what became of queries (.jsonl or .sqlite); those answered or dismissed are not put again."
)
Responses = Annotated[Path | None, typer.Option(help=_RESPONSES_HELP)]


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
        raise typer.Exit(Exit.PROBLEM)


@app.command()
def check(  # noqa: PLR0913  # the options are the contract
    notes: Annotated[list[str], typer.Argument(metavar="NOTE...", help="Files, folders, or - for stdin.")],
    *,
    code: Annotated[list[str] | None, typer.Option(help=f"An ICD-10-CM code on the claim; {REPEATABLE}")] = None,
    procedure: Annotated[list[str] | None, typer.Option(help=f"A procedure on the claim; {REPEATABLE}")] = None,
    modifier: Annotated[list[str] | None, typer.Option(help=f"A modifier of every procedure; {REPEATABLE}")] = None,
    payer: Annotated[str | None, typer.Option(help="The payer, for its requirements.")] = None,
    overlay: Annotated[list[str] | None, typer.Option(help=f"{OVERLAY_HELP} {REPEATABLE}")] = None,
    setting: Annotated[str | None, typer.Option(help="outpatient, inpatient, emergency or telehealth.")] = None,
    date_of_service: Annotated[
        str | None, typer.Option(metavar="DATE", help="2026-05-31; it selects the release of ICD-10-CM.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="note: each by itself; encounter: all notes of an encounter_id together.")
    ] = "note",
    icd: Annotated[
        list[Path] | None, typer.Option(help="A further release of ICD-10-CM, built with `icd build`; repeatable.")
    ] = None,
    output_format: Annotated[
        str, typer.Option("--format", help="text, markdown, json, jsonl, csv, html, fhir or prompt.")
    ] = "text",
    output: Annotated[Path | None, typer.Option(readable=False, help=_OUTPUT_HELP)] = None,
    columns: Annotated[list[str] | None, typer.Option(metavar="FIELD=COLUMN,...", help=COLUMNS_HELP)] = None,
    mapping: Annotated[Path | None, typer.Option(help="The same in a YAML file: `text: NOTE_TEXT`.")] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Put the decoded text, to which offsets refer, into the report.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 though there are gaps, or only codes without requirements.")
    ] = False,
    max_queries: Annotated[int, typer.Option(min=0, help="The most queries a note; 0 for none.")] = 3,
    responses: Responses = None,
    explain_gaps: Annotated[
        bool,
        typer.Option("--explain", help="For each gap: what was looked for, what came close, why it does not count."),
    ] = False,
    patterns: Patterns = None,
) -> int:
    """Check notes against what their codes need.

    Exit code: 0 nothing missing; 1 gaps; 2 a problem: something could not be read, checked or written, or none of the
    claimed codes has requirements; 130 interrupted; 141 the reader of the output has gone.
    """
    from chartgap.render import RENDERERS

    one_of(output_format, RENDERERS, option="--format")
    one_of(setting or "outpatient", get_args(Setting), option="--setting")
    _refuse_to_overwrite(notes, output)
    one_of(by, ("note", "encounter"), option="--by")
    claim = Given(
        codes=given(code),
        procedures=given(procedure),
        modifiers=given(modifier),
        payer=payer,
        setting=setting,  # type: ignore[arg-type]  # one of them, as was just seen
        date_of_service=day(date_of_service, option="--date-of-service"),
        overlays=overlays(overlay, patterns),
    )
    engine = Engine(patterns, tuple(icd or ()), policy(max_queries, responses), explain_gaps)
    wanted = Wanted(by == "encounter", given_columns(columns, mapping), with_text)
    run = Run(claim, engine=engine, wanted=wanted)
    with opened(output, ending=lambda: run.ending) as stream:
        for piece in RENDERERS[output_format](run.reports(notes), screen=_screen(stream)):
            stream.write(piece)
    return run.conclude(exit_zero=exit_zero)


@app.command()
def respond(
    query: Annotated[str, typer.Argument(metavar="QUERY-ID", help="The query's id, as a report gives it.")],
    *,
    outcome: Annotated[str, typer.Option(help="answered, dismissed, deferred or reopened.")],
    responses: Annotated[Path, typer.Option(help="The log to add to (.jsonl or .sqlite); made if it is not there.")],
    rules_version: Annotated[
        str | None, typer.Option(help="The query's rules_version, where it is not that of this release.")
    ] = None,
    patterns: Patterns = None,
) -> None:
    """Record what became of a query; answered and dismissed ones are not put again for the same note."""
    from chartgap.responses import OUTCOMES, QUERY_ID, Response, append, now

    one_of(outcome, OUTCOMES, option="--outcome")
    if not QUERY_ID.fullmatch(query):
        raise typer.BadParameter("is not written like the id of a query", param_hint="QUERY-ID")
    version = rules_version or _catalog(patterns).queries.version
    entry = {"id": query, "rules_version": version, "outcome": outcome, "time": now()}
    append(responses, Response.model_validate(entry))


@app.command()
def codes(
    code: Annotated[str | None, typer.Argument(help="An ICD-10-CM code; without it, all that have rows.")] = None,
    *,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Count the codes that are checked for anything; takes a minute.")
    ] = False,
    patterns: Patterns = None,
) -> None:
    """Show what a code needs documented, with sources."""
    from chartgap.commands.explain import derived
    from chartgap.render.as_help import code_list, code_page, derived_page

    catalog = _catalog(patterns)
    if code is None:
        typer.echo(_coverage(catalog) if coverage else code_list(catalog.codes.values()))
        return
    from chartgap.knowledge.icd10cm import normalize

    code = normalize(code)
    rows = catalog.codes.get(code)
    if rows is None:
        code = catalog.icd.check_code(code)
        typer.echo(derived_page(code, catalog.icd.title(code), derived(code, catalog)))
        return
    typer.echo(code_page(rows))


@app.command()
def payers(
    pack: Annotated[
        str | None, typer.Argument(metavar="ID", help="A pack such as OV-ESI; without it, all, a line each.")
    ] = None,
    *,
    output_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    patterns: Patterns = None,
) -> None:
    """Show what payers ask for beside the codes: policies, how far each was verified, when it was reviewed."""
    from chartgap.render.as_help import pack_list, pack_page

    one_of(output_format, ("text", "json"), option="--format")
    packs = _catalog(patterns).payers
    wanted = pack.strip().upper() if pack else None
    if wanted is not None:
        one_of(wanted, packs, option="ID")
    chosen = [item for id_, item in packs.items() if wanted in (None, id_)]
    if output_format == "json":
        from chartgap.render.as_json import packs_as_json

        typer.echo(packs_as_json(chosen))
        return
    typer.echo(pack_page(chosen[0]) if wanted else pack_list(chosen))


@app.command()
def explain(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The id of a requirement, alert, query or its template: M54.12.laterality, XC-RAD-02, trauma; a code"
            " lists its ids.",
        ),
    ],
    *,
    patterns: Patterns = None,
) -> None:
    """Show one requirement, alert or query template: what it looks for, why, its source and its examples."""
    from chartgap.commands.explain import explained

    typer.echo(explained(wanted, _catalog(patterns)))


@app.command(name="eval")
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Annotated notes (.jsonl), or the answers on an audit's sample (answers.csv).")
    ],
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every mistake too.")] = False,
    patterns: Patterns = None,
) -> int:
    """Print precision, recall and F1 per element, and the accuracy of the gap decisions; of a sample, what holds."""
    if gold.suffix.lower() == ".csv":
        from chartgap.commands.audit import print_answers

        return print_answers(gold)
    from chartgap.checker import Checker
    from chartgap.evaluate import GoldNote, read_gold, table
    from chartgap.evaluate import evaluate as score

    items = list(read_gold(gold))
    errors = [item for item in items if isinstance(item, ReadError)]
    for error in errors:
        complain(str(error))
    if errors:
        return Exit.PROBLEM
    scores = score([item for item in items if isinstance(item, GoldNote)], Checker(patterns=patterns).check)
    for line in scores.wrong if verbose else ():
        typer.echo(line)
    typer.echo(table(scores))
    return Exit.NOTHING_MISSING


@app.command()
def lint_query(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A query in plain text or JSON, or - for stdin.")],
    *,
    note: Annotated[
        list[str] | None,
        typer.Option(metavar="NOTE", help="A note that the query is about: what is quoted must be there; repeatable."),
    ] = None,
    patterns: Patterns = None,
) -> int:
    """Check any query's text against the rules of a compliant query: rule and place of each problem."""
    from chartgap.commands.lint import lint
    from chartgap.errors import PatternProblem
    from chartgap.knowledge.places import patterns_folder
    from chartgap.knowledge.query_rules import load_query_rules

    problems: list[PatternProblem] = []
    rules = load_query_rules(patterns_folder(patterns), problems)
    if problems:
        raise PatternError(problems)
    if file == "-" and "-" in (note or ()):
        raise typer.BadParameter("query and note cannot both be standard input", param_hint="--note")
    return lint(file, rules, notes=note or ())


@app.command()
def lint_patterns(*, patterns: Patterns = None) -> None:
    """Validate the pattern files and try the examples in them: print every problem, or OK and what there is."""
    from chartgap.commands.examples import wrong_examples

    catalog = _catalog(patterns, whole=True)
    if problems := list(wrong_examples(catalog)):
        raise PatternError(problems)
    rows = sum(len(item.requirements) for item in catalog.codes.values())
    counts = f"{len(catalog.elements)} elements, {len(catalog.codes)} codes, {rows} requirements"
    payers = f"{sum(len(pack.rows) for pack in catalog.payers.values())} rules of payers"
    typer.echo(f"OK: {counts}, {len(catalog.alerts)} alerts, {payers}, {len(catalog.axes.axes)} axes of titles")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a report."""
    typer.echo(json.dumps(Report.model_json_schema(), indent=2))


def _catalog(patterns: Path | None, *, whole: bool = False) -> "Catalog":
    from chartgap.knowledge.catalog import load_catalog

    return load_catalog(patterns, whole=whole)


def _coverage(catalog: "Catalog") -> str:
    from chartgap.knowledge.coverage import coverage
    from chartgap.knowledge.derived import Deriver
    from chartgap.render.as_help import coverage_page

    return coverage_page(coverage(catalog.icd, Deriver(catalog.icd, catalog.axes), catalog.codes.keys()))


def _refuse_to_overwrite(notes: list[str], output: Path | None) -> None:
    """A note, or a file that would be read as one, is never replaced by its report."""
    from chartgap.readers import is_read

    if output is None or str(output) in STDOUT or not output.is_file():
        return
    if any(is_read(output, place) for place in notes):
        raise typer.BadParameter("is one of the notes", param_hint="--output")


def _screen(stream: TextIO) -> "Screen":
    from chartgap.render import PLAIN, Screen

    if not stream.isatty():
        return PLAIN
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(colour=colour, width=shutil.get_terminal_size().columns)
