"""Who can help a firm with what it needs or lacks, who has asked, and what has nobody any help for?

A need or a gap belongs to themes; an offer of support fits where it has the theme, is open on the day and is for the
firm's municipality (or everybody); one whose words name certificates helps over no other. Somebody has asked where a
support case of the firm and the theme stands. What no offer fits is bundled by theme and county into the outline of an
application, three firms at least, in the words of those who let theirs be passed on and of no others; sensitive firms
are in no outline, neither as those who need nor as those who require.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.audience import sensitive_firms
from graph.gaps import Standing, themes_of
from graph.model import Need, SupportActor, SupportCase, SupportOffer
from graph.network import municipalities
from graph.store import Snapshot
from graph.suppression import LEAST
from graph.taxonomy import taxonomy

UNKNOWN_STATUS = "unknown"
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class NeedMatch:
    """An offer of support that fits a firm's theme, and why.

    ``reasons``: ``same_theme``; ``for_everybody``, ``for_municipality`` or ``place_unknown`` (ask); ``open`` or
    ``closes``, in ``closes_in_days``; ``asked`` or ``not_asked``. ``case`` is what became of it at this firm.
    """

    actor: SupportActor
    offer: SupportOffer
    reasons: tuple[str, ...]
    closes_in_days: int | None
    case: SupportCase | None


@dataclass(frozen=True, slots=True)
class Missed:
    """Support that fits what a firm has said or lacks in a theme, and that nobody has asked for."""

    company_id: str
    theme: str
    needs: tuple[Need, ...]
    gaps: tuple[Standing, ...]
    matches: tuple[NeedMatch, ...]  # what closes first before the others


@dataclass(frozen=True, slots=True)
class Outline:
    """Needs of a theme in a county that no support fits, as the outline of an application.

    It goes to people outside, so it tells no group of fewer than :data:`~graph.suppression.LEAST` firms: counties and
    standards of fewer are not named, and a theme with so few firms in one county is one bundle of the whole region.
    """

    theme: str
    county: str | None
    companies: tuple[str, ...]
    words: tuple[str, ...]  # of firms that let them be passed on
    partners: tuple[SupportActor, ...]  # who has helped with the theme elsewhere or before
    standards: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """What has become of support so far. Means of maturity are None where fewer than three firms tell both."""

    by_status: Mapping[str, int]  # UNKNOWN_STATUS where none is told
    granted_sek: int
    judged: int  # firms with both a maturity before and after
    before: float | None
    after: float | None


class Support:
    """The offers and cases of a snapshot on a day (ISO)."""

    def __init__(self, snapshot: Snapshot, today: str) -> None:
        self._today = today
        self._actors = {each.actor_id: each for each in snapshot.of(SupportActor)}
        self._offers: dict[str, list[SupportOffer]] = defaultdict(list)
        for offer in snapshot.of(SupportOffer):
            if offer.actor_id in self._actors:
                self._offers[offer.theme or ""].append(offer)
        self._named = {
            each.key: [found.what for found in taxonomy().find_certificates(each.description or "")]
            for offers in self._offers.values()
            for each in offers
        }
        self._cases: dict[tuple[str, str], list[SupportCase]] = defaultdict(list)
        for case in sorted(snapshot.of(SupportCase), key=lambda each: (each.changed_on or "", each.key)):
            self._cases[case.company_id or "", case.theme or ""].append(case)
        self._municipality = municipalities(snapshot)
        self.sensitive = sensitive_firms(snapshot)

    def municipality(self, company_id: str) -> str | None:
        """Code of the firm's municipality, None where it is not known."""
        return self._municipality.get(company_id)

    def matches(
        self, company_id: str, themes: Iterable[str], *, certificates: Collection[str] = ()
    ) -> tuple[NeedMatch, ...]:
        """The open offers that fit, what closes first before the others, then by actor.

        ``certificates``: what it is all about, where that is known; offers that name others only do not fit.
        """
        found = [
            match
            for theme in dict.fromkeys(themes)
            for offer in self._offers.get(theme, ())
            if self._helps_with(offer, certificates) and (match := self._match(company_id, offer))
        ]
        never = 10**6
        return tuple(
            sorted(
                found,
                key=lambda each: (
                    never if each.closes_in_days is None else each.closes_in_days,
                    each.actor.name or "",
                    each.offer.key,
                ),
            )
        )

    def over(self, gap: Standing) -> tuple[NeedMatch, ...]:
        """The open offers that fit a gap."""
        return self.matches(gap.company_id, themes_of(gap), certificates=_certificates([gap]))

    def cases(self, company_id: str, theme: str) -> Sequence[SupportCase]:
        """What has been asked for the firm in the theme, the newest last."""
        return self._cases.get((company_id, theme), ())

    def actors(self, theme: str) -> tuple[SupportActor, ...]:
        """Who helps or has helped with the theme, by name."""
        known = {each.actor_id: self._actors[each.actor_id or ""] for each in self._offers.get(theme, ())}
        return tuple(sorted(known.values(), key=lambda each: (each.name or "", each.key)))

    def _helps_with(self, offer: SupportOffer, certificates: Collection[str]) -> bool:
        named = self._named[offer.key]
        return not named or not certificates or any(taxonomy().covers(n, each) for n in named for each in certificates)

    def _match(self, company_id: str, offer: SupportOffer) -> NeedMatch | None:
        if offer.deadline is not None and offer.deadline < self._today:
            return None
        home = self._municipality.get(company_id)
        if not offer.municipalities:
            place = "for_everybody"
        elif home is None:
            place = "place_unknown"
        elif home in offer.municipalities:
            place = "for_municipality"
        else:
            return None
        days = None
        if offer.deadline is not None:
            days = (date.fromisoformat(offer.deadline) - date.fromisoformat(self._today)).days
        actor = self._actors[offer.actor_id or ""]
        name = (actor.name or "").casefold()
        case = next(
            (
                each
                for each in reversed(self.cases(company_id, offer.theme or ""))
                if (each.actor or "").casefold() == name
            ),
            None,
        )
        reasons = ("same_theme", place, "open" if days is None else "closes", "asked" if case else "not_asked")
        return NeedMatch(actor, offer, reasons, days, case)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a firm has said or lacks in a theme."""

    needs: tuple[Need, ...]
    gaps: tuple[Standing, ...]

    @property
    def certificates(self) -> Collection[str]:
        """What it is all about; empty where the firm has said something itself."""
        return () if self.needs else _certificates(self.gaps)


def _certificates(gaps: Iterable[Standing]) -> Collection[str]:
    return {each.asked for each in gaps if each.what == "certificate"}


def _wanted(needs: Iterable[Need], gaps: Iterable[Standing]) -> dict[tuple[str, str], _Wanted]:
    """By firm and theme; a gap counts in the likeliest of its themes."""
    said: dict[tuple[str, str], list[Need]] = defaultdict(list)
    for need in needs:
        if need.theme and need.company_id:
            said[need.company_id, need.theme].append(need)
    lacking: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for gap in gaps:
        for theme in themes_of(gap)[:1]:
            lacking[gap.company_id, theme].append(gap)
    return {
        key: _Wanted(tuple(said.get(key, ())), tuple(lacking.get(key, ())))
        for key in sorted(said.keys() | lacking.keys())
    }


def missed(support: Support, needs: Iterable[Need], gaps: Iterable[Standing]) -> tuple[Missed, ...]:
    """Support that fits and that nobody has asked for, what closes first before the others."""
    found = []
    for (company, theme), wanted in _wanted(needs, gaps).items():
        matches = support.matches(company, [theme], certificates=wanted.certificates)
        if matches and not support.cases(company, theme):
            found.append(Missed(company, theme, wanted.needs, wanted.gaps, matches))
    return tuple(sorted(found, key=_order))


def _order(each: Missed) -> tuple[object, ...]:
    closes = each.matches[0].closes_in_days
    first = min((need.priority or 9 for need in each.needs), default=9)
    return (closes is None, closes or 0, not each.needs, first, each.company_id, each.theme)


def outlines(support: Support, needs: Iterable[Need], gaps: Iterable[Standing]) -> tuple[Outline, ...]:
    """What no support fits, bundled by theme and county: the largest bundles first, none of fewer than three firms."""
    by_theme: dict[str, dict[str, _Wanted]] = defaultdict(dict)
    told = (each for each in gaps if each.buyer_id not in support.sensitive)
    for (company, theme), wanted in _wanted(needs, told).items():
        if company in support.sensitive:
            continue
        if not support.matches(company, [theme], certificates=wanted.certificates):
            by_theme[theme][company] = wanted
    found = [
        _outline(support, theme, county, bundle)
        for theme, firms in by_theme.items()
        for county, bundle in _by_county(support, firms).items()
        if len(bundle) >= LEAST
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.companies), each.theme, each.county or "")))


def _by_county(support: Support, firms: Mapping[str, _Wanted]) -> Mapping[str | None, Mapping[str, _Wanted]]:
    """The firms by county; all together (None) where any county has too few to be told of."""
    found: dict[str | None, dict[str, _Wanted]] = defaultdict(dict)
    for company, wanted in firms.items():
        found[(support.municipality(company) or "")[:2] or None][company] = wanted
    return {None: firms} if min(map(len, found.values())) < LEAST else found


def _outline(support: Support, theme: str, county: str | None, firms: Mapping[str, _Wanted]) -> Outline:
    standards = Counter(asked for each in firms.values() for asked in {gap.asked for gap in each.gaps})
    words = Counter(
        " ".join(need.description.split())
        for each in firms.values()
        for need in each.needs
        if need.may_share and need.description
    )
    return Outline(
        theme=theme,
        county=county,
        companies=tuple(sorted(firms)),
        words=tuple(text for text, _ in sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]),
        partners=support.actors(theme),
        standards=tuple(_many(standards)),
    )


def _many(counted: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Those of at least three firms, the commonest first."""
    yield from sorted(
        ((name, count) for name, count in counted.items() if count >= LEAST), key=lambda pair: (-pair[1], pair[0])
    )


def was_granted(case: SupportCase) -> bool:
    """Whether it was granted, and not refused since; one that has ended was where its day or an amount says so."""
    return case.status == "granted" or (case.status == "ended" and bool(case.granted_on or case.amount_sek))


def cases_of(found: Collection[SupportCase]) -> Cases:
    """What has become of support."""
    status = Counter(each.status or UNKNOWN_STATUS for each in found)
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in found:
        if each.maturity_before is not None and each.maturity_after is not None:
            pairs[each.company_id or ""].append((each.maturity_before, each.maturity_after))
    told = [pair for of_firm in pairs.values() for pair in of_firm]
    enough = len(pairs) >= LEAST
    return Cases(
        by_status=dict(sorted(status.items())),
        granted_sek=sum(each.amount_sek or 0 for each in found if was_granted(each)),
        judged=len(pairs),
        before=sum(before for before, _ in told) / len(told) if enough else None,
        after=sum(after for _, after in told) / len(told) if enough else None,
    )
