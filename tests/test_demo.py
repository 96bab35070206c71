"""The invented region: the same for the same seed, nobody real in it, and a region rather than noise."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from geopy.distance import geodesic

from graph.errors import UserMistake
from ingest.demo import invent, write_demo
from ingest.demo.names import luhn_digit, spellings
from ingest.demo.region import Firm
from ingest.headings import LEDGER, SHEETS
from tests.demo_files import COUNTY, Written, by_number, column, coordinates, digits, written_region

__all__ = ["written_region"]  # the fixture is called region


# -- the files ------------------------------------------------------------------------------------------------------


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    names = write_demo(tmp_path / "one", 120, 5).files
    assert write_demo(tmp_path / "two", 120, 5).files == names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    write_demo(tmp_path / "other", 120, 6)
    other = (tmp_path / "other" / "truth.json").read_bytes()
    assert other != (tmp_path / "one" / "truth.json").read_bytes()


def test_sheets_have_our_own_titles_and_headings(region: Written) -> None:
    own = {title: {names[0] for names in headings.values()} for title, headings, _ in SHEETS.values()}
    written = {sheet for _, sheet in region.sheets}
    others = ("ledger", "open_ledger", "customs", "intrastat", "workplace")  # of other programs; of firms of many sites
    assert written == set(own) - {SHEETS[kind][0] for kind in others}
    for (_, sheet), rows in region.sheets.items():
        assert set(rows[0]) <= own[sheet]
    for rows in region.ledgers.values():
        assert set(rows[0]) == {names[0] for names in LEDGER.values()}


def test_summary_counts_what_was_written(region: Written) -> None:
    assert set(region.summary.files) == {path.name for path in region.folder.iterdir()}
    for kind in ("offer", "trade", "import", "interview", "activity"):
        assert region.summary.rows[kind] == len(region.rows(SHEETS[kind][0]))
    assert region.summary.rows["ledger"] == sum(map(len, region.ledgers.values()))


def test_ledgers_are_as_a_swedish_system_exports_them(region: Written) -> None:
    assert 6 <= len(region.ledgers) <= 12
    raw = b"".join((region.folder / name).read_bytes() for name in region.ledgers)
    assert re.search(rb";\d{1,3}\xa0\d{3}\xa0\d{3},\d\d;", raw)
    assert b"\xc5" in raw  # a capital A with ring, one byte
    rows = [row for ledger in region.ledgers.values() for row in ledger]
    blank = sum(1 for row in rows if row["Land"] == "SE" and not row["Org.nr"])
    assert 0.2 < blank / len(rows) < 0.6


def test_too_few_companies_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UserMistake) as caught:
        write_demo(tmp_path, 59)
    assert (caught.value.code, caught.value.values) == ("too_few_companies", {"companies": 59, "least": 60})


# -- nobody real ----------------------------------------------------------------------------------------------------


def test_luhn_digit_agrees_with_a_number_worked_out_by_hand() -> None:
    assert luhn_digit("409900001") == "2"  # the invented firm of the sample files, 409900-0012


def test_numbers_can_be_no_real_firm_s(region: Written) -> None:
    numbers = [digits(row["Org.nr"]) for row in region.rows("Företag")]
    assert len(numbers) == len(set(numbers)) == 650
    every = numbers + [
        digits(row[side]) for row in region.rows("Affärer") for side in ("Säljare org.nr", "Köpare org.nr")
    ]
    for number in filter(None, every):
        assert re.fullmatch(r"4\d[2-9]\d{7}", number)
        assert luhn_digit(number[:9]) == number[9]


def test_people_are_reached_nowhere(region: Written) -> None:
    for row in region.rows("Kontakter"):
        assert str(row["E-post"]).endswith(".example")
        assert (
            str(row["Telefon"]).startswith(("0701-7406", "08-465 004 ", "031-390 06 ", "040-628 04 "))
            or not row["Telefon"]
        )
    assert all(not row["Webbplats"] or str(row["Webbplats"]).endswith(".example") for row in region.rows("Företag"))


def test_names_are_unique_however_spelt(region: Written) -> None:
    folded = [
        re.sub(r"[^a-zåäö0-9]", "", str(row["Företag"]).lower().removesuffix("ab")) for row in region.rows("Företag")
    ]
    assert len(folded) == len(set(folded))


def test_spellings_differ_from_the_name() -> None:
    found = spellings("Åbergs & Söners Mekaniska Verkstad i Örebro AB")
    assert len(found) == len(set(found)) >= 10
    assert {"Åbergs & Söners Mek. Verkst. i Örebro AB", "Ã…bergs & SÃ¶ners Mekaniska Verkstad i Ã–rebro AB"} <= set(
        found
    )
    assert "Åbergs & Söners Mekaniska Verkstad i Örebro AB" not in found


# -- a region, not noise --------------------------------------------------------------------------------------------


def test_codes_are_those_of_the_taxonomy(region: Written) -> None:
    processes, materials = column("processes", "process_id"), column("materials", "material_id")
    standards, themes = column("certificates", "standard"), column("need_themes", "theme")
    offers, parts = region.rows("Förmågor"), region.rows("Import")
    assert {row["Process"] for row in offers} <= processes
    assert {code for row in parts for code in row["Kräver process"].split("|")} - {""} <= processes
    said = {material for row in offers for material in row["Material"].split("|")} | {row["Material"] for row in parts}
    assert said - {""} <= materials
    assert {row["Certifikat"] for row in region.rows("Certifikat")} <= standards
    assert {row["Krav certifikat"] for row in region.rows("Krav")} - {""} <= standards
    assert {row["Behov tema"] for row in region.rows("Behov")} <= themes
    assert {row["Tema"] for row in region.rows("Insatser")} <= themes
    assert all(re.fullmatch(r"\d{8}|", row["KN-nummer"]) for row in parts)


def test_every_code_the_tables_may_use_is_in_the_taxonomy() -> None:
    from ingest.demo.tables import foreign, part_templates, processes, sectors

    known, standards = column("processes", "process_id"), column("certificates", "standard")
    materials = column("materials", "material_id")
    assert set(processes()) <= known
    for sector in sectors().values():
        assert {code for code, _ in sector.processes} <= set(processes())
        assert {name for name, _ in sector.certificates} <= standards
        assert set(sector.materials) <= materials
        assert {name for name, _ in sector.buys} <= set(sectors())
    for part in part_templates():
        assert set(part.processes) <= set(processes())
        assert part.material in materials
        assert {name for name, _ in part.certificates} <= standards
        assert set(part.buyers) <= set(sectors())
        assert {country for country, _ in part.origins} <= set(foreign())


def test_firms_stand_in_the_county_s_municipalities_and_sizes(region: Written) -> None:
    firms = region.rows("Företag")
    assert {row["Kommun"] for row in firms} == COUNTY
    assert Counter(row["Kommun"] for row in firms).most_common(1)[0][0] == "Örebro"
    small = sum(1 for row in firms if row["Anställda"] and row["Anställda"] <= 9)
    assert 0.45 < small / 650 < 0.55  # 330 of 650 in the size distribution, four in a hundred unknown
    assert sum(1 for row in firms if row["Anställda"] and row["Anställda"] >= 500) in (3, 4)


def test_karlskoga_has_a_cluster_of_defence_and_its_suppliers(region: Written) -> None:
    def share(town: str, *codes: tuple[str, str]) -> float:
        there = [(row["SNI"], row["SNI-version"]) for row in region.rows("Företag") if row["Kommun"] == town]
        return sum(1 for code in there if code in codes) / len(there)

    machining = ("25620", "2007"), ("25530", "2025")
    defence = ("25400", "2007"), ("25300", "2025"), ("20510", "2007"), ("20591", "2025")
    assert share("Karlskoga", *machining) > 1.5 * share("Örebro", *machining)
    assert share("Karlskoga", *defence) > 5 * share("Örebro", *defence)
    anchor = [row for row in region.rows("Affärer") if row["Köpare"] == "Rävåsen Systems AB"]
    near = Counter(row["Säljarens ort"] for row in anchor)
    assert len(anchor) >= 30
    assert near.most_common(1)[0][0] == "Karlskoga"


def test_trades_are_local_uneven_and_heavy_tailed(region: Written) -> None:
    trades, town = region.rows("Affärer"), coordinates()
    home = {digits(row["Org.nr"]): row["Ort"] for row in region.rows("Företag")}
    ends = [(digits(row["Säljare org.nr"]), digits(row["Köpare org.nr"])) for row in trades]
    inside = [(seller, buyer) for seller, buyer in ends if seller in home and buyer in home]
    distances = [geodesic(town[home[seller]], town[home[buyer]]).km for seller, buyer in inside]
    rng = Random(0)  # noqa: S311
    shuffled = [geodesic(town[home[seller]], town[home[rng.choice(inside)[1]]]).km for seller, _ in inside]
    assert statistics.median(distances) < 0.6 * statistics.median(shuffled)
    assert 3 <= len(trades) / 650 <= 5
    partners = Counter(number for pair in set(inside) for number in pair)
    assert max(partners.values()) > 6 * statistics.median(partners.values())
    values = sorted((row["Belopp SEK"] for row in trades), reverse=True)
    assert sum(values[: len(values) // 10]) > 0.45 * sum(values)
    assert sum(1 for seller, buyer in ends if seller in home and buyer not in home) > 20


def test_knowledge_is_uneven(region: Written) -> None:
    offers = by_number(region.rows("Förmågor"))
    assert 1 <= min(map(len, offers.values())) < max(map(len, offers.values())) <= 9
    industry = [digits(row["Org.nr"]) for row in region.rows("Företag") if row["Sektor"] == "industry"]
    silent = [number for number in industry if number not in offers]
    assert 0.05 < len(silent) / len(industry) < 0.4
    assert any(row["Ledig kapacitet %"] for row in region.rows("Förmågor"))


# -- other sizes ----------------------------------------------------------------------------------------------------


def test_the_smallest_region_has_every_kind_of_isolation(tmp_path: Path) -> None:
    write_demo(tmp_path, 60, 2)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert len({each["kind"] for each in truth["isolated"]}) == 6


def test_a_large_region_spills_over_into_the_towns_around() -> None:
    firms: list[Firm] = invent(6400, 3).firms
    assert Counter(firm.place.in_county for firm in firms) == {True: 6000, False: 400}
    assert {firm.place.municipality for firm in firms if firm.place.in_county} == COUNTY
