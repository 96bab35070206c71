"""Fact by fact, what each level sees of a firm, and what the firm has chosen of it.

A fact is a field that is known of one of the firm's records. It is told with its day, and record by record with the
choice that counts, which may be one on the record, on all of the firm, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graph.consent import ALL_OF_IT, ALONE, MEETINGS, OPENS, Choice, Fact, choice_of
from graph.model import Company, Decision, ImportedPart, Level, Record, Trade, Workplace
from graph.own_word import Ended
from graph.provenance import Account, Provenance
from graph.schema import SHAPES
from render.company import PARTS, Wording, names_shown
from texts import Texts

LOWER = (Level.PUBLIC, Level.MEMBERS)
Records = Mapping[type[Record], Sequence[Record]]
KINDS = tuple(dict.fromkeys(part.kind for part in sorted(PARTS, key=lambda part: part.kind is not Company)))
"""Kinds in the order in which a firm's page tells them, the firm itself first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A field that is known of a record, and what each level gets to see of it, "" where it is hidden."""

    fact: Fact
    kind: str
    record: str  # what the record is called, "" of the firm itself
    field: str
    by_level: Mapping[Level, str]
    day: str

    def sees(self, level: Level) -> bool:
        """Whether a level sees it."""
        return bool(self.by_level[level])


@dataclass(frozen=True, slots=True)
class Line:
    """What can be chosen about: the firm, a record, or a field with a choice of its own; and who sees it now."""

    fact: Fact
    what: str
    seen: Mapping[Level, str]  # "all", "some" or "none" of it
    choice: Choice | None
    decision: Decision | None  # in which the choice stands
    follows: bool = False  # the choice is the one on all of the firm, or on the record


def facts_seen(company: Company, own: Records, others: Mapping[Level, Records], told: Provenance,
               wording: Wording) -> list[Seen]:  # fmt: skip
    """Every known field of the firm's records, by kind, record and field.

    Args:
        company: the firm.
        own: its records as the reader sees them.
        others: the same as each lower level sees them.
        told: who says so, as far as the reader may know.
        wording: of values.
    """
    found = []
    for kind in KINDS:
        records = (company,) if kind is Company else own.get(kind, ())
        for record in sorted(records, key=lambda each: _other(each, company.company_id)):
            account = told.account(kind, record.key)
            item = _item(record, account, company.company_id)
            title = record_title(record, company.company_id, wording)
            by_level = {level: _same(record, others[level].get(kind, ())) for level in LOWER}
            for name in names_shown(kind):
                if value := wording.value(name, getattr(record, name)):
                    seen = {level: wording.value(name, getattr(each, name, None)) for level, each in by_level.items()}
                    fact, day = Fact(kind.__name__, item, name), _day(account, name)
                    values = {**seen, Level.MANAGER: value}
                    found.append(Seen(fact, wording.kind(kind), title, wording.field(name), values, day))
    return found


def _item(record: Record, account: Account | None, company_id: str) -> str:
    """The record's key below its firm, as consents name it; of a trade the other firm."""
    if isinstance(record, Trade):
        return _other(record, company_id)
    return account.best.claim.item if account else record.key.removeprefix(f"{company_id}/")


def _other(record: Record, company_id: str) -> str:
    """The firm at the other end of a trade; "" of what is no trade."""
    if not isinstance(record, Trade):
        return ""
    return (record.buyer_id if record.seller_id == company_id else record.seller_id) or ""


def _same(record: Record, others: Sequence[Record]) -> Record | None:
    """The record with the same key; others may know the firm, and so its records, by another identifier."""
    if isinstance(record, Company):
        return others[0] if others else None
    if SHAPES[type(record)].own_key:
        return next((each for each in others if each.key == record.key), None)
    owner = SHAPES[type(record)].owner

    def below(each: Record) -> str:
        return each.key.removeprefix(f"{getattr(each, owner)}/")

    return next((each for each in others if below(each) == below(record)), None)


def record_title(record: Record, company_id: str, wording: Wording) -> str:
    """What a record is called among its kind; "" of the firm itself."""
    if isinstance(record, Company):
        return ""
    if isinstance(record, Trade):
        return wording.value("buyer_id", _other(record, company_id))
    if isinstance(record, Workplace):
        return record.name or record.locality or wording.kind(Workplace)
    if isinstance(record, ImportedPart) and record.description:
        return record.description
    values = (wording.value(name, getattr(record, name)) for name in names_shown(type(record)))
    return next(filter(None, values), wording.kind(type(record)))


def _day(account: Account | None, name: str) -> str:
    """The day of the word that counts."""
    word = account.words.get(name) if account else None
    if not word:
        return ""
    if word[0].said is None:
        return word[0].decision.decided_on if word[0].decision else ""
    return word[0].said.claim.as_of or word[0].said.voice.since


# -- what is chosen ----------------------------------------------------------------------------------------------------


def can_be_opened(fact: Fact) -> bool:
    """Whether a consent can open the fact of that kind and field at all."""
    return any(kind.__name__ == fact.kind and fact.field in names for kind, names in OPENS.items())


def lines(seen: Sequence[Seen], chosen: Mapping[Fact, Decision], texts: Texts) -> list[Line]:
    """The firm, meeting others, then record by record, each followed by its fields with a choice of their own."""
    opens = [each for each in seen if can_be_opened(each.fact) and each.fact.kind != MEETINGS.kind]
    found = [_line(ALL_OF_IT, texts("consent.all_of_it"), opens, chosen), _meeting_others(chosen, texts)]
    records = dict.fromkeys(each.fact._replace(field="") for each in opens)
    for record in records:
        mine = [each for each in opens if each.fact[:2] == record[:2]]
        what = called(mine[0], texts)
        found.append(_line(record, what, mine, chosen))
        own = (each for each in mine if each.fact in chosen)
        found += [_line(each.fact, f"{what} · {each.field}", [each], chosen) for each in own]
    return found


def _meeting_others(chosen: Mapping[Fact, Decision], texts: Texts) -> Line:
    """The choice that has nothing to be seen but itself."""
    line = _line(MEETINGS, texts("consent.meetings"), (), chosen)
    told = "all" if line.choice is Choice.OPEN else "none"
    return replace(line, seen=dict.fromkeys(LOWER, told))


def called(seen: Seen, texts: Texts) -> str:
    """What the fact's record is called in a list of all of them."""
    if seen.fact.kind == Company.__name__:
        return texts("consent.about_firm")
    return f"{texts(f'consent.kind.{seen.fact.kind}')}: {seen.record}"


def _line(fact: Fact, what: str, seen: Sequence[Seen], chosen: Mapping[Fact, Decision]) -> Line:
    counts = {level: sum(each.sees(level) for each in seen) for level in LOWER}
    shown = {level: "none" if not count else "all" if count == len(seen) else "some" for level, count in counts.items()}
    for each in (fact, fact._replace(field=""), ALL_OF_IT):
        if decision := chosen.get(each):
            choice = choice_of(decision)
            if each == ALL_OF_IT != fact and choice is Choice.OPEN and fact.kind in ALONE:
                break  # a word on the whole firm opens none of these
            return Line(fact, what, shown, choice, decision, each != fact)
    return Line(fact, what, shown, None, None)


def ended_text(ended: Ended, wording: Wording, texts: Texts) -> str:
    """A choice that counts no more: what, which, by whom, from when to when."""
    what, choice = fact_text(ended.fact, wording, texts), texts(f"consent.choice.{choice_of(ended.decision)}")
    days = {"since": ended.decision.decided_on, "until": ended.until or texts("value.unknown")}
    said, by = texts("consent.ended", what=what, choice=choice, **days), ended.decision.decided_by
    return f"{said} {texts('consent.ended_by', by=by)}" if by else said


def fact_text(fact: Fact, wording: Wording, texts: Texts) -> str:
    """What a choice is about, where the record may be gone: its kind, its item where that is a word, and the field."""
    if not fact.kind:
        return texts("consent.all_of_it")
    if fact == MEETINGS:
        return texts("consent.meetings")
    if fact.kind == Company.__name__:
        what = texts("consent.about_firm")
    else:
        kind = next(each for each in OPENS if each.__name__ == fact.kind)
        name = "buyer_id" if kind is Trade else SHAPES[kind].item
        what = ": ".join(
            filter(None, (texts(f"consent.kind.{fact.kind}"), wording.value(name, fact.item) if name else ""))
        )
    return f"{what} · {wording.field(fact.field)}" if fact.field else what
