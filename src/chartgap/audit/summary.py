"""What a manager reads of an audit: how often the notes leave something open, where, and whether it gets better.

A gap is what makes `chartgap check` exit with 1: a row that is required, or conditional and applies, and that the note
leaves open; a code that is not valid; an alert of severity error. Rates are of the notes from which a code was claimed,
or of the claims of a code, and stand with their counts and 95% interval.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir

import duckdb

from chartgap.audit.statistics import NO_RATE, Summary, share, slope
from chartgap.audit.tables import SCHEMAS
from chartgap.model import GAPS, SEVERITIES

SUMMARY_VERSION = "1.0"

Files = Mapping[str, Sequence[Path]]
"""The Parquet files of each table."""

_OPEN = f"status IN ({', '.join(repr(status) for status in sorted(GAPS))})"
_ASKED = "level <> 'recommended'"
_MOST_SHOWN = 20
_MOST_FAILURES = 500
_MOST_MEMORY = "1GB"
_FEWEST_MONTHS = 3


def connect(files: Files) -> duckdb.DuckDBPyConnection:
    """The tables as views; one without a file is an empty one."""
    spill = Path(gettempdir()) / f"chartgap-{os.getpid()}"  # made when it is needed, and removed at the end
    connection = duckdb.connect(
        config={
            "enable_external_access": True,
            "autoinstall_known_extensions": False,
            "memory_limit": _MOST_MEMORY,
            "temp_directory": str(spill),
        }
    )
    for name, schema in SCHEMAS.items():
        paths = [str(path) for path in files.get(name, ())]
        if paths:
            connection.read_parquet(paths).create_view(name)
        else:
            connection.from_arrow(schema.empty_table()).create(name)
    return connection


def summarize(files: Files) -> Summary:
    """The figures of an audit; ready for JSON."""
    with connect(files) as tables:
        months = _groups(tables, "strftime(date, '%Y-%m')")
        return {
            "summary_version": SUMMARY_VERSION,
            "totals": _totals(tables),
            "codes": _codes(tables),
            "requirements": (rows := _requirements(tables)),
            "top_gaps": [row["id"] for row in rows if row["level"] != "recommended" and row["gaps"]][:_MOST_SHOWN],
            "authors": _groups(tables, "author"),
            "sites": _groups(tables, "site"),
            "months": sorted(months, key=lambda month: month["name"] or ""),
            **_trend(months),
            "alerts": _alerts(tables),
            "queries": _rows(
                tables, "SELECT template, count(*) AS queries FROM queries GROUP BY ALL ORDER BY queries DESC, template"
            ),
            "failures": _failures(tables),
            "failed": _failed(tables),
            "repeated": _repeated(tables),
        }


def _totals(tables: duckdb.DuckDBPyConnection) -> Summary:
    (row,) = _rows(
        tables,
        """SELECT count(*) AS notes, count_if(len(codes) > 0) AS claimed,
                  count_if(has_gaps AND len(codes) > 0) AS notes_with_gaps, coalesce(sum(gaps), 0)::BIGINT AS gaps,
                  coalesce(sum(characters), 0)::BIGINT AS characters FROM notes""",
    )
    (asked,) = _rows(tables, "SELECT count(*) AS queries, count(DISTINCT position) AS notes_with_queries FROM queries")
    (found,) = _rows(tables, "SELECT count(*) AS findings FROM findings")
    (failed,) = _rows(tables, "SELECT count(*) AS failures FROM failures")
    severities = dict.fromkeys(SEVERITIES, 0)
    for alert in _rows(tables, "SELECT severity, count(*) AS alerts FROM alerts GROUP BY severity"):
        severities[alert["severity"]] = alert["alerts"]
    per_100 = {
        "gaps_per_100_notes": _per_100(row["gaps"], row["claimed"]),
        "queries_per_100_notes": _per_100(asked["queries"], row["claimed"]),
    }
    rate = _rated(row["notes_with_gaps"], row["claimed"])
    return {**row, **rate, **asked, **per_100, **failed, **found, "alerts": severities}


def _codes(tables: duckdb.DuckDBPyConnection) -> list[Summary]:
    """Every claimed code: how often it was claimed, how often with a gap, and its verdicts."""
    rows = _rows(
        tables,
        f"""WITH open AS (SELECT DISTINCT position, code FROM requirements WHERE {_OPEN} AND {_ASKED})
            SELECT codes.code, any_value(codes.description) AS description, count(*) AS claims,
                   count_if(open.code IS NOT NULL OR verdict = 'invalid') AS with_gaps,
                   count_if(verdict = 'supported') AS supported, count_if(verdict = 'incomplete') AS incomplete,
                   count_if(verdict = 'contradicted') AS contradicted, count_if(verdict = 'invalid') AS invalid
            FROM codes LEFT JOIN open USING (position, code) GROUP BY codes.code
            ORDER BY claims DESC, codes.code""",
    )
    return [row | _rated(row["with_gaps"], row["claims"]) for row in rows]


def _requirements(tables: duckdb.DuckDBPyConnection) -> list[Summary]:
    """Every requirement that applied: how often, and how often it was left open; the most frequent gap first."""
    rows = _rows(
        tables,
        f"""SELECT id, any_value(code) AS code, any_value(element) AS element, any_value(level) AS level,
                   any_value(basis) AS basis, any_value(derived) AS derived, bool_and(verified) AS verified,
                   count(*) AS applied, count_if({_OPEN}) AS gaps, count_if(status = 'missing') AS missing,
                   count_if(status = 'partial') AS partial, count_if(status = 'conflicting') AS conflicting
            FROM requirements WHERE status <> 'not_applicable' GROUP BY id ORDER BY gaps DESC, id""",
    )
    return [row | _rated(row["gaps"], row["applied"]) for row in rows]


def _groups(tables: duckdb.DuckDBPyConnection, by: str) -> list[Summary]:
    """The notes by author, site or month; where the notes do not say, the name is None."""
    rows = _rows(
        tables,
        f"""WITH asked AS (SELECT position, count(*) AS queries FROM queries GROUP BY position)
            SELECT {by} AS name, count(*) AS notes, count_if(len(codes) > 0) AS claimed,
                   count_if(has_gaps AND len(codes) > 0) AS with_gaps,
                   coalesce(sum(gaps), 0)::BIGINT AS gaps, coalesce(sum(queries), 0)::BIGINT AS queries
            FROM notes LEFT JOIN asked USING (position) GROUP BY ALL ORDER BY notes DESC, name""",
    )
    return [
        row
        | _rated(row["with_gaps"], row["claimed"])
        | {
            name: _per_100(row[name.split("_")[0]], row["claimed"])
            for name in ("gaps_per_100_notes", "queries_per_100_notes")
        }
        for row in rows
    ]


def _trend(months: Sequence[Summary]) -> Summary:
    """By how much the gap rate rises a month, weighted by its notes; None with fewer than three months."""
    dated = [month for month in months if month["name"] and month["claimed"]]
    points = [(_month_number(month["name"]), month["with_gaps"], month["claimed"]) for month in dated]
    trend, low, high = slope(points) if len(dated) >= _FEWEST_MONTHS else NO_RATE
    return {"trend": trend, "trend_low": low, "trend_high": high}


def _month_number(name: str) -> int:
    year, month = name.split("-")
    return int(year) * 12 + int(month)


def _alerts(tables: duckdb.DuckDBPyConnection) -> list[Summary]:
    (total,) = _rows(tables, "SELECT count(*) AS notes FROM notes")
    rows = _rows(
        tables,
        """SELECT id, any_value(severity) AS severity, any_value(basis) AS basis, count(*) AS alerts,
                  count(DISTINCT position) AS notes FROM alerts GROUP BY id ORDER BY notes DESC, id""",
    )
    return [row | {"per_100_notes": _per_100(row["notes"], total["notes"])} for row in rows]


def _failures(tables: duckdb.DuckDBPyConnection) -> list[Summary]:
    return _rows(
        tables,
        """SELECT kind, reason, count(*) AS notes, min(source) AS first_source, arg_min(line, source) AS first_line
           FROM failures GROUP BY kind, reason ORDER BY notes DESC, kind, reason""",
    )


def _failed(tables: duckdb.DuckDBPyConnection) -> list[Summary]:
    """The first failures one by one; the table has them all."""
    return _rows(
        tables,
        f"""SELECT position, note_id, source, line, place, kind, reason FROM failures
            ORDER BY position LIMIT {_MOST_FAILURES}""",
    )


def _repeated(tables: duckdb.DuckDBPyConnection) -> Summary:
    """How many ids of notes come more than once, on how many notes; and encounters whose notes came apart."""
    (row,) = _rows(
        tables,
        """WITH each AS (SELECT unnest(CASE WHEN len(note_ids) > 0 THEN note_ids ELSE [note_id] END) AS id FROM notes),
                repeated AS (SELECT count(*) AS times FROM each GROUP BY id HAVING count(*) > 1)
           SELECT count(*) AS ids, coalesce(sum(times), 0)::BIGINT AS notes FROM repeated""",
    )
    (apart,) = _rows(
        tables,
        """SELECT count(*) AS encounters_apart FROM (
               SELECT encounter_id FROM notes WHERE len(note_ids) > 0 AND encounter_id IS NOT NULL
               GROUP BY encounter_id HAVING count(*) > 1)""",
    )
    return row | apart


def _rated(part: int, whole: int) -> Summary:
    rate, low, high = share(part, whole)
    return {"gap_rate": rate, "gap_rate_low": low, "gap_rate_high": high}


def _per_100(part: int, notes: int) -> float | None:
    return round(100 * part / notes, 2) if notes else None


def _rows(tables: duckdb.DuckDBPyConnection, query: str) -> list[Summary]:
    result = tables.sql(query)
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
