"""Rows written once for a family of codes: what is inherited, what is changed, and errors that name their place."""

from pathlib import Path

import pytest

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.code_files import CodeBook, load_codes
from chartgap.knowledge.codes import CodeRequirements

ROW = "level: required, basis: support, needs: n, why: w, source: s, verified: true"
SHARED = f"""
vars: {{side: left}}
anchor: {{element: diagnosis, value: "${{condition}}"}}
requirements:
  - {{id: level, element: level, {ROW}, met: {{element: level, value: ["${{levels}}", C1]}}, either_or: region,
     examples: [{{text: "${{condition}} at ${{side}}", status: met}}]}}
  - {{id: region, element: region, {ROW}, met: {{element: region, text_has: "${{levels}}"}},
     examples: [{{text: "${{code}}, ${{title}}", status: met}}]}}
"""
FILE = "codes/_shared/root.yaml"
CODE = """
code: M00.1
title: T
extends: root
vars: {condition: spondylosis, levels: [C5, C6]}
"""


def load(folder: Path, **files: str) -> tuple[dict[str, CodeRequirements], list[PatternProblem]]:
    """Files named M00_1 (a code's) or root (a shared one's)."""
    (folder / "codes/_shared").mkdir(parents=True)
    for name, text in files.items():
        place = name.replace("_", ".") if name[0].isupper() else f"_shared/{name}"
        (folder / f"codes/{place}.yaml").write_text(text)
    problems: list[PatternProblem] = []
    return load_codes(folder, problems), problems


def test_a_code_has_the_rows_of_what_it_extends_under_its_own_name(tmp_path):
    codes, problems = load(tmp_path, root=SHARED, M00_1=CODE)
    assert problems == []
    level, region = codes["M00.1"].requirements
    assert (level.id, region.id, level.either_or) == ("M00.1.level", "M00.1.region", "M00.1.region")
    assert codes["M00.1"].anchor[0].value == ("spondylosis",)


def test_variables_fill_texts_lists_and_places_in_lists(tmp_path):
    codes, _ = load(tmp_path, root=SHARED, M00_1=CODE)
    level, region = codes["M00.1"].requirements
    assert level.met[0].value == ("C5", "C6", "C1")
    assert region.met[0].text_has == ("C5", "C6")
    assert [row.examples[0].text for row in (level, region)] == ["spondylosis at left", "M00.1, T"]


def test_two_codes_of_a_family_differ_in_their_variables(tmp_path):
    other = CODE.replace("M00.1", "M00.2").replace("[C5, C6]", "[T1]") + "\n"
    codes, problems = load(tmp_path, root=SHARED, M00_1=CODE, M00_2=other.replace("vars: {", "vars: {side: right, "))
    assert problems == []
    assert [codes[code].requirements[0].met[0].value for code in codes] == [("C5", "C6", "C1"), ("T1", "C1")]
    assert codes["M00.2"].requirements[0].examples[0].text == "spondylosis at right"


def test_a_row_of_its_own_changes_keys_takes_them_away_or_is_added(tmp_path):
    own = f"""
requirements:
  - {{id: M00.1.level, level: recommended, either_or: null}}
  - {{id: M00.1.onset, element: onset, {ROW}, met: {{element: onset}}, examples: [{{text: t, status: met}}]}}
"""
    codes, problems = load(tmp_path, root=SHARED, M00_1=CODE + own)
    assert problems == []
    rows = codes["M00.1"].requirements
    assert [row.id for row in rows] == ["M00.1.level", "M00.1.region", "M00.1.onset"]
    assert (rows[0].level, rows[0].basis, rows[0].either_or) == ("recommended", "support", None)


def test_a_row_that_one_code_changes_is_left_as_it_is_for_the_others(tmp_path):
    changed = CODE + "requirements: [{id: M00.1.level, level: recommended}]\n"
    codes, _ = load(tmp_path, root=SHARED, M00_1=changed, M00_2=CODE.replace("M00.1", "M00.2"))
    assert [codes[code].requirements[0].level for code in ("M00.1", "M00.2")] == ["recommended", "required"]


@pytest.mark.parametrize(
    ("choice", "rows"), [("only: [region, level]", ["region", "level"]), ("without: level", ["region"])]
)
def test_some_rows_only(tmp_path, choice, rows):
    shared = SHARED.replace("either_or: region,", "")
    codes, problems = load(tmp_path, root=shared, M00_1=f"{CODE}{choice}\n")
    assert problems == []
    assert [row.id for row in codes["M00.1"].requirements] == [f"M00.1.{name}" for name in rows]


def test_a_code_may_extend_another_code(tmp_path):
    child = "code: M00.2\ntitle: U\nextends: M00.1\nvars: {side: right}\n"
    codes, problems = load(tmp_path, root=SHARED, M00_1=CODE, M00_2=child)
    assert problems == []
    assert [row.id for row in codes["M00.2"].requirements] == ["M00.2.level", "M00.2.region"]
    assert codes["M00.2"].requirements[0].examples[0].text == "spondylosis at right"


def test_a_code_may_extend_several_in_their_order(tmp_path):
    plan = f"requirements:\n  - {{id: plan, element: treatment_plan, {ROW}, met: {{element: treatment_plan}},\n"
    plan += "     examples: [{text: t, status: met}]}\n"
    codes, problems = load(tmp_path, root=SHARED, plan=plan, M00_1=CODE.replace("root", "[plan, root]"))
    assert problems == []
    assert [row.id for row in codes["M00.1"].requirements] == ["M00.1.plan", "M00.1.level", "M00.1.region"]


def test_of_each_of_several_some_rows_may_be_taken(tmp_path):
    other = SHARED.replace("either_or: region,", "").replace("vars: {side: left}", "vars: {side: right}")
    chosen = CODE.replace("extends: root", "extends: {other: [region], root: [level]}")
    codes, problems = load(tmp_path, root=SHARED.replace("either_or: region,", ""), other=other, M00_1=chosen)
    assert problems == []
    region, level = codes["M00.1"].requirements
    assert (region.id, level.id) == ("M00.1.region", "M00.1.level")
    assert load(tmp_path / "b", root=SHARED, M00_1=CODE.replace("extends: root", "extends: {root: all}"))[1] == []
    _, problems = load(tmp_path / "c", root=SHARED, M00_1=CODE.replace("extends: root", "extends: {root: [lvl]}"))
    assert [(p.key, p.message) for p in problems] == [("extends", "root has no row named lvl")]


PLACES = "codes/_shared/places.yaml"
SETS = """
sets:
  upper: {condition: spondylosis, levels: [C5, C6]}
  lower: {condition: "${what}", levels: ["${first}", L5], what: "cervical_${kind}", kind: radiculopathy, first: L4}
"""


def test_a_set_of_variables_is_written_once_and_used_by_name(tmp_path):
    upper = "code: M00.1\ntitle: T\nextends: [root, places]\nuse: upper\n"
    lower = "code: M00.2\ntitle: U\nextends: [root, places]\nuse: [upper, lower]\nvars: {kind: '*'}\n"
    codes, problems = load(tmp_path, root=SHARED, places=SETS, M00_1=upper, M00_2=lower)
    assert problems == []
    assert [codes[code].anchor[0].value for code in codes] == [("spondylosis",), ("cervical_*",)]
    assert codes["M00.2"].requirements[0].met[0].value == ("L4", "L5", "C1")


def test_a_file_changes_variables_of_an_inherited_set(tmp_path):
    own = "sets: {upper: {condition: stenosis}}\n"
    text = FAMILY.replace("either_or: region,", "").replace("leaves:", f"extends: places\n{own}leaves:")
    text = text.replace("condition: spondylosis, levels: [C5, C6]", "use: upper")
    codes, problems = load(tmp_path, places=SETS, M00_x=text.replace("condition: stenosis,", "use: lower,"))
    assert problems == []
    assert [codes[code].anchor[0].value for code in codes] == [("stenosis",), ("cervical_radiculopathy",)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("use: upper", "use: uper", ("codes/M00.1.yaml", "M00.1", "use", "no set is named uper")),
        ("  upper: {", "  middle: {x: y}\n  upper: {", (PLACES, "places", "sets.middle", "uses it")),
        ("  upper: {", "  middle: 1\n  upper: {", (PLACES, "places", "sets", "is a mapping")),
        ('what: "cervical', 'what: "${what}', (FILE, "M00.2.level", "examples.text", "in its own value")),
    ],
)
def test_a_mistake_in_sets_is_told(tmp_path, old, new, problem):
    code = "code: M00.1\ntitle: T\nextends: [root, places]\nuse: upper\nvars: {}\n".replace(old, new)
    other = code.replace("M00.1", "M00.2").replace("use: upper", "use: lower")
    _, problems = load(tmp_path, root=SHARED, places=SETS.replace(old, new), M00_1=code, M00_2=other)
    assert any((p.file, p.id, p.key) == problem[:3] and problem[3] in p.message for p in problems), problems


FAMILY = (
    SHARED
    + """
leaves:
  M00.1: {title: T, condition: spondylosis, levels: [C5, C6], also_for: [M00]}
  M00.2: {title: U, condition: stenosis, levels: [C7], without: level}
"""
)


def test_a_file_with_leaves_is_several_codes(tmp_path):
    codes, problems = load(tmp_path, M00_x=FAMILY.replace("either_or: region,", ""))
    assert problems == []
    assert {code: [row.id for row in item.requirements] for code, item in codes.items()} == {
        "M00.1": ["M00.1.level", "M00.1.region"],
        "M00.2": ["M00.2.region"],
    }
    assert (codes["M00.2"].title, codes["M00.2"].anchor[0].value) == ("U", ("stenosis",))


SEVENTHS = FAMILY.replace("either_or: region,", "").replace(
    "leaves:",
    """sevenths:
  A: {title: initial encounter}
  D: {title: subsequent encounter, without: region}
leaves:""",
)


def test_7th_characters_are_added_to_every_leaf(tmp_path):
    codes, problems = load(tmp_path, M00_x=SEVENTHS.replace("levels: [C7], without: level", "levels: [C7]"))
    assert problems == []
    assert {code: [row.id for row in item.requirements] for code, item in codes.items()} == {
        "M00.1A": ["M00.1A.level", "M00.1A.region"],
        "M00.1D": ["M00.1D.level"],
        "M00.2A": ["M00.2A.level", "M00.2A.region"],
        "M00.2D": ["M00.2D.level"],
    }
    assert (codes["M00.1D"].title, codes["M00.1D"].also_for) == ("T, subsequent encounter", ())
    assert (codes["M00.1A"].also_for, CodeBook(tmp_path)["M00"].code) == (("M00",), "M00.1A")


def test_what_a_leaf_and_its_7th_character_leave_out_is_left_out(tmp_path):
    text = SEVENTHS.replace("without: region}", "without: [level]}").replace("without: level", "without: region")
    _, problems = load(tmp_path, M00_x=text)
    assert [(p.id, p.key, p.message) for p in problems] == [("M00.2D", "vars.levels", "is used by no row")]


def test_a_code_is_read_when_it_is_asked_for(tmp_path):
    broken = CODE.replace("M00.1", "M00.3").replace("extends: root", "extends: nothing")
    load(tmp_path, root=SHARED, M00_x=FAMILY.replace("either_or: region,", ""), M00_3=broken, M00_1=CODE)
    (tmp_path / "codes/M00.1.yaml").unlink()
    book = CodeBook(tmp_path)
    assert (len(book), sorted(book)) == (3, ["M00.1", "M00.2", "M00.3"])
    assert [row.id for row in book["M00.2"].requirements] == ["M00.2.region"]
    assert ("M00" in book, book["M00"].code) == (True, "M00.1")
    assert ("M00.9" in book, book.get("M00.9")) == (False, None)
    with pytest.raises(PatternError, match="neither a code with a file"):
        book["M00.3"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  M00.2: {", "  M00.2:\n    {", ("M00.2", "leaves", "on a line of its own")),
        ("  M00.2: {", "  M00.2: 1 # {", ("M00.x", "leaves", "is a mapping of codes")),
        ("M00.2: {title: U", "M00.2: {titel: U", ("M00.2", "vars.titel", "is used by no row")),
        ("levels: [C7]", "levels: C7, levle: 1", ("M00.2", "vars.levle", "is used by no row")),
        ("leaves:", "sevenths: [A]\nleaves:", ("M00.x", "sevenths", "is a mapping")),
        ("leaves:", "sevenths:\n  A:\n    {title: T}\nleaves:", ("M00.1A", "leaves", "on a line of its own")),
    ],
)
def test_a_mistake_in_leaves_is_told(tmp_path, old, new, problem):
    text = FAMILY.replace("either_or: region,", "")
    assert old in text
    _, problems = load(tmp_path, M00_x=text.replace(old, new, 1))
    assert ("codes/M00.x.yaml", *problem[:2]) in [(p.file, p.id, p.key) for p in problems], problems
    assert any(problem[2] in p.message for p in problems)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("code", "extends: root", "extends: rot", ("codes/M00.1.yaml", "M00.1", "extends", "neither a code")),
        ("code", "title: T", "title: T\nwithout: spurling", ("codes/M00.1.yaml", "M00.1", "without", "spurling")),
        ("code", "title: T", "title: T\nonly: spurling", ("codes/M00.1.yaml", "M00.1", "only", "spurling")),
        ("code", "title: T", "title: T\nonly: {a: b}", ("codes/M00.1.yaml", "M00.1", "only", "a name or a list")),
        ("code", "vars: {", "vars: {sied: left, ", ("codes/M00.1.yaml", "M00.1", "vars.sied", "used by no row")),
        ("code", "title: T", "titel: T", (FILE, "M00.1.region", "examples.text", "named title")),
        ("code", "levels: [C5, C6]", "lvl: C5", (FILE, "M00.1.level", "met.value", "levels")),
        ("code", "condition: s", "condition: [a], x: s", (FILE, "M00.1.level", "examples.text", "a list")),
        ("shared", "or: region", "or: reg", ("codes/M00.1.yaml", "M00.1.level", "either_or", "no other row")),
        ("shared", "id: level", "id: M00.1.level", (FILE, "root", "id", "without a code")),
        ("shared", "anchor:", "anker: 1\nanchor:", (FILE, "root", "anker", "not a key")),
        ("shared", "id: region", "id: level", (FILE, "root", "id", "used twice")),
        ("shared", "level, level", "levle, level", (FILE, "M00.1.level", "requirements.0.element", "levle")),
        ("shared", "vars: {", "extends: M00.1\nvars: {", (FILE, "root", "extends", "in a circle")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_id_and_key(tmp_path, file, old, new, problem):
    texts = {"code": CODE, "shared": SHARED}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    codes, problems = load(tmp_path, root=texts["shared"], M00_1=texts["code"])
    assert codes == {}
    assert any((p.file, p.id, p.key) == problem[:3] and problem[3] in p.message for p in problems), problems


def test_a_mistake_in_a_shared_row_is_told_once(tmp_path):
    wrong = SHARED.replace("element: level, level", "element: levle, level")
    _, problems = load(tmp_path, root=wrong, M00_1=CODE, M00_2=CODE.replace("M00.1", "M00.2"))
    assert [(p.file, p.id) for p in problems] == [(FILE, "M00.1.level")]


def test_a_row_inherited_twice_is_a_mistake(tmp_path):
    _, problems = load(tmp_path, root=SHARED, other=SHARED, M00_1=CODE.replace("root", "[root, other]"))
    assert [(p.file, p.key) for p in problems] == [("codes/M00.1.yaml", "extends")]
    assert "level, region" in problems[0].message


def test_a_shared_file_that_no_code_extends_is_a_mistake(tmp_path):
    _, problems = load(tmp_path, root=SHARED)
    assert [(p.file, p.message) for p in problems] == [("codes/_shared/root.yaml", "no code extends it")]
