"""The page "Load files" run through the router, in both languages: tried, published, undone, refused.

Numbers are compared with what the pipeline says when it is asked directly, or were counted by hand from the lists.
Dropping files with a mouse, work that moves and downloads are in test_browser_load.py.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph import ledger
from graph.audience import Viewer
from graph.errors import StoreUnreachable
from graph.model import Alias, Company, Decision, Level, Load, SnapshotName
from graph.store import Store, default_address, open_store
from graph.transfer import copies
from ingest.pipeline import Progress
from ingest.rows import RowProblem
from render.loads import firm_table, group_rows, history_table, load_name, problem_groups, problem_table
from tests.test_app import bodies, invent_region, run, said, start, use_data
from texts import load
from views import jobs

SECONDS = 20
CSV = "text/csv"
MEMBERS = """Org.nr;Företag;Ort;Anställda;Processer;Färg
4099000012;Åtorps Mekaniska Exempel AB;Åtorp;18;turning;röd
4099000012;Åtorps Mekaniska Exempel AB;Åtorp;18;turning;röd
;;Karlskoga;3;;
40990000-13;Svets i Nora AB;Nora;tolv;turning|trollkonst;
;<script>window.hacked=1</script> AB;Karlskoga;;turning;
Summa;;;33;;
"""
"""Seven lines: two say something new and one repeats; one firm is a script; two rows and three cells cannot be read."""


@pytest.fixture(autouse=True)
def own_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty region of one's own, and a place of one's own for what is uploaded."""
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    temporary.mkdir()
    use_data(monkeypatch, data)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    open_store().close()
    yield data
    for job in (desk().of(place) for place in jobs.PAGE_OF):
        assert job is None or job.done.wait(SECONDS)


@pytest.fixture(name="store")
def own_store() -> Iterator[Store]:
    store = open_store()
    yield store
    store.close()


def desk() -> jobs.Desk:
    return jobs._desk(default_address())


def drop(app: AppTest, *files: tuple[str, str | bytes]) -> AppTest:
    """Drop files and try them."""
    contents = [(name, each.encode() if isinstance(each, str) else each, CSV) for name, each in files]
    app.file_uploader[0].set_value(contents)
    run(app)
    return click(app, "load_try")


def click(app: AppTest, key: str) -> AppTest:
    """Press a button, wait for the work it began, and look again."""
    app.button(key=key).click()
    run(app)
    for place in jobs.PAGE_OF:
        job = desk().of(place)
        assert job is None or job.done.wait(SECONDS)
    return run(app)


def open_page(language: str = "sv") -> AppTest:
    return start(language, page="load")


def tables(app: AppTest) -> dict[str, list[list[str]]]:
    """The cells of each table shown, by its caption."""
    found: dict[str, Any] = {}
    for each in app.get("bidi_component"):
        data = json.loads(each.proto.json)
        if "alt" in data:
            found[data["alt"]] = [[cell[0] for cell in row["cells"]] for row in data["rows"]]
    return found


def open_box(app: AppTest, key: str) -> AppTest:
    """Unfold what is folded."""
    app.session_state[key] = True
    return run(app)


def choose(app: AppTest, key: str, value: str) -> AppTest:
    app.selectbox(key=key).select(value)
    return run(app)


def shown(app: AppTest) -> str:
    return "\n".join(bodies(app))


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


# -- from the list to the region and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_tried_published_and_undone(language: str, store: Store, tmp_path: Path) -> None:
    texts = load(language)
    app = drop(open_page(language), ("medlemmar.csv", MEMBERS))
    assert texts("load.count.new", count=3) in said(app, "headline")
    assert texts("load.read", rows=6, problems=6) in said(app, "note")
    assert store.revision() == 0
    assert {row[1] for row in tables(app)[texts("load.changes")]} == {texts("load.change.new")}
    (sheet,) = tables(app)[texts("load.sheets")]
    assert sheet[:3] == ["medlemmar.csv", texts("load.kinds.member_sheet"), "6"]
    for name, count in (("accepted", 3), ("merged", 1), ("rejected", 2)):
        assert texts(f"load.outcome.{name}", count=count) in shown(app)

    click(app, "publish")
    assert texts("load.done") in said(app, "headline")
    assert {each.name for each in store.snapshot(Company).of(Company)} == {
        "Åtorps Mekaniska Exempel AB", "Svets i Nora AB", "<script>window.hacked=1</script> AB",
    }  # fmt: skip
    assert list((tmp_path / "temporary").iterdir()) == []  # what was uploaded is gone
    assert "medlemmar.csv" in said(app, "line")

    click(app, "undo_this")
    assert "L000001" in said(app, "label")
    gone = f"3 {texts('kind.Company')}, 3 {texts('kind.Workplace')}, 3 {texts('kind.Offer')}"
    assert texts("load.deleted", counts=gone) in said(app, "facts")
    assert store.counts()["Company"] == 3  # it was only asked
    click(app, "do_undo")
    assert store.counts()["Company"] == 0
    assert texts("history.undone", load="L000001") in shown(app)
    assert texts("load.is_undone") in shown(app)
    assert "undo_L000001" not in keys(app)


def test_problems_are_grouped_with_where_what_and_a_hint(store: Store) -> None:
    app = drop(open_page(), ("medlemmar.csv", MEMBERS))
    rows = {row[1]: (row[0], row[2]) for row in tables(app)["Anmärkningar"]}
    count, example = rows["Varken namn eller organisationsnummer. Raden lästes inte."]
    assert (count, example) == ("1", "medlemmar.csv, rad 4, Företag")
    assert rows["Det är inget tal. Cellen lästes inte."] == ("1", "medlemmar.csv, rad 5, Anställda ”tolv”")
    assert rows["Processen känns inte igen."][1].startswith("medlemmar.csv, rad 5, Processer ”trollkonst”")
    assert rows["Kolumnen känns inte igen och lästes inte."][1] == "medlemmar.csv, rad 1, Färg ”Färg”"


def test_a_list_that_says_nothing_new_offers_nothing_to_publish(store: Store) -> None:
    one = "Företag;Ort\nExempel AB;Nora\n"
    app = click(drop(open_page(), ("a.csv", one)), "publish")
    click(app, "more_files")
    drop(app, ("a.csv", one))
    assert load("sv")("load.nothing_new") in said(app, "headline")
    assert "publish" not in keys(app)
    click(app, "discard")
    assert load("sv")("load.headline") in said(app, "headline")
    assert store.revision() == 1


def test_a_complete_list_says_whom_it_closes(store: Store) -> None:
    click(drop(open_page(), ("a.csv", "Org.nr;Företag\n4099000012;Alfa AB\n4099000020;Beta AB\n")), "publish")
    app = click(open_page(), "more_files")
    app.radio(key="load_complete").set_value("complete")
    drop(app, ("b.csv", "Org.nr;Företag\n4099000012;Alfa AB\n"))
    assert load("sv")("load.count_one.closed") in said(app, "headline")
    assert tables(app)["Företag som berörs"][0][:2] == ["Beta AB", "försvinner"]
    click(app, "publish")
    assert [each.name for each in store.snapshot(Company).of(Company)] == ["Alfa AB"]
    (copy,) = copies(store)
    assert copy.revision == 1  # the region as it was before


def test_whose_list_it_is_makes_trades_of_a_ledger(store: Store) -> None:
    app = open_page()
    app.text_input(key="load_owner").set_value("409900-0020")
    drop(app, ("r.csv", "Leverantörsnr;Namn;Org.nr;Belopp\n7;Alfa Exempel AB;4099000012;1200\n"))
    click(app, "publish")
    assert store.counts()["Trade"] == 1


def test_two_files_of_one_name_both_count(store: Store) -> None:
    app = drop(open_page(), ("a.csv", "Företag;Ort\nAlfa AB;Nora\n"), ("a.csv", "Företag;Ort\nBeta AB;Kumla\n"))
    assert {row[0] for row in tables(app)["Vad som lästes"]} == {"a.csv", "a (2).csv"}
    click(app, "publish")
    assert store.counts()["Company"] == 2


# -- what cannot be loaded -------------------------------------------------------------------------------------------

WRONG = {
    "file_empty": b"   ",
    "workbook_damaged": b"PK\x03\x04trasig",
    "not_a_table": b"%PDF-1.7 \x00\x01",
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_file_is_one_sentence_and_the_others_can_go_on(language: str, code: str, store: Store) -> None:
    texts = load(language)
    app = drop(open_page(language), ("bra.csv", MEMBERS), ("fel.xlsx", WRONG[code]))
    assert texts("load.failed") in said(app, "headline")
    assert texts(f"error.{code}", file="fel.xlsx") in said(app, "warning")
    assert texts("load.others", files=["bra.csv"]) in shown(app)
    assert store.revision() == 0
    click(app, "try_without")
    assert texts("load.count.new", count=3) in said(app, "headline")
    click(app, "discard")
    assert texts("load.headline") in said(app, "headline")


def test_a_single_wrong_file_leaves_only_another_choice(store: Store) -> None:
    app = drop(open_page(), ("fel.csv", ""))
    assert load("sv")("error.file_empty", file="fel.csv") in said(app, "warning")
    assert "try_without" not in keys(app)
    click(app, "other_files")
    assert load("sv")("load.headline") in said(app, "headline")


STRANGE = "Bolagsbenämning;Säte;Färg\nAlfa AB;Nora;röd\nBeta AB;Kumla;blå\n"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_list_nobody_knows_is_explained_once(language: str, store: Store) -> None:
    texts = load(language)
    app = drop(open_page(language), ("okänd.csv", STRANGE))
    assert texts("load.not_recognised") in said(app, "headline")
    assert "publish" not in keys(app)
    choose(app, "columns_kind_0", "company")
    needed = {"sv": "Företag", "en": "Company"}[language]
    assert texts("error.columns_missing", headings=needed) in shown(app)
    choose(app, "column_0_company_0", "name")
    choose(app, "column_0_company_1", "locality")
    click(app, "columns_save_0")
    assert texts("load.count.new", count=2) in said(app, "headline")
    assert texts("columns.title") not in shown(app)
    click(app, "publish")
    assert {each.name: each.locality for each in store.snapshot(Company).of(Company)} == {
        "Alfa AB": "Nora", "Beta AB": "Kumla",
    }  # fmt: skip
    again = drop(click(app, "more_files"), ("nästa.csv", "Färg;Säte;Bolagsbenämning\ngrön;Laxå;Gamma AB\n"))
    assert texts("load.count_one.new") in said(again, "headline")


def test_a_column_that_is_left_over_can_be_told_or_left(store: Store) -> None:
    app = drop(open_page(), ("a.csv", "Företag;Ort;Folk;Färg\nAlfa AB;Nora;17;röd\n"))
    app = open_box(app, "columns_0")
    choose(app, "column_0_company_0", "employees")
    click(app, "columns_save_0")
    assert load("sv")("columns.title") not in shown(app)
    click(app, "publish")
    (firm,) = store.snapshot(Company).of(Company)
    assert (firm.name, firm.employees) == ("Alfa AB", 17)
    (decision,) = store.snapshot(Decision).of(Decision)
    assert json.loads(decision.value or "")["columns"] == {"folk": "employees", "farg": ""}


def test_two_columns_that_are_the_same_thing_are_a_sentence(store: Store) -> None:
    app = drop(open_page(), ("okänd.csv", STRANGE))
    choose(app, "columns_kind_0", "company")
    for number in (0, 1):
        choose(app, f"column_0_company_{number}", "name")
    assert load("sv")("error.column_twice", field="Företag") in said(app, "wrong")
    assert app.button(key="columns_save_0").disabled
    assert store.snapshot(Decision).of(Decision) == []


def test_real_and_invented_firms_do_not_meet_here_either(store: Store) -> None:
    click(drop(open_page(), ("a.csv", "Org.nr;Företag\n4099000012;Påhittade AB\n")), "publish")
    app = click(open_page(), "more_files")
    drop(app, ("b.csv", "Org.nr;Företag\n556012-5790;Verkliga AB\n"))
    assert "556012-5790" in said(app, "warning")
    assert store.counts()["Company"] == 1


def test_an_error_nobody_foresaw_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("views.loading.load_files", broken)
    app = drop(open_page(), ("a.csv", MEMBERS))
    assert load("sv")("error.unexpected", what="ZeroDivisionError") in said(app, "warning")
    assert "secret detail" not in shown(app)


def test_without_room_for_a_copy_nothing_is_published_until_somebody_says_so(own_region: Path, store: Store) -> None:
    click(drop(open_page(), ("a.csv", "Företag;Ort\nAlfa AB;Nora\n")), "publish")
    (own_region / "copies").touch()
    app = click(drop(click(open_page(), "more_files"), ("b.csv", "Företag;Ort\nBeta AB;Kumla\n")), "publish")
    assert str(own_region / "copies") in said(app, "warning")
    assert store.counts()["Company"] == 1
    click(app, "publish_without_copy")
    assert load("sv")("load.done") in said(app, "headline")
    assert store.counts()["Company"] == 2


def test_what_somebody_else_changed_meanwhile_is_tried_again(store: Store) -> None:
    app = drop(open_page(), ("a.csv", "Org.nr;Företag\n4099000012;Alfa AB\n"))
    other = ledger.decide(store, "correct", ["org:4099000012"], kind=Company, name="employees", value=3)
    click(app, "publish")
    assert load("sv")("load.tried_again") in said(app, "warning")
    assert store.snapshot(Load).of(Load) == []
    assert other == store.snapshot(Decision).of(Decision)[0].decision_id
    click(app, "publish")
    assert store.counts()["Company"] == 1


# -- who may, and where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_invented_region_takes_no_lists(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "demo"
    data.mkdir()
    invent_region(data)
    use_data(monkeypatch, data)
    app = open_page(language)
    assert load(language)("load.invented") in said(app, "headline")
    assert not app.file_uploader
    app.button(key="load_start_own").click()
    run(app)
    assert load(language)("load.headline") in said(app, "headline")
    assert app.file_uploader


def test_a_synchronised_folder_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "OneDrive - Firman"
    use_data(monkeypatch, folder)
    open_store().close()
    for page in ("load", "about"):
        assert load("sv")("folder.cloud", folder=str(folder)) in said(start("sv", page=page), "warning")


# -- doubts, decisions, history --------------------------------------------------------------------------------------


def doubtful(store: Store) -> AppTest:
    """Two lists whose firms may be one, published."""
    click(
        drop(open_page(), ("a.csv", "Org.nr;Företag;Kommun\n4099000012;Rävåsens Detaljteknik AB;Karlskoga\n")),
        "publish",
    )
    app = click(open_page(), "more_files")
    return click(drop(app, ("b.csv", "Företag;Kommun\nRavåsens Detaljteknik;Karlskoga\n")), "publish")


def test_a_doubt_is_answered_on_the_spot_and_taken_back(store: Store) -> None:
    app = doubtful(store)
    assert load("sv")("load.doubts", count=1) in shown(app)
    assert "Rävåsens Detaljteknik AB, Karlskoga, 4099000012" in shown(app)
    click(app, "load_same_0")
    assert [each.company_id for each in store.snapshot(Company).of(Company)] == ["org:4099000012"]
    assert load("sv")("load.doubts", count=1) not in shown(app)
    (decision,) = store.snapshot(Decision).of(Decision)
    click(app, f"retract_{decision.decision_id}")
    assert store.counts()["Company"] == 2
    click(app, "load_not_same_0")
    assert len(store.snapshot(Alias).of(Alias)) == store.counts()["Company"] == 2
    assert load("sv")("load.doubts", count=1) not in shown(app)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_name_taken_for_a_firm_is_shown_and_set_apart_with_a_click(store: Store, language: str) -> None:
    firm = "Org.nr;Företag;Kommun\n4099000012;Rävåsens Detaljteknik AB;Karlskoga\n"
    click(drop(open_page(language), ("a.csv", firm)), "publish")
    app = click(open_page(language), "more_files")
    sentences = load(language)
    app = drop(app, ("b.csv", "Företag;Kommun\nRavasens Detaljteknik;Karlskoga\n"))
    line = "Ravasens Detaljteknik → Rävåsens Detaljteknik AB, Karlskoga, 4099000012"
    assert line in shown(app)
    assert sentences("load.taken_later") in shown(app)
    click(app, "publish")
    assert line in shown(app)
    assert sentences("load.taken_what") in shown(app)
    assert store.counts()["Company"] == 1
    click(app, "load_apart_0")
    assert store.counts()["Company"] == 2
    assert line not in shown(app)


def test_a_store_that_is_lost_while_deciding_is_a_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = doubtful(store)

    def lost(*_: object, **__: object) -> None:
        raise StoreUnreachable("store_unreachable", address="x", why="borta")

    monkeypatch.setattr(ledger, "decide", lost)
    app.button(key="load_same_0").click()
    run(app)
    assert load("sv")("error.store_unreachable", address="x", why="borta") in shown(app)


def name_snapshot(app: AppTest, name: str) -> AppTest:
    open_box(app, "snapshots_box").text_input(key="snapshot_name").set_value(name)
    next(each for each in app.button if each.label == load("sv")("history.snapshot_keep")).click()
    return run(app)


def test_a_snapshot_is_named_and_compared(store: Store) -> None:
    app = click(drop(open_page(), ("a.csv", "Företag;Ort\nAlfa AB;Nora\n")), "publish")
    name_snapshot(app, "Före mötet")
    assert [(each.name, each.at) for each in store.snapshot(SnapshotName).of(SnapshotName)] == [("Före mötet", 1)]
    click(drop(click(app, "more_files"), ("b.csv", "Företag;Ort\nBeta AB;Kumla\n")), "publish")
    open_box(app, "snapshots_box")
    assert "Före mötet" in shown(app)
    click(app, "compare_Före mötet")
    open_box(app, "snapshots_box")
    assert load("sv")("load.created", counts="1 företag, 1 arbetsställe") in shown(app)
    name_snapshot(app, "12")
    assert load("sv")("error.bad_snapshot_name", name="12") in said(app, "warning")


def test_what_was_begun_is_found_again_by_another_visitor(store: Store) -> None:
    drop(open_page(), ("a.csv", MEMBERS))
    again = open_page()  # a reload, or a second window
    assert load("sv")("load.count.new", count=3) in said(again, "headline")
    click(again, "publish")
    assert store.counts()["Company"] == 3


class Gate:
    """Work that tells how far it is and then waits."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, progress: Progress) -> None:
        progress("checking", "lista.csv", 1000, 4000)
        self.reached.set()
        assert self.open.wait(SECONDS)
        progress("checking", "lista.csv", 2000, 4000)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("place", "name", "page"), [("history", "weigh", "load"), ("copies", "backup", "about")])
def test_work_under_way_moves_and_can_be_stopped(
    language: str, place: str, name: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE_S", 0.0)
    gate, texts = Gate(), load(language)
    assert desk().start(place, name, gate, about=("L000001", "list") if place == "history" else None)
    assert gate.reached.wait(SECONDS)
    app = start(language, page=page)
    assert texts(f"job.{name}") in said(app, "label")
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert "lista" in bar.proto.text
    app.button(key="job_stop").click()
    run(app)
    assert texts("job.stopping") in shown(app)
    gate.open.set()
    job = desk().of(place)
    assert job is not None
    assert job.done.wait(SECONDS)
    assert job.was_stopped
    run(app)
    assert not app.get("progress")
    assert texts("job.stopped") in shown(app)


@pytest.mark.parametrize("page", ["load", "find"])
def test_what_is_under_way_elsewhere_is_found_from_any_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown_there: list[str] = []
    monkeypatch.setattr(jobs, "store_address", default_address)
    monkeypatch.setattr(jobs, "texts", lambda: load("sv"))
    monkeypatch.setattr(jobs, "viewer", lambda: Viewer(Level.MANAGER))
    monkeypatch.setattr(jobs, "show", lambda job: shown_there.append(job.name))
    monkeypatch.setattr("streamlit.page_link", lambda target, **_: shown_there.append(target))
    monkeypatch.setattr(jobs, "PATIENCE_S", 0.0)
    gate = Gate()
    assert desk().start("copies", "backup", gate)
    jobs.found_again(f"views/{page}.py")
    gate.open.set()
    job = desk().of("copies")
    assert job is not None
    assert job.done.wait(SECONDS)
    jobs.found_again(f"views/{page}.py")
    jobs.found_again("views/about.py")  # there it is shown anyway
    assert shown_there == ["backup", "views/about.py"]
    monkeypatch.setattr(jobs, "viewer", lambda: Viewer(Level.MEMBERS))
    jobs.found_again(f"views/{page}.py")
    assert len(shown_there) == 2


def test_two_things_are_not_done_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    monkeypatch.setattr(jobs, "PATIENCE_S", 0.0)
    assert desk().start("copies", "backup", gate)
    app = open_page()
    app.file_uploader[0].set_value([("a.csv", MEMBERS.encode(), CSV)])
    run(app)
    app.button(key="load_try").click()
    run(app)
    assert load("sv")("job.busy") in said(app, "warning")
    gate.open.set()


def test_the_same_on_a_server(neo4j_address: str, own_region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_STORE", neo4j_address)
    open_store(neo4j_address).close()

    def wait(place: str) -> None:
        job = jobs._desk(neo4j_address).of(place)
        assert job is not None
        assert job.done.wait(SECONDS * 3)
        assert job.error is None

    app = open_page()
    for name, firm in (("a.csv", "Alfa AB"), ("b.csv", "Beta AB")):
        app.file_uploader[0].set_value([(name, f"Företag;Ort\n{firm};Nora\n".encode(), CSV)])
        run(app)
        for key in ("load_try", "publish", "more_files"):
            app.button(key=key).click()
            run(app)
            if key != "more_files":
                wait("load")
                run(app)
    (copy,) = (own_region / "copies").glob("*/*.sqlite")
    kept = open_store(f"sqlite:{copy}", create=False)
    assert [each.name for each in kept.snapshot(Company).of(Company)] == ["Alfa AB"]
    kept.close()
    about = start("sv", page="about")
    assert load("sv")("about.headline", companies=2, percent="0") in said(about, "headline")
    assert neo4j_address.split("?", maxsplit=1)[0] in shown(about)
    app.button(key="undo_L000002").click()
    run(app)
    wait("history")
    run(app)
    app.button(key="do_undo").click()
    run(app)
    wait("history")
    assert load("sv")("history.undone", load="L000002") in shown(run(app))
    jobs._desk(neo4j_address).put_away("history")


# -- tables to take along --------------------------------------------------------------------------------------------

TEXTS = load("sv")


def test_every_problem_is_in_the_download_gravest_first() -> None:
    problems = [
        RowProblem("a.xlsx", "Blad1", 9, "Anställda", "number_bad", "=1+1", "warning"),
        RowProblem("a.xlsx", "Blad1", 1, "Färg", "column_unknown", "Färg", "info"),
        RowProblem("a.xlsx", "Blad1", 4, "Företag", "company_missing", "", "error"),
        RowProblem("a.xlsx", "Blad1", 5, "Process", "process_unknown", "svarfning", "warning", "svarvning"),
    ]
    heading, *rows = problem_table(problems, TEXTS)
    assert [row[2] for row in rows] == [4, 9, 5, 1]
    assert dict(zip(map(str, heading), rows[2], strict=True)) == {
        "Fil": "a.xlsx", "Blad": "Blad1", "Rad": 5, "Kolumn": "Process", "Där står": "svarfning",
        "Anmärkning": "Processen känns inte igen.", "Menades kanske": "svarvning", "Följd": "Cellen lästes inte",
    }  # fmt: skip
    groups = group_rows(problem_groups(problems * 2), TEXTS)
    assert [each["count"] for each in groups] == [2, 2, 2, 2]
    assert str(groups[2]["examples"]).endswith("Menade du svarvning?")


def test_the_history_to_take_along(store: Store) -> None:
    click(drop(open_page(), ("a.csv", "Företag;Ort\nAlfa AB;Nora\n")), "publish")
    (loaded,) = store.snapshot(Load).of(Load)
    assert load_name(loaded, TEXTS) == "medlemslista (a.csv)"
    heading, row = history_table([loaded], TEXTS)
    told: dict[str, object] = dict(zip(map(str, heading), row, strict=True))
    assert (told["Inläsning"], told["Filer"], told["Vems lista"]) == ("L000001", "a.csv", "nätverket")
    assert firm_table((), TEXTS) == [[TEXTS(f"load.columns.{e}") for e in ("name", "change", "records", "company_id")]]
