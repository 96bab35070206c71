"""A viewer's dates as a calendar (iCalendar): what runs out, begins to apply, is to be followed up, or was held.

Each date is an event of a whole day that leaves the day free, with the same identifier every time, so that a file that
is taken in twice makes no doubles and a date that was moved moves. A calendar is often kept by somebody else's server:
what it says is marked private where it is not for everybody, and names firms, never persons or parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from graph.freshness import review_on
from graph.model import Activity, Certificate, Company, Contact, Level, Requirement, SupportActor, SupportOffer
from render.answers import company_name
from render.company import Wording
from render.plain import process_name, theme_name
from render.taken import Taken
from render.vcards import in_line, stable_id
from texts import Texts

if TYPE_CHECKING:
    from icalendar import Component

KINDS = ("certificate", "deadline", "requirement", "follow_up", "review", "activity")
OF_EVERYBODY = ("deadline",)
MOST_NAMED = 20  # firms of a day
FIRST_DAY = date(2020, 1, 1)  # numbers of later files are higher, so that what they say counts


class Date(NamedTuple):
    """A day (ISO) of one of :data:`KINDS`: whose it is by its record's key, and what is said of it."""

    kind: str
    key: str
    day: str
    title: str
    told: str = ""


def calendar(taken: Taken, texts: Texts) -> bytes:
    """The calendar (ICS, UTF-8) of all dates that the viewer may have."""
    return _as_calendar(sorted(_dates(taken, texts), key=lambda each: (each.day, each.kind, each.key)), taken, texts)


def activity_calendar(activity: Activity, taken: Taken, texts: Texts) -> bytes:
    """A calendar (ICS, UTF-8) of one activity."""
    return _as_calendar(_activity(activity, texts), taken, texts)


def _as_calendar(dates: Iterable[Date], taken: Taken, texts: Texts) -> bytes:
    """Dates as a calendar; a day that is none is left out."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", f"-//Narverk//{texts.language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", texts("app.name"))
    for each in dates:
        if day := _day(each.day):
            made.add_component(_event(each, day, taken, texts))
    return bytes(made.to_ical())


def _event(said: Date, day: date, taken: Taken, texts: Texts) -> Component:
    from icalendar import Event

    made, written = Event(), datetime.combine(date.fromisoformat(taken.day), time(), UTC)
    made.add("uid", stable_id(said.kind, said.key))
    made.add("dtstamp", written)
    made.add("sequence", max(0, (written.date() - FIRST_DAY).days))
    made.add("dtstart", day)  # a day without an end is that whole day (RFC 5545, 3.6.1)
    made.add("summary", in_line(said.title))
    if said.told:
        made.add("description", in_line(said.told))
    made.add("categories", [texts(f"calendar.kind.{said.kind}")])
    made.add("class", "PUBLIC" if said.kind in OF_EVERYBODY else "PRIVATE")
    made.add("transp", "TRANSPARENT")
    return made


def _day(text: str) -> date | None:
    """The day, where it is one: what somebody has corrected by hand may be anything."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# -- which dates -----------------------------------------------------------------------------------------------------


def _dates(taken: Taken, texts: Texts) -> Iterator[Date]:
    """What is to come, for whoever is to do something about it; and what waits to be done though its day has passed."""
    yield from _deadlines(taken, texts)
    for kind, find in (("certificate", _certificates), ("requirement", _requirements)):
        yield from (each for each in find(taken, texts, kind) if each.day >= taken.day)
    if taken.viewer.level >= Level.MANAGER:
        yield from _reviews(taken, texts)
        yield from _follow_ups(taken, texts)
        for each in taken.snapshot.of(Activity):
            yield from _activity(each, texts)


def _deadlines(taken: Taken, texts: Texts) -> Iterator[Date]:
    """The last days to ask for support."""
    actors = {each.actor_id: each for each in taken.snapshot.of(SupportActor)}
    for each in taken.snapshot.of(SupportOffer):
        if each.deadline and each.deadline >= taken.day:
            actor = actors.get(each.actor_id or "") or SupportActor("")
            what = each.description or theme_name(each.theme, texts)
            title = texts("calendar.deadline", what=what, actor=actor.name)
            yield Date("deadline", each.support_offer_id, each.deadline, title, actor.website or "")


def _concerned(company_id: str | None, taken: Taken) -> Company | None:
    """The firm, where whoever gets the calendar has something to do with its dates: the manager, or its own people."""
    company = taken.companies.get(company_id or "")
    is_concerned = taken.viewer.level >= Level.MANAGER or (company is not None and company == taken.own)
    return company if is_concerned and company is not None and company.is_active else None


def _certificates(taken: Taken, texts: Texts, kind: str) -> Iterator[Date]:
    for each in taken.snapshot.of(Certificate):
        company = _concerned(each.company_id, taken)
        if company is not None and each.valid_until:
            name = company_name(company.name, texts)
            title = texts("calendar.certificate", standard=each.standard, company=name)
            yield Date(kind, each.certificate_id, each.valid_until, title)


def _requirements(taken: Taken, texts: Texts, kind: str) -> Iterator[Date]:
    for each in taken.snapshot.of(Requirement):
        buyer = _concerned(each.buyer_id, taken)
        if buyer is not None and each.applies_from:
            process = process_name(each.capability, texts) if each.capability else None
            what = each.standard or process or texts("calendar.some_requirement")
            title = texts("calendar.requirement", what=what, company=company_name(buyer.name, texts))
            yield Date(kind, each.requirement_id, each.applies_from, title)


def _reviews(taken: Taken, texts: Texts) -> Iterator[Date]:
    """Contacts to ask about, all of a day in one: a list of members is told on one day, and is so to be asked about."""
    due: dict[str, list[str]] = defaultdict(list)
    for each in taken.snapshot.of(Contact):
        company, day = _concerned(each.company_id, taken), review_on(each)
        if company is not None and day:
            due[day].append(company_name(company.name, texts))
    for day, names in due.items():
        firms = sorted(dict.fromkeys(names), key=str.casefold)
        told = ", ".join(firms[:MOST_NAMED]) + (" …" if len(firms) > MOST_NAMED else "")
        yield Date("review", day, day, texts("calendar.review", count=len(names)), told)


def _follow_ups(taken: Taken, texts: Texts) -> Iterator[Date]:
    for each in taken.enquiries:
        supplier = taken.companies.get(each.sought.supplier_id)
        if supplier is not None and each.last.follow_up_on:
            title = texts("calendar.follow_up", company=company_name(supplier.name, texts))
            yield Date("follow_up", each.enquiry_id, each.last.follow_up_on, title)


def _activity(activity: Activity, texts: Texts) -> Iterator[Date]:
    if activity.held_on:
        wording = Wording(texts, str)
        about = theme_name(activity.theme, texts) if activity.theme else ""
        told = (wording.value("activity_type", activity.activity_type), about, activity.project or "")
        title = activity.name or texts("calendar.some_activity")
        yield Date("activity", activity.activity_id, activity.held_on, title, " · ".join(filter(None, told)))
