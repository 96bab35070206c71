"""Does anything leave the program that its viewer may not have? Every export, page, command, request and log is read.

The region of :mod:`tests.markers` carries a mark in everything that is said; whom each is for stands there by hand.
Here the marks are looked for in all that comes out, for every viewer: none that is forbidden, and those that are
allowed, so that what shows nothing proves nothing. What somebody adds and does not name here fails.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import streamlit as st
from reportlab.pdfgen.canvas import Canvas
from streamlit.testing.v1.element_tree import Block, Element

import cli
from app import PAGES
from graph.audience import Viewer, view
from graph.model import REGION_KINDS, Level, field_names
from graph.moments import Moment
from graph.show import Show
from graph.store import open_store
from graph.story import story
from render.export_picture import labels
from render.exports import FILES
from render.lettering import fonts
from render.show_slides import deck
from render.shows import FORMS
from render.taken import Taken, take
from tests import markers
from tests.markers import MANAGER, MEMBERS, OWN, PUBLIC, Marked, found_in, marked_region
from tests.regions import run
from tests.test_app import start
from tests.test_browser import at_rest, real_chromium, started
from texts import LANGUAGES, load
from views import common
from views.who import Who

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response, WebSocket

__all__ = ["real_chromium"]

DAY_SHOWN = "2026-11-20"
VIEWERS = (PUBLIC, MEMBERS, OWN, MANAGER)
BELOW = (PUBLIC, MEMBERS, OWN)
LOCAL = "machine-and-user-zqleak"
"""In the name of the folder the region lies in, and of who runs the program: for no export, whoever it is for."""


@pytest.fixture(scope="module", name="region")
def region_of_marks(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    return marked_region(tmp_path_factory.mktemp(LOCAL))


@pytest.fixture(autouse=True)
def data(region: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NARVERK_STORE", "NARVERK_AUDIENCE", "NARVERK_SECRET", "NARVERK_LANG", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, LOCAL)
    monkeypatch.setenv("NARVERK_DATA", str(region.path.parent))
    monkeypatch.setenv("NARVERK_DEBUG", "1")


def clean(region: Marked, viewer: str, data: bytes, asked: str = "") -> set[int]:
    """The marks in what comes out, none of which is forbidden, but those that the viewer ``asked`` with."""
    found = found_in(data) - found_in(asked.encode())
    assert region.marks.told(found & region.marks.forbidden(viewer)) == []
    secret = region.path.with_suffix(".secret").read_bytes().strip()
    assert secret not in data
    if viewer != MANAGER:
        assert LOCAL.encode() not in data
    return found


# -- the scan itself -------------------------------------------------------------------------------------------------

MARK, NUMBER, DAY = "Zqå007k", "73100073", "2070-01-08"


def zipped(data: bytes, name: str = "in.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def printed(draw: Callable[[Any], object]) -> bytes:
    """A page in packed streams, its letters a subset of a font with codes of their own."""
    fonts()
    out = io.BytesIO()
    page = Canvas(out, pageCompression=1)
    page.setFont(fonts()[0], 12)
    page.drawString(50, 90, "Åäö ÅÄÖ é")  # so that the mark's letters are not the first
    draw(page)
    page.save()
    return out.getvalue()


def _on_two_lines(page: Any, text: str) -> None:
    for row, part in enumerate((text[:4], text[4:])):
        page.drawString(50, 50 - 12 * row, part)


def _bookmark(page: Any, text: str) -> None:
    page.bookmarkPage("a")
    page.addOutlineEntry(text, "a", 0)


def plain_day(text: str) -> str:
    """A day as eight figures; other texts as they are."""
    return re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\1\2\3", text)


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "windows": lambda text: text.encode("cp1252"),
    "decomposed": lambda text: text.replace("å", "a\u030a").encode(),
    "upper case": lambda text: text.upper().encode(),
    "without its ring": lambda text: text.replace("å", "a").encode(),
    "address": lambda text: quote(text).encode(),
    "address in html": lambda text: html.escape(quote(text)).encode(),
    "html": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "named in html": lambda text: text.replace("å", "&aring;").encode(),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "base64": lambda text: b'{"data":"' + base64.b64encode(b"x" + f"before {text} after it".encode()) + b'"}',
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(f"??>> {text} ??>>".encode()),
    "packed": lambda text: zipped(text.encode()),
    "packed twice": lambda text: zipped(zipped(text.encode())),
    "a name in a package": lambda text: zipped(b"", f"{text}.xml"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "folded in a card": lambda text: f"BEGIN:VCARD\r\nNOTE:{text[:5]}\r\n {text[5:]}\r\n".encode(),
    "a day of a calendar": lambda text: f"BEGIN:VCALENDAR\r\nDTSTART:{plain_day(text)}\r\n".encode(),
    "printed": lambda text: printed(lambda page: page.drawString(50, 50, text)),
    "printed on two lines": lambda text: printed(lambda page: _on_two_lines(page, text)),
    "a title in print": lambda text: printed(lambda page: page.setTitle(text)),
    "a bookmark in print": lambda text: printed(lambda page: _bookmark(page, text)),
}


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("mark", [MARK, NUMBER, DAY])
def test_a_planted_mark_is_found_however_it_is_written(how: str, mark: str) -> None:
    assert found_in(WRITTEN[how](f"<{mark}>")) == {7}


@pytest.mark.parametrize("written", ["73 100 073", "73\u00a0100\u00a0073", "73,100,073", "73100073.0", "409900-7003"])
def test_a_number_is_found_however_it_is_parted(written: str) -> None:
    assert found_in(f"({written})".encode()) == {7}


def test_what_is_no_mark_is_not_found() -> None:
    assert found_in("zqåk 7310007 731000731 2069-12-31 Zq007k 2026-11-20".encode()) == set()


def test_a_leak_is_told_by_name(region: Marked) -> None:
    hidden = next(each for each in region.marks.known if each.what == "hidden Offer.tolerance")
    with pytest.raises(AssertionError, match=r"hidden Offer\.tolerance"):
        clean(region, MEMBERS, f"Zqå{hidden.number:03}k".encode())


def test_every_field_of_every_record_is_marked_or_can_hold_no_mark(region: Marked) -> None:
    marked = {each.what.rpartition(" ")[2] for each in region.marks.known}
    for kind in REGION_KINDS:
        if kind.__name__ in ("Capability", "Alias"):  # the program's own; identifiers, marked as those of firms
            continue
        unmarked = markers.UNMARKED.get(kind.__name__, "").split()
        asked = {f"{kind.__name__}.{each}" for each in field_names(kind)[1:] if each not in unmarked}
        assert asked <= marked
        assert set(unmarked) <= set(field_names(kind))


def test_the_rules_by_hand_name_fields_that_are_there() -> None:
    kinds = {kind.__name__: set(field_names(kind)) for kind in REGION_KINDS}
    for table in (markers.OF_EVERYBODY, markers.OF_MEMBERS, markers.OPENED_ALONE):
        for kind, names in table.items():
            assert set(names.split()) <= kinds[kind]


# -- what each viewer's region is --------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_viewers_region_is_what_the_rules_say(region: Marked, viewer: str) -> None:
    store = open_store(f"sqlite:{region.path}", create=False)
    snapshot = view(store, region.viewers[viewer])
    store.close()
    found = clean(region, viewer, repr([snapshot.of(kind) for kind in REGION_KINDS]).encode())
    assert region.marks.told(region.marks.allowed(viewer) - found - not_of_records(region)) == []


def not_of_records(region: Marked) -> set[int]:
    """Marks of what no record holds: sources, rows, decisions, notes, and values that a person has corrected."""
    fields = {f"{kind.__name__}.{name}" for kind in REGION_KINDS for name in field_names(kind)}
    corrected = {"members Company.website"}
    return {
        each.number
        for each in region.marks.known
        if (each.what.rpartition(" ")[2] not in fields and each.what != "a corrected value") or each.what in corrected
    }


# -- exports ---------------------------------------------------------------------------------------------------------

NOT_TAKEN = ("Company.locality", "Requirement.what", " key")
"""What stands in no workbook: the town of a firm whose first site has its own, the sort of a requirement, keys."""
WHOLE = (".xlsx", ".jsonl")
"""Files that hold all that their viewer may have."""
TELLS = {
    ".png": (" Region.name", 0),
    ".pptx": (" Certificate.standard", 3),
    ".vcf": (" Contact.name", 3),
    ".ics": (" SupportOffer.deadline", 1),
}
"""What a file surely tells of some, and of how many at least; the others tell the names of three firms."""


@pytest.mark.parametrize(
    ("ending", "viewer"),
    [each for each in product(FILES, VIEWERS) if FILES[each[0]].result == "export" or each[1] == MANAGER],
)
def test_an_export_holds_what_its_viewer_may_have_and_nothing_else(region: Marked, ending: str, viewer: str) -> None:
    store = open_store(f"sqlite:{region.path}", create=False)
    seen_by = region.viewers[viewer]
    taken = take(store, view(store, seen_by), seen_by, markers.TODAY)
    store.close()
    for language in LANGUAGES:
        made = FILES[ending].make(taken, load(language))
        found = clean(region, viewer, made)
        assert LOCAL.encode() not in b"".join(markers.parts_of(made))
        wanted = allowed_records(region, viewer)
        if ending in WHOLE:
            left = {each for each in wanted - found if ending != ".xlsx" or not is_not_taken(region, each)}
            assert region.marks.told(left) == []
        what, least = TELLS.get(ending, (" Company.name", 3))
        told = {each for each in wanted if region.marks.known[each].what.endswith(what)}
        assert len(told & found) >= least, ending


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_words_of_a_picture_are_what_its_viewer_may_have(region: Marked, viewer: str) -> None:
    """Its letters cannot be read back; that it has no others is in test_export_pictures.py."""
    store = open_store(f"sqlite:{region.path}", create=False)
    seen_by = region.viewers[viewer]
    taken = Taken(view(store, seen_by), seen_by, markers.TODAY)
    store.close()
    for language in LANGUAGES:
        found = clean(region, viewer, "\n".join(labels(taken, load(language))).encode())
        assert "home Region.name" in region.marks.told(found)


def allowed_records(region: Marked, viewer: str) -> set[int]:
    return region.marks.allowed(viewer) - not_of_records(region)


def is_not_taken(region: Marked, number: int) -> bool:
    return region.marks.known[number].what.endswith(NOT_TAKEN)


# -- pages -----------------------------------------------------------------------------------------------------------

OPEN = {"start", "find", "company", "about", "totals", "my_firm"}
"""Pages that show something of the region to whoever looks."""
NAMES_FIRMS = {"start", "company", "about", "totals"}
"""Those among them that name firms before anything is asked; totals those that have let themselves be named."""
TELLING_FIRMS = ("manager", "hidden", "opened", "sensitive")
LIKE_OTHERS = {"members", "told everybody", "partner", "natural person", "opened person", "ended"}
"""Firms whose pages are as those of others; a person's has a link that tells nothing, see views.common.firm_param."""
Look = Callable[..., bytes]


@pytest.fixture(name="look")
def looking(region: Marked, monkeypatch: pytest.MonkeyPatch) -> Look:
    """All that a page gives to a viewer: its tree, what its components get, the files it offers, and its address."""
    files: list[bytes] = []

    def offered(label: str, made: Any, file: str, *_args: Any, **_more: Any) -> bool:
        files.append(f"{label} {file} ".encode() + (made() if callable(made) else made))
        return False

    monkeypatch.setattr(st, "download_button", offered)

    def look(viewer: str, page: str, **link: str) -> bytes:
        files.clear()
        monkeypatch.setattr(common, "look", lambda *_: Who("given", region.viewers[viewer]))
        app = start("sv", page, **link)
        return b"\n".join([*_of_tree(app._tree), json.dumps(dict(app.query_params), default=str).encode(), *files])

    return look


def _of_tree(node: Block | Element) -> Iterator[bytes]:
    proto = getattr(node, "proto", None)
    if proto is not None and hasattr(proto, "SerializeToString"):
        yield proto.SerializeToString()
    if isinstance(node, Block):
        for child in node.children.values():
            yield from _of_tree(child)


@pytest.mark.parametrize(
    ("page", "viewer"), [each for each in product(PAGES, BELOW) if each[0] in OPEN or each[1] != MEMBERS]
)
def test_a_page_shows_its_viewer_nothing_that_is_forbidden(region: Marked, look: Look, page: str, viewer: str) -> None:
    """What is shut to a firm's own people is shut to the other members too."""
    clean(region, viewer, look(viewer, page, firm=region.firms["public"].removeprefix("org:")))
    if page in OPEN:
        found = clean(region, viewer, look(viewer, page))
        assert bool(found) == (page in NAMES_FIRMS) or (page, viewer) == ("my_firm", OWN)


@pytest.mark.parametrize("viewer", BELOW)
def test_a_firms_page_shows_what_is_allowed_of_it_and_of_a_hidden_firm_nothing(
    region: Marked, look: Look, viewer: str
) -> None:
    for what in TELLING_FIRMS if viewer == MEMBERS else region.firms.keys() - LIKE_OTHERS:
        link = region.firms[what].removeprefix("org:")
        found = clean(region, viewer, look(viewer, "company", firm=link), link)
        marks = {each.what: each.number for each in region.marks.known if each.what.startswith(f"{what} ")}
        shown = {name for name, number in marks.items() if number in found}
        tolerance = marks[f"{what} Offer.tolerance"]
        assert (tolerance in found) == (tolerance in region.marks.allowed(viewer)), shown


@pytest.mark.parametrize("page", ["company", "about", "find"])
def test_the_manager_is_shown_what_others_are_not(region: Marked, look: Look, page: str) -> None:
    link = {"firm": region.firms["own"].removeprefix("org:")} if page == "company" else {}
    if page == "find":
        link = {"process": "turning", "near": "Karlskoga", "within": "40 km"}
    found = look(MANAGER, page, **link)
    assert len(found_in(found) & region.marks.forbidden(MEMBERS)) > 5


@pytest.mark.parametrize("viewer", BELOW)
def test_an_answer_holds_the_firms_its_viewer_may_see(region: Marked, look: Look, viewer: str) -> None:
    found = clean(region, viewer, look(viewer, "find", process="turning", near="Karlskoga", within="40 km"))
    names = {each.number for each in region.marks.known if each.what.endswith(" Company.name")}
    assert len(found & names) >= 3


# -- shows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBERS])
@pytest.mark.parametrize("ending", FORMS)
def test_a_show_holds_nothing_that_is_forbidden(region: Marked, ending: str, viewer: str) -> None:
    """From the very start on, so that all that was ever said is told as new, and with every part that was opened."""
    store = open_store(f"sqlite:{region.path}", create=False)
    told = story(store, Viewer(Level[viewer]), DAY_SHOWN, Moment(0, DAY_SHOWN, "start", ""))
    store.close()
    for language in LANGUAGES:
        made = deck(Show("Möte", Level[viewer], DAY_SHOWN), told, load(language))
        found = clean(region, viewer, FORMS[ending].make(made, load(language)))
        assert found & {each.number for each in region.marks.known if each.what.endswith(" Company.name")}


# -- commands --------------------------------------------------------------------------------------------------------

ASKED: dict[str, tuple[str, ...]] = {
    "demo": ("{out}/demo", "--companies", "60"),
    "load": ("{out}",),
    "look-up": (),
    "template": ("{out}/t.xlsx",),
    "understand": ("Svarvad axel",),
    "replace": ("--process", "turning", "--near", "Karlskoga", "--within-km", "60", "--limit", "99"),
    "measure": ("{out}/cases.csv",),
    "imports": ("--company", "{firm}", "--near", "Karlskoga"),
    "potential": (),
    "network": (),
    "regions": (),
    "isolated": (),
    "introductions": (),
    "week": (),
    "outreach": ("--state", "answered"),
    "without": ("{firm}",),
    "needs": ("--company", "{firm}"),
    "interview": ("{firm}", "{out}/i.xlsx"),
    "questionnaire": ("{out}/q.zip", "--company", "{firm}"),
    "answers": ("{out}/q.xlsx",),
    "meeting-plan": ("--attendees", "{out}/a.csv"),
    "stale": ("--within-days", "36500"),
    "person": ("Zqå", "--extract", "{out}/p.html"),
    "retention": (),
    "undo": (),
    "same": ("{firm}", "{other}"),
    "apart": ("{firm}", "{other}"),
    "correct": ("{firm}", "website", "x.example"),
    "retract": ("D1",),
    "snapshot": ("s",),
    "history": (),
    "diff": ("0", "now"),
    "totals": (),
    "results": ("{out}/r.pdf",),
    "report": ("{out}/r.xlsx",),
    "export": ("{out}/e.xlsx",),
    "show": ("{out}/s.html",),
    "access": ("log",),
    "copy": ("--to", "sqlite:{out}/c.sqlite"),
    "backup": ("{out}/b",),
    "restore": ("{out}/b",),
    "check": (),
}
"""Every command, and what it is asked below."""
TELLING = {"replace", "export", "report", "show"}
"""Commands that name firms to whoever asks."""


def test_every_command_is_asked() -> None:
    (commands,) = [each for each in cli.parser()._actions if isinstance(each, argparse._SubParsersAction)]
    assert ASKED.keys() == commands.choices.keys()


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBERS])
def test_a_command_tells_its_viewer_nothing_that_is_forbidden(region: Marked, tmp_path: Path, viewer: str) -> None:
    firms = {"firm": region.firms["public"], "other": region.firms["told everybody"]}
    for command, takes in ASKED.items():
        for form in ("--json", "--lang=sv"):
            out = tmp_path / f"{command}{form}"
            out.mkdir()
            asked = [each.format(out=out, **firms) for each in takes]
            ran = run("--store", f"sqlite:{region.path}", command, *asked, "--audience", viewer, form)
            assert "Traceback" not in ran.err
            written = b"".join(each.read_bytes() for each in sorted(out.rglob("*")) if each.is_file())
            said = f"{ran.out}\n{ran.err}".replace(str(out), "").encode()
            found = clean(region, viewer, said, " ".join(asked)) | clean(region, viewer, written, " ".join(asked))
            assert bool(found) == (command in TELLING), (command, ran.err)


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBERS])
@pytest.mark.parametrize("near", ["Zqå", "Zqå 47", "zqa5"])
def test_what_is_not_found_is_no_hint(region: Marked, viewer: str, near: str) -> None:
    for command in (("replace", "--process", "turning", "--near", near), ("export", "no.csv", "--company", near)):
        ran = run("--store", f"sqlite:{region.path}", *command, "--audience", viewer)
        clean(region, viewer, f"{ran.out}{ran.err}".encode())
        assert ran.code == 1


def test_a_firms_own_people_get_their_own_file(region: Marked, tmp_path: Path) -> None:
    out = tmp_path / "own.xlsx"
    assert run("--store", f"sqlite:{region.path}", "export", out, "--company", region.firms["own"]).code == 0
    own = {number for number in allowed_records(region, OWN) if region.marks.known[number].seen_by == {OWN, MANAGER}}
    assert {
        number for number in own - clean(region, OWN, out.read_bytes()) if not is_not_taken(region, number)
    } == set()


def test_the_log_of_who_saw_what_names_nobody(region: Marked) -> None:
    run("--store", f"sqlite:{region.path}", "network", "--audience", "MANAGER")
    store = open_store(f"sqlite:{region.path}", create=False)
    notes = store.notes("seen:")
    store.close()
    assert notes
    assert found_in(json.dumps(notes).encode()) == set()


# -- the real app in a real browser ------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBERS])
def test_nothing_forbidden_goes_over_the_wire_or_into_a_file(
    browser: Browser, region: Marked, tmp_path: Path, viewer: str
) -> None:
    homes = {name: str(tmp_path / name) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    for each in homes.values():
        Path(each).mkdir()
    before = set(region.path.parent.iterdir())
    wire: list[bytes] = []
    with started(region.path.parent, {"NARVERK_AUDIENCE": viewer, **homes}) as (address, _):
        context = browser.new_context()
        page = context.new_page()
        answers: list[Response] = []

        def answered(answer: Response) -> None:  # no method of the list itself: Playwright marks what it is given
            answers.append(answer)

        page.on("response", answered)
        page.on("websocket", lambda socket: _listen(socket, wire))
        for link in _links(region):
            page.goto(f"{address}/{link}")
            page.locator(".nv-headline, .nv-intro, .nv-warning").first.wait_for()
            at_rest(page)
            clean(region, viewer, f"{page.url} {page.title()}".encode(), link)
            wire += [body for each in answers if (body := _body(each, address))]
            answers.clear()
        with page.expect_download() as taken:
            page.locator(".st-key-take_xlsx button").click()
        wire += [Path(taken.value.path()).read_bytes(), taken.value.suggested_filename.encode()]
        wire.append(json.dumps(context.storage_state()).encode())
        context.close()
    asked = " ".join(_links(region))
    found = set[int]().union(*(clean(region, viewer, each, asked) for each in wire))
    names = {each.number for each in region.marks.known if each.what.endswith(" Company.name")}
    assert len(found & names) >= 5
    made = [
        *(set(region.path.parent.iterdir()) - before),
        *(each for home in homes.values() for each in Path(home).rglob("*")),
    ]
    for path in made:
        if path.is_file() and not path.name.startswith(region.path.name):
            assert found_in(path.read_bytes()) == set(), path.name


def _links(region: Marked) -> list[str]:
    """Pages that anybody may open, and of a firm that nobody else may see."""
    firms = [f"company?firm={region.firms[each].removeprefix('org:')}" for each in ("opened", "hidden")]
    return ["", "find?process=turning&near=Karlskoga&within=60+km", *firms, "about"]


def _listen(socket: WebSocket, wire: list[bytes]) -> None:
    def heard(frame: str | bytes) -> None:
        wire.append(frame.encode() if isinstance(frame, str) else frame)

    socket.on("framereceived", heard)
    socket.on("framesent", heard)


def _body(answer: Response, address: str) -> bytes:
    """What came back, with its headers; the program's own files, the same for everybody, are left out."""
    path = answer.url.removeprefix(address)
    if path.startswith(("/static/", "/app/static/")) or not answer.ok:
        return b""
    return answer.url.encode() + json.dumps(answer.headers).encode() + answer.body()
