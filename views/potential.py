"""What of the region's imports could be made in it, how near to the buyer, and what can nobody make?"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import streamlit as st

from graph.makers import Makers
from graph.potential import FEWEST_FIRMS, Potential, potential
from render.potential import (
    GROUPS,
    RADII,
    UNMET,
    amount_told,
    by_family,
    by_radius,
    group_table,
    headline,
    homecoming,
    notes,
    on_screen,
    radius_table,
    unmet_note,
    unmet_table,
)
from render.tables import Cell
from texts import Texts
from views.bars import Bar, bars
from views.common import Region, region, say, section, texts
from views.common import headline as show_headline
from views.downloads import downloads
from views.file_field import dress
from views.ribbons import Ribbon, ribbons
from views.table import Column, table

STYLE = (Path(__file__).parent / "imports.css").read_text(encoding="utf-8")
MANY_PARTS = 300  # from here it takes long enough to say that it is at work


def page() -> None:
    """The answer in a sentence, two pictures and a table of three."""
    here = region()
    sentences = texts()
    dress()
    st.html(f"<style>{STYLE}</style>")
    if not here.parts:
        show_headline(sentences("potential.empty"), sentences("potential.empty_what"))
        return
    found = _found(here, sentences)
    show_headline(headline(found, sentences), " ".join(notes(found, sentences)))
    home = homecoming(found, sentences)
    section(sentences("potential.home.title"))
    alt = sentences("potential.home.alt")
    flows = [Ribbon(*each) for each in home.flows]
    ribbons(home.ends, flows, home.heads, alt, told=lambda each: amount_told(each, found, sentences))
    say(sentences("potential.home.what"), "note")
    with st.container(key="potential_pictures"):
        left, right = st.columns(2, gap="large")
    with left:
        section(sentences("potential.by_radius"))
        bars([Bar(*each) for each in by_radius(found, sentences)], sentences("potential.by_radius_alt"))
    with right:
        section(sentences("potential.by_family"))
        rows = [Bar(label, share, told, also) for label, share, also, told in by_family(found, sentences)]
        bars(rows, sentences("potential.by_family_alt"))
        first, last = found.radii_km[0], found.radii_km[-1]
        say(sentences("potential.by_family_what", first=first, last=last), "note")
    _tables(found, sentences)


def _found(here: Region, sentences: Texts) -> Potential:
    def work() -> Potential:
        return potential(here.snapshot, Makers(here.snapshot, today=here.day), learned=here.learned)

    with st.spinner(sentences("potential.work")) if len(here.parts) > MANY_PARTS else nullcontext():
        return here.kept("potential", work)


def _tables(found: Potential, sentences: Texts) -> None:
    """The figures by family, by municipality, or of what nobody can make."""
    shown = st.segmented_control(
        sentences("potential.show"),
        (RADII, *GROUPS, UNMET),
        default=RADII,
        format_func=lambda each: sentences(f"potential.tables.{each}"),
        key="potential_table",
        label_visibility="collapsed",
        required=True,
    )
    whole = _whole(found, str(shown), sentences)
    title = sentences(f"potential.tables.{shown}")
    if shown == UNMET:
        said = unmet_note(found, sentences)
        say(said if found.unmet else f"{sentences('potential.unmet_none', fewest=FEWEST_FIRMS)} {said}", "note")
    if len(whole) > 1:
        _table(str(shown), on_screen(str(shown), whole), title)
        downloads(whole, sentences("potential.file"))


def _whole(found: Potential, shown: str, sentences: Texts) -> list[list[Cell]]:
    if shown == RADII:
        return radius_table(found, sentences)
    return unmet_table(found, sentences) if shown == UNMET else group_table(found, shown, sentences)


def _table(name: str, whole: list[list[Cell]], title: str) -> None:
    heads, *rows = whole
    columns = [Column(str(number), str(head), number=number > 0, decimals=0) for number, head in enumerate(heads)]
    table(
        f"potential_{name}",
        columns,
        [{str(number): cell for number, cell in enumerate(row)} for row in rows],
        alt=title,
    )


page()
