"""Build src/chartgap/knowledge/data/icd10cm.zip from the XML in simple_icd_10_cm: `python scripts/build_icd10cm.py`."""

from datetime import date
from pathlib import Path

import simple_icd_10_cm

from chartgap.knowledge.icd_build import Release, build_index

RELEASE = Release("April 2026", date(2026, 4, 1), date(2026, 9, 30), date(2025, 10, 1))
TARGET = Path(__file__).resolve().parents[1] / "src/chartgap/knowledge/data/icd10cm.zip"
DATA = Path(simple_icd_10_cm.__file__).parent / "data"


def main(target: Path = TARGET) -> None:
    """Write the archive and say what is in it."""
    tabular, codes = DATA / "icd10c-tabular-April-1-2026.xml", DATA / "code-list-April-2026.txt"
    built = build_index(tabular, target, release=RELEASE, code_list=codes)
    print(
        f"{target}: {built.codes} codes, {built.billable} billable, {built.notes} notes, {target.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
