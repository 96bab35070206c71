"""Needs, gaps and support in words: rows of the tables, sentences, and the text of an outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from graph.gaps import Standing, by_firm
from graph.gathered import OTHER_INDUSTRY, SIZE_ORDER, UNKNOWN, Gathered
from graph.gazetteer import Gazetteer
from graph.model import Need
from graph.needs import Needs
from graph.support import Missed, NeedMatch, Outline, Support
from graph.suppression import TOTAL
from graph.taxonomy import taxonomy
from render.answers import company_name
from render.plain import capital, choice_name, process_name, theme_name
from render.tables import Cell
from texts import Texts

Row: TypeAlias = dict[str, str | int | float | None]
Names: TypeAlias = Mapping[str, str | None]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "gaps": ("name", "asked", "buyers", "when", "why", "help", "company_id"),
    "stated": ("name", "municipality", "theme", "words", "priority", "stated_on", "may_share", "help", "company_id"),
    "missed": ("name", "municipality", "theme", "wants", "help", "closes", "company_id"),
}
"""Of each table to take along; on the screen some stand shorter, or not at all."""
ON_SCREEN: Mapping[str, tuple[str, ...]] = {
    "gaps": ("name", "asked", "buyer", "when", "why", "help"),
    "stated": ("name", "theme", "words", "priority", "stated_on", "may_share", "help"),
    "missed": ("name", "municipality", "theme", "wants", "help"),
}
MOST_BUYERS = 2


def counted(name: str, count: int, texts: Texts, **values: object) -> str:
    """A sentence about so many; about one it has its own words."""
    return texts(f"needs.one.{name}" if count == 1 else f"needs.many.{name}", count=count, **values)


def asked_text(each: Standing, texts: Texts) -> str:
    """What the buyer asks for."""
    return process_name(each.asked, texts) if each.what == "capability" else each.asked


def when_text(each: Standing, texts: Texts) -> str:
    """Since when or from when the requirement is not met; of others from when it applies."""
    if each.is_gap:
        return texts("needs.unmet_from", day=each.unmet_from) if each.unmet_from else texts("needs.unmet_now")
    status = texts(f"needs.status.{each.status}")
    return texts("needs.applies_from", status=status, day=each.applies_from) if each.applies_from else status


def why_text(each: Standing, texts: Texts) -> str:
    """How the standing is known; a certificate that is the one asked for is not named again."""
    has = each.has or ""
    if each.what == "capability":
        has = ", ".join(process_name(code, texts) for code in filter(None, has.split(", ")))
        special = f"needs.reason_process.{each.reason}"
    else:
        special = f"needs.reason_own.{each.reason}" if has == each.asked else ""
    return texts(special if texts.has(special) else f"needs.reason.{each.reason}", has=has, until=each.until)


def buyers_text(group: Sequence[Standing], names: Names, texts: Texts) -> str:
    """Who asks for it."""
    return ", ".join(_buyers(group, names, texts))


def _buyers(group: Sequence[Standing], names: Names, texts: Texts) -> list[str]:
    return sorted({company_name(names.get(each.buyer_id), texts) for each in group})


def _few_buyers(group: Sequence[Standing], names: Names, texts: Texts) -> str:
    buyers = _buyers(group, names, texts)
    if len(buyers) <= MOST_BUYERS:
        return ", ".join(buyers)
    return f"{', '.join(buyers[:MOST_BUYERS])} {texts('needs.more_help', count=len(buyers) - MOST_BUYERS)}"


def match_text(match: NeedMatch, texts: Texts) -> str:
    """Who helps with what, until when, and whether somebody has asked."""
    said = ": ".join(filter(None, (match.actor.name, (match.offer.description or "").rstrip("."))))
    notes = []
    if match.closes_in_days is not None:
        notes.append(closes_text(match, texts))
    if "place_unknown" in match.reasons:
        notes.append(texts("needs.place_unknown"))
    if match.case is not None and match.case.status:
        notes.append(choice_name(match.case.status, texts))
    return f"{said} ({'; '.join(notes)})" if notes else said


def closes_text(match: NeedMatch, texts: Texts) -> str:
    """When the offer closes."""
    if match.closes_in_days is None:
        return texts("needs.stays_open")
    if not match.closes_in_days:
        return texts("needs.closes_today")
    return counted("closes_in", match.closes_in_days, texts)


def help_text(matches: Sequence[NeedMatch], texts: Texts) -> str:
    """The first offer that fits, and how many more do."""
    if not matches:
        return texts("needs.no_help")
    more = texts("needs.more_help", count=len(matches) - 1) if len(matches) > 1 else ""
    return " ".join(filter(None, (match_text(matches[0], texts), more)))


def place_name(code: str | None, texts: Texts) -> str:
    """A municipality's name, or the words for one that is not known."""
    return (Gazetteer.default().municipality_name(code) or code) if code else texts("isolated.place_unknown")


def short_help(matches: Sequence[NeedMatch], texts: Texts) -> str:
    """Who helps and until when, for a narrow column."""
    if not matches:
        return texts("needs.no_help")
    first = texts("needs.by_whom", actor=matches[0].actor.name, closes=closes_text(matches[0], texts))
    more = texts("needs.more_help", count=len(matches) - 1) if len(matches) > 1 else ""
    return " ".join(filter(None, (first, more)))


# -- rows ------------------------------------------------------------------------------------------------------------


def gap_rows(found: Iterable[Standing], support: Support, names: Names, texts: Texts) -> list[Row]:
    """A row a supplier and what is asked of it, by however many buyers."""
    return [
        {
            "company_id": first.company_id,
            "name": company_name(names.get(first.company_id), texts),
            "asked": asked_text(first, texts),
            "buyer": _few_buyers((first, *others), names, texts),
            "buyers": buyers_text((first, *others), names, texts),
            "when": when_text(first, texts),
            "why": why_text(first, texts),
            "help": short_help(support.over(first), texts) if first.is_gap else "",
        }
        for first, *others in by_firm(found)
    ]


def need_rows(found: Iterable[Need], support: Support, names: Names, texts: Texts) -> list[Row]:
    """A row a need."""
    return [
        {
            "company_id": each.company_id,
            "name": company_name(names.get(each.company_id or ""), texts),
            "municipality": place_name(support.municipality(each.company_id or ""), texts),
            "theme": theme_name(each.theme, texts),
            "words": each.description,
            "priority": each.priority,
            "stated_on": each.stated_on,
            "may_share": texts("needs.nobody_asked") if each.may_share is None else texts.text(each.may_share),
            "help": short_help(support.matches(each.company_id or "", [each.theme] if each.theme else []), texts),
        }
        for each in found
    ]


def missed_rows(found: Iterable[Missed], support: Support, names: Names, texts: Texts) -> list[Row]:
    """A row a firm and theme that some support fits."""
    return [
        {
            "company_id": each.company_id,
            "name": company_name(names.get(each.company_id), texts),
            "municipality": place_name(support.municipality(each.company_id), texts),
            "theme": theme_name(each.theme, texts),
            "wants": "; ".join(_wants(each, texts)),
            "help": help_text(each.matches, texts),
            "closes": each.matches[0].offer.deadline,
        }
        for each in found
    ]


def _wants(each: Missed, texts: Texts) -> Iterator[str]:
    for need in each.needs:
        yield need.description or theme_name(need.theme, texts)
    for asked in sorted({gap.asked for gap in each.gaps}):
        yield texts("needs.lacks", asked=asked)


def as_table(rows: Iterable[Row], name: str, texts: Texts) -> list[list[Cell]]:
    """The rows of one of :data:`COLUMNS` with their heading, to take along."""
    columns = COLUMNS[name]
    return [
        [texts(f"needs.columns.{each}") for each in columns],
        *([row.get(each) for each in columns] for row in rows),
    ]


def refusal_rows(counts: Mapping[tuple[str, str], int], texts: Texts) -> list[Row]:
    """Why enquiries came to nothing, the commonest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {
            "process": process_name(process, texts) if process else texts("needs.any_process"),
            "reason": texts(f"enquiry.reason.{reason}"),
            "count": count,
        }
        for (process, reason), count in ordered
    ]


# -- the gathered picture --------------------------------------------------------------------------------------------


def group_name(by: str, code: str, texts: Texts) -> str:
    """What a row of the gathered picture is called."""
    if code in (TOTAL, UNKNOWN):
        return texts("needs.all" if code == TOTAL else "needs.unknown_group")
    if by == "municipality":
        return place_name(code, texts)
    if code == OTHER_INDUSTRY:
        return texts("needs.other_industry")
    if by == "branch":
        return capital(taxonomy().division_name(code, texts.language) or choice_name(code, texts))
    return texts("needs.employees", size=code)


def groups_in_order(found: Gathered, by: str, texts: Texts) -> list[str]:
    """The rows of a table as they are read: sizes from the least, others by name; what is not known comes last."""
    rows = found.tables[by].rows
    if by == "size":
        return sorted(rows, key=lambda each: (each == UNKNOWN, SIZE_ORDER.index(each) if each in SIZE_ORDER else 0))
    return sorted(rows, key=lambda each: (each == UNKNOWN, group_name(by, each, texts).casefold()))


def gathered_table(found: Gathered, by: str, texts: Texts) -> list[list[Cell]]:
    """The table as it may be shown, with its totals; a hidden cell is said to be hidden."""
    shown, themes = found.tables[by], list(found.themes)
    hidden = texts("needs.hidden")

    def cell(row: str, theme: str) -> Cell:
        value = shown.cells[row, theme]
        return hidden if value is None else value

    heads: list[Cell] = [texts(f"needs.by.{by}"), *(theme_name(each, texts) for each in themes), texts("needs.answers")]
    rows = [*groups_in_order(found, by, texts), TOTAL]
    return [heads, *([group_name(by, row, texts), *(cell(row, each) for each in (*themes, TOTAL))] for row in rows)]


# -- outlines --------------------------------------------------------------------------------------------------------


def outline_title(each: Outline, texts: Texts) -> str:
    """Theme and place of an outline."""
    county = Gazetteer.default().counties.get(each.county or "")
    return f"{theme_name(each.theme, texts)}, {county or texts('needs.whole_region')}"


def outline_text(each: Outline, texts: Texts, day: str) -> str:
    """The outline of an application as plain text, to copy or take along."""
    said = [outline_title(each, texts), "", texts("needs.outline.need", firms=len(each.companies), day=day)]
    if each.words:
        said += ["", texts("needs.outline.words"), *(f"– {words}" for words in each.words)]
    if each.standards:
        listed = [texts("needs.outline.standard", standard=name, firms=count) for name, count in each.standards]
        said += ["", texts("needs.outline.behind"), *(f"– {line}" for line in listed)]
    covers = taxonomy().themes[each.theme].covers_sv if texts.language == "sv" else ()
    if covers:
        said += ["", texts("needs.outline.covers", covers=covers)]
    partners = [actor.name for actor in each.partners if actor.name]
    partner_line = (
        texts("needs.outline.partners", partners=partners) if partners else texts("needs.outline.no_partners")
    )
    said += ["", partner_line, "", texts("needs.outline.left")]
    return "\n".join(said)


# -- sentences -------------------------------------------------------------------------------------------------------


def headline(found: Needs, texts: Texts) -> tuple[str, str]:
    """The region in a sentence, and how sure it is."""
    gaps = [first for first, *_ in by_firm(found.gaps)]
    sure = [each for each in gaps if each.is_sure]
    told = sure or gaps
    name = "headline" if sure else "headline_likely"
    firms = counted("firms", len({each.company_id for each in told}), texts)
    said = [counted(name, len(told), texts, firms=firms) if told else texts("needs.headline_none")]
    said.append(counted("helped", len({each.company_id for each in found.missed}), texts))
    return " ".join(said), " ".join(_notes(found, len(gaps) - len(told), texts))


def _notes(found: Needs, others: int, texts: Texts) -> Iterator[str]:
    """What is less sure; ``others`` are the gaps that the headline does not count."""
    if others:
        yield counted("note_others", others, texts)
    if unknown := len(by_firm(each for each in found.standings if each.status == "unknown")):
        yield counted("note_unknown", unknown, texts)


def firm_headline(found: Needs, company_id: str, names: Names, texts: Texts) -> str:
    """A firm in a sentence; ``found`` is what concerns it."""
    gaps = by_firm(each for each in found.gaps if each.company_id == company_id)
    return texts(
        "needs.firm_headline",
        name=company_name(names.get(company_id), texts),
        gaps=counted("firm_gaps", len(gaps), texts) if gaps else texts("needs.firm_gaps_none"),
        needs=counted("firm_stated", len(found.stated), texts),
        helps=counted("firm_support", len(found.helps(company_id)), texts),
    )


def lines(found: Needs, company_id: str, names: Names, texts: Texts, most: int) -> Iterator[str]:
    """The region, or a firm, in a terminal: its sentence, and the most urgent of what is told."""
    if company_id:
        yield firm_headline(found, company_id, names, texts)
    elif not found.standings and not found.stated:
        yield texts("needs.empty")
    else:
        yield from filter(None, headline(found, texts))
    for row in gap_rows([each for each in found.standings if each.is_gap], found.support, names, texts)[:most]:
        told = {field: row[field] for field in ("asked", "when", "why", "buyer")}
        yield "  " + texts("needs.line", firm=row["name"], **told)
    if found.missed:
        yield texts("needs.tabs.missed") + ":"
    for row in missed_rows(found.missed[:most], found.support, names, texts):
        yield f"  {row['name']}: {row['wants']} – {row['help']}"
