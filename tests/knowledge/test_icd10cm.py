import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chartgap.errors import UnknownCodeError
from chartgap.knowledge.icd10cm import Icd10cm, check_code, load_icd10cm, normalize


@pytest.fixture(scope="module")
def icd() -> Icd10cm:
    return Icd10cm()


def test_the_release_is_recorded(icd):
    assert icd.release == "April 2026"


@pytest.mark.parametrize(
    ("code", "title", "billable"),
    [
        ("M54.12", "Radiculopathy, cervical region", True),
        ("M54.2", "Cervicalgia", True),
        ("M53.82", "Other specified dorsopathies, cervical region", True),
        ("M40.12", "Other secondary kyphosis, cervical region", True),
        ("M99.40", "Connective tissue stenosis of neural canal of head region", True),
        ("M54.1", "Radiculopathy", False),
        # A category that is a block too: the title is the category's.
        ("M99", "Biomechanical lesions, not elsewhere classified", False),
        ("S13.4", "Sprain of ligaments of cervical spine", False),
        # The seventh character is part of the title.
        ("S13.4XXA", "Sprain of ligaments of cervical spine, initial encounter", True),
        ("S14.2XXS", "Injury of nerve root of cervical spine, sequela", True),
        # The second character of a category is not always a digit, a title not always ASCII.
        ("C7A", "Malignant neuroendocrine tumors", False),
        ("QA0.0101", "SCN2A-related neurodevelopmental disorder", True),
        ("C84.10", "Sézary disease, unspecified site", True),
    ],
)
def test_title_and_billable(icd, code, title, billable):
    assert (icd.title(code), icd.billable(code), icd.exists(code)) == (title, billable, True)


@pytest.mark.parametrize("code", ["M40.02", "M54.121", "M59", "U99.9", "S13.4A"])
def test_a_code_that_is_not_in_the_tabular(icd, code):
    assert not icd.exists(code)
    assert not icd.billable(code)
    assert icd.leaves(code) == ()
    with pytest.raises(UnknownCodeError, match="is not in ICD-10-CM April 2026"):
        icd.title(code)


@pytest.mark.parametrize(
    ("given", "normal"),
    [("M54.12", "M54.12"), ("m5412", "M54.12"), (" M54.12 ", "M54.12"), ("M54", "M54"), ("s134xxa", "S13.4XXA")],
)
def test_normalize(given, normal):
    assert normalize(given) == normal


@pytest.mark.parametrize(
    "given", ["", "M", "M5", "M54.", "M54.12345", "M54-12", "M54.1.2", "54.12", "neck pain", "PAIN"]
)
def test_normalize_refuses_what_cannot_be_a_code(given):
    with pytest.raises(UnknownCodeError, match="is not in the form of an ICD-10-CM code"):
        normalize(given)


def test_siblings(icd):
    assert icd.siblings("M40.12") == ("M40.10", "M40.13", "M40.14", "M40.15")
    assert icd.siblings("S13.4XXA") == ("S13.4XXD", "S13.4XXS")
    assert "S12.8" in icd.siblings("S12.9")
    assert icd.siblings("M40.02") == ("M40.00", "M40.03", "M40.04", "M40.05")  # of a code that is not there too
    assert icd.siblings("M54") == ()


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("M54.2", ("M54", "M50-M54", "M40-M54", "13")),
        ("M50.121", ("M50.12", "M50.1", "M50", "M50-M54", "M40-M54", "13")),
        ("S13.4XXA", ("S13.4", "S13", "S10-S19", "19")),  # placeholders are no step
        ("M99.40", ("M99.4", "M99", "13")),  # a category and its own block: once
        ("M1A.0110", ("M1A.011", "M1A.01", "M1A.0", "M1A", "M05-M14", "M00-M25", "13")),
        ("C7A.00", ("C7A.0", "C7A", "C00-C96", "2")),
    ],
)
def test_ancestors(icd, code, above):
    assert icd.ancestors(code) == above


def test_leaves(icd):
    assert icd.leaves("M50.12") == ("M50.120", "M50.121", "M50.122", "M50.123")
    assert icd.leaves("S13.4") == ("S13.4XXA", "S13.4XXD", "S13.4XXS")
    assert icd.leaves("M54.12") == ("M54.12",)


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        # A header: its leaves.
        ("M50.12", ("M50.120", "M50.121", "M50.122")),
        # Unknown: the longest common prefix, then the edit distance, then the order of the tabular.
        ("M40.02", ("M40.00", "M40.03", "M40.04")),
        ("M54.121", ("M54.12", "M54.11", "M54.10")),
        ("S13.4A", ("S13.4XXA", "S13.4XXD", "S13.4XXS")),
        # An unknown category: the rest of the letter.
        ("U99", ("U09.9", "U07.0", "U07.1")),
    ],
)
def test_nearest(icd, code, nearest):
    assert icd.nearest(code, 3) == nearest


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("M54.1", "M54.1: is a header of ICD-10-CM April 2026, not valid on a claim; "
                  "nearest: M54.10, M54.11, M54.12, M54.13, M54.14"),
        ("m4002", "M40.02: is not in ICD-10-CM April 2026; nearest: M40.00, M40.03, M40.04, M40.05, M40.12"),
        ("M50-12", "M50-12: is not in the form of an ICD-10-CM code; nearest: M50.120, M50.121, M50.122, M50.123"),
        ("12345", "12345: is not in the form of an ICD-10-CM code"),
    ],
)  # fmt: skip
def test_check_code_names_the_nearest(code, message):
    with pytest.raises(UnknownCodeError) as caught:
        check_code(code)
    assert str(caught.value) == message


def test_check_code_gives_the_normal_form():
    assert check_code("m5412") == "M54.12"


@pytest.mark.parametrize(
    "text", ["John Smith", "neck pain radiating", "quackenbushes", "Smith born 1970", "M54.12 in John"]
)
def test_a_piece_of_the_note_in_the_place_of_a_code_is_not_repeated(text):
    with pytest.raises(UnknownCodeError) as caught:
        check_code(text)
    assert text not in str(caught.value)
    assert caught.value.code == f"(a code of {len(text)} characters)"


@pytest.mark.parametrize("text", ["neck", " M54-12 ", "M54..1", "54.12", "+M54.2", "M54.12345678"])
def test_what_may_be_a_slip_of_the_hand_is_repeated(text):
    with pytest.raises(UnknownCodeError) as caught:
        check_code(text)
    assert caught.value.code == text.strip()


def test_every_code_is_in_normal_form_and_headers_have_leaves(icd):
    total = billable = 0
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        entries = icd._letter_codes(letter)
        total += len(entries)
        billable += sum(entry.billable for entry in entries.values())
        assert all(normalize(code) == code for code in entries)
        assert all(icd.leaves(code) for code, entry in entries.items() if not entry.billable)
        assert all(entry.title == " ".join(entry.title.split()) != "" for entry in entries.values())
    assert (total, billable) == (98186, 74719)


def test_it_survives_pickling_and_threads(icd):
    copy = pickle.loads(pickle.dumps(Icd10cm()))
    codes = ["M54.12", "S13.4XXA", "T07.XXXA", "G54.2"] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(copy.title, codes)) == [icd.title(code) for code in codes]


def test_it_loads_fast_and_without_the_library_it_was_built_from():
    start = time.perf_counter()
    assert Icd10cm().billable("M54.12")
    assert time.perf_counter() - start < 0.05
    code = "import sys, chartgap.knowledge.icd10cm as i; i.load_icd10cm(); print('simple_icd_10_cm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_one_index_a_process():
    assert load_icd10cm() is load_icd10cm()
