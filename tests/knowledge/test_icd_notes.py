"""The notes of the tabular: which hold for a code, which codes they name, which conflict. requirements.md, E1 to E7."""

from pathlib import Path

import pytest
import yaml

from chartgap.knowledge import icd_build
from chartgap.knowledge.icd10cm import Icd10cm, load_icd10cm
from chartgap.knowledge.icd_notes import NOTE_KINDS, parse_targets, read_target


@pytest.fixture(scope="module")
def icd() -> Icd10cm:
    return load_icd10cm()


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("radiculopathy with cervical disc disorder (M50.1)", "M50.1"),
        ("kyphoscoliosis (M41.-)", "M41"),
        ("discitis NOS (M46.4-)", "M46.4"),
        ("congenital fusion (M43.3-M43.5X9)", "M43.3-M43.5X9"),
        ("fracture of vertebra (S12.0--S12.6-)", "S12.0-S12.6"),
        ("nerve root compression (due to) (in) spondylosis (M47.0-, M47.2.-)", "M47.0 M47.2"),
        ("drug dependence (F11.-F17.-)", "F11-F17"),
        ("conditions in S06.0- to S06.8-", "S06.0-S06.8"),
        ("torticollis NOS M43.6", "M43.6"),
        ("vitamin B12 deficiency anemia (D51.-)", "D51"),
        ("electrolyte imbalance (E87.8}", "E87.8"),
        ("poisoning (T36-T50 with fifth or sixth character 5)", "T36-T50~.{4}(?:5)|.{5}(?:5)"),
        ("gangrene in diabetes (E08-E13 with .52)", "E08-E13~...(?:52)"),
        ("diabetes (E08-E13 with .51-.52)", "E08-E13~...(?:51|52)"),
        ("aphasia (I69. with final characters -20)", "I69~.*(?:20)$"),
        ("open skull fracture (S02.- with 7th character B or C)", "S02~.{6}(?:B|C)"),
        ("toxic effects (T51-T65 with fifth or sixth character to indicate intent)", "T51-T65"),
        ("underlying disease", ""),
        ("glucose-6-phosphate dehydrogenase [G6PD] deficiency", ""),
    ],
)
def test_codes_in_a_note(text, targets):
    found = parse_targets(text)
    assert " ".join(map(str, found)) == targets
    assert tuple(map(read_target, targets.split())) == found


@pytest.mark.parametrize(
    ("text", "code", "covered"),
    [
        ("(M50.1)", "M50.1", True),
        ("(M50.1)", "M50.121", True),
        ("(M50.1)", "M50", False),  # a header above the target is not meant
        ("(M50.1)", "M50.20", False),
        ("(M43.3-M43.5X9)", "M43.4", True),
        ("(M43.3-M43.5X9)", "M43.5X2", True),
        ("(M43.3-M43.5X9)", "M43.60", False),
        ("(S12.0--S12.6-)", "S12.600A", True),
        ("(S12.0--S12.6-)", "S12.9XXA", False),
        ("(S12-S14 except 7th character S)", "S13.4XXA", True),
        ("(S12-S14 except 7th character S)", "S13.4XXS", False),
        ("(S12-S14 except 7th character S)", "S13.4", True),
        ("(T36-T50 with fifth or sixth character 5)", "T40.2X5A", True),
        ("(T36-T50 with fifth or sixth character 5)", "T42.75XA", True),
        ("(T36-T50 with fifth or sixth character 5)", "T40.2X1A", False),
        ("(E08-E13 with .52)", "E11.52", True),
        ("(E08-E13 with .52)", "E11.51", False),
    ],
)
def test_a_target_covers(text, code, covered):
    (target,) = parse_targets(text)
    assert target.covers(code) is covered


def test_a_run_reaches_categories_that_the_alphabet_puts_elsewhere(icd):
    runs = [target for note in icd.notes("M54.2", "excludes2") for target in note.targets]
    assert any(t.covers("C7A.00") for t in runs)  # neoplasms (C00-D49)
    assert any(t.covers("O9A.111") for t in runs)  # pregnancy (O00-O9A)
    assert not any(t.covers("M54.12") for t in runs)


def test_notes_are_inherited_with_their_owner(icd):
    """E1 to E5: the library answers [] for M54.12."""
    owners = [(n.owner, n.text) for n in icd.notes("M54.12", "excludes1")]
    assert owners == [
        ("M54.1", "neuralgia and neuritis NOS (M79.2)"),
        ("M54.1", "radiculopathy with cervical disc disorder (M50.1)"),
        ("M54.1", "radiculopathy with lumbar and other intervertebral disc disorder (M51.1-)"),
        ("M54.1", "radiculopathy with spondylosis (M47.2-)"),
        ("M54", "psychogenic dorsalgia (F45.41)"),
        ("M50-M54", "current injury - see injury of spine by body region"),
        ("M50-M54", "discitis NOS (M46.4-)"),
    ]
    assert [n.owner for n in icd.notes("M54.12", "note")] == ["13"]
    assert [n.text for n in icd.notes("S13.4XXA", "inclusion_term")][-1] == "Whiplash injury of cervical spine"


def test_a_note_of_a_category_that_is_a_block_too_stands_once(icd):
    """E4."""
    notes = [n.text for n in icd.notes("M99.40", "note") if n.owner == "M99"]
    assert notes == ["This category should not be used if the condition can be classified elsewhere."]


def test_code_first(icd):
    """E2, and the wording that requirements 000-03, S12 and M41.5 rest on."""
    assert [(n.owner, n.text) for n in icd.code_first("M40.12")] == [("M40", "underlying disease")]
    assert [(n.owner, n.text) for n in icd.code_first("M41.52")] == [("M41.5", "underlying disease")]
    assert any("S14.0" in n.text and n.targets[0].covers("S14.0XXA") for n in icd.code_first("S12.9XXA"))
    assert icd.code_first("M54.12") == ()


def test_every_kind_of_note_is_there(icd):
    found = {
        kind
        for owner in ("M54.1", "S12", "M41.4", "M40", "M49", "E08", "13", "L89")
        for kind, _ in icd._notes_at(owner)
    }
    found |= {
        kind for code in ("G89.29", "I10") for owner in (code, *icd.ancestors(code)) for kind, _ in icd._notes_at(owner)
    }
    assert found == set(NOTE_KINDS)


@pytest.mark.parametrize(
    ("a", "b", "owners"),
    [
        # requirements.md C10, each in one direction in the file (E7).
        ("M54.2", "M50.20", ["M54.2"]),
        ("M54.12", "M50.121", ["M54.1"]),
        ("M54.12", "M47.22", ["M54.1"]),
        ("M54.12", "M79.2", ["M54.1", "M79.2", "M79.2", "M79.2"]),
        ("M54.2", "F45.41", ["M54"]),
        ("M54.12", "S13.4XXA", ["M50-M54"]),
        ("M54.2", "S16.1XXD", ["M50-M54"]),
        ("M53.82", "M46.42", ["M50-M54"]),
        ("M54.12", "G54.2", ["G50-G59"]),
        ("M54.12", "G55", ["G50-G59", "G55"]),
        ("M50.121", "G55", ["G55"]),
        ("M40.12", "Q76.412", ["M40"]),
        ("M40.12", "M41.22", ["M40"]),
        ("M40.12", "M96.3", ["M40"]),
        ("M40.03", "M42.02", ["M40.0", "M42.0"]),
        ("M99.40", "M43.5X2", ["M43.5"]),
        ("R52", "M54.2", ["R52"]),
        ("G89.29", "G89.4", ["G89.2"]),
        ("G89.29", "G89.3", ["G89.2"]),
        ("G89.29", "G89.0", ["G89.2"]),
        ("M41.22", "Q67.5", ["M41", "M41"]),
        ("M41.22", "Q76.3", ["M41"]),
        # "not Excludes1"
        ("M54.2", "M54.12", []),
        ("M54.12", "M48.02", []),
        ("M54.2", "G89.29", []),
        ("M53.82", "M54.2", []),
        ("M50.121", "M54.13", ["M54.1"]),  # Excludes2 at M50.1, Excludes1 at M54.1
        ("M54.12", "S14.2XXS", []),  # a late effect is no current injury
        ("M54.12", "M54.12", []),
    ],
)
def test_conflicts_in_both_directions(icd, a, b, owners):
    found = icd.conflicts(a, b)
    assert sorted(c.note.owner for c in found) == sorted(owners)
    assert set(found) == set(icd.conflicts(b, a))
    assert all({c.code, c.other} == {a, b} for c in found)


@pytest.mark.parametrize(
    ("code", "characters"),
    [
        ("S13.4", "ADS"),
        ("S12.9XXA", "ADS"),
        ("S12.000A", "ABDGKS"),
        ("M48.42XA", "ADGS"),
        ("M80.08XA", "ADGKPS"),
        ("M1A.0110", "01"),
        ("S52.501A", "ABCDEFGHJKMNPQRS"),
        ("M54.12", ""),
        ("M99.40", ""),
    ],
)
def test_seventh_characters(icd, code, characters):
    assert "".join(icd.seven_characters(code)) == characters


def test_seventh_characters_have_their_meaning(icd):
    assert icd.seven_characters("S13.4XXA")["D"] == "subsequent encounter"


def test_every_prose_row_is_of_a_note_that_the_tabular_has(icd):
    rows = yaml.safe_load(Path(icd_build._PROSE).read_text(encoding="utf-8"))
    for row in rows:
        texts = [note.text for _, note in icd._notes_at(row["owner"])]
        assert row["text"] in texts, row


def test_every_target_of_an_excludes_note_is_in_the_tabular(icd):
    """So that no note is misread: each run begins with a code that exists, but for a few that the tabular misprints."""
    lost = set()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for owner in icd._lines_of(letter):
            for kind, note in icd._notes_at(owner):
                if kind.startswith("excludes"):
                    lost.update(t.first for t in note.targets if not icd.exists(t.first))
    assert lost == set()
