"""What people call what a code is for: patterns/search_names.yaml, for the search of codes only."""

from pathlib import Path

from chartgap.errors import PatternProblem
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.knowledge.loading import PatternModel, read_yaml, validate

FILE = "search_names.yaml"


class SearchNames(PatternModel):
    """The whole file."""

    about: str
    names: dict[str, tuple[str, ...]]

    def of_codes(self) -> list[tuple[str, str]]:
        """Each code or header with a name."""
        return [(code, name) for name, codes in self.names.items() for code in codes]


NO_NAMES = SearchNames(about="", names={})


def load_search_names(root: Path, icd: Icd10cm, problems: list[PatternProblem]) -> SearchNames:
    """The names, none where a folder has no such file; a name of no code is a problem."""
    if not (root / FILE).exists():
        return NO_NAMES
    data = read_yaml(root / FILE, problems, root=root)
    found = (validate(SearchNames, data, problems, file=FILE) if data is not None else None) or NO_NAMES
    for code, name in found.of_codes():
        if not icd.exists(code):
            problems.append(PatternProblem(FILE, name, "names", f"{code} is not in ICD-10-CM {icd.release}"))
    return found
