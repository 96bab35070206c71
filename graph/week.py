"""What is to be done this week? Each thing with the firms it is about, its day, and what one click can say of it.

Things are of :data:`KINDS`; those that lead to a question to a firm leave out firms that want never to be asked again
and firms that are struck off or being wound up. Days (ISO) are counted with their first and last day. What somebody has
put off, or has seen, is in :mod:`graph.week_notes`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

from graph.enquiries import Enquiry
from graph.freshness import review_on
from graph.introductions import followed
from graph.model import (
    Certificate,
    Company,
    Contact,
    Interview,
    Load,
    Need,
    Offer,
    SupportActor,
    SupportOffer,
    Value,
)
from graph.outreach import PATIENCE_DAYS, ToAsk, answered_on, last_tried, never_again, newest
from graph.replacement import Reason
from graph.resolve import BY_HAND, read_sources
from graph.retention import past_time
from graph.store import Snapshot

OUTCOMES = ("met", "quoted", "ordered", "none")
ASKED_BY = ("phoned", "mailed", "visited")
GO, LATER, SEEN = "go", "later", "seen"
KINDS: Mapping[str, tuple[str, ...]] = {
    "answers": (GO, SEEN),
    "words": (SEEN,),
    "enquiries": (GO,),
    "introductions": OUTCOMES,
    "reminders": ("reminded", "mail", "answered", "declined", "never"),
    "certificates": ("asked", "renewed", "ended"),
    "calls": (GO, SEEN),
    "contacts": ("needed",),
    "past_time": (GO,),
    "doubts": ("same", "not_same"),
    "next": (*ASKED_BY, "declined", "never"),
}
"""The kinds in the order they are told, and what can be said of each with a click; LATER of all."""
ANSWER_DAYS = 14  # an answer is new so long, and so is what a firm says of itself
CERTIFICATE_DAYS, CALL_DAYS = 60, 45
ASKED_AGAIN_DAYS = 30  # a certificate that somebody asked about is left in peace so long
LATER_DAYS = 7
REVIEW_DAYS = 365  # a contact that is still needed is looked at again after so long
NEXT = 5
FOR_EVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. ``day`` is when it is due, or since when; ``key`` is that of the record or note it is about."""

    kind: str
    key: str
    company_ids: tuple[str, ...] = ()
    day: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    item_id: str = field(init=False)
    """What it is called in a note and on a page; tells nothing."""

    def __post_init__(self) -> None:
        called = blake2b(f"{self.kind}\n{self.key}".encode(), digest_size=10).hexdigest()
        object.__setattr__(self, "item_id", called)


@dataclass(frozen=True, slots=True)
class Group:
    """All that is to be done of a kind, the most urgent first, and the nearest day."""

    kind: str
    items: tuple[Item, ...]

    @property
    def nearest(self) -> str | None:
        """The first day of any."""
        return min((each.day for each in self.items if each.day), default=None)


def groups(items: Iterable[Item], put_off: Mapping[str, str], today: str) -> list[Group]:
    """What is left of the items, by kind; ``put_off`` tells the day (ISO) until which each rests."""
    found: dict[str, list[Item]] = defaultdict(list)
    for each in items:
        if put_off.get(each.item_id, "") <= today:
            found[each.kind].append(each)
    found["next"] = found["next"][:NEXT]
    for kind, some in found.items():
        if kind != "next":
            some.sort(key=lambda each: each.day or FOR_EVER)  # what has no day stays in its own order
    return in_order(Group(kind, tuple(some)) for kind, some in found.items() if some)


def in_order(found: Iterable[Group]) -> list[Group]:
    """Groups in the order of :data:`KINDS`."""
    return sorted(found, key=lambda each: list(KINDS).index(each.kind))


# -- what there is to do -----------------------------------------------------------------------------------------------


def of_records(snapshot: Snapshot, today: str) -> list[Item]:
    """What the region's records say is to be done on a day; ``snapshot`` perhaps holds contacts, needs and support."""
    firms = {each.company_id: each for each in snapshot.of(Company)}
    may_ask = frozenset(key for key, firm in firms.items() if firm.is_active) - never_again(snapshot)
    return [
        *_answers(snapshot, may_ask, today),
        *_introductions(snapshot, may_ask, today),
        *_reminders(snapshot, may_ask, today),
        *_certificates(snapshot, may_ask, today),
        *_calls(snapshot, firms, may_ask, today),
        *_reviews(snapshot, firms, today),
    ]


def _answers(snapshot: Snapshot, may_ask: frozenset[str], today: str) -> Iterator[Item]:
    """Answers of which nothing has been told since: neither what the firm can do nor what it needs."""
    told: dict[str, str] = defaultdict(str)
    facts: list[Offer | Need] = [*snapshot.of(Offer), *(snapshot.of(Need) if Need in snapshot.kinds else ())]
    for fact in facts:
        firm = fact.company_id or ""
        told[firm] = max(told[firm], fact.stated_on or "")
    for firm, each in newest(e for e in snapshot.of(Interview) if e.outcome == "answered").items():
        day = answered_on(each)
        if firm in may_ask and moved(today, -ANSWER_DAYS) <= day <= today and told[firm] < day:
            yield Item("answers", each.key, (firm,), day, {"how": each.how})


def _introductions(snapshot: Snapshot, may_ask: frozenset[str], today: str) -> Iterator[Item]:
    """Introductions that should have been followed up and of which nothing has been told."""
    for each in followed(snapshot, today):
        made = each.introduction
        pair = (made.company_id or "", made.other_id or "")
        if each.is_overdue and each.outcome == "open" and may_ask.issuperset(pair):
            yield Item("introductions", made.key, pair, made.introduced_on)


def _reminders(snapshot: Snapshot, may_ask: frozenset[str], today: str) -> Iterator[Item]:
    """Firms whose newest word is a question that nobody has answered, and that nobody has reminded of late."""
    for firm, each in newest(snapshot.of(Interview)).items():
        day = last_tried(each)
        if firm in may_ask and not each.outcome and day and day < moved(today, -PATIENCE_DAYS):
            yield Item("reminders", each.key, (firm,), day, {"how": each.how, "asked_on": each.asked_on})


def _certificates(snapshot: Snapshot, may_ask: frozenset[str], today: str) -> Iterator[Item]:
    """Certificates of the members (of all firms where no member is known) that run out, or have."""
    members = {
        each.company_id
        for each in snapshot.of(Company)
        if each.member_since and each.member_since <= today and (each.member_until or FOR_EVER) >= today
    }
    asked = may_ask & members if members else may_ask
    for each in snapshot.of(Certificate):
        firm = each.company_id or ""
        if firm in asked and each.valid_until and each.valid_until <= moved(today, CERTIFICATE_DAYS):
            values: dict[str, Value] = {"standard": each.standard, "is_out": each.valid_until < today}
            yield Item("certificates", each.key, (firm,), each.valid_until, values)


def _calls(
    snapshot: Snapshot, firms: Mapping[str, Company], may_ask: frozenset[str], today: str
) -> Iterator[Item]:  # fmt: skip
    """Support that closes soon and that firms have said they need."""
    if not {SupportOffer, SupportActor, Need} <= {*snapshot.kinds}:
        return
    needing: dict[str, set[str]] = defaultdict(set)
    for need in snapshot.of(Need):
        if need.company_id and need.company_id in may_ask and need.theme:
            needing[need.theme].add(need.company_id)
    actors = {each.actor_id: each.name for each in snapshot.of(SupportActor)}
    for each in snapshot.of(SupportOffer):
        if not each.deadline or not today <= each.deadline <= moved(today, CALL_DAYS):
            continue
        places = {*each.municipalities, None} if each.municipalities else ()
        those = sorted(e for e in needing[each.theme or ""] if not places or firms[e].municipality in places)
        if those:
            values: dict[str, Value] = {
                "theme": each.theme,
                "actor": actors.get(each.actor_id or ""),
                "what": each.description,
            }
            yield Item("calls", each.key, tuple(those), each.deadline, values)


def _reviews(snapshot: Snapshot, firms: Mapping[str, Company], today: str) -> Iterator[Item]:
    """Contacts to look at again, and what is kept of persons past its time: a duty, also of firms nobody may ask."""
    for each in snapshot.of(Contact) if Contact in snapshot.kinds else ():
        day = review_on(each)
        if each.company_id in firms and day and day <= today:
            values: dict[str, Value] = {"name": each.name or each.email or each.phone}
            yield Item("contacts", each.key, (each.company_id or "",), day, values)
    for past in past_time(snapshot, today):
        if past.company_id in firms:
            yield Item("past_time", past.record.key, (past.company_id,), past.due)


def of_words(loads: Iterable[Load], company_of: Mapping[str, str], today: str) -> list[Item]:
    """The newest load of each firm whose own people have said something of late."""
    found: dict[str, Load] = {}
    for load in sorted(loads, key=lambda each: each.revision):
        if load.withdrawn is not None or not moved(today, -ANSWER_DAYS) <= load.loaded_on <= today:
            continue
        for source in read_sources(load.sources):
            if source.source_type == BY_HAND and source.owner in company_of:
                found[company_of[source.owner]] = load
    return [Item("words", f"{load.load_id}/{firm}", (firm,), load.loaded_on) for firm, load in found.items()]


def of_enquiries(late: Iterable[Enquiry]) -> list[Item]:
    """Enquiries whose day to follow up has come, see :func:`graph.enquiries.due`."""
    return [
        Item(
            "enquiries",
            each.enquiry_id,
            (each.sought.supplier_id,),
            each.last.follow_up_on,
            {"words": each.sought.words},
        )
        for each in late
    ]


def of_doubts(pairs: Iterable[tuple[str, str]]) -> list[Item]:
    """Identifiers that may mean one company, the best pair first."""
    return [Item("doubts", f"{one}\n{other}", (one, other)) for one, other in pairs]


def of_to_ask(to_ask: Sequence[ToAsk], others: Iterable[Item]) -> list[Item]:
    """Whom to ask next, but for whom the others say to remind."""
    reminded = {firm for each in others if each.kind == "reminders" for firm in each.company_ids}
    return [
        Item("next", each.company_id, (each.company_id,), reasons=each.reasons)
        for each in to_ask
        if each.company_id not in reminded
    ]


def moved(day: str, days: int) -> str:
    """The day (ISO) so many days later, or earlier."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
