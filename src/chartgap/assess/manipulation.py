"""Which spinal regions a note says were manipulated, and whether they are as many as the code on the claim is for."""

import re
from typing import NamedTuple

from chartgap.assess.scene import Scene

TREATED = ("adjust*", "manipulat*", "CMT", "HVLA", "mobiliz*", "treated")
CMT = re.compile(r"\b(?:adjust|manipulat|CMT\b|HVLA|mobiliz|treated)", re.I)
_REGION_WORDS = {
    "cervical": r"cervic\w*|neck|occip\w*|C-?spine|C[1-7]\b",
    "thoracic": r"thorac\w*|mid-?back|T-?spine|T(?:1[0-2]|[1-9])\b",
    "lumbar": r"lumb\w*|low(?:er)?\sback|L-?spine|L[1-5]\b",
    "sacral": r"sacr(?:al|um)|S1\b|sacroiliac|SI\sjoints?",
    "pelvic": r"pelvi\w*|ilium|ilia",
}
_REGIONS = {name: re.compile(rf"\b(?:{words})", re.I) for name, words in _REGION_WORDS.items()}
_CMT_REGIONS = {"98940": (1, 2), "98941": (3, 4), "98942": (5, 5)}


class Manipulated(NamedTuple):
    """The manipulation codes of the claim and the regions that the note says were treated."""

    billed: tuple[str, ...]
    treated: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether there is one code, and it is for as many regions."""
        if len(self.billed) != 1:
            return False
        low, high = _CMT_REGIONS[self.billed[0]]
        return low <= len(self.treated) <= high


def manipulated(scene: Scene) -> Manipulated:
    """Line by line: a region counts where its line speaks of treatment."""
    billed = sorted({line.code for line in scene.claim.lines if line.code in _CMT_REGIONS})
    lines = [line for line in scene.chart.note.text.splitlines() if CMT.search(line)]
    treated = [name for name, words in _REGIONS.items() if any(words.search(line) for line in lines)]
    return Manipulated(tuple(billed), tuple(treated))


def regions_as_billed(scene: Scene) -> tuple[int, ...] | None:
    """The regions treated are as many as the manipulation code on the claim is for."""
    return () if manipulated(scene).fits else None


def other_regions_than_billed(scene: Scene) -> tuple[int, ...] | None:
    """Regions treated are named, and the manipulation code on the claim is for another number of them."""
    found = manipulated(scene)
    return () if found.treated and not found.fits else None
