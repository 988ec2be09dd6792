from chartgap.knowledge.codes import CodeRequirements
from chartgap.render.as_help import code_list, code_page, requirement_page

ITEM = CodeRequirements.model_validate(
    {
        "code": "M54.12",
        "title": "Radiculopathy, cervical region",
        "also_for": ["M54.1"],
        "anchor": [{"element": "diagnosis"}],
        "requirements": [
            {
                "id": "M54.12.duration", "element": "duration", "level": "recommended", "basis": "support",
                "needs": "a number and a unit", "not_enough": '"longstanding"', "why": "Payers ask.", "source": "003",
                "verified": False, "met": [{"element": "duration"}],
                "raised": [{"when": {"says": "an injection is claimed", "procedure": "epidural_injection"},
                            "level": "required", "basis": "payer"}],
                "examples": [{"text": "For 6 weeks.\nWorse.", "status": "met"},
                             {"text": "Longstanding.", "status": "missing",
                              "procedures": ["62321"], "payer": "medicare"}],
            },
            {
                "id": "M54.12.chronic", "element": "chronicity", "level": "conditional", "basis": "code_assignment",
                "needs": "the word chronic", "why": "G89.", "source": "G I.C.6", "verified": True,
                "when": {"says": "G89.29 is claimed too", "code": "G89.29"}, "met": [{"element": "chronicity"}],
                "examples": [{"text": "Chronic.", "status": "met", "codes": ["M54.12", "G89.29"]}],
            },
        ],
    }
)  # fmt: skip


def test_code_list():
    assert code_list([ITEM]) == "M54.12      2 requirements  Radiculopathy, cervical region"


def test_code_page():
    assert (
        code_page(ITEM)
        == """\
M54.12 Radiculopathy, cervical region
also for the headers M54.1

M54.12.duration  recommended, support
  a number and a unit
  required, payer when an injection is claimed
  source: 003 (not verified)

M54.12.chronic  conditional, code assignment
  the word chronic
  only when G89.29 is claimed too
  source: G I.C.6 (verified)"""
    )


def test_requirement_page():
    assert (
        requirement_page(ITEM.requirements[0])
        == """\
M54.12.duration  recommended, support
  satisfied by: a number and a unit
  not enough: "longstanding"
  why: Payers ask.
  required, payer when an injection is claimed
  source: 003 (not verified)

examples
  met
    For 6 weeks.
    Worse.
  missing (claim: 62321 medicare)
    Longstanding."""
    )
