"""Assertion: every example of patterns/context, exactly; the reader's behaviour; its manners."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chartgap.errors import PatternProblem
from chartgap.extract.assertion.context import ContextReader, Modifier, assertion
from chartgap.knowledge.context import ContextRule, ContextRules, Example, load_context

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"
PROBLEMS: list[PatternProblem] = []
RULES = load_context(PATTERNS, PROBLEMS)
EXAMPLES = [(rule, example) for rule in RULES.rules for example in rule.parsed_examples()]


@pytest.fixture(scope="module")
def reader() -> ContextReader:
    return ContextReader(RULES)


def said(reader: ContextReader, example: Example) -> tuple[Modifier, ...]:
    return reader.read(example.sentence.lower(), [(example.start, example.end, example.label)])[0]


def test_files_are_valid() -> None:
    assert PROBLEMS == []
    assert len(RULES.rules) > 30


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{rule.id}-{e.sentence}" for rule, e in EXAMPLES])
def test_examples_of_the_files(reader: ContextReader, rule: ContextRule, example: Example) -> None:
    assert assertion(said(reader, example)) == example.expected


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.category], ids=lambda rule: rule.id)
def test_each_rule_decides_one_of_its_examples(reader: ContextReader, rule: ContextRule) -> None:
    fired = [e for e in rule.parsed_examples() if rule.id in {m.rule_id for m in said(reader, e)}]
    assert any(example.expected == rule.category for example in fired)


def test_the_screen_lets_every_phrase_through(reader: ContextReader) -> None:
    missed = []
    for rule in RULES.rules:
        for text in rule.literals if rule.category else ():
            sentence = f"x {text.replace('#', '3').replace('$', '').strip()}"
            if reader._is_cue(sentence) is None:
                missed.append((rule.id, text))
    assert missed == []


def test_offsets_name_the_cue(reader: ContextReader) -> None:
    sentence = "there is no evidence of fracture"
    (modifiers,) = reader.read(sentence, [(24, 32, "finding")])
    (modifier,) = modifiers
    assert sentence[modifier.start : modifier.end] == "no evidence of"
    assert (modifier.category, modifier.rule_id) == ("negated", "negation.no")


def test_a_cue_at_the_end_of_the_sentence_stays_inside_it(reader: ContextReader) -> None:
    sentence = "numbness: denies"
    ((modifier,),) = reader.read(sentence, [(0, 8, "numbness")])
    assert modifier.end == len(sentence)


def test_a_target_is_not_modified_by_a_cue_inside_it_but_others_are(reader: ContextReader) -> None:
    sentence = "neck pain without numbness"
    whole, inner = reader.read(sentence, [(0, 26, "finding"), (18, 26, "numbness")])
    assert whole == ()
    assert assertion(inner) == "negated"


def test_a_cue_is_not_longer_than_the_words_before_its_target(reader: ContextReader) -> None:
    assert assertion(reader.read("no focal weakness", [(3, 17, "finding")])[0]) == "negated"
    assert assertion(reader.read("no known drug allergies", [(9, 23, "finding")])[0]) == "negated"


@pytest.mark.parametrize("sentence", ["no-numbness", "no  numbness", "no\nnumbness", "n. no numbness"])
def test_tokens_do_not_depend_on_spacing(reader: ContextReader, sentence: str) -> None:
    start = sentence.index("numbness")
    assert assertion(reader.read(sentence, [(start, start + 8, "numbness")])[0]) == "negated"


def test_targets_come_back_in_their_order_and_number(reader: ContextReader) -> None:
    sentence = "denies numbness but has weakness"
    found = reader.read(sentence, [(24, 32, "strength"), (7, 15, "numbness"), (7, 15, "numbness")])
    assert [assertion(modifiers) for modifiers in found] == ["affirmed", "negated", "negated"]
    assert reader.read("neck pain", [(0, 4, "region"), (5, 9, "finding")]) == [(), ()]
    assert reader.read("", []) == []


def test_precedence() -> None:
    def modifier(category: str) -> Modifier:
        return Modifier(category, 0, 1, "x.y")  # type: ignore[arg-type]

    order = ["family", "hypothetical", "negated", "uncertain", "historical"]
    for index, category in enumerate(order):
        assert assertion([modifier(later) for later in reversed(order[index:])]) == category
    assert assertion([]) == "affirmed"


@pytest.mark.parametrize(
    ("marked", "negated"),
    [
        ("no <fracture>", True),
        ("<fracture>", False),
        ("denies fever, chills or <numbness>", True),
        ("denies fever but has <numbness>", False),
        ("rule out <fracture>", False),
        ("r/o <fracture>", False),
        ("strain versus <fracture>", False),
        ("<fracture> was ruled out", True),
    ],
)
def test_second_reader(reader: ContextReader, marked: str, negated: bool) -> None:
    start = marked.index("<")
    sentence = re.sub("[<>]", "", marked)
    assert reader.second_reader(sentence, (start, marked.index(">") - 1)) is negated


def test_reading_leaves_the_reader_as_it_was(reader: ContextReader) -> None:
    before = repr(reader._phrases)
    reader.read("no qwertyish numbness", [(13, 21, "numbness")])
    assert repr(reader._phrases) == before


def test_reading_loads_no_nlp_library() -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from chartgap.extract.assertion.context import ContextReader\n"
        "from chartgap.knowledge.context import load_context\n"
        f"reader = ContextReader(load_context(Path({str(PATTERNS)!r}), []))\n"
        "assert reader.read('no numbness', [(3, 11, 'numbness')])[0]\n"
        "print([name for name in ('spacy', 'medspacy', 'negspacy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def _load(folder: Path, body: str) -> tuple[ContextRules, list[PatternProblem]]:
    (folder / "context").mkdir()
    (folder / "context" / "x.yaml").write_text(f"about: x\nrules:\n{body}")
    problems: list[PatternProblem] = []
    return load_context(folder, problems), problems


_GOOD = (
    "  - {id: x.no, direction: forward, category: negated, phrases: ['no (new|)'],"
    " examples: {'no <pain>': negated, '<pain> no': affirmed}}\n"
)


def test_choices_are_written_out(tmp_path: Path) -> None:
    rules, problems = _load(tmp_path, _GOOD)
    assert problems == []
    assert rules.rules[0].literals == ("no new", "no")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("category: negated, ", ""), "category is missing"),
        (("forward", "pseudo"), "category is not for"),
        (("phrases", "ends: [negated], phrases"), "ends is for"),
        (("phrases", "only: [a], except: [b], phrases"), "exclude each other"),
        (("affirmed", "negated"), "examples need"),
        (("<pain> no", "pain no"), "exactly one"),
        (("phrases", "sings: 1, phrases"), "Extra inputs"),
    ],
)
def test_a_bad_rule_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    _, problems = _load(tmp_path, _GOOD.replace(*change))
    assert [message in problem.message for problem in problems] == [True]
    assert (problems[0].file, problems[0].id) == ("context/x.yaml", "x.no")


def test_a_phrase_occurs_once_a_direction(tmp_path: Path) -> None:
    _, problems = _load(tmp_path, _GOOD + _GOOD.replace("x.no", "x.again"))
    assert [problem.id for problem in problems] == ["x.again", "x.again"]
