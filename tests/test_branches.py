"""Staffing firms and consultants: known by their trade, and no firms of the industry's counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.audience import Viewer, view
from graph.branches import LENT_OUT, branch_of, sector_of
from graph.coverage import coverage
from graph.isolation import isolated
from graph.model import Company, Level
from graph.taxonomy import taxonomy
from ingest.pipeline import load_files
from tests.regions import opened, own_data
from tests.test_app import said, start
from texts import load

__all__ = ["own_data"]

# Label of each division by SCB's key, read by hand for this test, not out of the code.
BY_HAND = {
    ("25530", "2025"): "industry", ("25.62", None): "industry", ("10110", "2007"): "industry",
    ("33190", "2007"): "industry", ("45200", "2007"): "trade", ("46.90", "2025"): "trade", ("47.11", None): "trade",
    ("49410", "2007"): "services", ("56100", "2025"): "services", ("70100", "2007"): "services",
    ("70220", "2007"): "consulting", ("71.11", None): "consulting", ("71124", "2025"): "consulting",
    ("71200", "2007"): "services", ("78100", "2007"): "staffing", ("78.20", "2025"): "staffing",
    ("84111", "2007"): "public", ("62020", "2007"): "consulting", ("62010", "2007"): "services",
    ("62.20", "2025"): "consulting", ("01110", "2007"): None, ("41200", "2025"): None, ("35110", "2007"): None,
    ("", None): None, ("7", "2007"): None, (None, None): None,
}  # fmt: skip


@pytest.mark.parametrize(("told", "sector"), BY_HAND.items())
def test_a_trade_tells_the_sector(told: tuple[str | None, str | None], sector: str | None) -> None:
    assert sector_of(*told) == sector


@pytest.mark.parametrize("version", ["2007", "2025"])
def test_the_divisions_mean_the_same_in_both_versions(version: str) -> None:
    label = taxonomy().sni_label
    assert "bemanning" in (label("78", version) or "").casefold()
    assert "konsult" in (label("70", version) or "").casefold()
    assert "konsult" in (label("71", version) or "").casefold()
    assert "offentlig" in (label("84", version) or "").casefold()


def test_what_somebody_said_goes_before_the_trade() -> None:
    assert branch_of(Company("org:1", sector="industry", sni="78200", sni_version="2007")) == "industry"
    assert branch_of(Company("org:1", sni="78200", sni_version="2007")) in LENT_OUT


@pytest.fixture
def region(tmp_path: Path) -> Path:
    (tmp_path / "medlemmar.csv").write_text(
        "Org.nr;Företag;Kommun;SNI;SNI-version;Sektor\n"
        "4099000012;Alfa Mekaniska AB;Nora;25530;2025;\n"
        "4099000020;Beta Bemanning AB;Nora;78200;2007;\n"
        "4099000038;Gamma Teknikkonsult AB;Nora;71122;2007;\n"
        "4099000046;Delta AB;Nora;;;bemanning\n"
        "4099000053;Epsilon AB;Nora;78200;2007;industri\n",
        encoding="utf-8",
    )
    (tmp_path / "region.csv").write_text("Region;Kommunkod\nNora bergslag;1884\n", encoding="utf-8")
    return tmp_path


def test_they_are_left_out_of_the_industrys_counts_and_it_is_told(region: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [region / "medlemmar.csv", region / "region.csv"])
        snapshot = view(store, Viewer(Level.MANAGER))
    found = coverage(snapshot, "2026-10-01")
    assert (found.companies, found.left_out) == (2, 3)
    alone = isolated(snapshot)
    assert (alone.companies, alone.left_out) == (2, 3)
    assert {each.company_id for each in alone.findings} == {"org:4099000012", "org:4099000053"}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", ["about", "isolated"])
def test_the_pages_say_how_many(page: str, language: str, region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:{region / 'sida.sqlite'}"
    with opened(address) as store:
        load_files(store, [region / "medlemmar.csv", region / "region.csv"])
    monkeypatch.setenv("NARVERK_STORE", address)
    app = start(language, page=page)
    assert load(language)("about.left_out", count=3) in said(app, "note")
