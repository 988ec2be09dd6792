"""Code systems as exchange formats name them, and the words that they share: settings, days, codes each once."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from chartgap.model import Setting

ICD10CM_CODE = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
ICD10CM = frozenset({
    "http://hl7.org/fhir/sid/icd-10-cm", "https://hl7.org/fhir/sid/icd-10-cm", "2.16.840.1.113883.6.90",
    "urn:oid:2.16.840.1.113883.6.90", "i10", "i10c", "icd10", "icd-10", "icd10cm", "icd-10-cm", "i10cm", "10",
})  # fmt: skip
"""In lower case. The short ones are those of HL7 version 2, where they are only looked for."""
PROCEDURES = frozenset({
    "http://www.ama-assn.org/go/cpt", "https://www.ama-assn.org/go/cpt", "2.16.840.1.113883.6.12",
    "urn:oid:2.16.840.1.113883.6.12", "2.16.840.1.113883.6.285", "urn:oid:2.16.840.1.113883.6.285",
    "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets", "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets",
    "https://bluebutton.cms.gov/resources/codesystem/hcpcs", "http://hl7.org/fhir/sid/hcpcs", "c4", "cpt4", "cpt",
    "cpt-4", "hcpcs", "hcpt", "hpc",
})  # fmt: skip
PROCEDURE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")

_SETTINGS: Mapping[str, Setting] = {
    "AMB": "outpatient", "HH": "outpatient", "FLD": "outpatient", "OBSENC": "outpatient", "SS": "outpatient",
    "PRENC": "outpatient", "VR": "telehealth", "IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient",
    "EMER": "emergency",
    # HL7 version 2, table 0004
    "O": "outpatient", "R": "outpatient", "P": "outpatient", "B": "inpatient", "C": "outpatient", "I": "inpatient",
    "E": "emergency",
}  # fmt: skip


def setting_of(code: str | None) -> Setting | None:
    """What a class of encounters means here, if it is one that is known."""
    return _SETTINGS.get((code or "").strip().upper())


def day_of(text: str | None) -> dt.date | None:
    """The day of 2026-05-31T09:30:00Z or of 20260531093000-0500; None for what is no whole day."""
    match = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", (text or "").strip())
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def each_once(items: Iterable[str | None]) -> tuple[str, ...]:
    """In their order, without blanks around them; what is empty is left out."""
    return tuple(dict.fromkeys(text for item in items if (text := (item or "").strip())))
