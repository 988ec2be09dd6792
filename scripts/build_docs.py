"""Write what is generated: docs/codes/*.md, docs/{alerts,payers,queries,elements}.md, and README.md's demo.

    python scripts/build_docs.py

The pages are read off patterns/, the demo is what `make demo` prints. A test fails when any of it is out of date.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chartgap.knowledge.alerts import AlertRule
from chartgap.knowledge.catalog import Catalog, load_catalog
from chartgap.knowledge.codes import CodeRequirements, Requirement
from chartgap.knowledge.elements import ElementPattern, Example
from chartgap.knowledge.payer_names import PAYER_GROUPS, PayerGroup
from chartgap.knowledge.payers import MARKS, OverlayRow, Pack
from chartgap.knowledge.queries import OTHER, UNABLE, QueryPack, QueryTemplate
from chartgap.render.as_help import applies_to, trigger_words

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
_NOTICE = "<!-- Written by scripts/build_docs.py from {source}; change that file, then run `make docs`. -->"
_SOURCES = (
    "A source is *verified* when the authority itself was read for the requirement: the ICD-10-CM Tabular List, the "
    "text of the Official Guidelines, or a payer's page. The others are *not verified*. Sources named by number are "
    "five public documentation guides, secondary and at times wrong; what contradicts the tabular was not taken over:",
    "",
    "- seed 000: a code page on M40.12",
    "- seed 001: a code page on M99.40",
    "- seed 002: a guide to M54.2 and M54.12",
    "- seed 003: a guide to M54.2",
    "- seed 004: a guide to M53.82",
)


def main() -> None:
    """Write all; pages of codes that are gone are deleted."""
    pages = build(load_catalog(ROOT / "patterns"))
    for path in set((ROOT / "docs/codes").glob("*.md")) - pages.keys():
        path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    README.write_text(with_block(README.read_text(encoding="utf-8"), "demo", demo()), encoding="utf-8", newline="\n")


def build(catalog: Catalog) -> dict[Path, str]:
    """Every generated page by its path."""
    files: dict[str, list[CodeRequirements]] = {}
    for code, item in catalog.codes.items():
        files.setdefault(catalog.codes.file_of(code), []).append(item)
    pages = {ROOT / f"docs/codes/{name}.md": code_page(name, items) for name, items in files.items()}
    pages[ROOT / "docs/codes/README.md"] = index_page(files)
    pages[ROOT / "docs/alerts.md"] = alerts_page(catalog.alerts)
    pages[ROOT / "docs/payers.md"] = payers_page(catalog.payers)
    pages[ROOT / "docs/queries.md"] = queries_page(catalog.queries)
    pages[ROOT / "docs/elements.md"] = elements_page(catalog.elements)
    return pages


def demo() -> str:
    """What `make demo` prints, with an installed chartgap: the one that runs this script."""
    command = ["make", "--no-print-directory", "-o", f"{sys.prefix}/.installed", "demo", f"VENV={sys.prefix}"]
    # Make's own variables would change what an inner make does and prints.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, encoding="utf-8", check=True)
    return f"```text\n$ make demo\n{done.stdout.replace(sys.prefix, '.venv').rstrip()}\n```"


def with_block(text: str, name: str, content: str) -> str:
    """The text with new content between `<!-- name:start -->` and `<!-- name:end -->`."""
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, rest = text.split(start)
    return f"{before}{start}\n{content}\n{end}{rest.split(end)[1]}"


def index_page(files: Mapping[str, Sequence[CodeRequirements]]) -> str:
    """The list of codes."""
    rows = [
        f"| [{item.code}]({name}.md) | {escaped(item.title)} | {len(item.requirements)} |"
        for name, items in files.items()
        for item in items
    ]
    head = ["| code | title | requirements |", "|---|---|---|"]
    return "\n".join([_NOTICE.format(source="patterns/codes"), "", "# Codes", "", *head, *rows, "", *_SOURCES, ""])


def code_page(name: str, items: Sequence[CodeRequirements]) -> str:
    """One file: its code, or its codes with the requirements of the one that has most."""
    source = f"patterns/codes/{name}.yaml"
    item = max(items, key=lambda item: len(item.requirements))
    verified = sum(row.verified for row in item.requirements)
    lines = [
        *(_NOTICE.format(source=source), "", f"# {item.code if len(items) > 1 else name} {item.title}", ""),
        f"{len(item.requirements)} requirements, {verified} of them checked against the authority itself; the others "
        "rest on secondary sources and are marked *not verified*.",
    ]
    if item.also_for:
        lines += ["", f"The rows also serve claims with the header {', '.join(item.also_for)}, which is not billable."]
    if len(items) > 1:
        lines += ["", "These have the same rows, each with its own region, level or kind:", ""]
        lines += [f"- {other.code} {escaped(other.title)}{_without(other, item)}" for other in items if other != item]
    lines += ["", "| requirement | satisfied by | not enough | why | source |", "|---|---|---|---|---|"]
    lines += map(code_row, item.requirements)
    lines += ["", f"Examples: [`{source}`](../../{source}), or `chartgap explain ID`.", ""]
    return "\n".join(lines)


def _without(other: CodeRequirements, item: CodeRequirements) -> str:
    """The rows of `item` that the other code lacks."""
    its = {row.id.removeprefix(other.code) for row in other.requirements}
    names = [row.id.removeprefix(f"{item.code}.") for row in item.requirements]
    lacking = [name for name in names if f".{name}" not in its]
    return f" (without {', '.join(lacking)})" if lacking else ""


def code_row(row: Requirement) -> str:
    """One requirement."""
    terms = [f"{row.level}, {row.basis.replace('_', ' ')}"]
    if row.when is not None:
        terms.append(f"only when {row.when.says}")
    terms += [f"{raised.level}, {raised.basis.replace('_', ' ')} when {raised.when.says}" for raised in row.raised]
    if row.either_or:
        terms.append(f"either this or {row.either_or}")
    about = "<br>".join([f"**{row.id}**", *map(escaped, terms)])
    source = f"{escaped(row.source)} ({'verified' if row.verified else '*not verified*'})"
    return f"| {about} | {escaped(row.needs)} | {escaped(row.not_enough or '')} | {escaped(row.why)} | {source} |"


def alerts_page(alerts: Mapping[str, AlertRule]) -> str:
    """Every alert in one table."""
    lines = [
        *(_NOTICE.format(source="patterns/alerts"), "", "# Alerts", ""),
        "What a note and its claim are checked for beside the requirements of the codes. An *error* contradicts the "
        "tabular or a guideline as documented, a *warning* is a probable problem, *info* a reminder. Each has charts "
        "in `patterns/alerts` with all the alerts that they raise: `chartgap explain ID`.",
        "",
        "| alert | raised by | codes | message | source |",
        "|---|---|---|---|---|",
        *map(alert_row, alerts.values()),
        "",
    ]
    return "\n".join(lines)


def alert_row(rule: AlertRule) -> str:
    """One alert."""
    about = f"**{rule.id}**<br>{rule.severity}, {rule.basis.replace('_', ' ')}"
    messages = dict.fromkeys((*(case.message for case in rule.fires if case.message), rule.message))
    said = "<br>or: ".join(map(escaped, messages))
    source = f"{escaped(rule.source)} ({'verified' if rule.verified else '*not verified*'})"
    return f"| {about} | {escaped(rule.trigger)} | {escaped(', '.join(rule.codes))} | {said} | {source} |"


def payers_page(packs: Mapping[str, Pack]) -> str:
    """Every pack of payers' rules, the marks, and how payers are named."""
    lines = [
        *(_NOTICE.format(source="patterns/payers"), "", "# Payers", ""),
        "What payers ask for beside the code set. A pack is off unless the claim carries its payer and one of its "
        "procedures (or its code or setting); its rows then stand beside those of the code, with the basis *payer*, "
        "and never decide the code's verdict. Local policies are regional and revised often: number, contractor and "
        "the day of the last review are given, and so is how far each was verified. Nothing is said about a code being "
        "on or off a list of covered diagnoses. `chartgap payers` prints this, `chartgap explain ID` a row with its "
        "examples.",
        *("", "| mark | means |", "|---|---|", *(f"| {mark} | {meaning} |" for mark, meaning in MARKS.items())),
        *("", "Only V counts as verified, and only for the payer whose policy was read."),
        *("", "## Names of payers", ""),
        "Whole words of the payer's name on the claim, in any case. `any` is whichever payer is named; other names in "
        "a pack are looked for as they are.",
        *("", "| name in a pack | the claim names one of | and one of | and none of |", "|---|---|---|---|"),
        *(_group_row(name, group) for name, group in PAYER_GROUPS.items()),
    ]
    for pack in packs.values():
        lines += pack_section(pack)
    return "\n".join([*lines, ""])


def _group_row(name: str, group: PayerGroup) -> str:
    return f"| `{name}` | {', '.join(group.names)} | {', '.join(group.beside)} | {', '.join(group.lacks)} |"


def pack_section(pack: Pack) -> Iterator[str]:
    """One pack."""
    yield from ("", f"## {pack.id} {pack.title}", "", f"Applies to: {escaped(applies_to(pack))}.", "")
    for policy in pack.policies:
        yield f"- {escaped(policy.number)} ({escaped(policy.contractor)}): {policy.mark}"
    yield from ("", f"Reviewed {pack.reviewed}.{f' {escaped(pack.note)}' if pack.note else ''}", "")
    yield from ("| requirement | satisfied by | not enough | why | source |", "|---|---|---|---|---|")
    yield from map(overlay_row, pack.rows)


def overlay_row(row: OverlayRow) -> str:
    """One requirement of a payer, with its mark."""
    return f"{code_row(row).removesuffix(' |')}, {row.mark} |"


def queries_page(pack: QueryPack) -> str:
    """Every template in one table, the first to be asked first."""
    lines = [
        *(_NOTICE.format(source="patterns/queries"), "", "# Queries", ""),
        "What the provider is asked where a gap or alert decides the code or puts the diagnosis in doubt, the most "
        "pressing first. Each query quotes the note, offers the options that it supports (marked *if supported* where "
        f'that is not always so), and "{OTHER}" and "{UNABLE}" besides, by [these rules](query-rules.md). Notes that '
        "are asked and notes that are not: `chartgap explain ID`.",
        "",
        "| query | problem and question | options | raised by | source |",
        "|---|---|---|---|---|",
        *map(query_row, pack.templates),
        "",
    ]
    return "\n".join(lines)


def query_row(item: QueryTemplate) -> str:
    """One template."""
    options = "<br>".join(
        f"{escaped(option.text)}{'' if option.asserts_nothing else ' *if supported*'}" for option in item.options
    )
    raised = "<br>".join(escaped(trigger_words(trigger)) for trigger in item.raised_by)
    asked = f"{escaped(item.problem)}<br>{escaped(item.question)}"
    return f"| **{item.id}**<br>{escaped(item.title)} | {asked} | {options} | {raised} | {escaped(item.source)} |"


def elements_page(elements: Mapping[str, ElementPattern]) -> str:
    """Every element: what it is, its rules, its examples."""
    lines = [
        *(_NOTICE.format(source="patterns/elements"), "", "# Elements", ""),
        "What chartgap looks for in a note. The phrases are in `patterns/elements`, one file an element; each example "
        "here is a test: exactly these findings of the element, no other.",
        "",
    ]
    for name, pattern in sorted(elements.items()):
        lines += element_section(name, pattern)
    return "\n".join(lines)


def element_section(name: str, pattern: ElementPattern) -> Iterator[str]:
    """One element."""
    yield from (f"## {name}", "", pattern.about, "")
    told = pattern.vocabulary
    for what, names in (
        ("Values", told.values),
        ("Areas", () if told.any_area else told.areas),
        ("Status", told.statuses),
    ):
        if names:
            yield from (f"{what}: {', '.join(f'`{name}`' for name in names)}.", "")
    rules = [entry.id for entry in (*pattern.targets, *pattern.values) if not getattr(entry, "void", False)]
    if rules:
        yield from (f"Rules: {', '.join(f'`{rule}`' for rule in rules)}.", "")
    yield from ("| text | findings |", "|---|---|", *map(example_row, pattern.examples), "")


def example_row(example: Example) -> str:
    """A text and what is found in it."""
    found = "<br>".join(
        ", ".join(f"{key}: {value}" for key, value in finding.items()) or "found" for finding in example.findings
    )
    return f"| {escaped(example.text)} | {found or 'none'} |"


def escaped(text: str) -> str:
    """Plain text as it may stand in a Markdown table."""
    return re.sub(r"\r?\n", "<br>", re.sub(r"([\\`*<>|\[\]])", r"\\\1", text.strip()))


if __name__ == "__main__":
    main()
