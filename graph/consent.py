"""What a firm has decided of its own facts: open to all, only through the network's manager, or hidden.

A consent is a dated decision on one fact, on all of one record, or on all of the firm; the nearest counts, and of two
on the same the newest. Taken back, the fact is as its source allows again. What stands here opens nothing by itself:
:mod:`graph.audience` reads it. A trade is two firms' fact: it opens only where both have said so. So is an
introduction, of which a firm says one thing for all: :data:`MEETINGS`, that it wants to meet others and may be told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

import orjson

from graph import ledger
from graph.errors import UserMistake
from graph.model import (
    KIND_BY_NAME,
    Certificate,
    Claim,
    Company,
    Contact,
    Decision,
    ImportedPart,
    Introduction,
    Level,
    Need,
    Offer,
    Record,
    Requirement,
    Trade,
    Workplace,
    least_audiences,
)
from graph.resolve import live_decisions
from graph.store import Store

CONSENT = "consent"


class Choice(StrEnum):
    """Who may see a fact, by the firm's own word."""

    OPEN = "open"
    THROUGH_MANAGER = "through_manager"
    HIDDEN = "hidden"


def _for_members(kind: type[Record]) -> frozenset[str]:
    return frozenset(name for name, least in least_audiences(kind).items() if least <= Level.MEMBERS)


OPENS: Mapping[type[Record], frozenset[str]] = {
    **{kind: _for_members(kind) for kind in (Company, Workplace, Offer, Certificate)},
    Contact: frozenset({"name", "title", "email", "phone"}),
    Trade: frozenset({"seller_id", "buyer_id", "what", "code", "year"}),
    ImportedPart: frozenset({
        "description", "cn_code", "origin_country", "capabilities", "material", "certificates", "length_mm",
        "piece_weight_kg", "tolerance", "annual_quantity",
    }),
    Requirement: frozenset({"what", "standard", "capability", "description", "applies_from"}),
    Need: frozenset({"theme", "description"}),
    Introduction: frozenset({"company_id", "other_id", "introduced_on", "outcome"}),
}  # fmt: skip
"""What a firm may open of each kind; what does not stand here (prices, values, suppliers) no consent opens."""
ALONE = frozenset(kind.__name__ for kind in (Contact, Trade, ImportedPart, Requirement, Need, Introduction))
"""Kinds that are opened one record at a time: a word on the whole firm opens none of them."""


class Fact(NamedTuple):
    """What a choice is about: a field of a record, a record (no field), or all of the firm (no kind either)."""

    kind: str = ""
    item: str = ""  # the record's key below its firm, as in Claim.item; of a trade, the other firm
    field: str = ""


ALL_OF_IT = Fact()
"""All of the firm."""
MEETINGS = Fact(Introduction.__name__)
"""That the firm wants to meet others, whom it was introduced to and what came of it: told where others meet."""
OTHER_END: Mapping[type[Record], str] = {Trade: "buyer_id", Introduction: "other_id"}
"""Kinds that are two firms' fact, and the field that names the other."""


class Consents:
    """The choices that count, by company and fact."""

    def __init__(self, choices: Mapping[str, Mapping[Fact, Decision]]) -> None:
        self._choices = choices

    @classmethod
    def of(cls, decisions: Iterable[Decision], company_of: Mapping[str, str]) -> Consents:
        """Those among the decisions that have not been taken back; ``company_of`` tells whose an identifier is."""
        found: dict[str, dict[Fact, Decision]] = {}
        for each in live_decisions(decisions):
            if each.verb == CONSENT:
                subject, item = each.subjects[0], each.item or ""
                if each.kind == Trade.__name__:
                    item = company_of.get(item, item)
                fact = Fact(each.kind or "", item, each.field or "")
                found.setdefault(company_of.get(subject, subject), {})[fact] = each
        return cls(found)

    def __bool__(self) -> bool:
        return bool(self._choices)

    def __contains__(self, company_id: str) -> bool:
        return company_id in self._choices

    def of_firm(self, company_id: str) -> Mapping[Fact, Decision]:
        """A firm's own choices, each as the decision it stands in."""
        return self._choices.get(company_id, {})

    def choice(self, company_id: str, fact: Fact = ALL_OF_IT) -> Choice | None:
        """The choice nearest to a fact, None where the firm has said nothing."""
        told = self._choices.get(company_id, {})
        for each in (fact, fact._replace(field=""), ALL_OF_IT):
            if each in told:
                chosen = choice_of(told[each])
                return None if each == ALL_OF_IT and chosen is Choice.OPEN and fact.kind in ALONE else chosen
        return None

    def items(self, company_id: str, kind: type[Record]) -> list[str]:
        """The records of a kind that the firm has chosen about, in the order in which it first did."""
        return list(dict.fromkeys(fact.item for fact in self.of_firm(company_id) if fact.kind == kind.__name__))

    def opens_itself(self, company_id: str, fact: Fact) -> bool:
        """Whether the firm has opened this very fact, and not only what it belongs to."""
        told = self.of_firm(company_id).get(fact)
        return told is not None and choice_of(told) is Choice.OPEN

    def through_opened(self) -> Consents:
        """The same where what goes through the manager is open: for counting whom nobody names."""
        opened = orjson.dumps(Choice.OPEN).decode()
        return Consents({
            company: {
                fact: _with_value(each, opened) if choice_of(each) is Choice.THROUGH_MANAGER else each
                for fact, each in told.items()
            }
            for company, told in self._choices.items()
        })  # fmt: skip

    @property
    def has_through(self) -> bool:
        """Whether anything goes through the manager."""
        return any(
            choice_of(each) is Choice.THROUGH_MANAGER for told in self._choices.values() for each in told.values()
        )

    def fields(
        self, company_id: str, claim: Claim, allowed: frozenset[str], company_of: Mapping[str, str]
    ) -> frozenset[str]:
        """The fields of a claim about the firm that a viewer may have, who without the firm's word has ``allowed``."""
        kind = KIND_BY_NAME[claim.kind]
        if kind in OTHER_END:
            return self._of_both(company_id, claim, allowed, company_of)
        opens = OPENS.get(kind, frozenset())
        chosen = self.choice(company_id, Fact(claim.kind, claim.item))
        if chosen is Choice.OPEN:
            allowed |= opens
        elif chosen is not None:
            allowed = frozenset()
        for fact, each in self.of_firm(company_id).items():
            if fact.field and fact[:2] == (claim.kind, claim.item):
                one = frozenset({fact.field})
                allowed = allowed | (one & opens) if choice_of(each) is Choice.OPEN else allowed - one
        return allowed

    def _of_both(
        self, company_id: str, claim: Claim, allowed: frozenset[str], company_of: Mapping[str, str]
    ) -> frozenset[str]:
        kind = KIND_BY_NAME[claim.kind]
        named = str(claim.fields.get(OTHER_END[kind]) or "")
        other = company_of.get(named, named)
        pairs = ((company_id, other), (other, company_id))
        words = [self.choice(one, Fact(claim.kind, two) if kind is Trade else MEETINGS) for one, two in pairs]
        if all(each is Choice.OPEN for each in words):
            return allowed | OPENS[kind]
        return frozenset() if any(each not in (None, Choice.OPEN) for each in words) else allowed


def choice_of(decision: Decision) -> Choice:
    """What a consent says."""
    return Choice(orjson.loads(decision.value or ""))


def _with_value(decision: Decision, value: str) -> Decision:
    return replace(decision, value=value)


def choose(
    store: Store, company_id: str, choice: Choice, fact: Fact = ALL_OF_IT, *, by: str = "", on: str | None = None
) -> str:
    """Keep a firm's choice, and return the decision's id; :func:`graph.ledger.retract` takes it back.

    Args:
        store: the region.
        company_id: whose choice it is, under any of its identifiers.
        choice: who may see the fact.
        fact: what it is about; by default all of the firm.
        by: who has said so.
        on: the day (ISO); today by default.

    Raises:
        UserMistake: ``no_such_field`` for what a firm does not decide about.
    """
    kind = next((each for each in OPENS if each.__name__ == fact.kind), None)
    if (fact.kind and kind is None) or (fact.field and (kind is None or fact.field not in OPENS[kind])):
        raise UserMistake("no_such_field", name=fact.field or fact.kind)
    return ledger.decide(
        store, CONSENT, [company_id], kind=kind, item=fact.item, name=fact.field or None, value=choice, by=by, on=on
    )
