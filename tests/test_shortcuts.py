"""The engine leaves out work that cannot matter: without each shortcut the findings are the same."""

import pytest

import shortcuts
from chartgap.extract import Extractor
from notes import REAL, SYNTHETIC, load_notes


@pytest.fixture(scope="module")
def engine(catalog):
    return Extractor(catalog)


def changed(engine, name, notes):
    """Ids of the notes whose findings differ when a shortcut is left out."""
    found, _ = shortcuts.run(engine, notes)
    with shortcuts.left_out(name):
        other, _ = shortcuts.run(engine, notes)
    return [note.id for note, a, b in zip(notes, found, other, strict=True) if a != b]


@pytest.mark.parametrize("name", shortcuts.SHORTCUTS)
def test_no_finding_of_a_synthetic_note_changes(engine, name):
    assert changed(engine, name, load_notes(SYNTHETIC)) == []


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real notes are not part of the repository")
@pytest.mark.parametrize("name", shortcuts.SHORTCUTS)
def test_no_finding_of_a_real_note_changes(engine, name):
    assert changed(engine, name, load_notes(REAL)) == []


@pytest.mark.parametrize("name", shortcuts.SHORTCUTS)
def test_leaving_a_shortcut_out_is_felt(name):
    place, attribute, _ = shortcuts.SHORTCUTS[name]
    kept = getattr(place, attribute)
    with shortcuts.left_out(name):
        assert getattr(place, attribute) is not kept
    assert getattr(place, attribute) is kept
