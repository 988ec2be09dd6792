"""This audit beside an earlier one: what rose, what fell, and whether that is more than chance."""

from collections.abc import Iterator, Sequence

from chartgap.audit.statistics import NO_RATE, Rate, Summary, difference, share

_OF_NO_MATTER = frozenset({"limit", "columns"})
_ANOTHER_MIX = 0.1
_MOST_CODES = 5


def compare(now: Summary, before: Summary) -> Summary:
    """The differences of two summaries, now less before; `comparable` says what else differs between them."""
    return {
        "comparable": _reservations(now, before),
        "totals": {
            "gap_rate": _change(now["totals"], before["totals"]),
            "queries_per_100_notes": _both(now["totals"], before["totals"], "queries_per_100_notes"),
            "gaps_per_100_notes": _both(now["totals"], before["totals"], "gaps_per_100_notes"),
        },
        "codes": _changes(now["codes"], before["codes"], "code"),
        "requirements": _changes(now["requirements"], before["requirements"], "id"),
        "authors": _changes(now["authors"], before["authors"], "name"),
        "sites": _changes(now["sites"], before["sites"], "name"),
    }


def _reservations(now: Summary, before: Summary) -> list[str]:
    """Why a difference may be the tool's or the claims' and not the notes'."""
    reasons = [
        f"{what} differs: {before['audit'].get(key)} before, {now['audit'].get(key)} now"
        for key, what in (("software_version", "the software"), ("knowledge_version", "the knowledge"))
        if now["audit"].get(key) != before["audit"].get(key)
    ]
    was, is_ = before["audit"].get("options", {}), now["audit"].get("options", {})
    reasons += [
        f"the option {key} differs: {was.get(key)} before, {is_.get(key)} now"
        for key in sorted({*was, *is_} - _OF_NO_MATTER)
        if was.get(key) != is_.get(key)
    ]
    reasons += _other_mix(now, before)
    kept = {row["code"] for row in now["codes"]} & {row["code"] for row in before["codes"]}
    for which, summary in (("now", now), ("before", before)):
        alone = sum(row["claims"] for row in summary["codes"] if row["code"] not in kept)
        if alone:
            reasons.append(f"{alone} claims are of codes that were claimed only {which}")
    return reasons


def _other_mix(now: Summary, before: Summary) -> Iterator[str]:
    """Codes that are claimed from another part of the notes than before, beyond chance."""
    was = {row["code"]: row["claims"] for row in before["codes"]}
    changed = []
    for row in now["codes"]:
        if row["code"] in was:
            old = share(was[row["code"]], before["totals"]["notes"])
            new = share(row["claims"], now["totals"]["notes"])
            change = difference(new, old)
            if abs(change.rate or 0) > _ANOTHER_MIX and not (change.low or 0) <= 0 <= (change.high or 0):
                changed.append((row["code"], float(old.rate or 0), float(new.rate or 0)))
    changed.sort(key=lambda item: -abs(item[2] - item[1]))
    for code, old_rate, new_rate in changed[:_MOST_CODES]:
        yield f"{code} was claimed from {100 * old_rate:.0f}% of the notes before, {100 * new_rate:.0f}% now"


def _changes(now: Sequence[Summary], before: Sequence[Summary], key: str) -> list[Summary]:
    """What is in both, the surest change first, then what is only in one."""
    old = {row[key]: row for row in before}
    new = {row[key]: row for row in now}
    both = [{key: name, "only": None} | _change(row, old[name]) for name, row in new.items() if name in old]
    both.sort(key=lambda row: (not row["sure"], -abs(row["change"] or 0), str(row[key])))
    return [
        *both,
        *({key: name, "only": "now"} for name in new if name not in old),
        *({key: name, "only": "before"} for name in old if name not in new),
    ]


def _change(now: Summary, before: Summary) -> Summary:
    change = difference(_rate(now), _rate(before)) if now["gap_rate"] is not None else NO_RATE
    return {
        "now": now["gap_rate"],
        "before": before["gap_rate"],
        "change": change.rate,
        "low": change.low,
        "high": change.high,
        "sure": change.low is not None and change.high is not None and not change.low <= 0 <= change.high,
    }


def _rate(row: Summary) -> Rate:
    return Rate(row["gap_rate"], row["gap_rate_low"], row["gap_rate_high"])


def _both(now: Summary, before: Summary, key: str) -> Summary:
    return {"now": now[key], "before": before[key]}
