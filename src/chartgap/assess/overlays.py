"""The payers' rows of a claim: off unless payer and procedure match. Pure, like everything in assess."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from chartgap.assess.matching import holds, pays
from chartgap.assess.requirements import Assessor
from chartgap.assess.scene import Chart, Scene
from chartgap.knowledge.codes import Condition
from chartgap.knowledge.payers import Mark, Pack
from chartgap.model import RequirementResult

Rows = Mapping[str, Sequence[RequirementResult]]
"""What payers' packs say, by the claimed code under which it is told."""


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
