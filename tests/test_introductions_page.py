"""The page "Introductions" and the lower half of "Outreach", run through the router in both languages.

The numbers are compared with the questions asked directly. What only a browser can show is in
test_browser_introductions.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph import ledger
from graph.affinity import Affinity
from graph.audience import Viewer, view
from graph.introductions import NOT_INTRODUCED, Introductions, Queue, followed, near_misses, vetoes
from graph.isolation import isolated
from graph.makers import Makers
from graph.model import Decision, Introduction, Level
from graph.network import project
from graph.outreach import Outreach
from graph.replacement import Finder
from graph.store import Snapshot, open_store
from render.introductions import namer, pair_key, reason_words
from tests.test_app import bodies, components, invent_region, run, said, start, use_data
from tests.test_network_pages import headline, picture, tables
from texts import LANGUAGES, load
from views.common import today

SV = load("sv")


class Known:
    """What the store says, asked directly."""

    def __init__(self, folder: Path) -> None:
        store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
        self.snapshot: Snapshot = view(store, Viewer(Level.MANAGER))
        self.decisions = list(store.snapshot(Decision).of(Decision))
        store.close()
        self.network = project(self.snapshot)

    def queue(self) -> Queue:
        affinity = Affinity(self.snapshot, self.network)
        found = isolated(self.snapshot, self.network, affinity)
        makers = Makers(self.snapshot, today=today())
        misses = near_misses(self.snapshot, Finder(self.snapshot, today=today()), makers)
        return Introductions(
            self.snapshot, self.network, affinity=affinity, isolation=found, misses=misses,
            vetoed=vetoes(self.decisions, {}),
        ).queue(60)  # fmt: skip


@pytest.fixture(scope="module", name="invented")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="queue")
def known_queue(invented: Path) -> Queue:
    return Known(invented).queue()


@pytest.fixture(name="folder")
def own_copy(invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the region that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(invented, folder, ignore=shutil.ignore_patterns("files"))
    use_data(monkeypatch, folder)
    return folder


@pytest.fixture(name="shown")
def only_looked_at(invented: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_data(monkeypatch, invented)
    return invented


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


# -- introductions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_is_told_in_a_sentence_a_picture_and_a_table(shown: Path, queue: Queue, language: str) -> None:
    sentences = load(language)
    app = start(language, "introductions")
    assert sentences.number(queue.worth) in headline(app)
    listed = tables(app)[0]
    assert [row["firm"] for row in listed["rows"]] == [pair_key(each.company_ids) for each in queue.proposals]
    first = queue.proposals[0]
    drawn = picture(app)
    assert {each["id"] for each in drawn["nodes"][:2]} == set(first.company_ids)
    (tie,) = [each for each in drawn["edges"] if each.get("dashes")]
    assert {tie["from"], tie["to"]} == set(first.company_ids)
    names = namer({each["id"]: each["label"] for each in drawn["nodes"]}, sentences)
    for reason in first.reasons:
        if "buyers" not in reason.values:
            assert reason_words(reason, names, sentences)[1:20] in "".join(bodies(app)).replace("&amp;", "&")
    assert sentences("introductions.score", points=sentences.number(first.score, 1)) in said(app, "facts")


def test_what_is_drawn_are_partners_of_the_two(shown: Path, queue: Queue) -> None:
    network = Known(shown).network
    drawn = picture(start("sv", "introductions"))
    near = {each: {*network.pred[each], *network.succ[each]} for each in queue.proposals[0].company_ids}
    one, other = near.values()
    ids = {each["id"] for each in drawn["nodes"]} - near.keys()
    assert ids <= one | other
    assert len({(each["x"], each["y"]) for each in drawn["nodes"]}) == len(drawn["nodes"])
    assert len(ids) + drawn["left_out"] == len(one | other)


def test_not_these_two_leave_the_queue_and_come_back(folder: Path, queue: Queue) -> None:
    app = start("sv", "introductions")
    first, second = (pair_key(each.company_ids) for each in queue.proposals[:2])
    press(app, "pair_never")
    listed = [row["firm"] for row in tables(app)[0]["rows"]]
    assert first not in listed
    assert listed[0] == second
    assert {frozenset(first.split("\n"))} == vetoes(Known(folder).decisions, {})
    press(app, "pair_take_back")
    assert tables(app)[0]["rows"][0]["firm"] == first
    assert vetoes(Known(folder).decisions, {}) == frozenset()


def test_what_was_decided_stands_in_the_history_and_can_be_taken_back_there(folder: Path, queue: Queue) -> None:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    decision = ledger.decide(store, NOT_INTRODUCED, queue.proposals[0].company_ids)
    store.close()
    app = start("sv", "load")
    assert SV("history.not_introduced", firms="") in "".join(bodies(app))
    press(app, f"retract_{decision}")
    assert vetoes(Known(folder).decisions, {}) == frozenset()


def test_an_introduction_is_one_click_and_a_save_and_can_be_undone(folder: Path, queue: Queue) -> None:
    app = start("sv", "introductions")
    before = len(Known(folder).snapshot.of(Introduction))
    first = queue.proposals[0]
    press(app, "pair_make")
    fields = {
        each.key.rpartition("_")[0]: each for each in (*app.text_input, *app.text_area, *app.selectbox) if each.key
    }
    assert fields["edit_introduced_on"].value == today()
    assert fields["edit_outcome"].value == "open"
    fields["edit_introduced_by"].set_value("Anna")
    next(each for each in app.button if each.label == SV("edit.save")).click()
    run(app)
    made = [each for each in Known(folder).snapshot.of(Introduction) if each.introduced_by == "Anna"]
    assert [(each.company_id, each.other_id, each.introduced_on, each.outcome) for each in made] == [
        (*first.company_ids, today(), "open")
    ]
    assert made[0].reason
    assert pair_key(first.company_ids) not in [row["firm"] for row in tables(app)[0]["rows"]]
    going_on = tables(app)[1]
    assert made[0].introduction_id in [row["firm"] for row in going_on["rows"]]
    press(app, "undo")
    assert len(Known(folder).snapshot.of(Introduction)) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_on_is_listed_with_what_is_late_and_what_came_of_it(shown: Path, language: str) -> None:
    sentences = load(language)
    made = followed(Known(shown).snapshot, today())
    going_on = [each for each in made if each.outcome in ("open", "met", "quoted")]
    late = sum(each.is_overdue for each in made)
    app = start(language, "introductions")
    assert [row["firm"] for row in tables(app)[1]["rows"]] == [each.introduction.key for each in going_on]
    note = sentences("introductions.under_way", count=len(going_on), late=late)
    assert note in "".join(bodies(app))


# -- who has been heard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_been_heard_and_whom_to_ask_next(shown: Path, language: str) -> None:
    known = Known(shown)
    asked = Outreach(known.snapshot, known.network, today())
    heard = asked.heard()
    app = start(language, "outreach")
    listed = tables(app)[-1]
    expected = asked.ask_next(Makers(known.snapshot, today=today()), 30)
    assert [row["firm"] for row in listed["rows"]] == [each.company_id for each in expected]
    grid = next(each for each in bodies(app) if 'class="nv-heard"' in each)
    assert f"{heard.whole.answered}/{heard.whole.companies}<" in grid
    for each in heard.by_municipality.values():
        assert f"{each.answered}/{each.companies}<" in grid


# -- states ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_region_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    use_data(monkeypatch, tmp_path)
    open_store().close()
    app = start(language, "introductions")
    assert load(language)("introductions.empty") in headline(app)
    assert components(app) == []
