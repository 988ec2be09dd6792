"""Lists of phrases that several files share: written once, named with "@", and wrong names are problems."""

from pathlib import Path

import pytest

from chartgap.assess.wording import has_phrase
from chartgap.knowledge.codes import Condition, Want
from chartgap.knowledge.phrase_lists import load_phrase_lists, read_filled_yaml, unused

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"
LISTS = load_phrase_lists(PATTERNS, [])


@pytest.mark.parametrize("item", LISTS.values(), ids=LISTS)
def test_a_list_finds_what_it_says(item):
    assert [text for text in item.fires if not has_phrase(text, item.phrases)] == []
    assert [text for text in item.silent if has_phrase(text, item.phrases)] == []


@pytest.fixture
def root(tmp_path):
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases/lost.yaml").write_text("{id: lost, about: x, phrases: [a b, c], fires: [c], silent: [d]}")
    return tmp_path


def read(root, text):
    problems = []
    path = root / "codes.yaml"
    path.write_text(text)
    return read_filled_yaml(path, problems, root=root), list(map(str, problems))


def test_a_name_stands_for_the_phrases_alone_and_among_others(root):
    data, problems = read(root, '{words: "@lost", more: [x, "@lost", {words: ["@lost"]}], mail: "a@lost"}')
    assert data == {"words": ["a b", "c"], "more": ["x", "a b", "c", {"words": ["a b", "c"]}], "mail": "a@lost"}
    assert problems == []
    assert Condition.model_validate({"words": data["words"]}).words == ("a b", "c")
    assert list(unused(root, load_phrase_lists(root, []))) == []


def test_an_unknown_name_is_a_problem_and_so_is_a_list_that_nothing_names(root):
    _, problems = read(root, '{words: "@found"}')
    assert problems == ["codes.yaml: -: @found: names no list of phrases/"]
    assert [str(item) for item in unused(root, load_phrase_lists(root, []))] == [
        "phrases/lost.yaml: lost: id: no file names the list"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{id: other, about: x, phrases: [a], fires: [a], silent: [b]}", "must equal the file's name"),
        ("{id: lost, about: x, phrases: [a, a], fires: [a], silent: [b]}", "twice: a"),
        ("{id: lost, about: x, phrases: [], fires: [a], silent: [b]}", "at least 1"),
        ("{id: lost, about: x, phrases: [a], fires: [a], silent: [b], or: c}", "Extra inputs"),
    ],
)
def test_a_wrong_list_is_a_problem(root, text, said):
    (root / "phrases/lost.yaml").write_text(text)
    problems = []
    assert load_phrase_lists(root, problems) == {}
    (problem,) = problems
    assert said in str(problem)
    assert str(problem).startswith("phrases/lost.yaml")


def test_braces_choose_and_brackets_are_optional_and_hyphens_stay():
    want = Want.model_validate({"words": ["{post-op|postop} pain", "pain [* [*]] fall", "C5-6"]})
    assert want.words == ("post-op pain", "postop pain", "pain * * fall", "pain * fall", "pain fall", "C5-6")


@pytest.mark.parametrize("phrase", ["pain {after", "pain [the", "a|b", "pain after}"])
def test_a_bracket_without_its_other_is_an_error(phrase):
    with pytest.raises(ValueError, match=r"bracket"):
        Want.model_validate({"words": phrase})
