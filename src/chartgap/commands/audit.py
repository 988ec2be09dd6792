"""`chartgap audit`: an archive of notes to tables."""

# ruff: noqa: PLC0415

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from chartgap.claims import Given
from chartgap.commands.columns import given_columns
from chartgap.commands.console import Exit, complain
from chartgap.commands.icd import day
from chartgap.commands.options import COLUMNS_HELP, OVERLAY_HELP, REPEATABLE, Patterns, given, one_of, overlays, policy
from chartgap.commands.run import Engine
from chartgap.errors import ChartgapError, ReadError, needs, one_line
from chartgap.model import Setting

_SETTLED = "responses.json"

if TYPE_CHECKING:
    from chartgap.audit.audit import Plan
    from chartgap.audit.conclusion import Wanted
    from chartgap.knowledge.icd10cm import Icd10cm


_BY_HELP = "note, or encounter: the notes of one encounter_id together."
_RESPONSES_HELP = "A log of `chartgap respond`; queries that it says are dealt with are not put."
_LIMIT_HELP = "Only so many notes from the beginning."
_PART_HELP = "The notes of a part: what a kill can cost, to be done again."
_BASELINE_HELP = "The folder of an earlier audit, to compare the summary with."
_SAMPLE_HELP = "So many notes at random, with a sheet of answers for a second reader, for `chartgap eval`."
_RESUME_HELP = "Go on with the audit in DIR, from where it stopped."


def audit(  # noqa: PLR0913  # the options are the contract
    inputs: Annotated[list[str] | None, typer.Argument(metavar="INPUT...", help="Files and folders.")] = None,
    *,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder for the tables.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as cores without it.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help=_RESUME_HELP)] = False,
    code: Annotated[list[str] | None, typer.Option(help=f"An ICD-10-CM code of every claim; {REPEATABLE}")] = None,
    procedure: Annotated[list[str] | None, typer.Option(help=f"A procedure of every claim; {REPEATABLE}")] = None,
    modifier: Annotated[list[str] | None, typer.Option(help=f"A modifier of every procedure; {REPEATABLE}")] = None,
    payer: Annotated[str | None, typer.Option(help="The payer, for its requirements.")] = None,
    overlay: Annotated[list[str] | None, typer.Option(help=f"{OVERLAY_HELP} {REPEATABLE}")] = None,
    setting: Annotated[str | None, typer.Option(help="outpatient, inpatient, emergency or telehealth.")] = None,
    date_of_service: Annotated[str | None, typer.Option(metavar="DATE", help="2026-05-31.")] = None,
    by: Annotated[str, typer.Option(help=_BY_HELP)] = "note",
    icd: Annotated[list[Path] | None, typer.Option(help="A further release of ICD-10-CM; repeatable.")] = None,
    max_queries: Annotated[int, typer.Option(min=0, help="The most queries a note; 0 for none.")] = 3,
    responses: Annotated[Path | None, typer.Option(help=_RESPONSES_HELP)] = None,
    columns: Annotated[list[str] | None, typer.Option(metavar="FIELD=COLUMN,...", help=COLUMNS_HELP)] = None,
    mapping: Annotated[Path | None, typer.Option(help="The same in a YAML file: `text: NOTE_TEXT`.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=_LIMIT_HELP)] = None,
    timeout_per_note: Annotated[
        float, typer.Option(min=0.5, metavar="SECONDS", help="A note that takes longer is a failure.")
    ] = 60.0,
    notes_per_part: Annotated[int, typer.Option(min=1, help=_PART_HELP)] = 1000,
    baseline: Annotated[Path | None, typer.Option(metavar="DIR", help=_BASELINE_HELP)] = None,
    sample: Annotated[int, typer.Option(min=0, help=_SAMPLE_HELP)] = 0,
    seed: Annotated[int, typer.Option(help="Another seed draws another sample.")] = 0,
    patterns: Patterns = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the tables' columns as JSON, and stop.")] = False,
) -> int:
    """Audit an archive: a summary, and Parquet tables of findings, requirements, alerts, queries, failures.

    An audit that was killed goes on with --resume; of a finished one, --resume only makes the summary again.

    Exit code: 0 all done; 1 all done, and some inputs failed (see failures); 2 nothing could be done, or it cannot go
    on; 130 interrupted.
    """
    if schema:
        print_schema()
        return Exit.NOTHING_MISSING
    if not inputs or out is None:
        raise typer.BadParameter("is needed", param_hint="INPUT" if not inputs else "--out")
    one_of(setting or "outpatient", get_args(Setting), option="--setting")
    one_of(by, ("note", "encounter"), option="--by")
    claim = Given(
        codes=given(code),
        procedures=given(procedure),
        modifiers=given(modifier),
        overlays=overlays(overlay, patterns),
        payer=payer,
        setting=setting,  # type: ignore[arg-type]  # one of them, as was just seen
        date_of_service=day(date_of_service, option="--date-of-service"),
    )
    return run_audit(
        inputs,
        out,
        claim=claim,
        engine=Engine(patterns, tuple(icd or ()), policy(max_queries, None)),
        by=by,
        responses=responses,
        reading={"columns": given_columns(columns, mapping)},
        workers=workers or cores(),
        limit=limit,
        seconds_a_note=timeout_per_note,
        notes_a_part=notes_per_part,
        resume=resume,
        wanted=(baseline, sample, seed),
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def print_schema() -> None:
    """The tables with their columns, as JSON."""
    import json

    _need_libraries()
    from chartgap.audit.tables import SCHEMAS

    tables = {name: {column.name: str(column.type) for column in schema} for name, schema in SCHEMAS.items()}
    print(json.dumps(tables, indent=2))  # noqa: T201


def print_answers(path: Path) -> Exit:
    """What a second reader's answers on a sample say of the whole audit."""
    from chartgap.audit.answers import Answer, answers_table, read_answers

    lines = list(read_answers(path))
    for error in lines:
        if isinstance(error, ReadError):
            complain(str(error))
    answers = [line for line in lines if isinstance(line, Answer)]
    if len(answers) < len(lines):
        return Exit.PROBLEM
    print(answers_table(answers))  # noqa: T201
    return Exit.NOTHING_MISSING


def run_audit(  # noqa: PLR0913  # one argument an option
    places: list[str],
    out: Path,
    *,
    claim: Given,
    engine: Engine,
    by: str,
    responses: Path | None,
    reading: Mapping[str, Any],
    workers: int,
    limit: int | None,
    seconds_a_note: float,
    notes_a_part: int,
    resume: bool,
    wanted: tuple[Path | None, int, int],
) -> Exit:
    """Run it, and say how it ended."""
    _need_libraries()
    import json

    from chartgap.audit.audit import Plan
    from chartgap.audit.conclusion import Wanted
    from chartgap.audit.worker import Setup

    _warn_of(claim.codes, engine)
    settled = _settled(out, responses, resume=resume)
    if engine.policy:
        engine = engine._replace(policy=engine.policy._replace(settled=settled))
    plan = Plan(
        places=places,
        out=out,
        setup=Setup(engine.checker, claim, reading, by == "encounter"),
        options=_options(claim, engine, reading) | {"by": by, "responses": _plain(responses)},
        beside={_SETTLED: json.dumps(settled).encode()} if responses else {},
        limit=limit,
        workers=workers,
        seconds_a_note=seconds_a_note,
        notes_a_part=notes_a_part,
    )
    return conduct(plan, resume=resume, wanted=Wanted(*wanted))


def conduct(plan: "Plan", *, resume: bool, wanted: "Wanted | None" = None) -> Exit:
    """The audit with its progress on stderr; what is left to do is said when it does not get to the end."""
    from chartgap.audit.audit import audit
    from chartgap.audit.conclusion import PAGE, Wanted, conclude, earlier
    from chartgap.audit.progress import Progress

    wanted = wanted or Wanted()
    if wanted.baseline:
        earlier(wanted.baseline)  # before hours of work
    start = time.monotonic()
    noun = "encounter" if plan.setup.encounters else "note"
    with Progress(complain, noun=noun) as progress:
        try:
            counts = audit(plan, progress, resume=resume)
            conclude(plan, wanted, complain)
        except KeyboardInterrupt:
            complain(f"stopped{_again(plan.out)}")
            return Exit.INTERRUPTED
        except OSError:
            complain(f"cannot go on{_again(plan.out)}")
            raise
    complain(f"{progress.counted()}; {time.monotonic() - start:.0f} s in all; see {one_line(str(plan.out / PAGE))}")
    return _told(counts, plan.out)


def _again(out: Path) -> str:
    """How to go on, if there is anything to go on with."""
    from chartgap.audit.store import MANIFEST

    done = f": run it again with --resume to go on; {one_line(str(out))} holds what is done"
    return done if (out / MANIFEST).is_file() else ""


def _told(counts: Mapping[str, int], out: Path) -> Exit:
    """How it ended, and what to do where nothing could be done."""
    failed = counts["failures"]
    if failed:
        complain(f"{failed:,} {'input' if failed == 1 else 'inputs'} could not be read or checked: the page says which")
    if counts["notes"]:
        return Exit.GAPS if failed else Exit.NOTHING_MISSING
    complain(f"no note was checked; to begin anew, delete {one_line(str(out))} or write elsewhere")
    return Exit.PROBLEM


def _warn_of(codes: tuple[str, ...], engine: Engine) -> None:
    """Codes of every claim that are not valid: hours of work would say only that."""
    if not codes:
        return
    from chartgap.knowledge.releases import Releases

    releases = Releases(engine.releases).all
    for code in codes:
        problems = [problem for release in releases if (problem := _problem(code, release))]
        if len(problems) == len(releases):
            complain(problems[0])


def _problem(code: str, release: "Icd10cm") -> str | None:
    from chartgap.errors import UnknownCodeError

    try:
        release.check_code(code)
    except UnknownCodeError as error:
        return str(error)
    return None


def _settled(out: Path, responses: Path | None, *, resume: bool) -> dict[str, str]:
    """The queries that are dealt with: of an audit that goes on, those that were when it began."""
    import json

    if responses is None:
        return {}
    kept = out / _SETTLED
    if resume and kept.is_file():
        return json.loads(kept.read_bytes())  # type: ignore[no-any-return]
    return dict(policy(0, responses).settled)


def _options(claim: Given, engine: Engine, reading: Mapping[str, Any]) -> dict[str, Any]:
    """What decides about the results, for the manifest."""
    most = engine.policy.most if engine.policy else None
    rules = {"patterns": engine.patterns, "icd": engine.releases, "max_queries": most}
    return {key: _plain(value) for key, value in {**claim._asdict(), **rules, **reading}.items()}


def _plain(value: Any) -> Any:
    """As JSON would give it back."""
    import json

    return json.loads(json.dumps(value, default=str))


def _need_libraries() -> None:
    try:
        import duckdb  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        raise ChartgapError(f"an audit {needs('audit')}") from None
