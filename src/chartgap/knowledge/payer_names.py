"""How payers are named on claims: groups of names that patterns/ may write for `payer`; any other name is a phrase.

"Medicare" on a claim is also the name of its contractor or jurisdiction. Plans of Medicare Advantage are told apart
from original Medicare: that they follow its determinations is background knowledge, not read in a source.
"""

from typing import NamedTuple

ANY = "any"
"""Whichever payer is named."""

# Jurisdictions of the contractors for parts A and B: background knowledge.
_JURISDICTIONS = ("J5", "J6", "J8", "J15", "JE", "JF", "JH", "JJ", "JK", "JL", "JM", "JN")
_CONTRACTORS = (
    *("NGS", "National Government Services", "Noridian", "Palmetto", "Palmetto GBA", "First Coast", "FCSO", "Novitas"),
    *("CGS", "CGS Administrators", "WPS GHA", "WPS Government Health Administrators", "A/B MAC"),
    *(phrase for name in _JURISDICTIONS for phrase in (f"MAC {name}", f"{name} MAC", f"jurisdiction {name}")),
)
_BLUE = ("Blue Cross", "BlueCross", "Blue Shield", "BlueShield", "BCBS", "BCBSSC", "BC/BS")
_ADVANTAGE = ("Advantage", "Part C", "MA plan", "Medicare HMO", "Medicare PPO")
_BESIDE_MEDICARE = ("non-Medicare", "not Medicare", "Medicare supplement", "supplement to Medicare", "Medigap")


class PayerGroup(NamedTuple):
    """Whole words, any case: one of `names`, one of `beside` where it is not empty, none of `lacks`."""

    names: tuple[str, ...]
    beside: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


PAYER_GROUPS: dict[str, PayerGroup] = {
    "medicare": PayerGroup(("Medicare", *_CONTRACTORS), lacks=_BESIDE_MEDICARE),
    "original_medicare": PayerGroup(("Medicare", *_CONTRACTORS), lacks=(*_BESIDE_MEDICARE, *_ADVANTAGE)),
    "medicare_advantage": PayerGroup(("Medicare",), beside=_ADVANTAGE, lacks=_BESIDE_MEDICARE),
    "blue_cross_sc": PayerGroup(_BLUE, beside=("South Carolina", "SC", "BCBSSC"), lacks=("Anthem",)),
    "blue_cross": PayerGroup(_BLUE, lacks=("Anthem", "Medicare")),
    "cigna": PayerGroup(("Cigna", "eviCore"), lacks=("Medicare",)),
    "anthem": PayerGroup(("Anthem",), lacks=("Medicare",)),
}
"""Of the payers that requirements name; a pack of another payer names it as it stands on claims."""
