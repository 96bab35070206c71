"""How does the region's potential read? A sentence, bars by distance and by family, and tables to take along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.gazetteer import Gazetteer
from graph.import_list import CAN, NOBODY, Sums
from graph.potential import FEWEST_FIRMS, Group, Potential, Way
from graph.taxonomy import taxonomy
from ingest.countries import country_name
from render.import_list import money, percent, spared
from render.plain import capital, process_name
from render.tables import Cell
from texts import Texts

RADII = "radii"
GROUPS = ("families", "municipalities")
UNMET = "unmet"
OTHERS, UNKNOWN = "others", "unknown"
MOST_FAMILIES = 8
MOST_COUNTRIES = 6  # more than these are drawn together
UNMET_COLUMNS = ("process", "buyers", "parts", "value", "without", "several")


def headline(found: Potential, texts: Texts) -> str:
    """The answer at the middle radius."""
    middle = len(found.radii_km) // 2
    can = found.within[middle]
    said = {"lines": found.whole.lines, "can": can.lines, "km": found.radii_km[middle]}
    if not found.whole.value_sek:
        return texts("potential.headline_lines", **said)
    share = percent(can.value_sek / found.whole.value_sek, texts)
    return texts("potential.headline", share=share, value=money(can.value_sek, texts), **said)


def notes(found: Potential, texts: Texts) -> list[str]:
    """What the sentence rests on, and what must not be read into it."""
    whole = found.whole
    value = money(whole.value_sek, texts)
    said = [texts("potential.whole", buyers=found.buyers, value=value, valued=whole.valued, lines=whole.lines)]
    if spares := spared(found.within[-1], texts):
        said.append(spares)
    if found.nobody.lines:
        said.append(texts("potential.nobody", lines=found.nobody.lines, km=found.radii_km[-1]))
    if found.unclear.lines or found.unplaced.lines:
        said.append(texts("potential.unknown", unclear=found.unclear.lines, unplaced=found.unplaced.lines))
    return said


def by_radius(found: Potential, texts: Texts) -> list[tuple[str, float, str]]:
    """For each radius its label, the share that can be made (of the value; of the parts where none is known), words."""
    rows = []
    for radius_km, sums in zip(found.radii_km, found.within, strict=True):
        by_value = found.whole.value_sek
        share = sums.value_sek / by_value if by_value else sums.lines / (found.whole.lines or 1)
        said = {"lines": sums.lines, "value": money(sums.value_sek, texts), "share": percent(share, texts)}
        told = texts("potential.told" if by_value else "potential.told_lines", **said)
        rows.append((texts("potential.within", km=radius_km), share, told))
    return rows


def by_family(found: Potential, texts: Texts) -> list[tuple[str, float, float, str]]:
    """The families of the greatest value: label, share within the first radius, what the last adds, words."""
    rows = []
    known = [each for each in found.families if each.key]
    for each in known[:MOST_FAMILIES]:
        first, last = (_share(each, step) for step in (0, -1))
        said = {"share": percent(last, texts), "value": money(each.whole.value_sek, texts)}
        rows.append((group_name("families", each, texts), first, last - first, texts("potential.family_told", **said)))
    return rows


@dataclass(frozen=True, slots=True)
class Homecoming:
    """Where parts come from today and how near they could be made, as flows between labelled ends.

    A flow is: numbers of its two ends, how much (SEK a year, or parts), its words, and whether it is near.
    """

    ends: tuple[str, ...]
    flows: tuple[tuple[int, int, int, str, bool], ...]
    heads: tuple[str, str]


def homecoming(found: Potential, texts: Texts) -> Homecoming:
    """Today's countries on the left, those of the greatest value first; on the right within which radius, or not."""
    amounts = Counter[tuple[str, str]]()
    countries = list(dict.fromkeys(each.origin_country for each in found.ways if each.origin_country))[:MOST_COUNTRIES]
    for each in found.ways:
        today = each.origin_country if each.origin_country in countries or not each.origin_country else OTHERS
        amounts[today, _end(each)] += each.parts.value_sek if found.whole.value_sek else each.parts.lines
    left = [*countries, OTHERS, ""]
    right = [*map(str, found.radii_km), NOBODY, UNKNOWN]
    names = [_country(each, texts) for each in left] + [
        *(texts("potential.within", km=each) for each in found.radii_km),
        texts("potential.home.nobody", km=found.radii_km[-1]),
        texts("potential.home.unknown"),
    ]
    flows = []
    for at, source in enumerate(left):
        for to, target in enumerate(right, len(left)):
            if amount := amounts[source, target]:
                words = texts(
                    "potential.home.told", one=names[at], other=names[to], amount=amount_told(amount, found, texts)
                )
                flows.append((at, to, amount, words, target not in (NOBODY, UNKNOWN)))
    return Homecoming(tuple(names), tuple(flows), (texts("potential.home.today"), texts("potential.home.near")))


def _end(way: Way) -> str:
    if way.status == CAN:
        return str(way.within_km)
    return NOBODY if way.status == NOBODY else UNKNOWN


def _country(code: str, texts: Texts) -> str:
    if code in ("", OTHERS):
        return texts("potential.home.elsewhere" if code else "potential.home.no_country")
    return capital(country_name(code, texts.language))


def amount_told(amount: int, found: Potential, texts: Texts) -> str:
    """What a flow holds: SEK a year, or parts where no value is known."""
    return money(amount, texts) if found.whole.value_sek else texts("potential.home.lines", lines=amount)


def _share(group: Group, step: int) -> float:
    if group.whole.value_sek:
        return group.within[step].value_sek / group.whole.value_sek
    return group.within[step].lines / group.whole.lines


def group_name(kind: str, group: Group, texts: Texts) -> str:
    """What a family or municipality is called."""
    if kind == "municipalities":
        return Gazetteer.default().municipality_name(group.key) or group.key or texts("potential.no_municipality")
    family = taxonomy().families.get(group.key)
    if family is None:
        return texts("potential.no_family")
    return family.name_sv if texts.language == "sv" else family.name_en


def radius_table(found: Potential, texts: Texts) -> list[list[Cell]]:
    """Heading, and a row a radius."""
    names = ("radii", "parts", "value", "share")
    heads = [texts(f"potential.columns.{each}") for each in names]
    heads += [texts("table.co2e_low"), texts("table.co2e_high"), texts("potential.columns.counted")]
    rows: list[list[Cell]] = [list(heads)]
    for radius_km, sums in zip(found.radii_km, found.within, strict=True):
        share = round(100 * sums.value_sek / found.whole.value_sek) if found.whole.value_sek else None
        name = texts("potential.within", km=radius_km)
        rows.append([name, sums.lines, _value(sums), share, *_spared(sums), sums.counted])
    return rows


def group_table(found: Potential, kind: str, texts: Texts) -> list[list[Cell]]:
    """Heading, and a row a family or municipality."""
    heads = [texts(f"potential.columns.{each}") for each in (kind, "buyers", "parts", "value")]
    for radius_km in found.radii_km:
        heads += [texts("potential.columns.parts_within", km=radius_km)]
        heads += [texts("potential.columns.value_within", km=radius_km)]
    heads += [texts("table.co2e_low"), texts("table.co2e_high")]
    rows: list[list[Cell]] = [list(heads)]
    for each in getattr(found, kind):
        row: list[Cell] = [group_name(kind, each, texts), each.buyers, each.whole.lines, _value(each.whole)]
        for sums in each.within:
            row += [sums.lines, _value(sums)]
        rows.append([*row, *_spared(each.within[-1])])
    return rows


def on_screen(kind: str, table: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The columns of a table that a page has room for: of the groups, parts at each radius and the last one's value."""
    if kind not in GROUPS:
        return [list(row) for row in table]
    return [[*row[:4], *row[4:-4:2], *row[-4:-2]] for row in table]


def _value(sums: Sums) -> int | None:
    """SEK, of lines that say it; of no lines it is nothing."""
    return sums.value_sek if sums.valued or not sums.lines else None


def _spared(sums: Sums) -> tuple[float | None, float | None]:
    return (round(sums.saving_low_kg, 1), round(sums.saving_high_kg, 1)) if sums.counted else (None, None)


def unmet_table(found: Potential, texts: Texts) -> list[list[Cell]]:
    """Heading, and a row a process that enough buyers lack."""
    heads: list[Cell] = [texts(f"potential.columns.{each}") for each in UNMET_COLUMNS]
    rows: list[list[Cell]] = [heads]
    for each in found.unmet:
        name = process_name(each.process, texts)
        rows.append([name, each.buyers, each.parts.lines, _value(each.parts), each.without, each.several])
    return rows


def unmet_note(found: Potential, texts: Texts) -> str:
    """What the list of unmet demand leaves out, and why."""
    said = {"fewest": FEWEST_FIRMS, "left_out": found.left_out}
    return (
        texts("potential.unmet_note", **said) if found.left_out else texts("potential.unmet_all", fewest=FEWEST_FIRMS)
    )


def as_json(found: Potential) -> dict[str, Any]:
    """``potential``: all of it."""
    return asdict(found)


def potential_lines(found: Potential, texts: Texts) -> Iterator[str]:
    """The answer as lines of text."""
    if not found.whole.lines:
        yield texts("potential.empty")
        return
    yield headline(found, texts)
    yield " ".join(notes(found, texts))
    for label, _, told in by_radius(found, texts):
        yield f"  {label}: {told}"
    for name, _, _, told in by_family(found, texts):
        yield f"  {name}: {told}"
    yield from _unmet_lines(found, texts)


def _unmet_lines(found: Potential, texts: Texts) -> Iterator[str]:
    rows: Sequence[Sequence[Cell]] = unmet_table(found, texts)[1:]
    if rows:
        yield texts("potential.unmet")
    for name, buyers, parts, *_ in rows:
        yield "  " + texts("potential.unmet_line", name=name, buyers=buyers, parts=parts)
    if found.nobody.lines:
        yield unmet_note(found, texts)
