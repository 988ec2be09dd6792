"""README's commands and code run as written; generated pages are what the patterns say now; links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import build_docs
from chartgap.cli import main
from chartgap.commands.console import Exit

ROOT = build_docs.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/how-it-works.md",
        "docs/readers.md",
        "docs/audit.md",
    )
]
STALE = "out of date: run `make docs`"


def shell_blocks():
    """(exit code or "make", command), a case for each line of the blocks that are marked."""
    for marker, block in re.findall(r"<!-- run: (\w+) -->\n```sh\n(.*?)```", README, re.S):
        for line in block.strip().splitlines():
            yield marker, line


def test_every_shell_block_is_marked():
    marked = len(re.findall(r"<!-- run: (?:make|\d) -->\n```sh\n", README))
    assert marked == len(re.findall(r"^```(?:sh|bash|shell|console)$", README, re.M)) > 0


@pytest.mark.parametrize(("exit_code", "command"), [case for case in shell_blocks() if case[0] != "make"])
def test_commands(exit_code, command, tmp_path):
    shutil.copytree(ROOT / "corpora", tmp_path / "corpora")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (int(exit_code), b"")


@pytest.mark.parametrize("command", [command for marker, command in shell_blocks() if marker == "make"])
def test_make_targets_exist(command):
    done = subprocess.run(
        f"{command.partition('#')[0]} --dry-run", shell=True, cwd=ROOT, env=quiet(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_the_demo_prints():
    assert build_docs.demo() in README, STALE


@pytest.mark.parametrize("number", range(README.count("```python\n")))
def test_python(number):
    code = re.findall(r"```python\n(.*?)```", README, re.S)[number]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_generated_pages(catalog):
    pages = build_docs.build(catalog)
    assert set((ROOT / "docs/codes").glob("*.md")) == {path for path in pages if path.parent.name == "codes"}, STALE
    stale = [path.name for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], STALE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path):
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert [name for name in targets if "://" not in name and not (page.parent / name).exists()] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "corpora/README.md"], ids=lambda page: page.name)
def test_paths_named(page: Path):
    """A path in code marks that begins with a folder of the repository must exist."""
    named = re.findall(r"`((?:src|patterns|corpora|tests|docs|benchmarks|scripts)/[\w./-]*)`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_how_it_works_names_modules_that_exist():
    text = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:extract|assess|knowledge|readers|render|commands)/(?:\w+/)?\w+\.py|\w+\.py)`", text))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / "src/chartgap" / name).exists()] == []


@pytest.mark.parametrize("name", ["requirements", "elements"])
def test_the_changelog_names_every_id(catalog, name):
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = [row.id for item in catalog.codes.values() for row in item.requirements]
    ids = {"requirements": rows, "elements": list(catalog.elements)}[name]
    short = [id_.rsplit(".", 1)[-1] for id_ in ids]
    assert [id_ for id_ in short if not re.search(rf"\b{id_}\b", text)] == []


def test_readme_and_help_name_every_exit_code(capsys):
    told = re.findall(r"^\| (\d+) \|", README.split("| exit code |")[1].split("\n\n")[0], re.M)
    assert [int(number) for number in told] == list(Exit)
    main(["check", "--help"])
    words = " ".join(capsys.readouterr().out.split()).split("Exit code:")[1]
    assert [number for number in told if not re.search(rf"\b{number}\b", words)] == []


def test_readme_names_every_code(catalog):
    told = README.split("## What it covers")[1].split("\n## ")[0]
    named = re.findall(r"\b([A-Z]\d\w(?:\.\w+)?)(-?)", told)
    assert len(named) > 20
    families = tuple(name for name, dash in named if dash)
    assert [code for code in catalog.codes if (code, "") not in named and not code.startswith(families)] == []


def quiet():
    """The environment without what an outer make puts into it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
