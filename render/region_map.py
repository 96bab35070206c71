"""How many firms has each municipality? The region as an outline map, darker where there are more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from math import cos, radians, sqrt
from typing import Any

import numpy as np
import pydeck
from numpy.typing import NDArray

from graph.geo import Gazetteer
from graph.geodesic import Point
from graph.network import in_region
from graph.outlines import KM_PER_DEGREE
from render.maps import DARK, LIGHT, CompactDeck, Palette, words_layer, zoom_for

LAYER = "municipalities"
FAINTEST, STRONGEST = 0.12, 0.75  # of the accent colour, from one firm to the most


def firms_by_municipality(network: Any, home: frozenset[str]) -> dict[str, int]:
    """Firms known to lie in each municipality of the region, by its code."""
    counted = Counter(
        data["municipality"]
        for _, data in network.nodes(data=True)
        if data["municipality"] and in_region("SE", data["municipality"], home)
    )
    return dict(sorted(counted.items()))


@lru_cache(maxsize=32)
def region_deck(
    counts: tuple[tuple[str, int], ...], *, chosen: str | None = None, dark: bool = False, pixels: float = 420
) -> CompactDeck:
    """The map of (municipality code, firms); ``pixels`` is the shorter side of the picture."""
    palette = DARK if dark else LIGHT
    gazetteer = Gazetteer.default()
    firms = dict(counts)
    features = [_feature(each, firms, chosen, palette) for each in gazetteer.outlines(firms)]
    centre, reach_km = _frame(features)
    names = [
        {"name": f"{gazetteer.municipality_name(code)}\n{firms[code]}", "at": middle_of(each)}
        for each in features
        for code in [str(each["properties"]["code"])]
    ]
    layers = [
        pydeck.Layer(
            "GeoJsonLayer",
            {"type": "FeatureCollection", "features": features},
            id=LAYER,
            get_fill_color="properties.fill",
            get_line_color=list(palette.border),
            line_width_min_pixels=1,
            pickable=True,
        ),
        words_layer("counts", names, palette.words, size=12),
    ]
    return CompactDeck(
        layers=layers,
        map_provider=None,
        initial_view_state=pydeck.ViewState(
            latitude=centre[0], longitude=centre[1], zoom=zoom_for(reach_km, centre[0], pixels), min_zoom=3, max_zoom=12
        ),
        tooltip=False,
    )


def _feature(
    outline: Mapping[str, Any], firms: Mapping[str, int], chosen: str | None, palette: Palette
) -> dict[str, Any]:
    code = str(outline["properties"]["code"])
    share = FAINTEST + (STRONGEST - FAINTEST) * sqrt(firms[code] / max(firms.values()))
    colour = palette.chosen if code == chosen else palette.hit
    return {**outline, "properties": {**outline["properties"], "fill": [*colour[:3], round(255 * share)]}}


def middle_of(outline: Mapping[str, Any]) -> list[float]:
    """(longitude, latitude) of the centroid of the largest polygon: where a name is read as the whole's."""
    rings = [np.array(polygon[0]) for polygon in outline["geometry"]["coordinates"]]
    areas = [_cross(each).sum() / 2 for each in rings]
    largest = int(np.argmax(np.abs(areas)))
    ring, cross = rings[largest], _cross(rings[largest])
    middle = ((ring[:-1] + ring[1:]) * cross[:, None]).sum(axis=0) / (6 * areas[largest])
    return [float(middle[0]), float(middle[1])]


def _cross(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twice the signed area of the triangle that each side of a closed ring makes with the origin."""
    x, y = ring[:, 0], ring[:, 1]
    return x[:-1] * y[1:] - x[1:] * y[:-1]


def _frame(features: list[dict[str, Any]]) -> tuple[Point, float]:
    """The middle (latitude, longitude) of what is drawn, and how far it reaches from there."""
    points = [point for each in features for polygon in each["geometry"]["coordinates"] for point in polygon[0]]
    if not points:
        return (62.0, 15.5), 800.0  # the whole country
    east, north = [each[0] for each in points], [each[1] for each in points]
    middle = ((min(north) + max(north)) / 2, (min(east) + max(east)) / 2)
    tall = (max(north) - min(north)) * KM_PER_DEGREE / 2
    wide = (max(east) - min(east)) * KM_PER_DEGREE * cos(radians(middle[0])) / 2
    return middle, max(tall, wide * 0.6)
