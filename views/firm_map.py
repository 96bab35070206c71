"""Firms on a map that asks nobody for tiles; a click on one tells which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from graph.geo import Point
from render.maps import Marker, are_stacked, deck
from views.common import is_dark, say, texts

MAP_PX = 390  # its height before app.css has its say: 26 rem
RINGED_PX = 300  # the widest ring, so that it fits the phone's map as well


def firm_map(
    key: str,
    markers: Sequence[Marker],
    centre: Point,
    radius_km: float,
    *,
    alt: str,
    rings: bool = True,
    chosen: str | None = None,
    legend: Sequence[str] = (),
) -> str | None:
    """Draw the firms around a point (latitude, longitude); the firm that was just clicked, else None.

    ``alt`` says what the picture shows to who does not see it; ``legend`` are sentences below it.
    """
    sentences = texts()
    drawn = deck(tuple(markers), centre, radius_km, rings=rings, chosen=chosen, dark=is_dark(), pixels=RINGED_PX)
    with st.container(key=f"{key}_map_frame"):
        event = st.pydeck_chart(drawn, height=MAP_PX, on_select="rerun", key=key, alt=alt)
    said = [*legend, *([sentences("map.stacked")] if are_stacked(markers) else [])]
    if said:
        say(" ".join(said), "note")
    return _just_clicked(key, event)


def _just_clicked(key: str, event: Any) -> str | None:
    """The selection stands until the next one: a click is one that was not there before."""
    layers: dict[str, list[dict[str, Any]]] = event["selection"]["objects"]
    found = [str(each["company_id"]) for objects in layers.values() for each in objects if "company_id" in each]
    clicked = found[0] if found else None
    if clicked == st.session_state.get(f"{key}_clicked"):
        return None
    st.session_state[f"{key}_clicked"] = clicked
    return clicked
