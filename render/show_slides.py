"""What does a meeting's show say? Its steps, filled with what the region has to tell, in the language of the meeting.

What a person has written takes the place of the region's own words, never of its figures. A step with nothing to tell
is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from graph.branches import branch_of, division_of
from graph.changes import Changes, Event
from graph.footprint import origins
from graph.model import Company, Offer
from graph.replacement import Reason
from graph.show import OWN, Show, Step
from graph.story import COUNTED, PartStory, Story
from graph.suppression import TOTAL
from graph.taxonomy import taxonomy
from graph.totals import NEAR, NEAR_KM, OTHER, OUTSIDE, rounded
from graph.totals import Figures as Table
from ingest.countries import country_name
from render.answers import company_name
from render.changes import about, counted
from render.company import inside
from render.export_firms import Figures, figures, firms_of
from render.import_list import part_name
from render.introductions import reason_words
from render.isolated import branch_name, place_name
from render.plain import capital, day_text, distance_text, process_name
from render.show_deck import Bar, Bars, Card, Cards, Deck, Flow, Flows, Journey, Maker, Places, Slide
from render.taken import Taken
from render.totals import end_names, name_of, ribbons, rounded_money
from texts import Texts

MOST_BARS, MOST_CARDS, MOST_MADE, MOST_EVENTS, FEW_BARS = 10, 6, 3, 4, 3


def deck(show: Show, told: Story, texts: Texts) -> Deck:
    """The show with what the region has to tell.

    Args:
        show: its steps; its audience is the story's.
        told: the region's answers.
        texts: the language.
    """
    taken = Taken(told.snapshot, told.viewer, told.day)
    composing = _Composing(show, told, taken, figures(taken, firms_of(taken)), texts)
    slides, empty = [composing.first()], []
    for step in show.steps:
        if not step.is_shown:
            continue
        made = [_with_words(each, step) for each in composing.of(step)]
        slides += made
        empty += [] if made or step.kind == OWN else [step.kind]
    return Deck(
        show.name, texts.language, composing.foot, told.day, taken, composing.figures, tuple(slides), tuple(empty)
    )


def _with_words(slide: Slide, step: Step) -> Slide:
    """The slide in a person's words where there are any."""
    own = tuple(step.notes.splitlines()) if step.notes else ()
    title, told = step.title or slide.title, step.lines or slide.lines
    if not title:
        title, told = told[0], told[1:]
    return replace(slide, title=title, lines=told, notes=(*own, *slide.notes))


# -- step by step ----------------------------------------------------------------------------------------------------


class _Composing:
    """The slides of one show while they are put together."""

    def __init__(self, show: Show, told: Story, taken: Taken, counted_firms: Figures, texts: Texts) -> None:
        self._show, self._told, self._taken, self._texts = show, told, taken, texts
        self.figures = counted_firms
        self.region = taken.region or texts("export.region")
        self.foot = texts("show.foot", level=taken.shown_to(texts), day=told.day, region=self.region)
        self._steps: Mapping[str, Callable[[], Iterator[Slide]]] = {
            "glance": self._glance,
            "who": self._who,
            "makes": self._makes,
            "trades": self._trades,
            "imports": self._imports,
            "parts": self._parts,
            "alone": self._alone,
            "introductions": self._introductions,
            "changes": self._changes,
            "ask": self._ask,
        }

    def of(self, step: Step) -> list[Slide]:
        """The slides of a step; none where there is nothing to tell."""
        if step.kind == OWN:
            return [Slide(f"own:{step.title}{step.lines}", OWN, step.title)] if step.title or step.lines else []
        return [*self._steps[step.kind]()]

    def first(self) -> Slide:
        """For whom it is, when, and of what day the data are."""
        texts = self._texts
        lines = [texts("show.held", day=day_text(self._show.held_on, texts))] if self._show.held_on else []
        lines.append(texts("show.audience", level=self._taken.shown_to(texts)))
        lines.append(texts("show.data", day=day_text(self._told.day, texts)))
        notes = (texts("show.notes.first"), *self._taken.notes(texts))
        alt = texts("show.alt.map", region=self.region)
        return Slide("first", "first", self._show.name, tuple(lines), (), Places(has_firms=False), alt, notes)

    # -- who there is ------------------------------------------------------------------------------------------------

    def _glance(self) -> Iterator[Slide]:
        texts, firms = self._texts, self.figures.firms
        if not firms:
            return
        towns = len({each.place for each in firms if each.place})
        totals = self._told.totals
        numbers = [(texts.number(len(self._processes)), texts("show.number.processes"))]
        if totals.firms.whole and totals.firms.whole[1]:
            numbers.insert(0, (texts.number(totals.firms.whole[1]), texts("show.number.employees")))
        if totals.flows.whole:
            numbers.append((texts.number(totals.flows.whole[0]), texts("show.number.trades")))
        if totals.imports.whole:
            numbers.append((rounded_money(totals.imports.whole[0], texts), texts("show.number.imports")))
        told = "; ".join(f"{name}: {count}" for name, count in self.figures.by_municipality.items())
        yield Slide(
            "glance",
            "glance",
            texts("show.glance", count=len(firms), towns=towns),
            numbers=tuple(numbers),
            picture=Places(),
            alt=texts("show.alt.places", told=told),
            notes=(texts("show.notes.glance", unplaced=self.figures.place_unknown, elsewhere=self.figures.elsewhere),),
        )

    @cached_property
    def _processes(self) -> set[str]:
        return {each.capability or "" for firm in self.figures.firms for each in firm.offers} - {""}

    def _who(self) -> Iterator[Slide]:
        """Firms by branch: each stands in one."""
        codes = [self._branch(each.company) for each in self.figures.firms]
        counts = Counter(codes)
        if len(counts) < 2:
            return
        order = sorted(counts, key=lambda each: (each == OTHER, -counts[each], each))
        kept = [each for each in order if each != OTHER][:MOST_BARS]
        rest = sum(counts[each] for each in order if each not in kept)
        names = [self._branch_name(each) for each in kept] + ([self._texts("show.other_branches")] if rest else [])
        amounts = [counts[each] for each in kept] + ([rest] if rest else [])
        number = {each: at for at, each in enumerate(kept)}
        yield self._bars(
            "who",
            self._texts("show.who", name=inside(names[0]), count=amounts[0], all=len(codes)),
            Bars(
                tuple(
                    Bar(name, count, self._texts.number(count), is_rest=at == len(kept))
                    for at, (name, count) in enumerate(zip(names, amounts, strict=True))
                ),
                self._texts("show.series.firms"),
                firms=tuple(number.get(each, len(kept)) for each in codes),
            ),
        )

    @staticmethod
    def _branch(company: Company) -> str:
        sector, division = branch_of(company), division_of(company)
        if sector == "industry":
            return division if taxonomy().is_manufacturing(division) else OTHER
        return sector or OTHER

    def _branch_name(self, code: str) -> str:
        return capital(branch_name(code, self._texts))

    def _makes(self) -> Iterator[Slide]:
        counts = self.figures.by_family(self._texts)
        bars = tuple(Bar(name, count, self._texts.number(count)) for name, count in [*counts.items()][:MOST_BARS])
        if bars:
            title = self._texts("show.makes", name=bars[0].name, count=bars[0].amount)
            yield self._bars("makes", title, Bars(bars, self._texts("show.series.firms")))

    def _bars(self, kind: str, title: str, picture: Bars, *, lines: Sequence[str] = ()) -> Slide:
        told = "; ".join(
            " ".join(filter(None, (f"{each.name}: {each.told}", each.part_told and f"({each.part_told})")))
            for each in picture.bars
        )
        alt = self._texts("show.alt.bars", series=picture.series, told=told)
        return Slide(kind, kind, title, tuple(lines), (), picture, alt, (self._texts(f"show.notes.{kind}"),))

    # -- what is traded and imported -----------------------------------------------------------------------------------

    def _trades(self) -> Iterator[Slide]:
        texts, flows = self._texts, self._told.totals.flows
        drawn = ribbons(self._told.totals, texts)
        if not flows.whole or not drawn:
            return
        inside = sum(
            value[0] for ends, value in flows.cells.items() if value and TOTAL not in ends and not {*ends} & {*OUTSIDE}
        )
        title = texts("show.trades", inside=rounded(inside, 1), all=flows.whole[0])
        picture = Flows(
            tuple(end_names(self._told.totals, texts)),
            tuple(Flow(*each) for each in drawn),
            (texts("totals.sellers"), texts("totals.buyers")),
        )
        alt = texts("show.alt.flows", told="; ".join(each.told for each in picture.flows))
        yield Slide("trades", "trades", title, (), (), picture, alt, (texts("show.notes.trades"),))

    def _imports(self) -> Iterator[Slide]:
        texts, homes = self._texts, self._told.totals.homes
        near = homes.cells.get((TOTAL, NEAR))
        if not homes.whole or not near:
            return
        km = round(NEAR_KM)
        told = {"all": rounded_money(homes.whole[0], texts), "near": rounded_money(near[0], texts)}
        picture = Bars(
            self._import_bars("homes", homes), texts("show.series.imports"), texts("show.series.near", km=km)
        )
        if len(picture.bars) < FEW_BARS:  # few buyers have most of it: by country more can be told
            bars = self._import_bars("imports", self._told.totals.imports)
            picture = Bars(bars, texts("show.series.imports"))
        yield self._bars("imports", texts("show.imports", **told, km=km), picture, lines=[texts("show.imports_what")])

    def _import_bars(self, table: str, figures: Table) -> tuple[Bar, ...]:
        """Kronor a year by row, with those that somebody near could make; what is put together stands last."""
        bars = []
        for row in figures.rows:
            if whole := figures.cells[row, TOTAL]:
                home = (figures.cells.get((row, NEAR)) or (0,))[0]
                told = self._texts("show.near", sek=rounded_money(home, self._texts)) if home else ""
                name = name_of(table, "row", row, self._texts)
                bars.append(Bar(name, whole[0], rounded_money(whole[0], self._texts), home, told, row == OTHER))
        return tuple(sorted(bars, key=lambda each: (each.is_rest, -each.amount, each.name))[:MOST_BARS])

    def _parts(self) -> Iterator[Slide]:
        for number, each in enumerate(self._told.parts, 1):
            yield self._part(each, number)

    def _part(self, each: PartStory, number: int) -> Slide:
        texts, code = self._texts, each.part.origin_country
        country = capital(country_name(code, texts.language)) if code else ""
        buyer = company_name(each.buyer.name, texts)
        makers = tuple(
            Maker(
                company_name(hit.name, texts),
                distance_text(hit.distance_low_km, hit.distance_high_km, texts),
                hit.point,
            )
            for hit in sorted(each.makers, key=lambda hit: (hit.distance_km, hit.company_id))
        )
        far_told = texts("show.km", km=_coarse(each.import_km)) if each.import_km else ""
        told_from = "show.part_from" if country and far_told else "show.part_from_far"
        found = "show.part_found" if each.found > 1 else "show.part_found_one"
        lines = (
            texts(told_from, buyer=buyer, country=country, km=far_told),
            texts(found, count=each.found, km=round(NEAR_KM)),
        )
        far = origins().get(code or "")
        picture = Journey(country, far_told, far.point if far else None, buyer, each.origin.point, makers)
        told = "; ".join(f"{maker.name}, {maker.told}" for maker in makers)
        alt = texts("show.alt.journey", country=country or texts("value.unknown"), buyer=buyer, told=told)
        title, notes = part_name(each.part, texts), (texts("show.notes.parts"),)
        return Slide(f"part:{number}", "parts", title, lines, (), picture, alt, notes)

    # -- firms --------------------------------------------------------------------------------------------------------

    def _alone(self) -> Iterator[Slide]:
        texts, told = self._texts, self._told
        if told.no_partner is None and not told.seekers:
            return
        lines = [texts("show.not_asked", count=told.not_asked)] if told.not_asked else []
        if told.seekers:
            lines.append(texts("show.seekers"))
        title = (
            texts("show.alone_wanting", count=len(told.seekers))
            if told.no_partner is None
            else texts("show.alone", count=told.no_partner, all=told.looked_at)
        )
        yield self._cards("alone", title, lines, [self._firm_card(each) for each in told.seekers])

    def _firm_card(self, company: Company) -> Card:
        makes = [capital(process_name(code, self._texts)) for code in self._offers.get(company.company_id, ())]
        place = company.locality or (place_name(company.municipality, self._texts) if company.municipality else "")
        return Card(company_name(company.name, self._texts), tuple(filter(None, (place, ", ".join(makes[:MOST_MADE])))))

    @cached_property
    def _offers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self._told.snapshot.of(Offer):
            if each.company_id and each.capability:
                found.setdefault(each.company_id, []).append(each.capability)
        return found

    def _introductions(self) -> Iterator[Slide]:
        texts, told = self._texts, self._told
        if not told.pairs and not told.introductions:
            return
        cards = [
            Card(
                texts("show.pair", one=self._name(each.company_id), other=self._name(each.other_id)),
                tuple(map(self._why, each.reasons[:1])),
            )
            for each in told.pairs
        ]
        made = [each for each in told.introductions if each.outcome in ("met", "quoted", "ordered")]
        cards += [
            Card(
                texts("show.pair", one=self._name(each.company_id or ""), other=self._name(each.other_id or "")),
                (texts(f"show.outcome.{each.outcome}"),),
            )
            for each in made
        ]
        lines = [texts("show.introduced", count=len(made))] if made else []
        title = texts("show.pairs" if told.pairs else "show.pairs_made", count=len(told.pairs) or len(made))
        yield self._cards("introductions", title, lines, cards)

    def _why(self, reason: Reason) -> str:
        """Why two firms should meet, without their names, which stand above."""
        if "processes" in reason.values:
            made = [inside(process_name(str(each), self._texts)) for each in reason.values["processes"]]  # type: ignore[attr-defined]
            return self._texts("show.why", processes=made[:MOST_MADE])
        return capital(reason_words(reason, self._name, self._texts, most=MOST_MADE))

    def _name(self, company_id: str) -> str:
        company = self._taken.companies.get(company_id)
        return company_name(company.name if company else None, self._texts)

    def _cards(self, kind: str, title: str, lines: Sequence[str], cards: Sequence[Card]) -> Slide:
        more = self._texts("show.more", count=len(cards) - MOST_CARDS) if len(cards) > MOST_CARDS else ""
        columns = max(1, min(3, len(cards))) if kind == "changes" else 2
        picture = Cards(tuple(cards[:MOST_CARDS]), more, columns) if cards else None
        alt = "; ".join(": ".join((each.head, " · ".join(each.lines))) for each in cards[:MOST_CARDS])
        return Slide(kind, kind, title, tuple(lines), (), picture, alt, (self._texts(f"show.notes.{kind}"),))

    # -- what changed, and what is asked ------------------------------------------------------------------------------

    def _changes(self) -> Iterator[Slide]:
        since, texts = self._told.since, self._texts
        if since is None or not (since.counted or since.shown):
            return
        numbers = tuple(
            (texts.number(count), texts(f"changes.kind.{kind}")) for kind, count in [*since.counted.items()][:4]
        )
        cards = [
            Card(texts(f"changes.kind.{kind}"), self._event_lines(kind, events, since.shown))
            for kind in COUNTED
            if (events := since.shown.events.get(kind))
        ]
        name = since.moment.name if since.moment.kind == "named" else day_text(since.day, texts)
        slide = self._cards("changes", texts("show.changes", since=name), (), cards)
        yield replace(slide, numbers=numbers)

    def _event_lines(self, kind: str, events: Sequence[Event], found: Changes) -> tuple[str, ...]:
        told = []
        for each in events[:MOST_EVENTS]:
            names = [company_name(found.name(key), self._texts) for key in (each.company_id, each.other_id) if key]
            what = about(kind, each, self._texts) if kind in ("certificate_gained", "part_home", "gap_closed") else ""
            told.append(": ".join(filter(None, (" – ".join(names), what))))
        if len(events) > MOST_EVENTS:
            told.append(counted(kind, len(events), self._texts))
        return tuple(told)

    def _ask(self) -> Iterator[Slide]:
        texts, all_firms = self._texts, len(self.figures.firms)
        asks = [texts("show.ask.needs"), texts("show.ask.part"), texts("show.ask.meet")]
        if silent := all_firms - self.figures.known:
            asks.insert(0, texts("show.ask.tell", count=silent, all=all_firms))
        yield Slide("ask", "ask", texts("show.ask_title"), tuple(asks), notes=(texts("show.notes.ask"),))


def _coarse(km: float) -> int:
    """Kilometres with two figures that mean something, for it is a way on paper."""
    return int(float(f"{km:.2g}"))
