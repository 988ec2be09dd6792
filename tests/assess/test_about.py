"""Which part of the spine a finding is of, for a code of the neck and for one of the back."""

import pytest
from cases import finding

from chartgap.assess.matching import find
from chartgap.assess.scene import Chart, Scene
from chartgap.knowledge.codes import Want
from chartgap.model import Claim, Note

WANT = Want(element=("imaging_finding",), about="code")
NECK = ("M54.12", "M54.2", "M54.13", "M50.122", "M47.812", "M48.02", "M40.12", "S13.4XXA", "M41.22", "M53.1")
BACK = (
    "M54.16",
    "M54.50",
    "M54.6",
    "M51.26",
    "M47.816",
    "M48.061",
    "M40.14",
    "S33.5XXA",
    "M41.26",
    "M48.54XA",
    "M53.3",
)


def finds(text, code):
    note = Note(id="n", text=text, claim=Claim(codes=(code,)))
    return find(WANT, Scene(Chart(note, (finding("imaging_finding=disc | disc", text),)), code)) is not None


@pytest.mark.parametrize("code", NECK)
def test_a_code_of_the_neck(code):
    assert finds("MRI of the cervical spine: disc herniation.", code)
    assert not finds("MRI of the lumbar spine: disc herniation.", code)
    assert finds("MRI: disc herniation.", code)  # a note that names no place is taken to be about the neck


@pytest.mark.parametrize("code", BACK)
def test_a_code_of_the_back(code):
    assert finds("MRI of the lumbar spine: disc herniation.", code)
    assert not finds("MRI of the cervical spine: disc herniation.", code)
    assert not finds("MRI: disc herniation.", code)
