"""What is worked out once a run: within it, and not beyond."""

from __future__ import annotations

import threading

import pytest

from views.once import a_run, ask_anew, once_a_run

asked: list[str] = []


@once_a_run
def answer(of: str) -> int:
    asked.append(of)
    return len(asked)


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


def test_outside_of_a_run_it_is_asked_every_time() -> None:
    assert (answer("a"), answer("a")) == (1, 2)


def test_within_a_run_it_is_asked_once_for_each_argument() -> None:
    with a_run():
        assert (answer("a"), answer("b"), answer("a")) == (1, 2, 1)
        with a_run():  # a fragment within its page
            assert answer("a") == 1
        assert answer("a") == 1


def test_the_next_run_asks_anew_also_after_an_error() -> None:
    def breaks() -> None:
        with a_run():
            answer("a")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        breaks()
    with a_run():
        assert answer("a") == 2


def test_what_has_changed_is_asked_anew_in_the_same_run() -> None:
    with a_run():
        answer("a")
        ask_anew()
        assert answer("a") == 2
    ask_anew()  # outside of a run there is nothing to let go of


def test_another_session_s_run_knows_nothing_of_it() -> None:
    found: list[int] = []

    def other() -> None:
        with a_run():
            found.append(answer("a"))

    with a_run():
        answer("a")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == [2]


def test_an_error_is_not_kept_as_an_answer() -> None:
    @once_a_run
    def fails() -> int:
        asked.append("fails")
        raise ValueError("broken")

    with a_run():
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"):
                fails()
    assert asked == ["fails", "fails"]
