"""Where the pattern files are: an explicit argument, then the packaged folder, then the repository's."""

from pathlib import Path

from chartgap.errors import PatternError, PatternProblem

_PACKAGE = Path(__file__).resolve().parents[1]


def patterns_folder(explicit: Path | None = None) -> Path:
    """The folder that holds elements/, context/ and codes/; raises PatternError when there is none."""
    candidates = [explicit] if explicit else [_PACKAGE / "patterns", _PACKAGE.parents[1] / "patterns"]
    for folder in candidates:
        if (folder / "elements").is_dir():
            return folder
    raise PatternError([PatternProblem(str(candidates[0]), "", "", "no pattern folder here (elements/ is missing)")])
