"""What is the network's shape? How local its trades are, who stands between others, and where its core is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from graph.gazetteer import Gazetteer
from graph.structure import Structure, structure
from render.structure import (
    BROKER_COLUMNS,
    broker_rows,
    broker_table,
    core_sentence,
    fragile_sentence,
    headline,
    mixing_rows,
    mixing_table,
    notes,
    reach_rows,
)
from texts import Texts
from views.bars import Bar, bars
from views.common import Region, open_firm, region, say, section, texts
from views.common import headline as show_headline
from views.downloads import downloads
from views.file_field import dress
from views.groups import groups
from views.ranges import Range, ranges
from views.table import Column, table

STYLE = (Path(__file__).parent / "structure.css").read_text(encoding="utf-8")
WHOM = ("all", "business")
NUMBERS = {"rank": 0, "between": 1, "partners": 0}


def page() -> None:
    """The sentence, how local trades are by municipality and distance, then the firms between others."""
    here = region()
    sentences = texts()
    if here.is_empty or not here.network.number_of_edges():
        show_headline(sentences("structure.empty"), sentences("network.no_trades_what"))
        return
    dress()
    st.html(f"<style>{STYLE}</style>")
    said = st.container(key="structure_said")
    found = _found(here, sentences, business_only=_whom(sentences) == "business")
    with said:
        show_headline(headline(found, sentences), notes(found, sentences))
    with st.container(key="structure_pictures"):
        left, right = st.columns([6, 5], gap="large")
    with left:
        _mixing(found, sentences)
    with right:
        _local(found, sentences)
    _brokers(here, found, sentences)
    groups(here, found.communities)


def _whom(sentences: Texts) -> str:
    """All firms, or business alone."""
    return str(
        st.segmented_control(
            sentences("structure.whom"),
            WHOM,
            default=WHOM[0],
            format_func=lambda each: sentences(f"structure.of.{each}"),
            key="structure_whom",
            label_visibility="collapsed",
            required=True,
        )
    )


def _found(here: Region, sentences: Texts, *, business_only: bool) -> Structure:
    def work() -> Structure:
        with st.spinner(sentences("structure.work")):
            return structure(here.snapshot, here.network, business_only=business_only)

    return here.kept(("structure", business_only), work)


def _mixing(found: Structure, sentences: Texts) -> None:
    section(sentences("structure.mixing"), term="mixing")
    rows = [Range(*each) for each in mixing_rows(found, sentences)]
    ends = sentences("structure.all_out"), sentences("structure.all_home")
    ranges(rows, ends, sentences("structure.mixing_alt"))
    say(sentences("structure.mixing_legend"), "note")
    downloads(mixing_table(found, sentences), sentences("structure.mixing_file"))


def _local(found: Structure, sentences: Texts) -> None:
    section(sentences("structure.local"))
    bars([Bar(*each) for each in reach_rows(found.local, sentences)], sentences("structure.local_alt"))
    if found.local.unknown:
        say(sentences("structure.unknown", links=found.local.unknown), "note")
    section(sentences("structure.core"), term="core")
    say(core_sentence(found, sentences), "facts")
    section(sentences("structure.joints"), term="cut_firms")
    say(fragile_sentence(found, sentences), "facts")


def _brokers(here: Region, found: Structure, sentences: Texts) -> None:
    if not found.brokers:
        return
    section(sentences("structure.brokers"), term="broker")
    gazetteer = Gazetteer.default()
    names = {}
    for each in found.brokers:
        facts = here.network.nodes[each.company_id]
        place = facts["locality"] or gazetteer.municipality_name(facts["municipality"] or "")
        names[each.company_id] = (facts["name"], place)
    rows = broker_rows(found, names, sentences)
    columns = [
        Column(
            each,
            sentences(f"structure.columns.{each}"),
            firm=each == "name",
            number=each in NUMBERS,
            decimals=NUMBERS.get(each),
            term="rank_interval" if each == "ranks" else "",
        )
        for each in BROKER_COLUMNS
    ]
    clicked = table("brokers", columns, rows, alt=sentences("structure.brokers"))
    say(sentences("structure.brokers_note"), "note")
    downloads(broker_table(rows, sentences), sentences("structure.brokers_file"))
    if clicked:
        open_firm(clicked)


page()
