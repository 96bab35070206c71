"""Who trades with whom? The whole network place by place, or one firm and those around it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.cartogram import ALONE
from graph.network import Shape, label, shape
from render.answers import company_name
from render.network import Row, as_table, firm_rows, partner_rows, place_rows
from render.pictures import Drawing, municipalities, place_name
from texts import Texts
from views.common import (
    Region,
    firm_of_link,
    headline,
    is_dark,
    open_firm,
    region,
    say,
    section,
    texts,
    warn,
)
from views.downloads import downloads
from views.firm_field import FIRM, firm_field, firms_meant
from views.groups import groups
from views.picture import at_work, layout_of, neighbourhood_of, picture
from views.table import Column, table

FIELD, PLACE = "network", "municipality"
PLACE_COLUMNS = ("firms", "alone", "inside", "sold", "bought")
FIRM_COLUMNS = ("partners", "sells", "buys")


def page() -> None:
    """The search field, then the whole network or a firm's part of it."""
    here = region()
    sentences = texts()
    if here.is_empty:
        headline(sentences("network.empty"), sentences("network.empty_what"))
        return
    linked = st.query_params.get(FIRM, "")
    firm = firm_of_link(here, linked) if linked else None
    if linked and firm is None:
        warn(sentences("network.bad_link"))
    if firm is None:
        _whole(here, sentences)
    else:
        _neighbourhood(here, firm, sentences)


def _look_at_all() -> None:
    for each in (FIRM, PLACE):
        st.query_params.pop(each, None)


# -- the whole -------------------------------------------------------------------------------------------------------


def _whole(here: Region, sentences: Texts) -> None:
    with at_work(here):
        found = _shape(here)
    if found.trades:
        said = {"largest": found.largest_component, "isolated": found.isolated}
        headline(sentences("network.headline", companies=found.companies, trades=found.trades, **said))
    else:
        headline(sentences("network.no_trades", companies=found.companies), sentences("network.no_trades_what"))
    if found.communities:
        first = found.communities[0]
        name = label(first, sentences.language)
        values = {"groups": len(found.communities), "members": len(first.companies), "label": name}
        say(sentences("network.groups_note", **values), "note")
    rows = _place_rows(here, sentences)
    places = {str(each["company_id"]) for each in rows}
    chosen = st.query_params.get(PLACE, "")
    if chosen and chosen not in places:
        warn(sentences("network.bad_link"))
    chosen = chosen if chosen in places else ""
    left, right = st.columns([6, 5], gap="medium")
    with left:
        firm_field(FIELD, sentences("network.search_example"), [PLACE])
        firms_meant(FIELD, [PLACE])
        clicked = _places_picture(here, chosen, sentences)
    with right:
        if chosen:
            _firms_of(here, chosen, sentences)
        else:
            clicked = _places(rows, sentences) or clicked
    if clicked and clicked != chosen:
        st.query_params[PLACE] = clicked
        st.rerun()
    if not chosen:
        groups(here, found.communities)


def _places_picture(here: Region, chosen: str, sentences: Texts) -> str | None:
    drawing = _places_drawing(here, chosen, sentences)
    clicked = picture("places_picture", drawing)
    legend = [sentences("network.places_legend")]
    legend += [sentences("network.thin_links", links=drawing.left_out)] if drawing.left_out else []
    say(" ".join(legend), "note")
    return clicked


def _places(rows: Sequence[Row], sentences: Texts) -> str | None:
    section(sentences("network.places"))
    columns = [
        Column("place", sentences("network.columns.place"), firm=True),
        *(Column(each, sentences(f"network.columns.{each}"), number=True) for each in PLACE_COLUMNS),
    ]
    clicked = table("places", columns, rows, alt=sentences("network.places"))
    heads = {each.field: each.title for each in columns}
    downloads(as_table(rows, heads), sentences("network.file"))
    return clicked


def _firms_of(here: Region, place: str, sentences: Texts) -> None:
    section(sentences("network.firms_in", place=place_name(place, sentences)))
    st.button(sentences("network.all_places"), type="tertiary", on_click=_look_at_all, key="all_places")
    columns = [
        Column("name", sentences("network.columns.name"), firm=True),
        Column("place", sentences("network.columns.place")),
        *(Column(each, sentences(f"network.columns.{each}"), number=True) for each in FIRM_COLUMNS),
    ]
    rows = _rows_of_place(here, place, sentences)
    _firm_table("place_firms", columns, rows, sentences)


# -- one firm --------------------------------------------------------------------------------------------------------


def _neighbourhood(here: Region, company_id: str, sentences: Texts) -> None:
    network = here.network
    name = company_name(network.nodes[company_id]["name"], sentences)
    rows = partner_rows(network, company_id, sentences)
    if rows:
        sells, buys = network.out_degree(company_id), network.in_degree(company_id)
        told = "both" if sells and buys else "sells" if sells else "buys"
        headline(sentences(f"network.firm.{told}", name=name, partners=len(rows), sells=sells, buys=buys))
    else:
        headline(sentences("network.firm_alone", name=name), sentences("network.firm_alone_what"))
    left, right = st.columns([6, 5], gap="medium")
    with left:
        firm_field(FIELD, sentences("network.search_example"), [PLACE])
        firms_meant(FIELD, [PLACE])
        drawing = neighbourhood_of(here, company_id, sentences)
        clicked = picture("firm_picture", drawing)
        legend = [sentences("network.firm_legend", name=name)]
        legend += [sentences("network.not_drawn", count=drawing.left_out)] if drawing.left_out else []
        say(" ".join(legend), "note")
    with right:
        with st.container(horizontal=True, key="network_ways"):
            st.button(sentences("network.whole"), on_click=_look_at_all, key="whole")
            if st.button(sentences("network.open"), key="open_firm"):
                open_firm(company_id)
        _partners(rows, sentences)
    if clicked:
        open_firm(clicked)


def _partners(rows: Sequence[Row], sentences: Texts) -> None:
    if not rows:
        return
    section(sentences("network.partners"))
    columns = [
        Column("name", sentences("network.columns.name"), firm=True),
        Column("direction", sentences("network.columns.direction")),
        Column("place", sentences("network.columns.place")),
        Column("value_sek", sentences("network.columns.value_sek"), number=True, term="trade_value"),
        Column("what", sentences("network.columns.what"), quiet=True),
    ]
    _firm_table("partners", columns, rows, sentences, more=("sold_sek", "bought_sek"))


def _firm_table(
    key: str, columns: Sequence[Column], rows: Sequence[Row], sentences: Texts, *, more: Sequence[str] = ()
) -> None:
    """The firms, of which a click opens one, and all to take along with the columns that are too many to show."""
    clicked = table(key, columns, rows, alt=sentences("network.columns.name"))
    if clicked:
        open_firm(clicked)
    heads = {each.field: each.title for each in columns}
    heads |= {each: sentences(f"network.columns.{each}") for each in (*more, "company_id")}
    downloads(lambda: as_table(rows, heads), sentences("network.file"))


# -- worked out once a revision and level ----------------------------------------------------------------------------


def _shape(here: Region) -> Shape:
    return here.kept("shape", lambda: shape(here.network))


def _place_rows(here: Region, sentences: Texts) -> list[Row]:
    key = ("place_rows", sentences.language)
    return here.kept(key, lambda: place_rows(here.network, layout_of(here), sentences))


def _rows_of_place(here: Region, place: str, sentences: Texts) -> list[Row]:
    def rows() -> list[Row]:
        layout = layout_of(here)
        firms = [each for each in here.network if layout.disc_of(each).key.removeprefix(ALONE) == place]
        return firm_rows(here.network, firms, sentences)

    return here.kept(("rows_of_place", place, sentences.language), rows)


def _places_drawing(here: Region, chosen: str, sentences: Texts) -> Drawing:
    dark = is_dark()
    key = ("places_drawing", chosen, sentences.language, dark)
    return here.kept(key, lambda: municipalities(here.network, layout_of(here), sentences, dark=dark, chosen=chosen))


page()
