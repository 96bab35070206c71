"""Whom was asked for which part, what came of it, and what is to be followed up?

An enquiry is what was asked of one supplier, and dated events; its status is that of the last event that stands.
Nothing is written over: what was wrong is taken back by one more event, which can itself be taken back. Each enquiry
and each event is a note of its own, so two that write at once lose nothing, and none moves the region's revision.
Companies are read through the region's aliases: an enquiry follows a firm into a merger, and out of it again.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

import orjson

from graph.audience import Viewer, require
from graph.demands import Demand
from graph.errors import UnknownName, UserMistake
from graph.model import Alias
from graph.store import Store
from graph.taxonomy import fold

T = TypeVar("T")
NOTES = "enquiry:"  # what the notes' names begin with
STATUSES = ("shortlisted", "contacted", "quoted", "ordered", "refused")
ENDED = ("ordered", "refused")
REASONS = (
    *("no_capacity", "too_small_series", "price", "cannot_make"),
    *("certificate", "lead_time", "no_answer", "other"),
)
"""Why a supplier refused, or was refused."""
ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked of a supplier; empty fields ask nothing, None is unknown."""

    supplier_id: str
    buyer_id: str | None = None
    part_id: str | None = None
    words: str = ""  # the part as the buyer describes it
    processes: tuple[str, ...] = ()
    material: str | None = None
    certificates: tuple[str, ...] = ()
    length_mm: float | None = None
    piece_weight_kg: float | None = None
    tolerance: str | None = None
    annual_quantity: int | None = None
    value_sek: int | None = None  # at stake, a year
    mass_kg: float | None = None  # a year
    origin_country: str | None = None
    supplier_now: str | None = None
    tonne_km_now: float | None = None  # a year, from the present origin
    tonne_km_after: float | None = None  # a year, from the supplier


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a day, up to today; days are ISO text. Number and identifier are given when it is kept."""

    status: str
    on: str
    reason: str | None = None  # of a refusal, one of REASONS
    words: str = ""
    follow_up_on: str | None = None  # the day to come back to it
    takes_back: str | None = None  # the event that does not stand because of this one
    number: int = 0  # events known before: the order of those of one day
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What was asked, and the events that stand in the order of their days; there is at least one."""

    enquiry_id: str
    sought: Sought
    events: tuple[Event, ...]

    @property
    def last(self) -> Event:
        """The event that says how it stands."""
        return self.events[-1]

    @property
    def status(self) -> str:
        """One of STATUSES."""
        return self.last.status

    @property
    def since(self) -> str:
        """The day from which it has had its status; a later word about the same moves no year."""
        day = self.last.on
        for each in reversed(self.events):
            if each.status != self.status:
                break
            day = each.on
        return day

    @property
    def tonne_km_spared(self) -> float | None:
        """Tonne-kilometres a year less than now; None where either is unknown."""
        now, after = self.sought.tonne_km_now, self.sought.tonne_km_after
        return None if now is None or after is None else now - after


@dataclass(frozen=True, slots=True)
class Home:
    """What came home by orders of a year; of ``unvalued`` and ``unmeasured`` orders SEK and tonne-km are unknown."""

    year: int
    orders: int
    value_sek: int  # a year
    tonne_km: float  # spared a year
    unvalued: int
    unmeasured: int


def sought_of(
    demand: Demand,
    supplier_id: str,
    *,
    words: str = "",
    part_id: str | None = None,
    value_sek: int | None = None,
    supplier_now: str | None = None,
    tonne_km: tuple[float | None, float | None] = (None, None),
) -> Sought:
    """What a demand asks of a supplier; of processes guessed from a text the likeliest. ``tonne_km``: now and after."""
    codes = tuple(code for code, _ in demand.processes)
    return Sought(
        supplier_id,
        demand.buyer_id,
        part_id,
        words,
        codes if demand.all_processes else codes[:1],
        demand.material,
        tuple(demand.certificates),
        demand.length_mm,
        demand.piece_weight_kg,
        demand.tolerance,
        demand.annual_quantity,
        value_sek,
        demand.mass_kg,
        demand.origin_country,
        supplier_now,
        *tonne_km,
    )


# -- writing -----------------------------------------------------------------------------------------------------------


def enquire(store: Store, viewer: Viewer, sought: Sought, event: Event, *, today: str) -> str:
    """Keep a new enquiry with its first event and return its id.

    Raises:
        NotAllowed, UserMistake: as :func:`told`.
    """
    require(viewer, "enquiries")
    enquiry_id = _new_id()
    said = {"sought": asdict(sought), "event": asdict(_checked(event, today))}
    store.remember(NOTES + enquiry_id, _written(said))
    return enquiry_id


def told(store: Store, viewer: Viewer, enquiry_id: str, event: Event, *, today: str) -> str:
    """Add what happened, and return the event's id.

    Raises:
        NotAllowed: the viewer may not see enquiries.
        UnknownName: ``no_such_enquiry``.
        UserMistake: ``refused_without_reason``, ``not_a_day``, ``day_to_come``, ``follow_up_before``.
    """
    return _add(store, viewer, enquiry_id, _checked(event, today))


def take_back(store: Store, viewer: Viewer, enquiry_id: str, event_id: str, *, today: str) -> str:
    """Let an event (or a taking back) not stand any more; returns the id that takes this back in its turn.

    Raises:
        NotAllowed: the viewer may not see enquiries.
        UnknownName: ``no_such_enquiry``.
    """
    return _add(store, viewer, enquiry_id, Event("", today, takes_back=event_id, event_id=_new_id()))


def _add(store: Store, viewer: Viewer, enquiry_id: str, event: Event) -> str:
    require(viewer, "enquiries")
    known = store.notes(NOTES + enquiry_id)
    if NOTES + enquiry_id not in known:
        raise UnknownName("no_such_enquiry")
    name = f"{NOTES}{enquiry_id}:{event.event_id}"
    store.remember(name, _written(asdict(replace(event, number=len(known)))))
    return event.event_id


def _checked(event: Event, today: str) -> Event:
    if event.status not in STATUSES:
        raise ValueError(event.status)
    if event.status == "refused" and event.reason not in REASONS:
        raise UserMistake("refused_without_reason")
    for day in filter(None, (event.on, event.follow_up_on)):
        if not _is_day(day):
            raise UserMistake("not_a_day", value=day)
    if event.on > today:
        raise UserMistake("day_to_come", day=event.on)
    if event.follow_up_on and event.follow_up_on < event.on:
        raise UserMistake("follow_up_before", day=event.follow_up_on, on=event.on)
    reason = event.reason if event.status == "refused" else None
    return replace(event, reason=reason, words=event.words.strip(), event_id=_new_id())


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _new_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def _written(said: object) -> str:
    return orjson.dumps(said).decode()


# -- reading -----------------------------------------------------------------------------------------------------------


def enquiries(store: Store, viewer: Viewer) -> list[Enquiry]:
    """All enquiries of which anything stands, the newest word first.

    Raises:
        NotAllowed: the viewer may not see enquiries.
    """
    require(viewer, "enquiries")
    asked: dict[str, Sought] = {}
    events: dict[str, list[Event]] = defaultdict(list)
    for name, value in store.notes(NOTES).items():
        enquiry_id, _, event_id = name.removeprefix(NOTES).partition(":")
        said = orjson.loads(value)
        if not event_id:
            asked[enquiry_id] = _read(Sought, said["sought"])
            said = said["event"]
        events[enquiry_id].append(_read(Event, said))
    company_of = _companies(store, asked.values())
    found = [
        Enquiry(enquiry_id, _renamed(sought, company_of), standing)
        for enquiry_id, sought in asked.items()
        if (standing := _standing(events[enquiry_id]))
    ]
    return sorted(found, key=lambda each: (each.last.on, each.last.number, each.enquiry_id), reverse=True)


def _read(kind: type[T], said: Mapping[str, Any]) -> T:
    """The record as it was written; what a newer program wrote beside it is passed over."""
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in said.items() if k in names})


def _standing(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events that nothing which itself stands takes back, in the order of their days."""
    takers: dict[str, list[Event]] = defaultdict(list)
    for each in events:
        if each.takes_back:
            takers[each.takes_back].append(each)

    def stands(event: Event) -> bool:
        return not any(map(stands, takers[event.event_id]))

    kept = [each for each in events if not each.takes_back and stands(each)]
    return tuple(sorted(kept, key=lambda each: (each.on, each.number, each.event_id)))


def _companies(store: Store, asked: Iterable[Sought]) -> dict[str, str]:
    """Today's company of each identifier that enquiries name."""
    named = {
        company for each in asked for company in (each.supplier_id, each.buyer_id, _owner(each.part_id)) if company
    }
    aliases = store.matching(Alias, "alias", named) if named else ()
    return {each.alias: each.company_id or each.alias for each in aliases}


def _renamed(sought: Sought, company_of: Mapping[str, str]) -> Sought:
    owner = _owner(sought.part_id)
    part = (sought.part_id or "").removeprefix(owner)
    return replace(
        sought,
        supplier_id=company_of.get(sought.supplier_id, sought.supplier_id),
        buyer_id=company_of.get(sought.buyer_id or "", sought.buyer_id),
        part_id=company_of.get(owner, owner) + part if sought.part_id else None,
    )


def _owner(part_id: str | None) -> str:
    """The company in an imported part's key."""
    return (part_id or "").partition("/")[0]


# -- what they tell ----------------------------------------------------------------------------------------------------


def alike(known: Iterable[Enquiry], sought: Sought) -> Enquiry | None:
    """The enquiry to the same supplier for the same buyer's same part that has not ended; the newest of several."""

    def what(each: Sought) -> tuple[object, ...]:
        return each.supplier_id, each.buyer_id, each.part_id or fold(each.words), each.processes

    return next((each for each in known if each.status not in ENDED and what(each.sought) == what(sought)), None)


def due(known: Iterable[Enquiry], today: str) -> list[Enquiry]:
    """Those whose day to follow up has come, the oldest first."""
    found = [each for each in known if each.last.follow_up_on and each.last.follow_up_on <= today]
    return sorted(found, key=lambda each: (each.last.follow_up_on or "", each.enquiry_id))


def orders(known: Iterable[Enquiry]) -> list[tuple[Enquiry, bool]]:
    """The orders that stand, the oldest first, and whether each counts: of a part ordered from several, the first."""
    ordered = sorted((each for each in known if each.status == "ordered"), key=lambda e: (e.since, e.enquiry_id))
    seen: set[str] = set()
    found = []
    for each in ordered:
        found.append((each, each.sought.part_id not in seen))
        seen.update(filter(None, (each.sought.part_id,)))
    return found


def came_home(known: Iterable[Enquiry]) -> list[Home]:
    """What the :func:`orders` of each year brought home."""
    years: dict[int, list[tuple[Enquiry, bool]]] = defaultdict(list)
    for each in orders(known):
        years[int(each[0].since[:4])].append(each)
    return [_home(year, those) for year, those in sorted(years.items())]


def _home(year: int, ordered: Sequence[tuple[Enquiry, bool]]) -> Home:
    counted = [each for each, counts in ordered if counts]
    values = [each.sought.value_sek for each in counted]
    spared = [each.tonne_km_spared for each in counted]
    return Home(
        year,
        len(ordered),
        sum(each for each in values if each is not None),
        sum(each for each in spared if each is not None),
        values.count(None),
        spared.count(None),
    )


def refusals(known: Iterable[Enquiry]) -> Mapping[tuple[str, str], int]:
    """How many enquiries stand refused, by process asked for ("": none) and reason."""
    refused = (each for each in known if each.status == "refused")
    return Counter((code, each.last.reason or "other") for each in refused for code in each.sought.processes or ("",))
