"""Build src/chartgap/knowledge/data/icd10cm.zip from simple_icd_10_cm: `python scripts/build_icd10cm.py`.

The archive holds RELEASE and one sorted text file per first letter, each line `code<TAB>B|H<TAB>official title`
(B billable, H header). Split by letter so that a look-up inflates only what it needs. Byte-identical on every build.
"""

import zipfile
from collections import defaultdict
from pathlib import Path

import simple_icd_10_cm as tabular

RELEASE = "April 2026"
TARGET = Path(__file__).resolve().parents[1] / "src/chartgap/knowledge/data/icd10cm.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)


def tabular_lines() -> dict[str, list[str]]:
    """Lines by first letter, for every category, subcategory and code of the tabular."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(set(tabular.get_all_codes(with_dots=True))):
        # M99 is a category and a block of one: only a name that is nothing but a chapter or block is left out.
        if not tabular.is_category_or_subcategory(code):
            continue
        # Some titles hold tabs.
        title = " ".join(tabular.get_description(code, prioritize_blocks=False).split())
        lines[code[0]].append(f"{code}\t{'B' if tabular.is_leaf(code) else 'H'}\t{title}")
    return lines


def write_member(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """Add one member with a fixed date and system, so that the bytes depend on the content alone."""
    member = zipfile.ZipInfo(name, EPOCH)
    member.create_system = 3
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text, compresslevel=9)


def main() -> None:
    """Write the archive and say what is in it."""
    letters = tabular_lines()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(TARGET, "w") as archive:
        write_member(archive, "RELEASE", RELEASE)
        for letter, lines in sorted(letters.items()):
            write_member(archive, f"{letter}.txt", "\n".join(["", *lines, ""]))
    total = sum(map(len, letters.values()))
    billable = sum("\tB\t" in line for lines in letters.values() for line in lines)
    print(f"{TARGET}: {total} codes, {billable} billable, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
