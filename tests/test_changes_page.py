"""The page that says what has changed, run through the router, its words beside the question asked directly."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.changes import KINDS, Changes, changes
from graph.ledger import name_snapshot, publish
from graph.model import REGION_KINDS, Claim, Company, Decision, Load, SnapshotName, Source
from graph.moments import moments, region_at
from graph.store import Store, open_store
from render.changes import balance, event_rows, event_table, headline
from render.tables import as_csv
from tests.test_app import PAYLOADS, bodies, invent_region, run, said, start, use_data
from tests.test_network_pages import tables
from texts import LANGUAGES, load
from views.common import today


@pytest.fixture(scope="module", name="folder")
def changed_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented region, with a name for how it was and a list that came after."""
    folder = invent_region(tmp_path_factory.mktemp("data"))
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    name_snapshot(store, "Höstmötet")
    buyer = store.snapshot(Company).of(Company)[0].company_id
    claims = []
    for number, name in enumerate(PAYLOADS):
        key = f"name:ny{number}"
        claims += [
            Claim(key, "Company", "", {"name": name, "municipality": "1883"}),
            Claim(key, "Trade", f"t{number}", {"buyer_id": buyer, "what": name, "year": 2026}),
        ]
    publish(store, [Source("member_sheet", "network", file="ny.xlsx")], claims, on="2026-11-01")
    store.close()
    return folder


@pytest.fixture(autouse=True)
def _changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, folder)


@pytest.fixture(name="store")
def opened_store(folder: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    yield store
    store.close()


def since_the_meeting(store: Store) -> tuple[Changes, str]:
    """What the page finds, and the day of the meeting's state."""
    at = {each.name: each.at for each in store.snapshot(SnapshotName).of(SnapshotName)}["Höstmötet"]
    return changes(region_at(store, at), store.snapshot(*REGION_KINDS), (today(), today())), today()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentence_picture_lists_and_download(store: Store, language: str) -> None:
    sentences = load(language)
    found, day = since_the_meeting(store)
    app = start(language, "changes")
    assert headline(found, f"Höstmötet ({day})", sentences) in html.unescape(said(app, "headline"))
    assert sentences("changes.many.new_firm", count=len(PAYLOADS)) in html.unescape(said(app, "headline"))
    shown = html.unescape("".join(bodies(app)))
    for label, _, _, told in balance(found, sentences):
        assert label in shown
        assert told in shown
    for kind in (each for each in KINDS if found.count(each)):
        app.segmented_control(key="changes_kind").set_value(kind)
        run(app)
        (table,) = tables(app)
        assert [row["firm"] for row in table["rows"]] == [
            row["company_id"] for row in event_rows(found, kind, sentences)
        ]
    assert f"{sentences('changes.file')}_xlsx" in {each.key for each in app.get("download_button")}


def test_what_is_taken_along_starts_no_formula(store: Store) -> None:
    found, _ = since_the_meeting(store)
    table = event_table(found, load("sv"))
    assert len(table) == 1 + sum(map(found.count, KINDS))
    assert "'=HYPERLINK" in as_csv(table, "sv").decode("utf-8-sig")


def test_other_moments_are_chosen(store: Store) -> None:
    app = start(page="changes")
    froms = app.selectbox(key="changes_from")
    assert froms.options[-1] == load("sv")("changes.moment.start")
    known = moments(store.snapshot(Load, Decision, SnapshotName))
    start_key = f"start:0:{known[-1].name}"
    froms.set_value(start_key)
    run(app)
    assert load("sv")("changes.moment.start") in html.unescape(said(app, "headline"))
    app.selectbox(key="changes_to").set_value(start_key)
    run(app)
    assert load("sv")("changes.same") in html.unescape(said(app, "headline"))


def test_the_present_is_named_with_one_click(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, invent_region(tmp_path))
    app = start(page="changes")
    for name in (today(), f"{today()} (2)"):
        app.button(key="changes_keep").click()
        run(app)
        assert load("sv")("changes.kept", name=name) in html.unescape(said(app, "saved"))


def test_an_empty_region_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    assert load("sv")("changes.nothing_yet") in html.unescape(said(start(page="changes"), "headline"))
