"""Where do the answers lie? Layers of a map that is drawn without asking anybody for tiles.

Municipality outlines, rings at half and at the whole radius, firms as numbered discs, near misses as lettered rings.
Firms of one locality stand on one point, so they are spread around it, in the order they are given; where they really
lie is not known. Positions are drawn as (longitude, latitude), as the drawing library wants them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, log2, pi, radians, sin, sqrt
from typing import Any

import pydeck
from pydeck.bindings.json_tools import default_serialize

from graph.geo import Gazetteer, Place, Point, distance_km, distances_km
from graph.replacement import Answer

KM_PER_DEGREE = 111.2
EARTH_KM = 40_075.0
TILE_PX = 512.0
GOLDEN_ANGLE = pi * (3 - sqrt(5))
SPREAD_STEP = 0.06  # of what the picture reaches, between neighbours that share a point
LOOSE = 25  # up to so many firms stand that far apart; more stand closer
RING_POINTS = 96
NAMED_REACH = 3.2  # towns are named this many times farther than the farthest firm, for wide screens
NAME_TALL, NAME_WIDE = 0.11, 0.5  # of the picture's reach, what a name takes
OUTLINES = "app/static/municipalities.geojson"
"""The municipalities' outlines, which the app serves beside its pages and the browser keeps."""
VIEW_MARGIN = 1.15
FONT = "'Segoe UI', Inter, system-ui, -apple-system, Roboto, 'Helvetica Neue', Arial, sans-serif"
LAYER_OF = {"plain": "firms", "near": "near_misses", "hit": "hits", "self": "itself"}
"""The layer of each style of marker, from the lowest to the highest."""
TOOLTIP = {"text": "{told}", "style": {"fontSize": "13px", "padding": "4px 8px", "maxWidth": "260px"}}

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
    firm: Colour
    words: Colour  # on whatever ground


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
    firm=(96, 122, 120, 235),
    words=(16, 32, 34, 255),
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
    firm=(120, 150, 148, 235),
    words=(240, 246, 245, 255),
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A firm on the map: what stands on its disc, its name, its (latitude, longitude), and its style.

    Styles: ``hit`` a filled disc, ``near`` a ring, ``self`` the firm the map is about, ``plain`` a small dot.
    """

    company_id: str
    label: str
    name: str
    point: Point
    style: str = "plain"


class CompactDeck(pydeck.Deck):  # type: ignore[misc]
    """A deck written once, and without the indents that make outlines three times as long."""

    @cached_property
    def _written(self) -> str:
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))

    def to_json(self) -> str:
        """The deck as the browser reads it."""
        return self._written


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
        step = step_km * min(1.0, sqrt(LOOSE / len(indices)))
        for place, index in enumerate(indices[1:], 1):
            reach, turn = step * sqrt(place), place * GOLDEN_ANGLE
            laid[index] = (
                latitude + reach * cos(turn) / KM_PER_DEGREE,
                longitude + reach * sin(turn) / (KM_PER_DEGREE * cos(radians(latitude))),
            )
    return laid


def are_stacked(markers: Sequence[Marker]) -> bool:
    """Whether some of the firms share a point, and so are spread on the map."""
    return len({each.point for each in markers}) < len(markers)


def ring(centre: Point, radius_km: float) -> list[list[float]]:
    """A circle around (latitude, longitude) as closed (longitude, latitude) points; within 1 % up to 300 km."""
    latitude, longitude = centre
    wide = KM_PER_DEGREE * max(0.05, cos(radians(latitude)))
    turns = (2 * pi * each / RING_POINTS for each in range(RING_POINTS + 1))
    return [[longitude + radius_km * sin(t) / wide, latitude + radius_km * cos(t) / KM_PER_DEGREE] for t in turns]


def zoom_for(radius_km: float, latitude: float, pixels: float) -> float:
    """The zoom at which a circle of that radius fills so many pixels."""
    return log2(EARTH_KM * cos(radians(latitude)) * pixels / (TILE_PX * 2 * VIEW_MARGIN * radius_km))


def markers_of(answer: Answer, name_of: Callable[[str | None], str]) -> list[Marker]:
    """The answer's firms: hits numbered as in the list, near misses lettered; ``name_of`` words an unknown name."""
    hits = [
        Marker(each.company_id, str(rank), name_of(each.name), each.point, "hit")
        for rank, each in enumerate(answer.hits, 1)
    ]
    near = [
        Marker(each.company_id, chr(ord("a") + index), name_of(each.name), each.point, "near")
        for index, each in enumerate(answer.near_misses)
    ]
    return hits + near


@lru_cache(maxsize=64)
def deck(
    markers: tuple[Marker, ...],
    centre: Point,
    radius_km: float,
    *,
    rings: bool = True,
    chosen: str | None = None,
    dark: bool = False,
    pixels: float = 400,
) -> CompactDeck:
    """The map around a point (latitude, longitude), drawn once for the same firms.

    ``rings`` are drawn at the radius and at half of it; ``pixels`` is the shorter side of the picture.
    """
    palette = DARK if dark else LIGHT
    reach_km = max([radius_km, *(distance_km(centre, each.point) for each in markers if rings)])
    places = spread([each.point for each in markers], reach_km * SPREAD_STEP)
    firms = [
        layer
        for style in LAYER_OF
        for layer in _firms(
            style, [pair for pair in zip(markers, places, strict=True) if pair[0].style == style], chosen, palette
        )
    ]
    return CompactDeck(
        layers=[
            *_ground(Gazetteer.default(), centre, reach_km, palette),
            *(_rings(centre, radius_km, palette) if rings else ()),
            *firms,
        ],
        map_provider=None,  # and no map_style: only so is nobody asked for tiles
        initial_view_state=pydeck.ViewState(
            latitude=centre[0], longitude=centre[1], zoom=zoom_for(reach_km, centre[0], pixels), min_zoom=3, max_zoom=12
        ),
        tooltip=TOOLTIP,
    )


def _text(value: str) -> Any:
    """A string the drawing library takes as it is, instead of as the name of a field."""
    return pydeck.types.String(value)


def _legible(towns: Sequence[Place], centre: Point, reach_km: float) -> list[Place]:
    """Towns whose names do not cover each other, the nearest to the centre (latitude, longitude) first."""
    east_km = KM_PER_DEGREE * cos(radians(centre[0]))
    kept: list[Place] = []
    for town in sorted(towns, key=lambda each: (distance_km(centre, each.point), each.name)):
        if all(
            abs(town.latitude - each.latitude) * KM_PER_DEGREE > reach_km * NAME_TALL
            or abs(town.longitude - each.longitude) * east_km > reach_km * NAME_WIDE
            for each in kept
        ):
            kept.append(town)
    return kept


def _ground(gazetteer: Gazetteer, centre: Point, reach_km: float, palette: Palette) -> list[Any]:
    seats = gazetteer.municipalities
    far_km = distances_km([each.latitude for each in seats], [each.longitude for each in seats], centre)
    towns = [each for each, km in zip(seats, far_km, strict=True) if km <= reach_km * NAMED_REACH]
    names = [{"name": each.name, "at": [each.longitude, each.latitude]} for each in _legible(towns, centre, reach_km)]
    return [
        pydeck.Layer(
            "GeoJsonLayer",
            OUTLINES,
            id="ground",
            get_fill_color=list(palette.land),
            get_line_color=list(palette.border),
            line_width_min_pixels=1,
            pickable=False,
        ),
        words_layer("towns", names, palette.town, size=12, offset=(0, 20)),
    ]


def words_layer(
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
        words_layer("ring_labels", labels, palette.ring, size=12, ground=palette.paper),
        words_layer("origin", cross, palette.ring, size=24),
    ]


def _firms(style: str, placed: Sequence[tuple[Marker, Point]], chosen: str | None, palette: Palette) -> list[Any]:
    """A layer of discs and one of what stands on them; none where no firm has the style."""
    if not placed:
        return []
    layer_id = LAYER_OF[style]
    data = [_disc(each, place, each.company_id == chosen, palette) for each, place in placed]
    data.sort(key=lambda each: each["company_id"] == chosen, reverse=True)
    data.reverse()  # the first are drawn last and on top, and the chosen one above all
    discs = pydeck.Layer(
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
        get_line_width=1 if style == "plain" else 2,
        pickable=True,
    )
    if not any(each.label for each, _ in placed):
        return [discs]
    return [
        discs,
        words_layer(f"{layer_id}_ranks", data, palette.near if style == "near" else palette.hit_text, size=10),
    ]


def _disc(each: Marker, place: Point, is_chosen: bool, palette: Palette) -> dict[str, Any]:
    fills = {"plain": palette.firm, "near": palette.paper, "hit": palette.hit, "self": palette.chosen}
    edge = palette.chosen if is_chosen else palette.near if each.style == "near" else palette.paper
    return {
        "company_id": each.company_id,
        "name": each.label,
        "told": each.name,
        "at": [place[1], place[0]],
        "fill": list(palette.chosen if is_chosen and each.style == "hit" else fills[each.style]),
        "edge": list(edge),
        "radius": (5 if each.style == "plain" else 9) + (2 if is_chosen else 0),
    }
