"""A region in which every field of every record carries a mark of its own, and what is looked for in bytes.

A mark is a text, a number or a day that stands nowhere else; it is found in whatever it is written: another case,
another encoding, escaped for HTML, JSON or an address, in base64, in the parts of a ZIP. Who may see each is said here
by hand, after the handbook's page on privacy, and not asked of the program.
"""

from __future__ import annotations

import base64
import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl

from graph.access import Access, grant
from graph.audience import Viewer
from graph.capture import Said, capture
from graph.consent import Choice, Fact, choose
from graph.enquiries import Event, Sought, enquire
from graph.learned import Lesson
from graph.ledger import decide, name_snapshot, publish, retract
from graph.lessons import teach
from graph.meeting_note import Meeting, keep
from graph.meeting_plan import Attendee
from graph.model import (
    KIND_BY_NAME,
    Claim,
    Company,
    Level,
    Source,
    key_field,
)
from graph.questions import SavedQuestion, save_question
from graph.schema import field_types
from graph.store import Store, open_store
from ingest.pipeline import load_files
from tests import pdf_text

PUBLIC, MEMBERS, OWN, MANAGER = "PUBLIC", "MEMBERS", "OWN", "MANAGER"
EVERYBODY = frozenset({PUBLIC, MEMBERS, OWN, MANAGER})
NOT_THE_PUBLIC = EVERYBODY - {PUBLIC}
OWN_AND_MANAGER = frozenset({OWN, MANAGER})
THE_MANAGER = frozenset({MANAGER})
NOBODY: frozenset[str] = frozenset()
REACH = {Level.PUBLIC: EVERYBODY, Level.MEMBERS: NOT_THE_PUBLIC, Level.MANAGER: THE_MANAGER}
TODAY = "2026-11-20"

# What docs/en/privacy.md says of each kind of fact, from a list that everybody may see. What stands nowhere here is
# the network's management's alone.
OF_EVERYBODY = {
    "Company": "name country municipality locality sni sni_version employees size_class legal_form ended_on winding_up "
    "sector business website parent_id",
    "Workplace": "name address postcode locality municipality latitude longitude location_precision "
    "location_uncertainty_km",
    "Offer": "capability materials max_length_mm max_weight_kg tolerance batch_min batch_max evidence stated_on",
    "Certificate": "standard valid_until evidence",
    "Region": "name municipalities is_home",
    "SupportActor": "name actor_type municipality website",
    "SupportOffer": "theme description deadline amount_sek municipalities",
}
OF_MEMBERS = {
    "Company": "member_since member_until",
    "Offer": "lead_time_days free_capacity_percent confirm_by",
    "Certificate": "confirm_by",
}
OF_ITSELF = ("Company", "Workplace", "Offer", "Certificate", "ImportedPart", "Requirement", "Need", "Contact")
OPENED_ALONE = {
    "Contact": "name title email phone",
    "ImportedPart": "description cn_code origin_country material certificates length_mm piece_weight_kg tolerance "
    "annual_quantity",
    "Requirement": "what standard description applies_from",
    "Need": "theme description",
}
"""What a firm may open of what is else the manager's, one record at a time."""
OF_FIRMS = ("Company", "Workplace", "Offer", "Certificate", "ImportedPart", "Requirement", "Need", "Contact",
            "SupportCase", "Interview")  # fmt: skip

# Fields that can hold no mark: yes or no, a share, a code of the program's own, another record's key, a point.
UNMARKED = {
    "Company": "country municipality sni_version ended_on winding_up sensitive no_mailings parent_id",
    "Workplace": "company_id municipality latitude longitude location_precision location_uncertainty_km",
    "Region": "municipalities is_home",
    "Offer": "company_id capability evidence free_capacity_percent",
    "Certificate": "company_id standard evidence",
    "Trade": "seller_id buyer_id year",
    "ImportedPart": "company_id capabilities year",
    "Requirement": "buyer_id capability",
    "Need": "company_id may_share",
    "SupportActor": "municipality",
    "SupportOffer": "actor_id municipalities",
    "SupportCase": "company_id",
    "Contact": "company_id",
    "Interview": "company_id",
    "Introduction": "company_id other_id",
    "Activity": "participants",
}

TEXT_MARK = re.compile(r"zq[åa](\d{3})k")
NUMBER_MARK = re.compile(r"(?<!\d)7310(\d{3})3(?!\d)")
FIRM_MARK = re.compile(r"(?<!\d)4099(\d\d)-?(\d)003(?!\d)")
DAY_MARK = re.compile(r"(?<!\d)20[789]\d-[01]\d-[0-3]\d(?!\d)")
FIRST_DAY = date(2070, 1, 1)
_GAP = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f,.'](?=\d{3}(?!\d))")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_PLAIN_DAY = re.compile(rb"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_JSON = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Mark:
    """What carries it, and who may see it."""

    number: int
    what: str
    seen_by: frozenset[str]


@dataclass
class Marks:
    """All marks of a region."""

    known: list[Mark] = field(default_factory=list)

    def _next(self, what: str, seen_by: frozenset[str]) -> int:
        self.known.append(Mark(len(self.known), what, seen_by))
        assert len(self.known) < 1000
        return len(self.known) - 1

    def text(self, what: str, seen_by: frozenset[str]) -> str:
        return f"Zqå{self._next(what, seen_by):03}k"

    def number(self, what: str, seen_by: frozenset[str]) -> int:
        return 73100003 + 10 * self._next(what, seen_by)

    def firm(self, what: str, seen_by: frozenset[str]) -> str:
        return f"org:4099{self._next(what, seen_by):03}003"

    def day(self, what: str, seen_by: frozenset[str]) -> str:
        return (FIRST_DAY + timedelta(self._next(what, seen_by))).isoformat()

    def forbidden(self, viewer: str) -> set[int]:
        return {each.number for each in self.known if viewer not in each.seen_by}

    def allowed(self, viewer: str) -> set[int]:
        return {each.number for each in self.known if viewer in each.seen_by}

    def told(self, numbers: set[int]) -> list[str]:
        """The marks in words, for whoever reads a test's failure."""
        return sorted(self.known[number].what for number in numbers)


# -- a region of marks -----------------------------------------------------------------------------------------------


@dataclass
class Marked:
    """The region, its marks, and some of its firms by what is the matter with them."""

    path: Path
    marks: Marks
    firms: dict[str, str] = field(default_factory=dict)

    @property
    def viewers(self) -> dict[str, Viewer]:
        own = Viewer(Level.MEMBERS, self.firms["own"])
        levels = {each.name: Viewer(each) for each in (Level.PUBLIC, Level.MEMBERS, Level.MANAGER)}
        return {**levels, OWN: own}


Who = Callable[[str, str], frozenset[str]]
"""Who may see a field of a kind."""


def by_rule(least: Level, own: bool = False) -> Who:
    """Who may see a field of a source that is shown from a level on."""

    def who(kind: str, name: str) -> frozenset[str]:
        level = Level.MANAGER
        if name in OF_EVERYBODY.get(kind, "").split():
            level = Level.PUBLIC
        elif name in OF_MEMBERS.get(kind, "").split():
            level = Level.MEMBERS
        return REACH[max(level, least)] | ({OWN} if own and kind in OF_ITSELF else NOBODY)

    return who


def opened(kind: str, name: str) -> frozenset[str]:
    """Who may see a field that a firm has opened to everybody: prices, suppliers and the like nobody more."""
    names = f"{OF_EVERYBODY.get(kind, '')} {OF_MEMBERS.get(kind, '')} {OPENED_ALONE.get(kind, '')}"
    return EVERYBODY if name in names.split() else THE_MANAGER


def nobody_else(_kind: str, _name: str) -> frozenset[str]:
    return THE_MANAGER


class Builder:
    """Says things of firms, each with a mark."""

    def __init__(self, store: Store, marks: Marks) -> None:
        self.store, self.marks = store, marks
        self.firms: dict[str, str] = {}

    def source(self, level: Level, owner: str = "network", source_type: str = "") -> Source:
        """A source whose file and sheet are marked."""
        file, sheet = (self.marks.text(f"{each} of a {level.name} source", THE_MANAGER) for each in ("file", "sheet"))
        return Source(source_type or f"list_{level.name}", owner, level, file=f"{file}.xlsx", sheet=sheet)

    def claim(self, what: str, subject: str, kind: str, who: Who, item: str = "", **said: Any) -> Claim:
        """A claim with a mark in each field that can hold one."""
        more = {name: said.pop(name) for name in ("audience", "source") if name in said}
        marked = {each: value for each, value in self._marked(what, kind, who) if each not in said}
        row = self.marks.number(f"row of {what} {kind}", THE_MANAGER)
        return Claim(subject, kind, item, {**marked, **said}, row=row, **more)

    def _marked(self, what: str, kind: str, who: Who) -> Iterator[tuple[str, Any]]:
        record = KIND_BY_NAME[kind]
        types = dict(zip((each.name for each in fields(record)), field_types(record), strict=True))
        del types[key_field(record)]
        for name, plain in types.items():
            if name in UNMARKED.get(kind, "").split():
                continue
            about, seen_by = f"{what} {kind}.{name}", who(kind, name)
            if name.endswith(("_on", "_by", "_until", "_since", "_from", "deadline")) and name not in NO_DAYS:
                yield name, self.marks.day(about, seen_by)
            elif plain is tuple:
                yield name, (self.marks.text(about, seen_by),)
            elif plain is str:
                yield name, self.marks.text(about, seen_by)
            else:
                yield name, plain(self.marks.number(about, seen_by))

    def firm(self, what: str, who: Who, subject: str = "", *, whole: bool = False, **more: Any) -> list[Claim]:
        """All that is said of a firm: of each kind a record; ``whole``: also of what is the manager's."""
        identifier = subject or self.marks.firm(f"{what} Company.company_id", who("Company", "name"))
        self.firms[what] = identifier
        company = {"country": "SE", "municipality": "1883", **more.pop("company", {})}
        place = {"municipality": "1883", "latitude": 59.3267, "longitude": 14.5239, "location_precision": "address",
                 "location_uncertainty_km": 0.1}  # fmt: skip
        said = [
            self.claim(what, identifier, "Company", who, **company, **more),
            self.claim(what, identifier, "Workplace", who, "main", **place, **more),
            self.claim(what, identifier, "Offer", who, "turning", free_capacity_percent=37, **more),
            self._held(what, identifier, who, more),
        ]
        if whole:
            kinds = OF_FIRMS[4:]
            said += [self.claim(what, identifier, each, who, self.item(what, each, who), **more) for each in kinds]
        return said

    def _held(self, what: str, identifier: str, who: Who, more: dict[str, Any]) -> Claim:
        standard = self.marks.text(f"{what} Certificate.standard", who("Certificate", "standard"))
        return self.claim(what, identifier, "Certificate", who, standard, standard=standard, **more)

    def item(self, what: str, kind: str, who: Who) -> str:
        """A record's own part of its key, which a list may have made of a part number: never anybody else's."""
        return self.marks.text(f"{what} {kind} key", who(kind, "key"))


NO_DAYS = ("inferred_from", "asked_by", "introduced_by")


def marked_region(folder: Path) -> Marked:
    """The region in a folder."""
    marks = Marks()
    path = folder / "region.sqlite"
    store = open_store(f"sqlite:{path}")
    try:
        build = Builder(store, marks)
        _by_source(build)
        _by_consent(build)
        _sensitive_and_persons(build)
        _ends_and_words(build)
        _notes(build)
        _loaded(build, folder)
    finally:
        store.close()
    return Marked(path, marks, build.firms)


def _by_source(build: Builder) -> None:
    """Firms of which all is said: by sources shown to everybody, to members, to the manager; and one that looks on."""
    sources = [build.source(each) for each in Level]
    said = []
    for index, level in enumerate(Level):
        said += build.firm(level.name.lower(), by_rule(level), whole=True, source=index)
    said += build.firm("own", by_rule(Level.MANAGER, own=True), whole=True, source=2)
    said += build.firm("told the manager", by_rule(Level.MANAGER), source=0, audience=Level.MANAGER)
    said += build.firm("told everybody", by_rule(Level.PUBLIC), source=2, audience=Level.PUBLIC)
    public, own = build.firms["public"], build.firms["own"]
    sources.append(build.source(Level.MANAGER, own))
    said += [
        build.claim("network's", public, "Trade", nobody_else, build.item("1", "Trade", nobody_else), buyer_id=own),
        build.claim("own", public, "Trade", lambda *_: OWN_AND_MANAGER,
                    build.item("2", "Trade", lambda *_: OWN_AND_MANAGER), buyer_id=own, source=3),
        build.claim("made", public, "Introduction", nobody_else, "i", other_id=own),
        build.claim("held", "activity:a", "Activity", nobody_else, participants=tuple(sorted((own, public)))),
        build.claim("home", "region:r", "Region", by_rule(Level.PUBLIC), municipalities=("1880", "1883"), is_home=True),
    ]  # fmt: skip
    for index, level in enumerate((Level.PUBLIC, Level.MANAGER)):
        actor, who = f"actor:{level.name.lower()}", by_rule(level)
        source = 2 * index
        said += [
            build.claim(f"{level.name} source's", actor, "SupportActor", who, source=source),
            build.claim(f"{level.name} source's", actor, "SupportOffer", who, "o", source=source),
        ]
    publish(build.store, sources, said, on=TODAY)


def _by_consent(build: Builder) -> None:
    """Firms that have hidden and opened what they may."""
    store, marks = build.store, build.marks
    sources = [build.source(Level.PUBLIC, source_type="asked"), build.source(Level.MANAGER, source_type="heard")]
    said = build.firm("hidden", nobody_else)
    said += build.firm("through the manager", nobody_else)
    said += build.firm("hidden in part", _hidden_in_part)
    said += build.firm("opened", opened, whole=True, source=1)
    said += build.firm("partner", opened, source=1)
    said += build.firm("opened and closed again", nobody_else, source=1)
    firms = build.firms
    items = {each.kind: each.item for each in said if each.subject == firms["opened"]}
    seller, half = firms["opened"], firms["hidden in part"]
    both = build.claim("opened", seller, "Trade", _opened_trade, "open", buyer_id=firms["partner"], source=1)
    one = build.claim("half opened", seller, "Trade", nobody_else, "half", buyer_id=half, source=1)
    publish(store, sources, [*said, both, one], on=TODAY)
    by = marks.text("who noted a consent", THE_MANAGER)
    choose(store, firms["hidden"], Choice.HIDDEN, by=by)
    choose(store, firms["through the manager"], Choice.THROUGH_MANAGER, by=by)
    choose(store, firms["hidden in part"], Choice.HIDDEN, Fact("Company", "", "business"), by=by)
    choose(store, firms["hidden in part"], Choice.HIDDEN, Fact("Offer", "turning", "tolerance"), by=by)
    choose(store, firms["partner"], Choice.OPEN, by=by)
    choose(store, firms["opened"], Choice.OPEN, by=by)
    for kind in OPENED_ALONE:
        choose(store, firms["opened"], Choice.OPEN, Fact(kind, items[kind]), by=by)
    choose(store, firms["opened"], Choice.OPEN, Fact("Trade", firms["partner"]), by=by)
    choose(store, firms["partner"], Choice.OPEN, Fact("Trade", firms["opened"]), by=by)
    choose(store, firms["opened"], Choice.OPEN, Fact("Trade", firms["hidden in part"]), by=by)
    retract(store, choose(store, firms["opened and closed again"], Choice.OPEN, by=by))


def _hidden_in_part(kind: str, name: str) -> frozenset[str]:
    is_hidden = (kind, name) in (("Company", "business"), ("Offer", "tolerance"))
    return THE_MANAGER if is_hidden else by_rule(Level.PUBLIC)(kind, name)


def _opened_trade(_kind: str, name: str) -> frozenset[str]:
    return EVERYBODY if name in ("what", "code") else THE_MANAGER


def _sensitive_and_persons(build: Builder) -> None:
    """Firms marked sensitive, and natural persons, whose names are the manager's."""
    store, source = build.store, build.source(Level.PUBLIC, source_type="third")
    said = build.firm("sensitive", nobody_else, company={"sensitive": True})
    said += build.firm("sensitive by correction", nobody_else)
    said += build.firm("natural person", _person, f"person:{'ab' * 16}")
    said += build.firm("opened person", by_rule(Level.PUBLIC), f"person:{'cd' * 16}")
    publish(store, [source], said, on=TODAY)
    decide(store, "correct", [build.firms["sensitive by correction"]], kind=Company, name="sensitive", value=True)
    choose(store, build.firms["opened person"], Choice.OPEN, Fact("Company", "", "name"))


def _person(kind: str, name: str) -> frozenset[str]:
    return THE_MANAGER if name == "name" else by_rule(Level.PUBLIC)(kind, name)


def _ends_and_words(build: Builder) -> None:
    """A firm that is no more, one that was merged; and what people have decided, and said of it."""
    store, marks = build.store, build.marks
    open_source, closed = build.source(Level.PUBLIC, source_type="fourth"), build.source(Level.MANAGER, source_type="5")
    ended = marks.day("ended Company.ended_on", EVERYBODY)
    said = build.firm("ended", by_rule(Level.PUBLIC), company={"ended_on": ended})
    key = marks.text("an alias that the manager alone knows", THE_MANAGER)
    said.append(Claim(f"name:{key.casefold()}", "Company", "", {"name": key}, source=1))
    publish(store, [open_source, closed], said, on=TODAY)
    by = marks.text("who decided", THE_MANAGER)
    decide(store, "same", [build.firms["ended"], f"name:{key.casefold()}"], by=by)
    value = marks.text("a corrected value", THE_MANAGER)
    decide(store, "correct", [build.firms["members"]], kind=Company, name="website", value=value, by=by)
    words = marks.text("words of a lesson", THE_MANAGER)
    teach(store, Lesson((words.casefold(),), ("turning",)), by=by)
    name_snapshot(store, marks.text("a snapshot's name", THE_MANAGER))


def _notes(build: Builder) -> None:
    """State of the app: enquiries, notes from a meeting, saved questions, who may log in."""
    store, marks, manager = build.store, build.marks, Viewer(Level.MANAGER)
    sought = Sought(build.firms["own"], words=marks.text("an enquiry's words", THE_MANAGER), processes=("turning",))
    event = Event("contacted", TODAY, words=marks.text("an enquiry's note", THE_MANAGER))
    enquire(store, manager, sought, event, today=TODAY)
    noted = {
        each: marks.text(f"{each} of a note from a meeting", THE_MANAGER) for each in ("words", "said_by", "other")
    }
    capture(store, manager, Said("meet", build.firms["own"], f"{TODAY}T18:00:00.000+00:00", **noted))
    guest, person = (marks.text(f"a meeting's {each}", THE_MANAGER) for each in ("guest", "person"))
    keep(store, Meeting((Attendee("a1", guest, person=person),)))
    save_question(store, manager, SavedQuestion("text", marks.text("a saved question", THE_MANAGER)))
    by, email = (marks.text(each, THE_MANAGER) for each in ("who gave access", "who has access"))
    grant(store, manager, Access(f"{email}@a.example", "MEMBERS", by=by), today=TODAY)


def _loaded(build: Builder, folder: Path) -> None:
    """A workbook that is really loaded: its name, its sheets, headings that are not read, and what is said in it."""
    marks = build.marks
    file, sheet, heading, cell = (
        marks.text(f"{each} that was loaded", THE_MANAGER)
        for each in ("a file", "a sheet", "a heading that is not read", "a cell that is not read")
    )
    members, manager = by_rule(Level.MEMBERS), by_rule(Level.MANAGER)
    name = marks.text("loaded Company.name", members("Company", "name"))
    contact = marks.text("loaded Contact.name", manager("Contact", "name"))
    book = openpyxl.Workbook()
    (page,) = book.worksheets
    page.title = f"Företag {sheet}"
    page.append(["Företag", "Ort", "Processer", "Tolerans", "Verksamhet", heading])
    page.append([
        f"{name} AB", "Nora", "svarvning", marks.text("loaded Offer.tolerance", members("Offer", "tolerance")),
        marks.text("loaded Company.business", members("Company", "business")), cell,
    ])  # fmt: skip
    people = book.create_sheet("Kontakter")
    people.append(["Företag", "Kontaktperson", "E-post"])
    people.append([f"{name} AB", contact, f"{contact}@a.example"])
    path = folder / f"{file}.xlsx"
    book.save(path)
    assert load_files(build.store, [path]).outcomes["rejected"] == 0
    path.unlink()


# -- finding marks ---------------------------------------------------------------------------------------------------


def found_in(data: bytes, *, numbers: bool = True) -> set[int]:
    """The marks that some bytes hold, however they are written."""
    found: set[int] = set()
    for part in parts_of(data):
        for text in _readings(part):
            found |= _in_text(text, numbers=numbers)
    return found


def parts_of(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            yield "\n".join([*names, archive.comment.decode("latin-1")]).encode()
            for name in names:
                yield from parts_of(archive.read(name))
        if "xl/workbook.xml" in names:
            yield "\n".join(_cells(data)).encode()
    elif data[:5] == b"%PDF-":
        yield from map(pdf_text.unpacked, pdf_text.objects(data).values())
        yield b"\n".join(pdf_text.strings(data))
        said = "\n".join(pdf_text.pages(data))
        yield from (said.encode(), said.replace("\n", "").encode())  # a mark may be parted at the end of a line
    elif data[:2] == b"\x1f\x8b":
        yield from parts_of(zlib.decompress(data, 31))
    elif data[:6] == b"BEGIN:":  # cards and calendars: lines are folded, and a day is eight figures
        whole = data.replace(b"\r\n ", b"")
        yield whole
        yield _PLAIN_DAY.sub(rb"\1-\2-\3", whole)


def _cells(data: bytes) -> Iterator[str]:
    """What the cells of a workbook say: a day is kept as a number of days."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for page in book.worksheets:
        for row in page.iter_rows(values_only=True):
            yield from (each.isoformat() if hasattr(each, "isoformat") else str(each) for each in row if each)


def _readings(data: bytes) -> Iterator[str]:
    """The bytes as text, in every way a mark may be written."""
    for text in {data.decode("utf-8", "replace"), data.replace(b"\0", b"").decode("latin-1")}:
        plain = _JSON.sub(lambda found: chr(int(found[1], 16)), text)
        yield from {text, plain, html.unescape(plain), unquote(plain), unquote(html.unescape(plain))}
        for run in _BASE64.findall(text):
            standard = run.rstrip("=").replace("-", "+").replace("_", "/")
            for start in range(4):  # what stands before it may belong to the run
                whole = standard[start : start + (len(standard) - start) // 4 * 4]
                rest = standard[start + len(whole) :]
                padded = whole + (rest + "=" * (4 - len(rest)) if len(rest) > 1 else "")
                yield base64.b64decode(padded).decode("utf-8", "replace")


def _in_text(text: str, *, numbers: bool) -> set[int]:
    text = unicodedata.normalize("NFC", text).casefold()
    found = {int(each) for each in TEXT_MARK.findall(text)}
    found |= {int("".join(each)) for each in FIRM_MARK.findall(text)}
    if numbers and ("7310" in text or "73 1" in text or re.search(r"73\D1", text)):
        found |= {int(each) for each in NUMBER_MARK.findall(_GAP.sub("", text))}
    for day in DAY_MARK.findall(text):
        try:
            number = (date.fromisoformat(day) - FIRST_DAY).days
        except ValueError:
            continue
        found |= {number} if number < 1000 else set()
    return found
