"""Where do the answers lie? Layers of a map that is drawn without asking anybody for tiles.

Municipality outlines, rings at half and at the whole radius, firms as numbered discs, near misses as lettered rings.
Firms of one locality stand on one point, so they are spread around it, in the order of their ranks; where they really
lie is not known. Positions are given as (longitude, latitude), as the drawing library wants them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, log2, pi, radians, sin, sqrt
from typing import Any

import pydeck
from pydeck.bindings.json_tools import default_serialize

from graph.geo import Gazetteer, Point
from graph.replacement import Answer, Replacement

KM_PER_DEGREE = 111.2
EARTH_KM = 40_075.0
TILE_PX = 512.0
GOLDEN_ANGLE = pi * (3 - sqrt(5))
SPREAD_STEP = 0.06  # of what the picture reaches, between neighbours that share a point
RING_POINTS = 96
GROUND_REACH = 3.2  # outlines are drawn this many times farther than the farthest firm, for wide screens
VIEW_MARGIN = 1.15
FONT = "'Segoe UI', Inter, system-ui, -apple-system, Roboto, 'Helvetica Neue', Arial, sans-serif"
HIT_LAYER, NEAR_LAYER = "hits", "near_misses"

Colour = Sequence[int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The map's colours, red green blue alpha."""

    land: Colour
    border: Colour
    town: Colour
    ring: Colour
    hit: Colour
    hit_text: Colour
    near: Colour
    chosen: Colour
    paper: Colour


LIGHT = Palette(
    land=(233, 236, 230, 255),
    border=(182, 190, 182, 255),
    town=(88, 99, 99, 255),
    ring=(15, 92, 92, 200),
    hit=(15, 92, 92, 255),
    hit_text=(255, 255, 255, 255),
    near=(168, 91, 10, 255),
    chosen=(201, 60, 32, 255),
    paper=(250, 250, 247, 255),
)
DARK = Palette(
    land=(30, 39, 42, 255),
    border=(66, 80, 84, 255),
    town=(158, 172, 172, 255),
    ring=(110, 196, 188, 190),
    hit=(110, 196, 188, 255),
    hit_text=(12, 24, 26, 255),
    near=(230, 164, 84, 255),
    chosen=(255, 140, 105, 255),
    paper=(17, 23, 25, 255),
)


class CompactDeck(pydeck.Deck):  # type: ignore[misc]
    """A deck written without the indents that make outlines three times as long."""

    def to_json(self) -> str:
        """The deck as the browser reads it."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


def spread(points: Sequence[Point], step_km: float) -> list[Point]:
    """The points, (latitude, longitude), with those that share a place laid around it as seeds in a sunflower.

    >>> spread([(59.0, 15.0)], 1.0)
    [(59.0, 15.0)]
    """
    together: dict[Point, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        together[point].append(index)
    laid = list(points)
    for (latitude, longitude), indices in together.items():
        for place, index in enumerate(indices[1:], 1):
            reach, turn = step_km * sqrt(place), place * GOLDEN_ANGLE
            laid[index] = (
                latitude + reach * cos(turn) / KM_PER_DEGREE,
                longitude + reach * sin(turn) / (KM_PER_DEGREE * cos(radians(latitude))),
            )
    return laid


def are_stacked(found: Sequence[Replacement]) -> bool:
    """Whether some of the firms share a point, and so are spread on the map."""
    return len({each.point for each in found}) < len(found)


def ring(centre: Point, radius_km: float) -> list[list[float]]:
    """A circle around (latitude, longitude) as closed (longitude, latitude) points; within 1 % up to 300 km."""
    latitude, longitude = centre
    wide = KM_PER_DEGREE * max(0.05, cos(radians(latitude)))
    turns = (2 * pi * each / RING_POINTS for each in range(RING_POINTS + 1))
    return [[longitude + radius_km * sin(t) / wide, latitude + radius_km * cos(t) / KM_PER_DEGREE] for t in turns]


def zoom_for(radius_km: float, latitude: float, pixels: float) -> float:
    """The zoom at which a circle of that radius fills so many pixels."""
    return log2(EARTH_KM * cos(radians(latitude)) * pixels / (TILE_PX * 2 * VIEW_MARGIN * radius_km))


def deck(
    answer: Answer, gazetteer: Gazetteer, *, chosen: str | None = None, dark: bool = False, pixels: float = 400
) -> pydeck.Deck:
    """The map of an answer; ``pixels`` is the shorter side of the picture."""
    palette = DARK if dark else LIGHT
    centre, radius_km = answer.origin.point, answer.within_km
    reach_km = max([radius_km, *(each.distance_km for each in answer.near_misses)])
    places = spread([each.point for each in (*answer.hits, *answer.near_misses)], reach_km * SPREAD_STEP)
    hits, near = places[: len(answer.hits)], places[len(answer.hits) :]
    layers = [
        *_ground(gazetteer, centre, reach_km * GROUND_REACH, palette),
        *_rings(centre, radius_km, palette),
        *_firms(NEAR_LAYER, answer.near_misses, near, chosen, palette),
        *_firms(HIT_LAYER, answer.hits, hits, chosen, palette),
    ]
    return CompactDeck(
        layers=layers,
        map_provider=None,  # and no map_style: only so is nobody asked for tiles
        initial_view_state=pydeck.ViewState(
            latitude=centre[0], longitude=centre[1], zoom=zoom_for(reach_km, centre[0], pixels), min_zoom=3, max_zoom=12
        ),
        tooltip=False,
    )


def _text(value: str) -> Any:
    """A string the drawing library takes as it is, instead of as the name of a field."""
    return pydeck.types.String(value)


@lru_cache(maxsize=2)
def _boxes(gazetteer: Gazetteer) -> tuple[tuple[Mapping[str, Any], float, float, float, float], ...]:
    """Every outline with its west, east, south and north."""
    boxes = []
    for feature in gazetteer.outlines():
        points = [point for polygon in feature["geometry"]["coordinates"] for point in polygon[0]]
        east, north = [each[0] for each in points], [each[1] for each in points]
        boxes.append((feature, min(east), max(east), min(north), max(north)))
    return tuple(boxes)


def _outlines_near(gazetteer: Gazetteer, centre: Point, reach_km: float) -> list[Mapping[str, Any]]:
    tall = reach_km / KM_PER_DEGREE
    wide = tall / max(0.05, cos(radians(centre[0])))
    return [
        feature
        for feature, west, east, south, north in _boxes(gazetteer)
        if abs(centre[1] - max(west, min(centre[1], east))) <= wide
        and abs(centre[0] - max(south, min(centre[0], north))) <= tall
    ]


def _ground(gazetteer: Gazetteer, centre: Point, reach_km: float, palette: Palette) -> list[Any]:
    outlines = _outlines_near(gazetteer, centre, reach_km)
    towns = [gazetteer.municipality(each["properties"]["code"]) for each in outlines]
    names = [{"name": each.name, "at": [each.longitude, each.latitude]} for each in towns]
    return [
        pydeck.Layer(
            "GeoJsonLayer",
            {"type": "FeatureCollection", "features": outlines},
            id="ground",
            get_fill_color=list(palette.land),
            get_line_color=list(palette.border),
            line_width_min_pixels=1,
            pickable=False,
        ),
        _words("towns", names, palette.town, size=12, offset=(0, 20)),
    ]


def _words(
    layer_id: str,
    data: list[dict[str, Any]],
    colour: Colour,
    *,
    size: int,
    offset: Sequence[int] = (0, 0),
    ground: Colour | None = None,
) -> Any:
    """Words on the map, on a ground of their own where one is given."""
    own_ground = (
        {"background": True, "get_background_color": list(ground), "background_padding": [4, 1]} if ground else {}
    )

    return pydeck.Layer(
        "TextLayer",
        data,
        id=layer_id,
        get_text="name",
        get_position="at",
        get_color=list(colour),
        get_size=size,
        font_family=_text(FONT),
        font_weight=600,
        character_set=_text("".join(sorted({letter for each in data for letter in str(each["name"])}))),
        get_pixel_offset=list(offset),
        pickable=False,
        **own_ground,
    )


def _rings(centre: Point, radius_km: float, palette: Palette) -> list[Any]:
    circles = [
        {"path": ring(centre, radius_km), "width": 2.5},
        {"path": ring(centre, radius_km / 2), "width": 1},
    ]
    labels = [
        {"name": f"{km:g} km", "at": [centre[1], centre[0] + km / KM_PER_DEGREE]} for km in (radius_km, radius_km / 2)
    ]
    cross = [{"name": "+", "at": [centre[1], centre[0]]}]
    return [
        pydeck.Layer(
            "PathLayer",
            circles,
            id="rings",
            get_path="path",
            get_color=list(palette.ring),
            get_width="width",
            width_units=_text("pixels"),
            pickable=False,
        ),
        _words("ring_labels", labels, palette.ring, size=12, ground=palette.paper),
        _words("origin", cross, palette.ring, size=24),
    ]


def _firms(
    layer_id: str, found: Sequence[Replacement], places: Sequence[Point], chosen: str | None, palette: Palette
) -> list[Any]:
    hit = layer_id == HIT_LAYER
    data = []
    for index, (each, (latitude, longitude)) in enumerate(zip(found, places, strict=True)):
        is_chosen = each.company_id == chosen
        edge = palette.chosen if is_chosen else palette.paper if hit else palette.near
        data.append(
            {
                "company_id": each.company_id,
                "name": str(index + 1) if hit else chr(ord("a") + index),
                "at": [longitude, latitude],
                "fill": list(palette.chosen if is_chosen and hit else palette.hit if hit else palette.paper),
                "edge": list(edge),
                "radius": 11 if is_chosen else 9,
            }
        )
    data.sort(key=lambda each: each["company_id"] == chosen, reverse=True)
    data.reverse()  # the best are drawn last and on top, and the chosen one above all
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id=layer_id,
            get_position="at",
            get_fill_color="fill",
            get_line_color="edge",
            get_radius="radius",
            radius_units=_text("pixels"),
            stroked=True,
            line_width_units=_text("pixels"),
            get_line_width=2,
            pickable=True,
        ),
        _words(f"{layer_id}_ranks", data, palette.hit_text if hit else palette.near, size=10, offset=(0, 0)),
    ]
