"""What a question about a row rests on that was read off a title: the sentences that speak of the title's condition.

A place or a side alone may be anybody's: "sacrum not tender" is no word of an ulcer of the sacrum.
"""

import re
from collections.abc import Mapping, Sequence

from chartgap.assess.scene import Chart
from chartgap.knowledge.derived import DerivedRow
from chartgap.knowledge.queries import Trigger
from chartgap.model import CodeResult, RequirementResult

Titles = Mapping[str, Sequence[DerivedRow]]
"""The rows that the title of each code without a file asks."""

_CATEGORY = len("M25")


def rests_on(
    row: RequirementResult, trigger: Trigger, result: CodeResult, asked: Sequence[DerivedRow], chart: Chart
) -> tuple[int, ...]:
    """Indexes of findings; () where the note does not speak of the condition, and nothing is to be asked."""
    if not trigger.quoting:
        return row.evidence
    if not asked:
        return ()
    condition = asked[0].condition
    told = (index for other in result.requirements if other.element in trigger.quoting for index in other.evidence)
    rests = [index for index in dict.fromkeys(told) if _speaks_of(condition, index, chart)]
    return (*row.evidence, *rests) if rests else ()


def category(code: str) -> str:
    """Codes of one category leave the same open; of two, the quoted condition is not the same."""
    return code[:_CATEGORY]


def _speaks_of(condition: tuple[str, ...], index: int, chart: Chart) -> bool:
    sentence = chart.sentence(chart.findings[index]).lower()
    return not condition or any(re.search(word, sentence) for word in condition)
