"""summary.html: one page of its own, without script or any external asset; every chart stands beside its figures."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chartgap.audit.statistics import Summary
from chartgap.render.as_html import policy_hash

_PAGE = Path(__file__).resolve().parent / "assets"
_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 710, 12, 190
_MOST_LABELS = 12
_TICKS = 5


def summary_page(summary: Summary) -> str:
    """The page; it shows the summary and computes nothing but where things are drawn."""
    style = (_PAGE / "summary.css").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in summary["requirements"]}
    dated = [month for month in summary["months"] if month["name"] and month["gap_rate"] is not None]
    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("summary.html.j2").render(
        style=Markup(style),
        style_hash=policy_hash(style),
        about=_about(summary["audit"]),
        top=[rows[id_] for id_ in summary["top_gaps"]],
        chart=_trend(dated) if len(dated) > 1 else None,
        comparison=summary.get("comparison"),
        mind=summary.get("mind", []),
        noun="encounter" if summary["audit"].get("by") == "encounter" else "note",
        **{name: summary[name] for name in _SHOWN},
    )


_SHOWN = (
    "totals", "codes", "authors", "sites", "months", "trend", "trend_low", "trend_high", "alerts", "queries",
    "failures", "failed",
)  # fmt: skip


def _about(audit: Summary) -> list[str]:
    named = [
        ("finished", "finished"),
        ("software_version", "chartgap"),
        ("knowledge_version", "knowledge"),
        ("icd10cm_release", "ICD-10-CM"),
    ]
    return [f"{name} {audit[key]}" for key, name in named if audit.get(key)]


def _trend(months: Sequence[Summary]) -> Summary:
    """Where the gap rate of each month is drawn, and the band of its interval."""
    xs = [round(_LEFT + 10 + i * (_RIGHT - _LEFT - 20) / (len(months) - 1), 1) for i in range(len(months))]
    top = _above(max(month["gap_rate_high"] for month in months))

    def y(rate: float) -> float:
        return round(_BOTTOM - rate / top * (_BOTTOM - _TOP), 1)

    points = [(x, y(month["gap_rate"])) for x, month in zip(xs, months, strict=True)]
    highs = [(x, y(month["gap_rate_high"])) for x, month in zip(xs, months, strict=True)]
    lows = [(x, y(month["gap_rate_low"])) for x, month in zip(xs, months, strict=True)]
    every = -(-len(months) // _MOST_LABELS)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "line": _path(points),
        "band": f"{_path([*highs, *reversed(lows)])}Z",
        "dots": [
            {"x": x, "y": at, "label": "" if i % every else months[i]["name"]} for i, (x, at) in enumerate(points)
        ],
        "ticks": [{"y": y(top * i / _TICKS), "label": f"{100 * top * i / _TICKS:.3g}%"} for i in range(_TICKS + 1)],
    }


def _above(rate: float) -> float:
    """The end of the axis: the next of 5, 10, 25, 50 and 100%."""
    return next(end for end in (0.05, 0.1, 0.25, 0.5, 1.0) if rate <= end)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)
