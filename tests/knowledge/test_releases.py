"""Other releases: built from an official XML, loaded beside the packaged one, chosen by the date of service."""

from datetime import date
from pathlib import Path

import pytest

from chartgap.errors import ReadError
from chartgap.knowledge.icd10cm import Icd10cm, load_icd10cm
from chartgap.knowledge.icd_build import Release, build_index, fiscal_year_start
from chartgap.knowledge.releases import Releases

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2027</version>
  <chapter>
    <name>13</name>
    <desc>Musculoskeletal (M00-M99)</desc>
    <section id="M50-M54">
      <desc>Other dorsopathies</desc>
      <excludes1><note>discitis NOS (M46.4-)</note></excludes1>
      <diag>
        <name>M54</name>
        <desc>Dorsalgia</desc>
        <diag><name>M54.2</name><desc>Neck pain, newly named</desc></diag>
        <diag>
          <name>M54.8</name>
          <desc>Neck fracture</desc>
          <sevenChrDef>
            <extension char="A">initial encounter</extension>
            <note>first time</note>
            <extension char="D">subsequent encounter</extension>
          </sevenChrDef>
        </diag>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""


@pytest.fixture
def xml(tmp_path) -> Path:
    path = tmp_path / "tabular.xml"
    path.write_text(TABULAR)
    return path


@pytest.fixture
def fy2027(xml, tmp_path) -> Path:
    build_index(xml, tmp_path / "fy2027.zip")
    return tmp_path / "fy2027.zip"


def test_an_index_is_built_from_the_xml(xml, tmp_path):
    built = build_index(xml, tmp_path / "new/index.zip")
    assert built.release == Release("FY2027", date(2026, 10, 1), date(2027, 9, 30), date(2026, 10, 1))
    assert (built.codes, built.billable, built.notes) == (5, 3, 4)
    icd = Icd10cm(built.file)
    assert (icd.release, icd.name, icd.start, icd.end) == ("FY2027", "fy2027", date(2026, 10, 1), date(2027, 9, 30))
    assert icd.title("M54.2") == "Neck pain, newly named"
    assert icd.leaves("M54.8") == ("M54.8XXA", "M54.8XXD")
    assert icd.title("M54.8XXA") == "Neck fracture, initial encounter"
    assert icd.seven_characters("M54.8") == {"A": "initial encounter", "D": "subsequent encounter"}
    assert [note.text for note in icd.notes("M54.8", "note")] == ["7th character A: first time"]
    assert [note.owner for note in icd.notes("M54.2", "excludes1")] == ["M50-M54"]
    assert icd.ancestors("M54.8XXD") == ("M54.8", "M54", "M50-M54", "13")


def test_an_index_is_the_same_at_every_build(xml, tmp_path):
    first, second = (build_index(xml, tmp_path / name).file.read_bytes() for name in ("a.zip", "b.zip"))
    assert first == second


def test_the_official_list_leaves_out_codes_that_do_not_exist(xml, tmp_path):
    (tmp_path / "list.txt").write_text("M542 Neck pain\nM548XXD Neck fracture\n")
    icd = Icd10cm(build_index(xml, tmp_path / "i.zip", code_list=tmp_path / "list.txt").file)
    assert icd.leaves("M54") == ("M54.2", "M54.8XXD")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("<name>M54.2</name>", "", 13, "a diag without a name"),
        ("<desc>Neck fracture</desc>", "<desc/>", 14, "M54.8 has no title"),
        ("<name>M54.8</name>", "<name>M54.2</name>", 14, "M54.2 stands there twice"),
        ("</chapter>", "", 26, "not well-formed XML: mismatched tag"),
        ("<version>2027</version>", "<version>new</version>", 2, "no year in its <version>"),
        ("ICD10CM.tabular>", "html>", 2, "is not an ICD-10-CM tabular"),
        ("<ICD10CM.tabular>", '<!DOCTYPE x [<!ENTITY a "aaaa">]><ICD10CM.tabular>', 2, "has a DOCTYPE"),
        ("<desc>Dorsalgia</desc>", f"<desc>D</desc>{'<diag>' * 60}", 12, "nested too deep"),
    ],
)
def test_a_bad_tabular_is_told_with_file_and_line(xml, tmp_path, *, old, new, line, reason):
    xml.write_text(TABULAR.replace(old, new))
    with pytest.raises(ReadError, match=reason) as caught:
        build_index(xml, tmp_path / "i.zip")
    assert (caught.value.source, caught.value.line) == (str(xml), line)
    assert not (tmp_path / "i.zip").exists()


def test_files_that_cannot_be_read(tmp_path, xml):
    with pytest.raises(ReadError, match="No such file"):
        build_index(tmp_path / "missing.xml", tmp_path / "i.zip")
    with pytest.raises(ReadError, match="cannot be read"):
        build_index(xml, tmp_path / "i.zip", code_list=tmp_path / "missing.txt")
    for path in (xml, tmp_path / "missing.zip"):
        with pytest.raises(ReadError, match="no index of ICD-10-CM"):
            Releases([path])


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026-09-30", "2025-10-01"),
        ("2026-01-31", "2025-10-01"),
        ("2027-05-01", "2026-10-01"),
    ],
)
def test_a_fiscal_year_begins_in_october(day, start):
    assert fiscal_year_start(date.fromisoformat(day)) == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("day", "release", "covered"),
    [
        ("2026-04-01", "April 2026", True),
        ("2026-09-30", "April 2026", True),
        # requirements.md, XC-EDITION: 1 October 2025 to 30 September 2026.
        ("2025-10-01", "April 2026", True),
        ("2025-09-30", "April 2026", False),
        ("2026-10-01", "FY2027", True),
        ("2027-09-30", "FY2027", True),
        ("2027-10-01", "April 2026", False),
    ],
)
def test_the_date_of_service_selects_the_release(fy2027, day, release, covered):
    releases = Releases([fy2027])
    assert releases.on(date.fromisoformat(day)).release == release
    assert releases.covers(date.fromisoformat(day)) is covered


def test_without_a_date_it_is_the_packaged_one(fy2027):
    assert Releases([fy2027]).on(None) is load_icd10cm()


def test_the_packaged_release_alone():
    assert not Releases().covers(date(2026, 10, 1))
    assert Releases().on(date(2026, 10, 1)) is load_icd10cm()
    assert (load_icd10cm().start, load_icd10cm().end) == (date(2026, 4, 1), date(2026, 9, 30))


def test_of_two_in_force_the_later_one(xml, tmp_path):
    """An October release is in force until September, an April release replaces it from April on."""
    october = Release("October 2025", date(2025, 10, 1), date(2026, 9, 30), date(2025, 10, 1))
    releases = Releases([build_index(xml, tmp_path / "o.zip", release=october).file])
    assert releases.on(date(2026, 1, 15)).release == "October 2025"
    assert releases.on(date(2026, 4, 15)).release == "April 2026"
