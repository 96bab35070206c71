"""kg CO2e of an import and of its local replacement; each number worked out by the formula written beside it."""

from __future__ import annotations

import pytest
from geopy.distance import geodesic

from graph.footprint import MODES, factors, import_kg_per_tonne, origins, saving

KARLSKOGA = (59.3267, 14.5239)
GOTEBORG = (57.7072, 11.9668)
# UK DESNZ 2025, kg CO2e per tonne-km, well to wheel: tank to wheel + well to tank, copied from the published tables.
ARTIC, RIGID, VAN = 0.078 + 0.01823, 0.19748 + 0.04332, 0.6313 + 0.15095


def km(country: str) -> float:
    return float(geodesic(origins()[country].point, KARLSKOGA).km)


def test_the_factors_are_those_published() -> None:
    assert factors()["truck_artic"] == pytest.approx(ARTIC)
    assert factors()["truck_rigid"] == pytest.approx(RIGID)
    assert factors()["van"] == pytest.approx(VAN)


def test_by_sea_from_china() -> None:
    """Shanghai and Shenzhen: the shortest way by Suez is 19,015 km, by the Cape 25,190 km, both from Shenzhen."""
    inland = float(geodesic(GOTEBORG, KARLSKOGA).km) * 1.2 * ARTIC
    sea = factors()["sea_container"]
    low, high, mode = import_kg_per_tonne("CN", "sea", KARLSKOGA) or (0, 0, "")
    assert mode == "sea"
    assert low == pytest.approx(19_015 * sea + 150 * ARTIC + inland)
    assert high == pytest.approx(25_190 * sea + 150 * ARTIC + inland)


@pytest.mark.parametrize("mode", ["road", "rail"])
def test_over_land_from_austria(mode: str) -> None:
    low, high, counted = import_kg_per_tonne("AT", mode, KARLSKOGA) or (0, 1, "")
    assert low == high == pytest.approx(km("AT") * 1.2 * factors()["truck_artic" if mode == "road" else "rail"])
    assert counted == mode


def test_by_air_without_and_with_radiative_forcing() -> None:
    low, high, _ = import_kg_per_tonne("BR", "air", KARLSKOGA) or (0, 0, "")
    assert low == pytest.approx(km("BR") * factors()["air_long_norf"] + 2 * 150 * ARTIC)
    assert high == pytest.approx(km("BR") * factors()["air_long_rf"] + 2 * 150 * ARTIC)


def test_a_year_of_a_part_bought_nearby_instead() -> None:
    """2.5 tonnes from Austria by road, against 10-20 km: low counts the far end by van, high the near end by truck."""
    found = saving(2_500, "AT", "road", KARLSKOGA, (10, 20))
    assert found
    imported = km("AT") * 1.2 * ARTIC
    assert found.low_kg == round(2.5 * (imported - 20 * 1.3 * VAN), 1)
    assert found.high_kg == round(2.5 * (imported - 10 * 1.3 * RIGID), 1)
    assert (found.mode, found.mode_is_stated) == ("road", True)


def test_a_mode_nobody_stated_is_the_usual_one_and_is_said_to_be() -> None:
    found = saving(1_000, "CN", None, KARLSKOGA, (10, 20))
    assert found
    assert (found.mode, found.mode_is_stated) == (origins()["CN"].default_mode, False)


def test_a_saving_may_be_a_loss() -> None:
    found = saving(1_000, "NO", "rail", KARLSKOGA, (500, 600))
    assert found
    assert found.low_kg < 0


@pytest.mark.parametrize(
    ("mass_kg", "country", "mode"),
    [(None, "CN", "sea"), (1_000, None, "sea"), (1_000, "XX", "sea"), (1_000, "AT", "sea"), (1_000, "CN", "barge")],
)
def test_what_is_not_known_is_unknown_and_never_zero(mass_kg: float | None, country: str | None, mode: str) -> None:
    assert saving(mass_kg, country, mode, KARLSKOGA, (10, 20)) is None


def test_every_origins_usual_mode_has_a_route() -> None:
    for country, origin in origins().items():
        assert origin.default_mode in MODES
        found = import_kg_per_tonne(country, None, KARLSKOGA)
        assert found, country
        assert 0 < found[0] <= found[1]
