"""HL7 FHIR R4: a Bundle a report, with what a chart review system takes in.

A gap or alert is a DetectedIssue, a query a Task with the Questionnaire to answer it by, what could not be assessed an
OperationOutcome. Resources name the note by identifier; evidence is quoted with its character offsets. The URNs
name chartgap's own requirement and alert ids: they are no published code system.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chartgap.model import Alert, Finding, Indicator, Query, Report, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import alerts_in_order, cited, escaped, gaps_in_order, sourced

Resource = dict[str, Any]

_URN = "urn:chartgap"
_DOCUMENT = re.compile(r"(DocumentReference|Composition|DiagnosticReport)/[A-Za-z0-9.-]{1,64}")
_ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
_FIELD = {"choice": "open-choice", "text": "text", "datetime": "dateTime"}
_ALERT_SEVERITY = {"error": "high", "warning": "moderate", "info": "low"}


def render_fhir(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One Bundle, indented; several reports are several Bundles, one a line (newline-delimited JSON)."""
    bundles = (_bundle(item.report) for item in checked)
    first = next(bundles, None)
    if first is None:
        return
    second = next(bundles, None)
    if second is None:
        yield escaped(json.dumps(first, indent=2, ensure_ascii=False)) + "\n"
        return
    for bundle in (first, second, *bundles):
        yield escaped(json.dumps(bundle, ensure_ascii=False)) + "\n"


def _bundle(report: Report) -> Resource:
    entries = [{"fullUrl": _url(report, resource), "resource": resource} for resource in _resources(report)]
    identifier = {"system": f"{_URN}:report", "value": report.note_id}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": identifier,
        **({"entry": entries} if entries else {}),
    }


def _resources(report: Report) -> Iterator[Resource]:
    issues = [*_outcomes(report)]
    if issues:
        yield {"resourceType": "OperationOutcome", "id": _id(report, "outcome"), "issue": issues}
    for result in report.codes:
        for row in gaps_in_order(result):
            yield _gap(report, row, result.code, result.description)
    for alert in alerts_in_order(report):
        yield _alert(report, alert)
    for query in report.queries:
        questionnaire = _questionnaire(report, query)
        yield questionnaire
        yield _task(report, query, _url(report, questionnaire))


def _outcomes(report: Report) -> Iterator[Resource]:
    for error in report.errors:
        yield {"severity": "error", "code": "code-invalid", "diagnostics": error}
    for notice in report.notices:
        yield {"severity": "information", "code": "informational", "diagnostics": notice}


def _gap(report: Report, row: RequirementResult, code: str, description: str) -> Resource:
    said = f"{row.reason} ({row.status}, {row.level}, {row.basis.replace('_', ' ')})"
    return {
        **_issue(report, row.id, row.evidence),
        "code": _rule(row.id, f"Documentation {row.status}"),
        "severity": "low" if row.level == "recommended" else "moderate",
        "detail": f"{said} Source: {sourced(row.source, verified=row.verified)}.",
        **_implicated(report, [(code, description)]),
    }


def _alert(report: Report, alert: Alert) -> Resource:
    titles = {result.code: result.description for result in report.codes}
    codes = [(code, titles.get(code, "")) for code in (alert.code, *alert.related_codes) if code]
    return {
        **_issue(report, alert.id, alert.evidence, alert.quotes),
        "code": _rule(alert.id, "Claim and note disagree"),
        "severity": _ALERT_SEVERITY[alert.severity],
        "detail": f"{alert.message} Source: {sourced(alert.source, verified=alert.verified)}.",
        **_implicated(report, codes),
    }


def _issue(report: Report, name: str, evidence: Iterable[int], words: Iterable[Indicator] = ()) -> Resource:
    quotes = [*(_evidence(report.findings[index]) for index in evidence), *map(_words, words)]
    return {
        "resourceType": "DetectedIssue",
        "id": _id(report, name),
        "status": "preliminary",
        **({"evidence": quotes} if quotes else {}),
    }


def _rule(name: str, text: str) -> Resource:
    return {"coding": [{"system": f"{_URN}:rule", "code": name}], "text": text}


def _implicated(report: Report, codes: Iterable[tuple[str, str]]) -> Resource:
    """The note, and the claimed codes as contained conditions: a DetectedIssue has no field for a code claimed."""
    conditions = [
        {
            "resourceType": "Condition",
            "id": f"code{number}",
            "subject": {"display": "the patient of the note"},
            "code": {"coding": [{"system": _ICD10CM, "code": code, **({"display": title} if title else {})}]},
        }
        for number, (code, title) in enumerate(dict.fromkeys(codes), 1)
    ]
    references = [{"reference": f"#{condition['id']}"} for condition in conditions]
    return {**({"contained": conditions} if conditions else {}), "implicated": [_note(report), *references]}


def _note(report: Report) -> Resource:
    """By its identifier here; where the note was a document of FHIR, by reference too."""
    document = _DOCUMENT.fullmatch(report.note_id)
    kind = document[1] if document else "DocumentReference"
    identifier = {"system": f"{_URN}:note", "value": report.note_id}
    return {**({"reference": document[0]} if document else {}), "type": kind, "identifier": identifier}


def _evidence(finding: Finding) -> Resource:
    offsets = [*_offsets(finding), {"url": "assertion", "valueString": finding.assertion}]
    return {
        "extension": [{"url": f"{_URN}:evidence", "extension": offsets}],
        "code": [_rule(finding.rule_id, finding.text)],
    }


def _words(item: Indicator) -> Resource:
    return {"extension": [{"url": f"{_URN}:evidence", "extension": _offsets(item)}], "code": [{"text": item.quote}]}


def _questionnaire(report: Report, query: Query) -> Resource:
    options = [{"valueString": option} for option in query.options]
    answer = {"linkId": "answer", "text": query.question, "type": "open-choice", "answerOption": options}
    return {
        "resourceType": "Questionnaire",
        "id": _id(report, f"{query.id}.questionnaire"),
        "status": "active",
        "title": query.title,
        "item": [
            *([{"linkId": "problem", "type": "display", "text": query.problem}] if query.problem else []),
            *(_shown(number, indicator) for number, indicator in enumerate(query.indicators, 1)),
            answer if options else {**{key: answer[key] for key in ("linkId", "text")}, "type": "text"},
            *(
                {"linkId": item.name, "text": item.label, "type": _FIELD[item.kind]}
                for item in query.response_fields
                if item.name != "answer"
            ),
        ],
    }


def _shown(number: int, item: Indicator) -> Resource:
    return {
        "extension": [{"url": f"{_URN}:evidence", "extension": _offsets(item)}],
        "linkId": f"indicator{number}",
        "type": "display",
        "text": cited(item),
    }


def _offsets(words: Finding | Indicator) -> list[Resource]:
    note = [{"url": "note", "valueString": words.note_id}] if words.note_id is not None else []
    return [{"url": "start", "valueInteger": words.start}, {"url": "end", "valueInteger": words.end}, *note]


def _task(report: Report, query: Query, questionnaire: str) -> Resource:
    return {
        "resourceType": "Task",
        "id": _id(report, query.id),
        "identifier": [{"system": f"{_URN}:query", "value": query.id}],
        "status": "requested",
        "intent": "proposal",
        "code": {"text": "Documentation clarification"},
        "description": query.title,
        "focus": {"reference": questionnaire, "type": "Questionnaire"},
        "for": {"display": "the patient of the note"},
        "reasonReference": _note(report),
    }


def _id(report: Report, name: str) -> str:
    """The same report and rule have the same id on every run, so that a receiver can replace and not repeat."""
    return str(uuid5(NAMESPACE_URL, f"{_URN}:{report.note_id}:{name}"))


def _url(report: Report, resource: Resource) -> str:
    return f"urn:uuid:{resource['id']}"
