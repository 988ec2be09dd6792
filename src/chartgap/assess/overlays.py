"""The payers' rows of a claim: off unless payer and procedure match. Pure, like everything in assess."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache

from chartgap.assess.matching import holds, pays
from chartgap.assess.requirements import Assessor
from chartgap.assess.scene import Chart, Scene
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.codes import Condition
from chartgap.knowledge.payer_names import ANY, PAYER_GROUPS
from chartgap.knowledge.payers import Mark, Pack
from chartgap.model import RequirementResult

Rows = Mapping[str, Sequence[RequirementResult]]
"""What payers' packs say, by the claimed code under which it is told."""
_LIKE = 0.8
"""How alike two names are where one may be the other misspelt: "Medcare" is Medicare, "Medicaid" is not."""
_SHORTEST = 5
"""Abbreviations of fewer letters are alike by chance."""


class Overlays:
    """The packs, ready to assess notes; one a catalog."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = [_Ready(pack) for pack in packs]

    def rows(self, chart: Chart, codes: Sequence[str]) -> Rows:
        """What became of every row of every pack that the claim calls for, under the codes that can carry rows.

        A pack about some codes is told under the first of them, any other under the first code.
        """
        found: dict[str, list[RequirementResult]] = {}
        for ready in self._packs:
            code = next((code for code in codes if code.startswith(ready.pack.code or ("",))), None)
            mark = ready.mark(Scene(chart, code)) if code else None
            if code and mark:
                found.setdefault(code, []).extend(ready.assess(Scene(chart, code), mark))
        return found

    def unknown_payer(self, payer: str | None) -> str | None:
        """What to tell where no pack knows the payer; what the claim says is not repeated."""
        names = frozenset(item.name for ready in self._packs for item in ready.pack.payer) - {ANY}
        return _unknown_payer(payer, names) if payer else None


@lru_cache(maxsize=1024)
def _unknown_payer(payer: str, names: frozenset[str]) -> str | None:
    groups = [name for name in names if name in PAYER_GROUPS]
    phrases = {*(names - set(groups)), *(phrase for name in groups for phrase in PAYER_GROUPS[name].names)}
    if has_phrase(payer, phrases):
        return None  # known, though perhaps a plan that its packs are not about
    near = _nearest(payer, phrases)
    told = "no rules of payers are about the payer that the claim names; `chartgap payers` lists those that are known"
    return f"{told}. The nearest known name is {near}" if near else told


def _nearest(payer: str, phrases: Iterable[str]) -> str | None:
    """The known name that a word of the payer's, or two or three together, may be a misspelling of."""
    known = {phrase.lower(): phrase for phrase in sorted(phrases) if len(phrase) >= _SHORTEST}
    words = re.findall(r"\w+", payer.lower())
    tried = [" ".join(words[at : at + size]) for size in (3, 2, 1) for at in range(len(words) - size + 1)]
    found = (get_close_matches(said, known, n=1, cutoff=_LIKE) for said in tried)
    return next((known[match[0]] for match in found if match), None)


class _Ready:
    """A pack with its rows ready to be judged."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    @cached_property
    def _assessor(self) -> Assessor:
        return Assessor(self.pack.requirements)

    @cached_property
    def _service(self) -> Condition | None:
        pack = self.pack
        return Condition(procedure=pack.procedure, setting=pack.setting) if pack.procedure or pack.setting else None

    def mark(self, scene: Scene) -> Mark | None:
        """How far the policies are those of the claim's payer; None where payer, procedure or setting do not match."""
        named = self.pack.id in scene.claim.overlays
        if not (self.pack.enabled or named) or not (self._service is None or holds(self._service, scene)):
            return None
        marks = [payer.mark for payer in self.pack.payer if named or pays((payer.name,), scene.claim.payer)]
        return "V" if "V" in marks else next(iter(marks), None)

    def assess(self, scene: Scene, mark: Mark) -> Iterator[RequirementResult]:
        """The rows; none is verified for a payer whose own page was not read."""
        for row in self._assessor.result(scene).requirements:
            yield row if mark == "V" else row.model_copy(update={"verified": False})
