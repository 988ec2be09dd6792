"""What a question about a row rests on that was read off a title: what the assessment says of the title's condition.

A place or a side alone may be anybody's: "sacrum not tender" is no word of an ulcer of the sacrum. And where the
condition is only told in passing, the code is what is wrong with the claim, not the lack of a detail.
"""

from collections.abc import Mapping, Sequence

from chartgap.assess.scene import ASSESSED, Chart
from chartgap.knowledge.derived import DerivedRow, Said
from chartgap.knowledge.queries import Trigger
from chartgap.model import CodeResult, RequirementResult

Titles = Mapping[str, Sequence[DerivedRow]]
"""The rows that the title of each code without a file asks."""

_CATEGORY = len("M25")


def rests_on(
    row: RequirementResult, trigger: Trigger, result: CodeResult, asked: Sequence[DerivedRow], chart: Chart
) -> tuple[int, ...]:
    """Indexes of findings; () where the note does not assess the condition, and nothing is to be asked."""
    if not trigger.quoting:
        return row.evidence
    if not asked:
        return ()
    told = (index for other in result.requirements if other.element in trigger.quoting for index in other.evidence)
    rests = [index for index in dict.fromkeys(told) if _assesses(asked[0].condition, index, chart)]
    return tuple(rests)


def category(code: str) -> str:
    """Codes of one category leave the same open; of two, the quoted condition is not the same."""
    return code[:_CATEGORY]


def _assesses(condition: tuple[Said, ...], index: int, chart: Chart) -> bool:
    finding = chart.findings[index]
    return finding.section in ASSESSED and (
        not condition or chart.sentence_affirms(finding, [said.pattern for said in condition])
    )
