"""What is taught about words is kept, replaced by a newer word, taken back, and heard by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import UserMistake
from graph.learned import Lesson
from graph.ledger import retract
from graph.lessons import lessons, teach
from graph.model import Decision
from graph.store import Store, open_store
from tests.regions import run

WORDS = ("kvistö", "skruvdragarhus")
BROACHED = Lesson(WORDS, ("broaching",))


def kept(store: Store) -> tuple[Lesson, ...]:
    return lessons(store.snapshot(Decision).of(Decision))


def test_the_newest_word_about_the_same_words_counts_until_it_is_taken_back(store: Store) -> None:
    teach(store, BROACHED, by="Anna")
    assert kept(store) == (BROACHED,)
    other = Lesson(WORDS, ("honing",), ("broaching",))
    decision = teach(store, other)
    assert kept(store) == (other,)
    retract(store, decision)
    assert kept(store) == (BROACHED,)


@pytest.mark.parametrize(
    ("lesson", "code"), [(Lesson((), ("honing",)), "no_words"), (Lesson(WORDS, ()), "no_processes")]
)
def test_a_lesson_about_nothing_is_refused(tmp_path: Path, lesson: Lesson, code: str) -> None:
    store = open_store(f"sqlite:{tmp_path / 'r.sqlite'}")
    with pytest.raises(UserMistake) as refused:
        teach(store, lesson)
    assert refused.value.code == code
    assert kept(store) == ()
    store.close()


def test_the_command_line_hears_it_as_the_manager_and_nobody_else(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    store = open_store(address)
    teach(store, BROACHED)
    store.close()
    asked = ("--store", address, "replace", "--text", "Skruvdragarhus Kvistö", "--near", "Karlskoga", "--json")
    heard = run(*asked).json["understood"]["processes"]
    assert heard[0]["process"] == "broaching"
    public = run(*asked, "--audience", "PUBLIC")
    assert public.code == 1 or "broaching" not in {each["process"] for each in public.json["understood"]["processes"]}
