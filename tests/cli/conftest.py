import re
from types import SimpleNamespace

import pytest

from chartgap.checker import Checker
from chartgap.knowledge.icd10cm import load_icd10cm
from chartgap.knowledge.queries import QueryPack
from chartgap.knowledge.releases import Releases
from chartgap.model import CodeResult, Finding, RequirementResult

TITLE = "Radiculopathy, cervical region"


class FakeExtractor:
    """Finds "Spurling … left|right", and crashes on "CRASH"."""

    def extract(self, text):
        if "CRASH" in text:
            raise ValueError(f"cannot cope with {text}")
        return tuple(
            Finding(element="spurling", value="negative", side=match[1], start=match.start(), end=match.end(),
                    text=match[0], section="exam", rule_id="spurling.test")
            for match in re.finditer(r"Spurling\D*?(left|right)", text)
        )  # fmt: skip


def requirement(status, *, id_="M54.12.spurling", level="required", evidence=()):
    return RequirementResult(
        id=id_, element="spurling", level=level, basis="support", status=status, evidence=evidence,
        reason="Not documented; this needs the test by name.", source="seed 002 tip 1", verified=False,
    )  # fmt: skip


def fake_assess(chart, codes):
    """M54.12 and its header M54.1 have one row, met by any finding; M54.2 has one that is only recommended."""
    results, findings = [], chart.findings
    for code in chart.note.claim.codes:
        if code in {"M54.12", "M54.1"}:
            row = requirement("met" if findings else "missing", evidence=tuple(range(len(findings))))
            verdict = "supported" if findings else "incomplete"
            results.append(
                CodeResult(code=code, description=TITLE, billable=True, verdict=verdict, requirements=(row,))
            )
        if code == "M54.2":
            row = requirement("missing", id_="M54.2.spurling", level="recommended")
            results.append(
                CodeResult(
                    code=code, description="Cervicalgia", billable=True, verdict="supported", requirements=(row,)
                )
            )
    return tuple(results)


@pytest.fixture
def checker():
    catalog = SimpleNamespace(
        icd=load_icd10cm(),
        releases=Releases(),
        version="0123456789ab",
        codes={},
        alerts={},
        queries=QueryPack(),
        payers={},
    )
    return Checker(catalog, extractor=FakeExtractor(), assess=fake_assess)


@pytest.fixture
def fake_checker(monkeypatch, checker):
    """The command line with the fake engine."""

    def make(*, patterns, releases, **_):
        checker.catalog.releases = Releases(releases)
        return checker

    monkeypatch.setattr("chartgap.checker.Checker", make)
