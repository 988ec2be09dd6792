"""The releases of ICD-10-CM that are loaded, and which of them a date of service falls to."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from chartgap.knowledge.icd10cm import Icd10cm, load_icd10cm


class Releases:
    """The packaged release and those built with `chartgap icd build`; a file that is no index raises ReadError."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._others = tuple(map(Icd10cm, files))

    @property
    def all(self) -> tuple[Icd10cm, ...]:
        """The packaged release first."""
        return (load_icd10cm(), *self._others)

    def on(self, day: date | None) -> Icd10cm:
        """The release of a date of service; the packaged one without a date, or where none is loaded for it.

        Of several in force the one that began last; else one of the same fiscal year.
        """
        if day is None:
            return self.all[0]
        in_force = [icd for icd in self.all if icd.start <= day <= icd.end]
        of_year = [icd for icd in self.all if icd.year_start <= day <= icd.end]
        return max(in_force or of_year or self.all[:1], key=lambda icd: icd.start)

    def covers(self, day: date) -> bool:
        """Whether a release of the date's fiscal year is loaded; where none is, XC-EDITION asks to validate again."""
        return any(icd.year_start <= day <= icd.end for icd in self.all)
