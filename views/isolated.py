"""Who stands alone, in which way, and what is the next step?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from graph.affinity import Affinity
from graph.isolation import NEXT_ACTION, Isolation, isolated
from render.isolated import headline as told
from render.isolated import why_likely
from render.network import Row, as_table, finding_rows, kind_label
from render.pictures import Drawing, isolates
from texts import Texts
from views.common import Region, headline, is_dark, open_firm, plain, region, say, section, texts
from views.downloads import downloads
from views.edit import undo_row
from views.picture import at_work, layout_of, picture
from views.table import Column, table

KIND = "isolated_kind"
ALL = "all"
ALL_COLUMNS = ("name", "municipality", "kind", "next", "likely", "why", "company_id")
SHOWN_COLUMNS = {True: ("municipality", "kind", "next", "likely"), False: ("municipality", "likely", "why")}
"""Beside the name: of all firms, and of those of one kind, whose next step is the same."""


def page() -> None:
    """How many stand alone and of which kinds, where they are, and the list."""
    here = region()
    sentences = texts()
    undo_row()
    if here.is_empty:
        headline(sentences("isolated.empty"), sentences("isolated.empty_what"))
        return
    with at_work(here):
        found = here.kept("isolation", lambda: isolated(here.snapshot, here.network, _affinity(here)))
    coverage = sentences("isolated.coverage", asked=found.answered, companies=found.companies)
    if found.left_out:
        coverage += " " + sentences("about.left_out", count=found.left_out)
    if found.unplaced:
        coverage += " " + sentences("isolated.unplaced", count=found.unplaced)
    if found.findings:
        headline(told(found, sentences), coverage)
        _alone(here, found, sentences)
    else:
        headline(sentences("isolated.nobody", companies=found.companies), coverage)
    st.page_link("views/outreach.py", label=sentences("week.outreach.to_page"))


def _affinity(here: Region) -> Affinity:
    return here.kept("affinity", lambda: Affinity(here.snapshot, here.network))


def _alone(here: Region, found: Isolation, sentences: Texts) -> None:
    """The firms of the kind chosen, as a picture and as a list."""
    kind = _kind_filter(found, sentences)
    rows, drawing = _shown(here, found, kind, sentences)
    if not rows:
        say(sentences("isolated.none"), "intro")
        return
    if kind != ALL:
        steps = [sentences(f"next_action.{each}") for each in NEXT_ACTION[kind]]
        say(sentences("isolated.next_step", kind=sentences(f"isolation.{kind}"), steps=steps), "facts")
    left, right = st.columns([6, 7], gap="medium")
    with left:
        clicked = _picture(drawing, len(rows), sentences)
    with right:
        clicked = _list(rows, kind, sentences) or clicked
    if clicked:
        open_firm(clicked)


def _kind_filter(found: Isolation, sentences: Texts) -> str:
    """The kinds with their numbers, also those that nobody is of but for the rare last; the one to show."""
    counts = Counter(each.kind for each in found.findings)
    labels = {ALL: sentences("isolated.all", count=len(found.findings))}
    labels |= {
        kind: f"{kind_label(kind, sentences)} {counts[kind]}"
        for kind in NEXT_ACTION
        if kind != "hidden" or counts[kind]
    }
    chosen = st.segmented_control(
        sentences("isolated.filter"),
        list(labels),
        default=ALL,
        format_func=lambda each: plain(labels[each]),
        key=KIND,
        label_visibility="collapsed",
        required=True,
    )
    return str(chosen)


def _picture(drawing: Drawing, found: int, sentences: Texts) -> str | None:
    clicked = picture("isolated_picture", drawing)
    legend = [sentences("isolated.legend")]
    if len(drawing.nodes) > found - drawing.left_out:
        legend.append(sentences("isolated.legend_ties"))
    if drawing.left_out:
        legend.append(sentences("isolated.not_drawn", shown=found - drawing.left_out, all=found))
    say(" ".join(legend), "note")
    return clicked


def _list(rows: Sequence[Row], kind: str, sentences: Texts) -> str | None:
    section(sentences("isolated.list"), term="isolation")
    heads = {each: sentences(f"isolated.columns.{each}") for each in ALL_COLUMNS}
    shown = SHOWN_COLUMNS[kind == ALL]
    columns = [Column("name", heads["name"], firm=True)]
    columns += [Column(each, heads[each], quiet=each in ("likely", "why")) for each in shown]
    clicked = table("isolated", columns, rows, alt=sentences("isolated.list"))
    downloads(lambda: as_table(rows, heads), sentences("isolated.file"))
    return clicked


# -- worked out once a revision and level ----------------------------------------------------------------------------


def _shown(here: Region, found: Isolation, kind: str, sentences: Texts) -> tuple[list[Row], Drawing]:
    """The firms of a kind as a table and as a picture."""
    dark = is_dark()

    def shown() -> tuple[list[Row], Drawing]:
        chosen = [each for each in found.findings if kind in (ALL, each.kind)]
        drawing = isolates(here.network, layout_of(here), chosen, sentences, dark=dark)
        rows = finding_rows(chosen, sentences)
        for row, each in zip(rows, chosen, strict=True):
            row["why"] = why_likely(each, sentences)
        return rows, drawing

    return here.kept(("isolates", kind, sentences.language, dark), shown)


page()
