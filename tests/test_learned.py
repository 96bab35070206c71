"""What people said of words corrects later answers, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.learned import Learned, Lesson, telling_words
from graph.taxonomy import taxonomy
from graph.understanding import understand
from tests.test_understanding import CASES

TEXTS = [text for text, _ in CASES]
GENERAL = sorted(code for code, each in taxonomy().processes.items() if each.parent is None)
words = st.sampled_from(["kåpa", "knoster", "axel", "fläns", "slipad", "mossling", "lagerbock"])
lessons = st.builds(
    Lesson,
    st.lists(words, min_size=1, max_size=3, unique=True).map(lambda each: tuple(sorted(each))),
    st.lists(st.sampled_from(GENERAL), max_size=2, unique=True).map(lambda each: tuple(sorted(each))),
    st.lists(st.sampled_from(GENERAL), max_size=2, unique=True).map(lambda each: tuple(sorted(each))),
)


def first(text: str, *taught: Lesson) -> str:
    return understand(text, learned=Learned.of(taught)).processes[0].process


def test_an_unknown_word_is_learned_in_all_its_forms() -> None:
    lesson = Lesson(("knostring",), ("springs",))
    assert first("Knostring i rostfritt", lesson) == "springs"
    assert first("20 st knostringar, 1.4310", lesson) == "springs"
    assert "springs" not in {
        each.process for each in understand("knosterhylla", learned=Learned.of([lesson])).processes
    }


@pytest.mark.parametrize("told", ["kåpa", "kåpan", "kåpor", "kåporna"])
@pytest.mark.parametrize("text", ["kåpa", "två kåpor", "KÅPAN ska målas", "kåporna", "kåpornas fästen"])
def test_a_noun_in_a_is_one_word_in_all_its_forms(told: str, text: str) -> None:
    assert dict(Learned.of([Lesson((told,), ("springs",))]).of_text(text).meant).keys() == {"springs"}


@pytest.mark.parametrize("text", ["plåtkåpa", "kåpformad", "kapa", "karosser"])
def test_a_word_that_only_holds_the_noun_is_another_word(text: str) -> None:
    assert Learned.of([Lesson(("kåpa",), ("springs",))]).of_text(text).meant == ()


def test_the_why_is_the_words_as_they_were_written() -> None:
    seen = understand("KNOSTRINGAR Ø20", learned=Learned.of([Lesson(("knostring",), ("springs",))]))
    assert seen.processes[0].why[0] == "KNOSTRINGAR"


def test_what_was_refused_is_gone_with_its_special_processes() -> None:
    text = "hårdförkromad kolvstång"
    assert first(text) == "electroplating"
    taught = Learned.of([Lesson(("kolvstång",), (), ("electroplating",))])
    assert "electroplating" not in {each.process for each in understand(text, learned=taught).processes}


def test_the_lesson_with_more_words_goes_before() -> None:
    wide, narrow = Lesson(("kåpa",), ("bending",)), Lesson(("kåpa", "transparent"), ("thermoforming",), ("bending",))
    assert first("transparent kåpa", wide, narrow) == "thermoforming"
    assert first("kåpa", wide, narrow) == "bending"


def test_a_lesson_survives_being_kept() -> None:
    lesson = Lesson(("kåpa",), ("bending",), ("injection",))
    assert Lesson.from_json(json.loads(json.dumps(lesson.as_json()))) == lesson
    odd = {"words": ["Kåpa"], "means": ["bending", "no_such"], "not": ["bending"]}
    assert Lesson.from_json(odd) == Lesson(("kåpa",), ("bending",))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Svarvad knosterhylsa Ø20x35 i 42CrMo4, 300 st per år", ("knosterhylsa", "svarvad")),
        ("12 kg, 3.1-intyg", ()),
        ("", ()),
    ],
)
def test_telling_words(text: str, told: tuple[str, ...]) -> None:
    assert telling_words(text) == told


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(lessons, max_size=3))
def test_a_lesson_never_changes_a_text_without_its_words(text: str, taught: list[Lesson]) -> None:
    absent = [Lesson((*each.words, "qxyzwordqx"), each.means, each.not_) for each in taught]
    assert understand(text, learned=Learned.of(absent)) == understand(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(words, min_size=1, max_size=5).map(" ".join), st.lists(lessons, max_size=4), st.randoms())
def test_the_order_of_lessons_never_matters(text: str, taught: list[Lesson], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(taught)
    chance.shuffle(shuffled)
    assert understand(text, learned=Learned.of(taught)) == understand(text, learned=Learned.of(shuffled))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(st.sampled_from(GENERAL), min_size=1, max_size=3, unique=True))
def test_what_was_said_of_a_text_comes_first_in_it(text: str, meant: list[str]) -> None:
    lesson = Lesson(tuple(sorted(telling_words(text)[:2])), tuple(sorted(meant)))
    guessed = understand(text, learned=Learned.of([lesson])).processes
    assert {each.process for each in guessed[: len(meant)]} == set(meant)
    assert [each.score for each in guessed] == sorted((each.score for each in guessed), reverse=True)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_telling_words(text: str) -> None:
    assert all(word.isalpha() and word == word.casefold() for word in telling_words(text))
