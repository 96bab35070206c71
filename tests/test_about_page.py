"""The page "About the data" run through the router: coverage counted by hand, sources, backup, restore, check.

Files that go through a browser are in test_browser_load.py.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.coverage import Coverage, coverage, newest
from graph.model import Level, Load
from graph.store import Store, default_address, open_store
from graph.transfer import backup, copies, copy_before
from ingest.pipeline import load_files
from tests.regions import opened
from tests.test_app import bodies, invent_region, run, said, start, use_data
from tests.test_load_page import click, desk, keys, open_box, shown, tables
from texts import load
from views import jobs
from views.copies import inspected

TODAY = "2026-11-22"
MEMBERS = """Org.nr;Företag;Ort;Kommun;Processer;Certifikat
4099000012;Alfa AB;Karlskoga;Karlskoga;turning;ISO 9001
4099000020;Beta AB;Nora;Nora;;
4099000038;Gamma AB;;;welding;
"""
TRADES = "Säljare org.nr;Säljare;Köpare org.nr;Köpare;År\n4099000012;Alfa AB;4099000020;Beta AB;2024\n"


@pytest.fixture(autouse=True)
def own_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A region of three firms, of which two are placed, two said what they make, one holds a certificate, two trade."""
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    temporary.mkdir()
    use_data(monkeypatch, data)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with opened(default_address()) as store:
        for name, text in (("medlemmar.csv", MEMBERS), ("affarer.csv", TRADES)):
            (tmp_path / name).write_text(text, encoding="utf-8")
            load_files(store, [tmp_path / name], on="2026-10-01")
    yield data
    job = desk().of("copies")
    assert job is None or job.done.wait(20)


@pytest.fixture(name="store")
def own_store() -> Iterator[Store]:
    store = open_store()
    yield store
    store.close()


def open_page(language: str = "sv") -> AppTest:
    return start(language, page="about")


# -- coverage and sources --------------------------------------------------------------------------------------------


def test_coverage_counts_firms_once_and_only_what_holds(store: Store) -> None:
    manager = view(store, Viewer(Level.MANAGER))
    nowhere = {"address": 0, "postcode": 0, "locality": 0, "municipality": 0}
    assert coverage(manager, TODAY) == Coverage(
        3, {**nowhere, "locality": 2}, stated=2, inferred=0, certified=1, trading=2, answered=0
    )
    public = coverage(view(store, Viewer(Level.PUBLIC)), TODAY)
    assert (public.certified, public.trading) == (0, 0)
    found = newest(manager, tuple(store.snapshot(Load).of(Load)))
    assert (found.loaded_on, found.stated_on, found.asked_on, found.traded_in) == (
        *("2026-10-01", "2026-10-01"),
        None,
        2024,
    )


def test_firms_outside_the_region_are_not_counted(store: Store, tmp_path: Path) -> None:
    (tmp_path / "region.csv").write_text("Region;Kommunkod\nNora bergslag;1884\n", encoding="utf-8")
    load_files(store, [tmp_path / "region.csv"])
    found = coverage(view(store, Viewer(Level.MANAGER)), TODAY)
    assert (found.companies, found.stated, found.trading) == (2, 1, 1)  # Beta, and Gamma whose place is unknown


def test_a_certificate_that_ran_out_does_not_count(store: Store, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "Org.nr;Företag;Certifikat;Giltigt till\n4099000020;Beta AB;ISO 14001;2020-01-01\n", encoding="utf-8"
    )
    load_files(store, [tmp_path / "c.csv"])
    assert coverage(view(store, Viewer(Level.MANAGER)), TODAY).certified == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_how_much_is_known_and_from_where(language: str, own_region: Path) -> None:
    texts = load(language)
    app = open_page(language)
    assert texts("about.headline", companies=3, percent="67") in said(app, "headline")
    assert "2026-10-01" in said(app, "note")
    assert texts("about.of", count=2, of=3) in shown(app)
    sources = tables(app)[texts("about.sources")]
    assert {row[1] for row in sources} == {"medlemmar.csv", "affarer.csv"}
    assert {row[0] for row in sources} == {texts("load.kinds.member_sheet"), texts("load.kinds.trades")}
    assert {row[6] for row in sources} == {texts("about.state.counts")}
    assert str(own_region / "region.sqlite") in shown(app)
    open_box(app, "references_box")
    assert len(tables(app)[texts("about.references")]) == 7


def test_a_list_that_was_replaced_or_undone_says_so(store: Store, tmp_path: Path) -> None:
    load_files(store, [tmp_path / "medlemmar.csv"], complete=True)
    (tmp_path / "nya.csv").write_text(MEMBERS.replace("Gamma", "Delta"), encoding="utf-8")
    load_files(store, [tmp_path / "nya.csv"], complete=True)
    from graph import ledger

    ledger.withdraw(store, "L000002")
    states = {(row[1], row[6]) for row in tables(open_page())["Listor som uppgifterna kommer från"]}
    assert ("medlemmar.csv", "ersatt av en nyare") in states
    assert ("affarer.csv", "ångrad") in states
    assert ("nya.csv", "räknas") in states


@pytest.mark.parametrize(("level", "companies"), [("PUBLIC", 0), ("MEMBERS", 3)])
def test_others_see_coverage_alone(
    level: str, companies: int, monkeypatch: pytest.MonkeyPatch, own_region: Path
) -> None:
    monkeypatch.setenv("NARVERK_AUDIENCE", level)
    app = open_page()
    seen = load("sv")("about.level", level=load("sv")(f"status.level.{level}"))
    assert (seen in said(app, "note"), f"{companies} företag" in said(app, "headline")) == (bool(companies),) * 2
    for hidden in ("medlemmar.csv", "affarer.csv", str(own_region), load("sv")("about.known.trading")):
        assert hidden not in shown(app) + str(tables(app))
    assert not {"backup", "check", "inspect_upload"} & keys(app)
    assert not app.file_uploader


def test_an_empty_region_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path / "new")
    open_store().close()
    app = open_page()
    assert load("sv")("about.empty") in said(app, "headline")
    assert load("sv")("history.nothing") in shown(app)


# -- backup, check, restore ------------------------------------------------------------------------------------------


def test_a_backup_is_made_when_asked_for_and_goes_when_closed(tmp_path: Path) -> None:
    app = open_page()
    assert list((tmp_path / "temporary").iterdir()) == []
    click(app, "backup")
    assert load("sv")("copies.backup_ready") in shown(app)
    (folder,) = (tmp_path / "temporary").iterdir()
    (made,) = folder.iterdir()
    with opened(made, create=False) as kept:
        assert kept.counts()["Company"] == 3
    click(app, "close_copies")
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_check_says_whether_all_is_sound(language: str, own_region: Path) -> None:
    texts = load(language)
    app = click(open_page(language), "check")
    assert texts("copies.sound") in said(app, "label")
    connection = sqlite3.connect(own_region / "region.sqlite")
    connection.execute("UPDATE company SET name = 'Kapat AB'")
    connection.commit()
    connection.close()
    click(app, "check")
    assert texts("copies.unsound", found=texts("check.records_differ")) in said(app, "label")


def upload(app: AppTest, content: bytes, name: str = "kopia.sqlite") -> AppTest:
    open_box(app, "restore_box")
    app.file_uploader[0].set_value([(name, content, "application/octet-stream")])
    run(app)
    return click(app, "inspect_upload")


def test_a_backup_is_inspected_and_then_restored(store: Store, tmp_path: Path) -> None:
    kept = tmp_path / "kopia.sqlite"
    backup(store, kept)
    (tmp_path / "nya.csv").write_text("Företag;Ort\nDelta AB;Kumla\n", encoding="utf-8")
    load_files(store, [tmp_path / "nya.csv"])
    app = upload(open_page(), kept.read_bytes())
    assert "Kopian har 3 företag" in shown(app)
    assert "Den ersätter 4 företag" in shown(app)
    assert load("sv")("copies.is_invented") in shown(app)  # these firms are
    assert store.counts()["Company"] == 4
    click(app, "do_restore")
    assert load("sv")("copies.restored", companies=3) in said(app, "label")
    assert store.counts()["Company"] == 3
    assert list((tmp_path / "temporary").iterdir()) == []
    (copy,) = copies(store)  # what it replaced
    with opened(copy.path, create=False) as before:
        assert before.counts()["Company"] == 4


def test_a_copy_made_before_a_load_is_restored_from_the_list(store: Store, tmp_path: Path) -> None:
    copy_before(store)
    (tmp_path / "nya.csv").write_text("Företag;Ort\nDelta AB;Kumla\n", encoding="utf-8")
    load_files(store, [tmp_path / "nya.csv"])
    (copy,) = copies(store)
    app = click(open_box(open_page(), "restore_box"), f"restore_{copy.path.stem}")
    click(app, "close_copies")
    assert copy.path.exists()
    click(app, f"restore_{copy.path.stem}")
    click(app, "do_restore")
    assert store.counts()["Company"] == 3
    assert copy.path.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "backup_empty"),
        (b"not a database at all" * 99, "not_a_backup"),
        (b"SQLite format 3\x00" + b"\x00" * 5000, "not_a_backup"),
    ],
)
def test_what_is_no_backup_changes_nothing(content: bytes, code: str, store: Store) -> None:
    app = upload(open_page(), content)
    assert load("sv")(f"error.{code}", file="kopia.sqlite") in shown(app)
    assert "do_restore" not in keys(app)
    assert store.counts()["Company"] == 3
    assert copies(store) == []


def test_a_damaged_backup_is_refused(store: Store, tmp_path: Path) -> None:
    kept = tmp_path / "kopia.sqlite"
    backup(store, kept)
    connection = sqlite3.connect(kept)
    connection.execute("UPDATE company SET name = 'Kapat AB'")
    connection.commit()
    connection.close()
    app = upload(open_page(), kept.read_bytes())
    assert load("sv")("error.backup_unsound", file="kopia.sqlite") in shown(app)
    assert "do_restore" not in keys(app)


def test_a_backup_with_pages_lost_is_refused(store: Store, tmp_path: Path) -> None:
    kept = tmp_path / "kopia.sqlite"
    backup(store, kept)
    content = bytearray(kept.read_bytes())
    content[20_000:-20_000] = b"\xff" * (len(content) - 40_000)
    app = upload(open_page(), bytes(content))
    assert "kopia.sqlite" in shown(app)
    assert "do_restore" not in keys(app)
    assert store.counts()["Company"] == 3


def test_a_backup_of_another_secret_is_told_of(store: Store, tmp_path: Path) -> None:
    with opened(tmp_path / "annan.sqlite") as other:
        (tmp_path / "x.csv").write_text("Företag;Ort\nAnnan AB;Nora\n", encoding="utf-8")
        load_files(other, [tmp_path / "x.csv"])
        found = inspected(other, store)
    assert (found.is_other_secret, found.is_invented, found.counts["Company"]) == (True, False, 1)
    assert not inspected(store, store).is_other_secret


def test_nothing_is_restored_into_the_invented_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "demo"
    data.mkdir()
    invent_region(data)
    use_data(monkeypatch, data)
    app = open_page()
    assert {"backup", "check"} <= keys(app)
    assert not app.file_uploader
    assert len(bodies(app)) > 5


def test_where_work_is_shown_is_a_page() -> None:
    root = Path(__file__).resolve().parents[1]
    assert all((root / each).is_file() for each in jobs.PAGE_OF.values())
