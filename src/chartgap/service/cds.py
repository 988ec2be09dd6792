"""CDS Hooks 2.0.1, the worker's half: the request to notes, their queries and what else may be added to cards.

Cards are shown to the clinician, so what is for coders (alerts, codes) is not on them, and nothing on them leads: no
suggestion, no recommendation, no action. Data is never fetched from a FHIR server.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from chartgap.assess.drafts import told_plainly
from chartgap.model import NAMELESS, Claim, Draft, Note, Query
from chartgap.readers.fhir import DOCUMENTS
from chartgap.readers.fhir_facts import Facts, InMemory, codes_in, key_of, many
from chartgap.readers.systems import ICD10CM, PROCEDURES, each_once
from chartgap.service.answers import Answer, problem
from chartgap.service.desk import Desk
from chartgap.service.fhir import Resource, documents, object_of, reasons
from chartgap.service.hooks import OVERRIDE_REASONS, SERVICES
from chartgap.service.requests import CheckRequest, Refused, fitting, note_of, validated

_LONGEST_SUMMARY = 139
_MOST_ITEMS = 5
_SOURCE = {"label": "chartgap: documentation of this visit"}
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~:/@.=$^\"'-])")


class HookRequest(BaseModel):
    """What a client sends; fields that are not ours are left alone, as the specification adds some."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    service: str
    hook: str
    hookInstance: str = Field(min_length=1)  # the specification's name
    context: dict[str, Any]
    prefetch: dict[str, Any] | None = None


def serve_hook(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """The cards; an empty list where nothing is open."""
    name, _, content = body.partition(b"\n")
    request = validated(HookRequest, {**object_of(content), "service": name.decode()})
    service = SERVICES[request.service]
    if request.hook != service.hook:
        detail = f"{request.service} answers {service.hook}"
        raise Refused(problem(400, "hook", "The hook is not that of the service.", detail=detail))
    lacking = [key for key in service.context if not request.context.get(key)]
    if lacking:
        wrong = [{"key": f"context.{key}", "reason": "Field required"} for key in lacking]
        raise Refused(problem(400, "invalid", "The request does not fit the hook.", errors=wrong))
    notes = _notes(request, desk.setup.most_characters)
    report = desk.together(notes)
    cards, known = [], []
    for query in report.queries:
        card = _card(query)
        cards.append(card)
        known.append((card["uuid"], query.id, query.rules_version))
    if tip := _tip(desk.draft(report)):
        cards.append(tip)
        known.append((tip["uuid"], "", ""))
    return Answer(200, json.dumps({"cards": cards}).encode(), cards=tuple(known))


def _notes(request: HookRequest, most: int) -> list[Note]:
    """The documents of the encounter, with the claim that the other resources make; 412 where there is neither."""
    given = request.context.get("note")
    _of_one_patient(request)
    resources = list(_resources(request.prefetch or {}))
    if isinstance(given, dict) and "resourceType" not in given:
        notes = [note_of(validated(CheckRequest, given), most_characters=most)]
    else:
        notes = _documents([*resources, *([given] if isinstance(given, dict) else [])], request)
    encounter = request.context.get("encounterId")
    id_ = encounter if isinstance(encounter, str) else None
    claim = _claim(resources, id_, request.context.get("draftOrders"))
    joined = [
        _of_patient(note, request).model_copy(update={"encounter_id": id_, "claim": _joined(note.claim, claim)})
        for note in notes
    ]
    for note in joined:
        fitting(note, most_characters=most)
    sent = {*(request.prefetch or ()), *(given if isinstance(given, dict) else ())}
    if not any(note.claim.codes for note in joined) and not sent & {"conditions", "codes"}:
        raise Refused(_lacking("no-codes", "The diagnoses are not in the request.", _how_sent(request, "conditions")))
    return joined


def _of_patient(note: Note, request: HookRequest) -> Note:
    """A note without an id is known by its patient: an answer about one is not taken for one about another."""
    if note.is_named:
        return note
    patient = str(request.context["patientId"]).removeprefix("Patient/")
    return note.model_copy(update={"id": f"Patient/{patient}{note.id.removeprefix(NAMELESS)}"})


def _of_one_patient(request: HookRequest) -> None:
    """What a client sends by mistake of another patient is not shown to whoever treats this one."""
    patient = f"Patient/{str(request.context['patientId']).removeprefix('Patient/')}"
    sent = [*_resources(request.prefetch or {}), *_resources(request.context)]
    for item in sent:
        whose = key_of(item.get("subject")) or key_of(item.get("patient"))
        if whose and whose.startswith("Patient/") and whose != patient:
            detail = f"a {item.get('resourceType')} is not of context.patientId"
            raise Refused(problem(400, "other-patient", "The request holds what is of another patient.", detail=detail))


def _documents(resources: list[Resource], request: HookRequest) -> list[Note]:
    notes, unread = documents({"resourceType": "Bundle", "entry": [{"resource": item} for item in resources]})
    if not notes:
        read = any(item.get("resourceType") in DOCUMENTS for item in resources)
        why = reasons(unread) if read else _how_sent(request, "documents")
        raise Refused(_lacking("no-note", "The note is not in the request.", why))
    return notes


def _lacking(kind: str, title: str, why: str) -> Answer:
    detail = f"{why}. It is taken from prefetch and context only: nothing is fetched."
    return problem(412, kind, title, detail=detail)


def _how_sent(request: HookRequest, key: str) -> str:
    """How a key of the prefetch came."""
    prefetch = request.prefetch or {}
    if key not in SERVICES[request.service].prefetch:
        return "context.note is no document of FHIR"
    if key not in prefetch:
        return f"prefetch.{key} is absent"
    value = prefetch[key]
    if isinstance(value, dict) and value.get("resourceType") == "OperationOutcome":
        return f"prefetch.{key} is an OperationOutcome"
    return f"prefetch.{key} is null" if value is None else f"prefetch.{key} holds none"


def _resources(prefetch: Mapping[str, Any]) -> Iterator[Resource]:
    """The resources of all keys; null is a key without data."""
    for value in prefetch.values():
        if isinstance(value, dict) and value.get("resourceType") == "Bundle":
            yield from (item for entry in many(value, "entry") if isinstance(item := entry.get("resource"), dict))
        elif isinstance(value, dict):
            yield value


def _claim(resources: list[Resource], encounter: str | None, orders: Any) -> Claim:
    """What is claimed for the encounter, and what is about to be ordered."""
    facts = Facts(InMemory(), alone=True)
    for item in resources:
        facts.add(item)
    claim = facts.claim({"reference": f"Encounter/{encounter}"} if encounter else None)
    ordered = [order for item in many(orders, "entry") if isinstance(order := item.get("resource"), dict)]
    procedures = (code for order in ordered for code in codes_in(order.get("code"), PROCEDURES))
    reasons = (reason for order in ordered for reason in many(order, "reasonCode"))
    codes = (code for reason in reasons for code in codes_in(reason, ICD10CM))
    return claim.model_copy(
        update={
            "codes": each_once((*claim.codes, *codes)),
            "procedures": each_once((*claim.procedures, *procedures)),
        }
    )


def _joined(own: Claim, claim: Claim) -> Claim:
    return own.model_copy(
        update={
            "codes": own.codes or claim.codes,
            "procedures": each_once((*own.procedures, *claim.procedures)),
            "payer": own.payer or claim.payer,
            "setting": claim.setting if own.setting == "outpatient" else own.setting,
            "date_of_service": own.date_of_service or claim.date_of_service,
        }
    )


def _card(query: Query) -> dict[str, Any]:
    """One query: its title is the summary, the query whole the detail."""
    quotes = [
        f"> {_plain(item.quote)}  \n> ({_plain(item.source or item.section or 'note')})" for item in query.indicators
    ]
    options = [f"- {_plain(option)}" for option in query.options]
    known_by = _plain(f"Query {query.id}, rules {query.rules_version}")
    parts = [_plain(query.problem), *quotes, f"**{_plain(query.question)}**", "\n".join(options), known_by]
    return {
        "uuid": str(uuid4()),
        "summary": _cut(query.title),
        "detail": "\n\n".join(filter(None, parts)),
        "indicator": "warning",
        "source": {
            **_SOURCE,
            "topic": {"system": "urn:chartgap:query", "code": query.template, "display": query.title},
        },
        "overrideReasons": [reason.coding for reason in OVERRIDE_REASONS],
    }


def _tip(draft: Draft) -> dict[str, Any] | None:
    """What may be added beside what the queries ask, the quickest first, on one card."""
    items = [item for item in draft.items if item.query_id is None]
    if not items:
        return None
    names = [told_plainly(item.element) for item in items]
    more = f" and {len(names) - _MOST_ITEMS} more" if len(names) > _MOST_ITEMS else ""
    lines = [f"- {_plain(item.prompt)}" for item in items]
    return {
        "uuid": str(uuid4()),
        "summary": _cut(f"The note is silent or brief on: {', '.join(names[:_MOST_ITEMS])}{more}"),
        "detail": "\n".join(["What may be added, where it is known:", "", *lines]),
        "indicator": "info",
        "source": _SOURCE,
        "overrideReasons": [reason.coding for reason in OVERRIDE_REASONS],
    }


def _plain(text: str) -> str:
    """On one line, with nothing that Markdown would act on: a note cannot bring a link or a picture."""
    return html.escape(_MARKS.sub(r"\\\1", " ".join(text.split())), quote=False)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SUMMARY else f"{text[: _LONGEST_SUMMARY - 1]}…"
