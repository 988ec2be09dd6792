"""What is installed: imports without side effects, patterns found in all three places, wrong patterns named."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from chartgap.cli import main
from chartgap.errors import PatternError
from chartgap.knowledge.catalog import load_catalog

HEAVY = ("spacy", "medspacy", "negspacy", "loguru", "simple_icd_10_cm")


def python(code, **variables):
    """What a new interpreter prints."""
    command, environment = [sys.executable, "-c", code], {**os.environ, **variables}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["chartgap", "chartgap.cli", "chartgap.checker", "chartgap.model"])
def test_importing_loads_nothing_heavy(module):
    assert python(f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])") == "[]"


def test_importing_adds_no_log_handlers():
    code = """
import logging
import chartgap, chartgap.cli, chartgap.checker
assert not logging.getLogger().handlers
assert not [name for name in logging.Logger.manager.loggerDict if name.startswith("chartgap")]
print("ok")"""
    assert python(code) == "ok"


def test_building_an_extractor_leaves_warnings_alone():
    code = """
import warnings
before = list(warnings.filters)
from chartgap.extract import Extractor
from chartgap.knowledge.catalog import load_catalog
Extractor(load_catalog()).extract("No neck pain. Spurling's negative.")
assert warnings.filters == before, warnings.filters[:3]
print("ok")"""
    assert python(code) == "ok"


def test_checking_needs_no_network():
    code = """
import socket
def refuse(*_, **__): raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from chartgap import Checker, Note
print(len(Checker().check(Note(id="n", text="Neck pain. No arm weakness.")).findings) > 0)"""
    assert python(code) == "True"


# where the patterns are


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, root):
    """The package as users get it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=root, capture_output=True, check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_patterns_and_tables_and_nothing_else_of_the_repository(wheel, root):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"chartgap/{path.relative_to(root)}" for path in (root / "patterns").rglob("*.yaml")} <= names
    assert {"chartgap/knowledge/data/icd10cm.zip", "chartgap/py.typed", "chartgap/cli.py"} <= names
    pages = [*root.glob("src/chartgap/service/page/*"), *root.glob("src/chartgap/render/page/*")]
    assert len(pages) >= 7
    assert {path.relative_to(root / "src").as_posix() for path in pages} <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"chartgap"}


def test_the_wheel_needs_no_development_packages(wheel):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(metadata).decode().splitlines()
    needed = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert not [line for line in needed if any(name in line for name in ("simple-icd", "pytest", "setuptools"))]
    assert len(needed) >= 5


def test_the_installed_package_finds_its_own_patterns(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = """
import chartgap
from chartgap import Checker
from chartgap.knowledge.places import patterns_folder
print(chartgap.__file__, patterns_folder(), len(Checker().catalog.codes), sep="\\n")"""
    place = tmp_path / "chartgap"
    wanted = [str(place / "__init__.py"), str(place / "patterns"), str(len(load_catalog().codes))]
    assert python(code, PYTHONPATH=str(tmp_path)).splitlines() == wanted


def test_the_repository_is_the_last_place(root):
    assert load_catalog().folder == root / "patterns"


@pytest.fixture
def mine(root, tmp_path):
    """A copy of the patterns, to change."""
    return shutil.copytree(root / "patterns", tmp_path / "patterns")


def test_an_explicit_folder_comes_first(mine, tmp_path):
    (mine / "codes/M54.2.yaml").unlink()
    catalog = load_catalog(mine)
    assert catalog.folder == mine
    assert "M54.2" not in catalog.codes
    with pytest.raises(PatternError, match="no pattern folder here"):
        load_catalog(tmp_path / "nothing")


# wrong patterns


@pytest.mark.parametrize(
    ("file", "after", "id_", "key"),
    [
        ("elements/spurling.yaml", "    value: positive\n", "spurling.positive", "values.0.colour"),
        ("codes/M54.12.yaml", "    level: required\n", "M54.12.diagnosis", "requirements.0.colour"),
        ("lexicon/sides.yaml", "", "-", "colour"),
    ],
)
def test_an_unknown_key_is_named_with_file_id_and_key(mine, file, after, id_, key):
    path = mine / file
    text = path.read_text(encoding="utf-8")
    assert after in text
    at = text.index(after) + len(after)
    indent = " " * (len(after) - len(after.lstrip()))
    path.write_text(f"{text[:at]}{indent}colour: red\n{text[at:]}", encoding="utf-8")
    with pytest.raises(PatternError) as error:
        load_catalog(mine)
    assert [(problem.file, problem.id, problem.key) for problem in error.value.problems] == [
        (file, id_.strip("-"), key)
    ]


def test_lint_patterns_names_every_wrong_file_at_once(mine, capsys):
    files = {"codes/M54.2.yaml", "elements/region.yaml", "context/negation.yaml", "lexicon/sides.yaml"}
    for file in files:
        with (mine / file).open("a", encoding="utf-8") as stream:
            stream.write("\ncolour: red\n")
    assert main(["lint-patterns", "--patterns", str(mine)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert {line.split(": ")[1] for line in lines} == files
    assert all(line.endswith(": colour: Extra inputs are not permitted") for line in lines)
