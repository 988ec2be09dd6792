"""Forty queries that break a rule: a compliant one with one thing changed, or written whole; and the rule it breaks."""

BASE = """Title: Side of symptoms
Progress note 3/2/2026: "pain radiates down the arm"
{problem}
{question}
{options}
"""
PROBLEM = "The side of the arm is not stated."
QUESTION = "Which side is affected?"
OPTIONS = "[ ] Left\n[ ] Right\n[ ] Other\n[ ] Unable to determine"


def query(*, problem=PROBLEM, question=QUESTION, options=OPTIONS):
    return BASE.format(problem=problem, question=question, options=options)


def said(sentence):
    return query(problem=sentence)


YES_NO = "[ ] Yes\n[ ] No\n[ ] Other\n[ ] Unable to determine"

CASES = {
    # rule 1
    "nothing quoted": (1, "Title: Side\nThe arm hurts.\nWhich side is affected?\n", (1, 1)),
    "findings told, not quoted": (1, "Title: Renal\nLabs: creatinine 2.9.\nWhat do these values represent?\n", (1, 1)),
    # rule 2
    "a quote from nowhere": (2, 'Title: Side\nIt reads "pain in the arm".\nWhich side is affected?\n', (2, 10)),
    "a list without a source": (2, 'Title: Side\nIndicators:\n- "pain in the arm"\nWhich side is affected?\n', (3, 3)),
    # rule 4
    "no question": (4, query(question="The side."), (1, 1)),
    "two questions": (4, query(question="Which side is affected? At which level?"), (4, 39)),
    "two questions in one": (4, query(question="Which side is affected, and what is the cause?"), (4, 23)),
    "two requests": (4, query(question="Please specify the side. Please also document the level."), (4, 26)),
    # rule 5
    "reimbursement": (5, said("The side is needed for reimbursement."), (3, 24)),
    "payment": (5, said("Payment depends on the side."), (3, 1)),
    "payer": (5, said("The payer wants the side."), (3, 5)),
    "Medicare": (5, said("Medicare asks for the side."), (3, 1)),
    "the claim": (5, said("It goes on the claim."), (3, 12)),
    "DRG": (5, said("The side moves the DRG."), (3, 20)),
    "a CC": (5, said("The condition is a CC."), (3, 18)),
    "MCC": (5, said("An MCC is possible."), (3, 4)),
    "HCC": (5, said("It belongs to an HCC."), (3, 18)),
    "denial": (5, said("A denial is possible."), (3, 3)),
    "be denied": (5, said("Without a side it will be denied."), (3, 24)),
    "audit": (5, said("The chart is under audit."), (3, 20)),
    "medical necessity": (5, said("Medical necessity is open."), (3, 1)),
    "coverage policy": (5, said("The coverage policy names a side."), (3, 5)),
    "quality measure": (5, said("The quality measure needs it."), (3, 5)),
    "severity of illness": (5, said("It shows the severity of illness."), (3, 14)),
    "impact of the answer": (5, said("Your answer will affect the score."), (3, 1)),
    "payment in an option": (5, query(options=OPTIONS.replace("Left", "Left (higher payment)")), (5, 18)),
    # rule 6
    "don't you agree": (6, said("Don't you agree that it is the left."), (3, 1)),
    "please confirm that": (6, said("Please confirm that it is the left."), (3, 1)),
    "clearly": (6, said("It is clearly the left."), (3, 7)),
    "we believe": (6, said("We believe that it is the left."), (3, 1)),
    "should be documented as": (6, said("It should be documented as left."), (3, 4)),
    "please document a new condition": (6, said("The findings suggest sepsis."), (3, 14)),
    "ticked": (6, query(options=OPTIONS.replace("[ ] Left", "[x] Left")), (5, 5)),
    "recommended": (6, query(options=OPTIONS.replace("Left", "Left (recommended)")), (5, 5)),
    # rule 7
    "title names a condition": (7, query().replace("Side of symptoms", "Acute kidney injury"), (1, 14)),
    # rule 9
    "no other": (9, query(options="[ ] Left\n[ ] Right\n[ ] Both\n[ ] Unable to determine"), (5, 5)),
    "no way out": (9, query(options="[ ] Left\n[ ] Right\n[ ] Both\n[ ] Other"), (5, 5)),
    # rule 13
    "yes or no to something new": (13, query(question="Does the patient have pneumonia?", options=YES_NO), (4, 32)),
    "yes or no to a detail": (13, query(question="Is the pain on the left?", options=YES_NO), (4, 24)),
    # rule 14
    "an earlier visit without a date": (14, said("A prior visit told the left."), (3, 3)),
    # rule 16
    "criteria without a source": (16, said("The usual criteria are met."), (3, 11)),
}

NOTE = """HPI: Pain radiates down the arm since
May; denies numbness. He says "it burns".
EXAM: triceps 4/5.
"""

FOREIGN = {
    "not in the note": 'Title: Side\nHPI: "pain radiates down the leg"\nWhich side is affected?\n',
    "a part of a word": 'Title: Side\nHPI: "pain radiates down the ar"\nWhich side is affected?\n',
    "one of two": 'Title: Side\nHPI: "denies numbness", exam: "biceps 4/5"\nWhich side is affected?\n',
    "parts in the wrong order": 'Title: Side\nHPI: "numbness ... pain radiates"\nWhich side is affected?\n',
}
"""Rule 3: compliant but for words that NOTE does not hold."""

VERBATIM = {
    "as it stands": "radiates down the arm",
    "over a line end": "since May",
    "wrapped by the query": "pain radiates\n  down the arm",
    "in capitals, with a stop": "TRICEPS 4/5.",
    "left out": "Pain radiates … since May",
    "left out, in brackets": "pain radiates [...] denies numbness",
}
"""All in NOTE."""
