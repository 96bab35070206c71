"""What do these data rest on? How much is known of the firms, from which lists, how new; where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from graph.audience import may_see
from graph.coverage import PRECISIONS, Coverage, Newest, coverage, newest
from graph.model import Level, Load
from graph.resolve import read_sources, voices
from ingest.postcodes import postcode_file
from render.loads import kind_name, owner_name
from render.plain import counted
from render.tables import Cell
from texts import Texts
from views.bars import Bar, bars
from views.common import Region, headline, region, say, section, store, texts, viewer
from views.copies import copies, size_text
from views.downloads import downloads
from views.file_field import dress, warn_of_folder
from views.history import kept_ledger
from views.stale import ask_again
from views.table import Column, Value, table
from views.take_along import take_along

REFERENCES = ("places", "outlines", "processes", "trades", "goods", "emissions", "sea")


@dataclass(frozen=True)
class Known:
    """What the page shows, worked out once a revision, level and day."""

    coverage: Coverage
    newest: Newest
    sources: list[dict[str, Value]]
    counts: str  # records of each kind, as a sentence


def _known(here: Region, sentences: Texts) -> Known:
    loads: tuple[Load, ...] = ()
    counts = ""
    if may_see(viewer(), "ledger"):
        loads = tuple(kept_ledger(here).loads)
        counts = "" if here.is_empty else sentences("about.content", counts=counted(store().counts(), sentences))
    return Known(
        coverage(here.snapshot, here.day),
        newest(here.snapshot, loads),
        _source_rows(loads, here.names, sentences),
        counts,
    )


def page() -> None:
    """Coverage, newest days, what can be taken along, sources, the store, Närverk's own tables."""
    here = region()
    sentences = texts()
    dress()
    is_manager = may_see(viewer(), "ledger")
    if is_manager:
        warn_of_folder()
    known = here.kept(("about", sentences.language), lambda: _known(here, sentences))
    _headline(here, known, sentences)
    rows = _coverage_rows(known.coverage, sentences)
    if known.coverage.companies:
        bars(rows, sentences("about.coverage_alt"))
    if known.coverage.companies and not is_manager:
        downloads(_coverage_table(rows, sentences), sentences("about.file"))
    if known.coverage.companies:
        take_along(here)
    if is_manager:
        _sources(known, sentences)
        if known.coverage.companies:
            ask_again(here)
        _where(here, known.counts, sentences)
        copies(here)
    _references(sentences)


def _headline(here: Region, known: Known, sentences: Texts) -> None:
    found = known.coverage
    if not found.companies:
        headline(sentences("about.empty"), sentences("about.empty_what"))
        return
    said = found.stated / found.companies
    sentence = sentences("about.headline", companies=found.companies, percent=sentences.number(100 * said, 0))
    notes = [
        sentences(f"about.newest.{name}", value=str(value))
        for name, value in (
            ("loaded_on", known.newest.loaded_on),
            ("stated_on", known.newest.stated_on),
            ("asked_on", known.newest.asked_on),
            ("traded_in", known.newest.traded_in),
        )
        if value
    ]
    if found.left_out:
        notes.append(sentences("about.left_out", count=found.left_out))
    level = sentences("about.level", level=sentences(f"status.level.{here.level.name}"))
    headline(sentence, " ".join([*notes, level] if here.level < Level.MANAGER else notes))


def _coverage_rows(found: Coverage, sentences: Texts) -> list[Bar]:
    of = found.companies or 1
    placed = sum(found.placed.values())
    how = ", ".join(
        sentences("about.placed_by", count=found.placed[each], how=sentences(f"precision.{each}"))
        for each in PRECISIONS
        if found.placed[each]
    )

    def bar(name: str, count: int, **more: float) -> Bar:
        return Bar(
            sentences(f"about.known.{name}"), count / of, sentences("about.of", count=count, of=found.companies), **more
        )

    rows = [
        Bar(
            sentences("about.known.placed"),
            placed / of,
            " – ".join(filter(None, (sentences("about.of", count=placed, of=found.companies), how))),
        ),
        Bar(
            sentences("about.known.offers"),
            found.stated / of,
            sentences("about.stated", stated=found.stated, inferred=found.inferred),
            also=found.inferred / of,
        ),
        bar("certified", found.certified),
    ]
    if viewer().level >= Level.MANAGER:
        rows += [bar("trading", found.trading), bar("answered", found.answered)]
    return rows


def _coverage_table(rows: Sequence[Bar], sentences: Texts) -> list[list[Cell]]:
    heading: list[Cell] = [sentences(f"about.columns.{each}") for each in ("what", "share", "told")]
    lines: list[list[Cell]] = [[each.label, round(100 * (each.share + each.also), 1), each.told] for each in rows]
    return [heading, *lines]


# -- where it comes from ---------------------------------------------------------------------------------------------


def _source_rows(loads: Sequence[Load], names: dict[str, str | None], sentences: Texts) -> list[dict[str, Value]]:
    """One row a list that was loaded, the newest first."""
    heard = voices(loads)
    rows: list[dict[str, Value]] = []
    for load in loads:
        for index, source in enumerate(read_sources(load.sources)):
            spoken = heard.get(load.load_id)
            state = "undone" if spoken is None else "counts" if spoken[index] else "replaced"
            rows.append(
                {
                    "kind": kind_name(source.source_type, sentences),
                    "file": " / ".join(filter(None, (source.file, source.sheet))),
                    "owner": owner_name(source.owner, names, sentences),
                    "on": load.loaded_on,
                    "audience": sentences(f"status.level.{Level(source.audience).name}"),
                    "complete": sentences("about.complete" if source.complete else "about.adds"),
                    "state": sentences(f"about.state.{state}"),
                    "load": load.load_id,
                }
            )
    return rows


def _sources(known: Known, sentences: Texts) -> None:
    section(sentences("about.sources"), term="source")
    if not known.sources:
        say(sentences("history.nothing"), "note")
        return
    names = ("kind", "file", "owner", "on", "audience", "complete", "state", "load")
    quiet = ("complete", "load")
    columns = [Column(each, sentences(f"about.columns.{each}"), quiet=each in quiet) for each in names]
    table("sources", columns, known.sources, alt=sentences("about.sources"))
    heads: list[Cell] = [each.title for each in columns]
    downloads([heads, *([row[each] for each in names] for row in known.sources)], sentences("about.sources_file"))


def _where(here: Region, counts: str, sentences: Texts) -> None:
    section(sentences("about.where"))
    if here.address.startswith("sqlite:"):
        path = Path(here.address.removeprefix("sqlite:"))
        size = size_text(path.stat().st_size, sentences) if path.exists() else ""
        say(sentences("about.in_file", path=str(path), size=size, counts=counts), "facts")
    else:
        say(sentences("about.in_server", address=store().address, counts=counts), "facts")
    if table_of_postcodes := postcode_file():
        say(sentences("about.postcodes", file=str(table_of_postcodes)), "facts")


def _references(sentences: Texts) -> None:
    with st.expander(sentences("about.references"), on_change="rerun", key="references_box") as box:
        if not box.open:
            return
        say(sentences("about.references_what"), "note")
        rows: list[dict[str, Value]] = [
            {
                "what": sentences(f"about.what.{each}"),
                "source": sentences(f"about.source.{each}"),
                "licence": sentences(f"about.licence.{each}"),
            }
            for each in REFERENCES
        ]
        columns = [Column(each, sentences(f"about.columns.{each}")) for each in ("what", "source", "licence")]
        table("references", columns, rows, alt=sentences("about.references"))
