"""`chartgap explain`: the page of whatever has an id."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

import typer

from chartgap.errors import UnknownCodeError
from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.derived import DerivedRow, Deriver
from chartgap.render.as_help import alert_page, derived_page, id_list, query_page, requirement_page

_DIGEST = re.compile(r"-[0-9a-f]{10}$")
"""The end of a query's id, which says of which note it is; what stands before it is the template's id."""


def explained(wanted: str, catalog: Catalog) -> str:
    """The page; raises BadParameter with the nearest ids where nothing has this one."""
    wanted = wanted.strip().lower()
    rows = {row.id.lower(): row for item in catalog.codes.values() for row in item.requirements}
    rows |= {row.id.lower(): row for pack in catalog.payers.values() for row in pack.rows}
    alerts = {alert.id.lower(): alert for alert in catalog.alerts.values()}
    templates = {item.id: item for item in catalog.queries.templates}
    if wanted in rows:
        return requirement_page(rows[wanted])
    if wanted in alerts:
        return alert_page(alerts[wanted])
    if (template := templates.get(_DIGEST.sub("", wanted))) is not None:
        return query_page(template)
    if page := _of_a_title(wanted, catalog):
        return page
    try:
        code = catalog.icd.check_code(wanted)
    except UnknownCodeError as error:
        code = error.code  # a header may have rows too
    item = catalog.codes.get(code)
    if item is None:
        ids = {**{key: row.id for key, row in rows.items()}, **{key: alert.id for key, alert in alerts.items()}}
        raise _unknown(wanted, {**ids, **dict(zip(templates, templates, strict=True))})
    return id_list(item)


def derived(code: str, catalog: Catalog) -> tuple[DerivedRow, ...]:
    """The rows that the title of a code asks."""
    return Deriver(catalog.icd, catalog.axes).rows(code)


def _unknown(wanted: str, ids: Mapping[str, str]) -> typer.BadParameter:
    near = [ids[id_] for id_ in get_close_matches(wanted, ids, n=3)]
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return typer.BadParameter(f"no requirement, alert or query has this id{hint}", param_hint="ID")


def _of_a_title(wanted: str, catalog: Catalog) -> str | None:
    """The page of a row derived from a title, or of all rows of such a code; None where it is neither."""
    for given, row_id in ((wanted, None), (wanted.rpartition(".")[0], wanted)):
        try:
            code = catalog.icd.check_code(given)
        except UnknownCodeError:
            continue
        if catalog.codes.get(code) is None:
            rows = tuple(row for row in derived(code, catalog) if row_id in (None, row.id.lower()))
            return derived_page(code, catalog.icd.title(code), rows) if rows else None
    return None
