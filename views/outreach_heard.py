"""Who has been heard, by trade and municipality, and whom should somebody ask next? The lower half of "outreach"."""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from graph.makers import Makers
from graph.model import Interview
from graph.outreach import Heard, Hearings, Outreach, ToAsk
from render.company import Wording
from render.introductions import namer
from render.isolated import ask_rows, branch_name, heard_table, place_name
from render.network import as_table
from texts import Texts
from views.common import Region, say, section, texts
from views.downloads import downloads
from views.edit import Editing, form_if_open, open_form
from views.table import Column, table

MOST_BRANCHES, MOST_PLACES = 12, 14
ASKED_NEXT = 30
STRONGEST = 45  # percent of the accent where everybody has answered: words stay readable on it
OTHER = "\n"  # a trade that is none
COLUMNS = ("name", "municipality", "branch", "why")
TAKEN_ALONG = (*COLUMNS, "score", "company_id")


def heard_and_next(here: Region) -> None:
    """The list of whom to ask, and the grid of who has answered."""
    sentences = texts()
    _next(here, next_to_ask(here), sentences)
    st.html(f"<style>{_style()}</style>")
    heard = here.kept("heard", lambda: Outreach(here.snapshot, here.network, here.day).heard())
    section(sentences("outreach.title"), term="heard")
    whole = heard.whole
    if whole.answered:
        unheard = sum(not each.answered for each in heard.cells.values())
        said = {"answered": whole.answered, "companies": whole.companies, "newest": whole.newest}
        say(sentences("outreach.sentence", unheard=unheard, cells=len(heard.cells), **said), "facts")
    else:
        say(sentences("outreach.sentence_none", companies=whole.companies), "facts")
    st.html(_grid(heard, sentences))
    narrow = f'<span class="nv-heard-narrow"> {html.escape(sentences("outreach.narrow"))}</span>'
    st.html(f'<p class="nv-note">{html.escape(sentences("outreach.what"))}{narrow}</p>')
    downloads(lambda: heard_table(heard, sentences), sentences("outreach.heard_file"))
    form_if_open(here, Wording(sentences, namer(here.names, sentences)))


@cache
def _style() -> str:
    return Path(__file__).with_name("outreach.css").read_text(encoding="utf-8")


def next_to_ask(here: Region) -> list[ToAsk]:
    """Whom to ask next, the first first; the first few are the same however many are asked for."""

    def found() -> list[ToAsk]:
        outreach = Outreach(here.snapshot, here.network, here.day)
        return outreach.ask_next(Makers(here.snapshot, today=here.day), ASKED_NEXT)

    return here.kept("ask_next", found)


def _next(here: Region, to_ask: Sequence[ToAsk], sentences: Texts) -> None:
    """Whom to ask next; a click opens the form of the interview."""
    section(sentences("outreach.next"), term="ask_next")
    if not to_ask:
        say(sentences("outreach.nobody"), "note")
        return
    first = sum(any(reason.code == "unheard_cell" for reason in each.reasons) for each in to_ask)
    said = [sentences("outreach.next_what", heard=first)] if first else []
    say(" ".join([*said, sentences("outreach.ask")]), "note")
    heads = {each: sentences(f"outreach.columns.{each}") for each in TAKEN_ALONG}
    rows = ask_rows(to_ask, sentences)
    columns = [Column(each, heads[each], firm=each == "name", quiet=each == "why") for each in COLUMNS]
    clicked = table("ask_next", columns, rows, alt=sentences("outreach.next"))
    downloads(lambda: as_table(rows, heads), sentences("outreach.file"))
    if clicked:
        row = next(each for each in rows if each["company_id"] == clicked)
        note = sentences("outreach.chosen", name=row["name"], why=row["why"])
        suggested = (("asked_on", here.day),)
        open_form(Editing(Interview, about=clicked, suggested=suggested, note=note), here)


# -- the grid --------------------------------------------------------------------------------------------------------


def _grid(heard: Hearings, sentences: Texts) -> str:
    """A table as HTML: a row a trade, a column a municipality, each cell as dark as its share has answered."""
    branches = [*heard.by_branch][:MOST_BRANCHES]
    places = [*heard.by_municipality][:MOST_PLACES]
    cells: dict[tuple[str, str], list[Heard]] = defaultdict(list)
    for (place, branch), each in heard.cells.items():
        cells[branch if branch in branches else OTHER, place].append(each)
    rows = [*branches, OTHER] if len(branches) < len(heard.by_branch) else branches
    heads = "".join(f'<th scope="col">{html.escape(place_name(each, sentences))}</th>' for each in places)
    body = "".join(
        f'<tr><th scope="row">{html.escape(_row_name(row, sentences))}</th>'
        + "".join(_cell(cells.get((row, place), ()), sentences) for place in places)
        + _cell([each for (branch, _), some in cells.items() if branch == row for each in some], sentences)
        + "</tr>"
        for row in rows
    )
    foot = "".join(_cell([heard.by_municipality[each]], sentences) for each in places)
    whole, alt = (html.escape(sentences(f"outreach.{each}")) for each in ("all", "alt"))
    return (
        f'<div class="nv-heard" tabindex="0" role="region" aria-label="{alt}"><table>'
        f'<thead><tr><th></th>{heads}<th scope="col">{whole}</th></tr></thead><tbody>{body}</tbody>'
        f'<tfoot><tr><th scope="row">{whole}</th>{foot}{_cell([heard.whole], sentences)}</tr></tfoot></table></div>'
    )


def _row_name(branch: str, sentences: Texts) -> str:
    return sentences("outreach.elsewhere") if branch == OTHER else branch_name(branch, sentences)


def _cell(some: Iterable[Heard], sentences: Texts) -> str:
    """How many have answered of how many; a ring where nobody has."""
    counts = Counter[str]()
    for each in some:
        counts.update({"answered": each.answered, "companies": each.companies})
    if not counts["companies"]:
        return "<td></td>"
    percent = round(STRONGEST * counts["answered"] / counts["companies"])
    told = html.escape(sentences("outreach.cell", **counts))
    ring = "" if counts["answered"] else '<span aria-hidden="true">○</span> '
    style = f"background: color-mix(in srgb, var(--nv-accent) {percent}%, transparent)"
    return f'<td style="{style}" title="{told}">{ring}{counts["answered"]}/{counts["companies"]}</td>'
