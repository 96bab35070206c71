"""What does the region amount to, in figures that anybody may see, and what can be handed to an authority?"""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path

import streamlit as st

from graph.named import named
from graph.totals import NEAR_KM, Totals
from render.plain import capital
from render.report import report_book, report_page
from render.totals import (
    TABLES,
    Grid,
    as_table,
    end_names,
    figures_of,
    grid,
    headline,
    is_empty,
    note,
    ribbons,
    shown,
)
from texts import Texts
from views.common import headline as show_headline
from views.common import plain, region, require, say, section, store, texts, today
from views.counted import totals_now
from views.downloads import XLSX, download, downloads
from views.ribbons import Ribbon
from views.ribbons import ribbons as draw

DARKEST_PERCENT = 40  # of the accent behind a number: it stays readable on it in both themes


def page() -> None:
    """The sentence, the flows with their table, the other tables, and the report."""
    require("totals")
    here, sentences = region(), texts()
    with st.spinner(sentences("totals.title.flows")):
        found = totals_now(here.snapshot.revision)
    if is_empty(found):
        show_headline(headline(found, sentences), sentences("totals.empty_what"))
        return
    st.html(f"<style>{_style()}</style>")
    show_headline(headline(found, sentences), note(found, sentences))
    left, right = st.columns([5, 7], gap="large")
    with left:
        _picture(found, sentences)
    with right:
        _table(found, "flows", sentences)
        say(sentences("totals.hidden"), "note")
        say(sentences("totals.not_counted"), "note")
    left, right = st.columns(2, gap="large")
    with left:
        _table(found, "makers", sentences)
    with right:
        _table(found, "firms", sentences)
    left, right = st.columns(2, gap="large")
    with left:
        _table(found, "imports", sentences)
    with right:
        _table(found, "homes", sentences)
    _report(found, sentences)


@cache
def _style() -> str:
    return Path(__file__).with_name("totals.css").read_text(encoding="utf-8")


def _picture(found: Totals, sentences: Texts) -> None:
    flows = [Ribbon(*each) for each in ribbons(found, sentences)]
    if not flows:
        return
    section(sentences("totals.picture"))
    heads = sentences("totals.sellers"), sentences("totals.buyers")
    draw(end_names(found, sentences), flows, heads, sentences("totals.picture_alt"), told=None)
    say(sentences("totals.picture_legend"), "note")


def _table(found: Totals, table: str, sentences: Texts) -> None:
    """A table under its heading, in the measure that is chosen, and its downloads."""
    if not any(figures_of(found, table).cells.values()):
        return
    section(sentences(f"totals.title.{table}"))
    measure = _measure(table, sentences)
    st.html(_grid(grid(found, table, measure, sentences), table, measure, sentences))
    if table == "makers":
        say(sentences("totals.makers_note"), "note")
    if table == "homes":
        say(sentences("totals.homes_note", km=round(NEAR_KM)), "note")
    name = "_".join(filter(None, (sentences(f"totals.file.{table}"), measure if len(TABLES[table]) > 1 else "")))
    downloads(lambda: as_table(found, table, measure, sentences), name)


def _measure(table: str, sentences: Texts) -> str:
    """What the table counts: the first until somebody says otherwise."""
    measures = TABLES[table]
    names = {each: capital(sentences(f"totals.measure.{each}")) for each in measures}
    if len(measures) == 1:
        say(names[measures[0]], "note")
        return measures[0]
    return str(
        st.segmented_control(
            sentences("totals.show"),
            measures,
            default=measures[0],
            format_func=lambda each: plain(names[each]),
            key=f"totals_{table}",
            label_visibility="collapsed",
            required=True,
        )
    )


def _grid(made: Grid, table: str, measure: str, sentences: Texts) -> str:
    """The table with shades of how much; its figures are text, so that it is read aloud and prints."""
    inner = [
        line[:-1] if made.has_total_column else line for _, line in made.lines[: -1 if made.has_total_row else None]
    ]
    most = max((each or 0 for line in inner for each in line), default=0) or 1
    width = len(made.head) - 1

    def cell(value: int | None, *, is_total: bool) -> str:
        text = html.escape(shown(value, measure, sentences))
        if value is None:
            return f'<td class="hidden" title="{html.escape(sentences("totals.hidden"), quote=True)}">{text}</td>'
        if is_total or not value:
            return f"<td{' class=total' if is_total else ' class=none'}>{text}</td>"
        share = round(4 + (DARKEST_PERCENT - 4) * value / most)
        return f'<td style="background: color-mix(in srgb, var(--nv-accent) {share}%, transparent)">{text}</td>'

    lines = []
    for number, (name, line) in enumerate(made.lines, 1):
        last = made.has_total_row and number == len(made.lines)
        cells = (
            cell(value, is_total=last or (made.has_total_column and at == width)) for at, value in enumerate(line, 1)
        )
        row = f'<th scope="row">{html.escape(name)}</th>{"".join(cells)}'
        lines.append(f"<tr{' class=total' if last else ''}>{row}</tr>")
    heads = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in made.head)
    alt = html.escape(f"{sentences(f'totals.title.{table}')}: {sentences(f'totals.measure.{measure}')}", quote=True)
    return (
        f'<div class="nv-totals-scroll" tabindex="0" role="region" aria-label="{alt}"><table class="nv-totals">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _report(found: Totals, sentences: Texts) -> None:
    section(sentences("totals.report.heading"))
    say(sentences("totals.report.what"), "note")
    file = sentences("totals.report.file")
    opened, day = store(), today()
    with st.container(horizontal=True, key="totals_report"):
        download(
            sentences("totals.report.print"),
            lambda: report_page(found, named(opened), sentences, day),
            f"{file}.html",
            "text/html",
            "totals_report_html",
            is_primary=True,
        )
        download(
            sentences("totals.report.xlsx"),
            lambda: report_book(found, named(opened), sentences, day),
            f"{file}.xlsx",
            XLSX,
            "totals_report_xlsx",
        )


page()
