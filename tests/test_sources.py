"""Sheets become claims: every row accounted for, every company named, no natural person in clear."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from graph.model import KIND_BY_NAME, Claim, Level, field_names, key_field
from graph.schema import SHAPES, company_references
from ingest.headings import SHEETS
from ingest.identity import person_subject
from ingest.locate import Location, PlaceProblem
from ingest.sources import source_of, sources
from ingest.sources.common import Context, RowResult
from ingest.tables import Table, read_tables

DATA = Path(__file__).parent / "data"
SECRET = b"a secret of these tests only"
OWNER = "org:4099000046"

MUNICIPALITIES = {"Degerfors": "1862", "Åtorp": "1862", "Karlskoga": "1883", "Örebro": "1880"}
KNOWN = {
    "CNC-svarvning": "turning", "svarvning": "turning", "turning": "turning", "milling_5": "milling_5",
    "grinding": "grinding", "fräsning": "milling_3", "stål": "steel", "steel": "steel", "stainless": "stainless",
    "ISO 9001": "ISO 9001", "ISO9001": "ISO 9001", "ISO 14001": "ISO 14001", "Kompetens": "skills",
}  # fmt: skip


def locate(**asked: Any) -> Location | PlaceProblem | None:
    """A ladder of one rung, so that these tests say nothing of the real one."""
    if asked.get("country") not in {None, "SE"}:
        return None
    name = asked.get("locality") or asked.get("municipality") or ""
    if name in MUNICIPALITIES or name in MUNICIPALITIES.values():
        code = MUNICIPALITIES.get(name, name)
        return Location(59.0, 14.5, asked.get("locality"), code, "locality", 3.0)
    return PlaceProblem("place_unknown", "locality", name, ("Karlskoga",)) if name else None


CONTEXT = Context(SECRET, locate, KNOWN.get, KNOWN.get, KNOWN.get, KNOWN.get)


def sheet(kind: str, *rows: dict[str, str], extra: str = "") -> Table:
    title, headings, _ = SHEETS[kind]
    used = [field for field in headings if any(field in row for row in rows)]
    names = [headings[field][0] for field in used] + ([extra] if extra else [])
    cells = tuple(tuple(row.get(field, "") for field in used) + (("x",) if extra else ()) for row in rows)
    return Table("lista.xlsx", title, tuple(names), 1, cells)


def read(table: Table, context: Context = CONTEXT) -> list[RowResult]:
    source = source_of(table)
    assert source is not None
    results = list(source.claims(table, context))
    sound(claim for result in results for claim in result.claims)
    return results


def rows(results: Iterable[RowResult]) -> list[RowResult]:
    return [each for each in results if each.is_row]


def said(results: Iterable[RowResult], kind: str) -> list[Claim]:
    return [claim for result in results for claim in result.claims if claim.kind == kind]


def codes(results: Iterable[RowResult]) -> list[str]:
    return [problem.code for result in results for problem in result.problems]


def sound(claims: Iterable[Claim]) -> None:
    """Known fields of known kinds, values a store may hold, and a Company claim for each company referred to."""
    found = list(claims)
    companies = {claim.subject for claim in found if claim.kind == "Company"}
    for claim in found:
        kind = KIND_BY_NAME[claim.kind]
        shape = SHAPES[kind]
        assert set(claim.fields) <= set(field_names(kind)) - {key_field(kind), shape.owner}
        for value in claim.fields.values():
            assert value not in (None, "", ())
            for text in value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ():
                assert unicodedata.is_normalized("NFC", text)
                assert text == text.strip()
                assert text.isprintable()
            assert not isinstance(value, tuple) or list(value) == sorted(set(value))
        if not shape.about:
            assert claim.subject in companies
        for reference in company_references(shape.kind):
            value = claim.fields.get(reference.field)
            named = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
            assert set(named) <= companies


def test_every_source_has_the_shape_of_one() -> None:
    types = [each.SOURCE_TYPE for each in sources()]
    assert len(types) == len(set(types))
    levels = {each.SOURCE_TYPE: each.AUDIENCE for each in sources()}
    assert {name for name, level in levels.items() if level < Level.MANAGER} == {
        "bolagsverket", "member_sheet", "open_ledger", "procurement", "region", "requirements", "scb", "support",
    }  # fmt: skip


@pytest.mark.parametrize("kind", SHEETS)
def test_every_sheet_kind_has_a_source(kind: str) -> None:
    title, headings, _ = SHEETS[kind]
    table = Table("a.xlsx", title, tuple(names[0] for names in headings.values()), 1, ())
    assert source_of(table) is not None


def test_a_strange_table_has_none() -> None:
    assert source_of(Table("a.csv", "", ("Alfa", "Beta"), 1, (("1", "2"),))) is None


@pytest.mark.parametrize("style", ["windows1252", "semicolon", "headings", "line_break", "utf16", "plain"])
def test_swedish_style_files_say_the_same(style: str) -> None:
    (table,) = read_tables(DATA / f"swedish_{style}.csv")
    results = rows(read(table))
    assert [result.row for result in results] == [2, 3, 4]
    assert not any(result.rejected for result in results)
    companies = said(results, "Company")
    assert [(claim.subject, claim.fields["employees"]) for claim in companies] == [
        ("org:4099000012", 18), ("org:4099000020", 7), ("org:4099000038", 41),
    ]  # fmt: skip
    assert companies[2].fields["name"] == "Överkens Härdverk Exempel AB"
    assert companies[0].fields["municipality"] == "1862"
    assert [claim.item for claim in said(results, "Offer")] == ["milling_5", "turning"]
    assert codes(results) == ["process_unknown", "process_unknown"]


def test_the_member_sample() -> None:
    (table,) = read_tables(DATA / "foretag_upplagg_sample.csv")
    results = read(table)
    (company,) = said(results, "Company")
    assert dict(company.fields) == {
        "name": "Åtorps Mekaniska Exempel AB", "country": "SE", "municipality": "1862", "locality": "Åtorp",
        "sni": "25530", "sni_version": "2025", "employees": 18,
    }  # fmt: skip
    (workplace,) = said(results, "Workplace")
    assert (workplace.item, workplace.fields["postcode"], workplace.fields["latitude"]) == ("main", "69370", 59.0)
    offers = said(results, "Offer")
    assert [claim.item for claim in offers] == ["grinding", "milling_5", "turning"]
    assert dict(offers[0].fields) == {
        "capability": "grinding", "materials": ("stainless", "steel"), "max_length_mm": 1200.0,
        "tolerance": "ISO 2768-f", "batch_min": 1, "batch_max": 5000,
    }  # fmt: skip
    assert [claim.item for claim in said(results, "Certificate")] == ["ISO 14001", "ISO 9001"]
    assert codes(results) == []


def test_the_ledger_sample_without_and_with_its_owner() -> None:
    (table,) = read_tables(DATA / "leverantorsreskontra_sample.csv")
    nobody = read(table)
    assert codes(nobody) == ["ledger_owner_unknown"]
    assert said(nobody, "Trade") == []
    assert [claim.subject for claim in said(nobody, "Company")] == [
        "org:4099000012", "name:ningbo example casting co@CN",
    ]  # fmt: skip
    owned = read(table, replace(CONTEXT, owner=OWNER, owner_name="Köparen AB"))
    assert [dict(claim.fields) for claim in said(owned, "Trade")] == [
        {"buyer_id": OWNER, "value_sek": 1234568, "contracts": 14},
        {"buyer_id": OWNER, "value_sek": 482000, "contracts": 3},
    ]
    assert {claim.fields.get("name") for claim in said(owned, "Company") if claim.subject == OWNER} == {"Köparen AB"}


def test_a_row_keeps_its_good_cells() -> None:
    table = sheet(
        "company",
        {"org_number": "409900-0013", "name": "Exempel AB", "employees": "ca 20", "locality": "Karlskga",
         "sni": "25.62", "website": "#REF!", "max_length_mm": "200"},
        {"org_number": "", "name": ""}, {"org_number": "409900-0012", "name": "-"},
        {"name": "Summa:", "employees": "9"},
        {"org_number": "???", "employees": "4"},
        extra="Obs",
    )  # fmt: skip
    table = replace(table, rows=(table.rows[0], ("",) * len(table.headings), *table.rows[2:]))
    results = read(table)
    assert [(each.row, each.rejected, each.is_row) for each in results] == [
        (1, False, False), (2, False, True), (4, False, True), (5, True, True), (6, True, True),
    ]  # fmt: skip
    assert codes(results[:1]) == ["column_unknown"]
    first = results[1]
    assert Counter(problem.code for problem in first.problems) == Counter(
        [
            "org_number_check_digit",
            "number_bad",
            "place_unknown",
            "sni_version_unknown",
            "excel_error",
            "process_missing",
        ]
    )
    place = next(problem for problem in first.problems if problem.code == "place_unknown")
    assert (place.row, place.column, place.value, place.suggestion) == (2, "Ort", "Karlskga", "Karlskoga")
    assert [claim.subject for claim in first.claims] == ["name:exempel", "name:exempel"]
    assert said([first], "Company")[0].fields == {"name": "Exempel AB", "locality": "Karlskga", "sni": "25.62"}
    assert codes(results[3:]) == ["row_is_total", "org_number_length", "company_missing"]


def test_a_shifted_row_is_rejected_whole() -> None:
    table = Table("a.csv", "", ("Org.nr", "Företag", "Ort"), 1, (("409900-0012", "A", "B; C", "Laxå"),))
    (result,) = read(table)
    assert result.rejected
    assert [(problem.code, problem.severity, problem.value) for problem in result.problems] == [
        ("row_too_wide", "error", "Laxå")
    ]


def test_the_rows_own_word_on_who_may_see_it() -> None:
    offers = said(
        read(
            sheet(
                "offer",
                *(
                    {"org_number": "409900-0012", "process": "svarvning", "audience": word, "evidence": "verifierad",
                     "stated_on": "2026-10-01", "free_capacity_percent": "0,4"}
                    for word in ("alla", "medlemmar", "nätverkets ledning", "", "kungen")
                ),
            )
        ),
        "Offer",
    )  # fmt: skip
    assert [claim.audience for claim in offers] == [Level.PUBLIC, Level.MEMBERS, Level.MANAGER, None, Level.MANAGER]
    assert {(claim.evidence, claim.as_of, claim.fields["free_capacity_percent"]) for claim in offers} == {
        ("verified", "2026-10-01", 40)
    }


def test_a_sole_trader_is_not_in_clear() -> None:
    row = {"org_number": "19811218-9876", "name": "Kalles Svets 811218-9876", "address": "Hemvägen 1",
           "locality": "Karlskoga", "website": "kalle.example"}  # fmt: skip
    results = read(sheet("company", row))
    claims = [claim for result in results for claim in result.claims]
    assert {claim.subject for claim in claims} == {person_subject(SECRET, "8112189876")}
    assert "9876" not in repr(results)
    for claim in claims:
        private = {"name", "address", "website"} & set(claim.fields)
        assert not private or claim.audience == Level.MANAGER
    names = [claim.fields["name"] for claim in claims if "name" in claim.fields]
    assert names == ["Kalles Svets ******-****"]
    assert any(claim.fields.get("latitude") for claim in claims if claim.audience is None)


def test_trades_are_keyed_by_what_they_say_whatever_their_order() -> None:
    base = {"seller": "Säljaren AB", "seller_locality": "Örebro", "buyer_org_number": "409900-0012", "year": "2025"}
    listed = [{**base, "what": what, "value_sek": value} for what, value in
              [("axlar", "100"), ("axlar", "200"), ("axlar", "200"), ("hus", "1 000,50")]]  # fmt: skip
    first = said(read(sheet("trade", *listed)), "Trade")
    shuffled = said(read(sheet("trade", *[listed[each] for each in (2, 0, 3, 1)])), "Trade")
    assert len({claim.item for claim in first}) == 4
    assert sorted((claim.item, sorted(claim.fields.items())) for claim in first) == sorted(
        (claim.item, sorted(claim.fields.items())) for claim in shuffled
    )
    assert {claim.subject for claim in first} == {"name:säljaren@1880"}
    assert sum(claim.fields["value_sek"] for claim in first) == 1500  # type: ignore[misc]


def test_a_trade_needs_two_ends() -> None:
    results = read(
        sheet(
            "trade",
            {"seller": "A AB", "buyer": "B AB"}, {"seller": "A AB", "buyer": ""}, {"seller": "", "buyer": "B AB"},
            {"seller": "A AB", "buyer": "A Aktiebolag"},
        )
    )  # fmt: skip
    assert [each.rejected for each in results] == [False, True, True, True]
    assert codes(results) == ["buyer_missing", "seller_missing", "trade_with_itself"]


def test_imported_parts() -> None:
    part = {"org_number": "409900-0012", "part_number": "0012-A", "description": "Axel", "cn_code": "0101 21 00",
            "origin_country": "Kina", "value_sek": "482 000,00", "mass_kg": "1 850,5", "transport_mode": "Båt",
            "processes": "svarvning, fräsning", "material": "stål", "certificates": "ISO9001"}  # fmt: skip
    other = {**part, "part_number": "", "description": "Hus i gjutjärn", "origin_country": "NA", "transport_mode": "3"}
    results = read(sheet("import", part, part, {**part, "value_sek": "1"}, other, {**part, "cn_code": "101210"}))
    parts = said(results, "ImportedPart")
    assert [claim.item.partition("-")[0] for claim in parts[:3]] == ["0012", "0012", "0012"]
    assert parts[0].item == parts[1].item != parts[2].item
    assert dict(parts[0].fields) == {
        "part_number": "0012-A", "description": "Axel", "cn_code": "01012100", "origin_country": "CN",
        "value_sek": 482000, "mass_kg": 1850.5, "transport_mode": "sea", "capabilities": ("milling_3", "turning"),
        "material": "steel", "certificates": ("ISO 9001",),
    }  # fmt: skip
    assert (parts[3].fields["origin_country"], parts[3].fields["transport_mode"]) == ("NA", "road")
    assert len(said(results, "Company")) == 1


def test_requirements_and_needs() -> None:
    asked = read(
        sheet(
            "requirement",
            {"name": "Köparen AB", "standard": "ISO9001", "applies_from": "nu"},
            {"name": "Köparen AB", "process": "svarvning", "standard": "NADCAP", "applies_from": "2027"},
            {"name": "Köparen AB", "description": "Svensktalande kontakt", "applies_from": ""},
            {"name": "Köparen AB", "applies_from": "2027-01-01"},
        )
    )
    assert [(claim.fields["what"], claim.fields.get("applies_from")) for claim in said(asked, "Requirement")] == [
        ("certificate", None), ("certificate", "2027-01-01"), ("capability", "2027-01-01"), ("other", None),
    ]  # fmt: skip
    assert codes(asked) == ["certificate_unknown", "requirement_missing"]
    needs = read(
        sheet("need", {"name": "A AB", "theme": "Kompetens", "priority": "1"}, {"name": "A", "theme": "Annat"})
    )
    assert [dict(claim.fields) for claim in said(needs, "Need")] == [{"theme": "skills", "priority": 1}]
    assert codes(needs) == ["theme_unknown", "need_missing"]


def test_the_networks_own_work() -> None:
    firm = {"org_number": "409900-0012"}
    contact = read(sheet("contact", {**firm, "company": "A AB", "name": "Kim Exempel", "phone": "070 123 45 67"}))
    assert said(contact, "Contact")[0].fields == {"name": "Kim Exempel", "phone": "070 123 45 67"}
    asked = read(sheet("interview", {**firm, "asked_on": "1/10 2026", "outcome": "Inget svar"}))
    assert said(asked, "Interview")[0].fields == {"asked_on": "2026-10-01", "outcome": "no_answer"}
    met = read(sheet("introduction", {**firm, "other_org_number": "409900-0020", "outcome": "Offert"}))
    assert said(met, "Introduction")[0].fields == {"other_id": "org:4099000020", "outcome": "quoted"}
    held = read(
        sheet(
            "activity",
            {"name": "Frukost", "held_on": "2026-10-01", "participant_org_numbers": "4099000020|409900-0012|?"},
        )
    )
    assert said(held, "Activity")[0].fields["participants"] == ("org:4099000012", "org:4099000020")
    assert said(held, "Activity")[0].subject == "activity:frukost-2026-10-01"
    assert codes(held) == ["participant_unknown"]


def test_a_town_among_municipalities_is_understood() -> None:
    named = {"name": "Exempellabbet", "actor_type": "institut", "municipality": "Åtorp"}
    results = read(sheet("support_actor", named), replace(CONTEXT, locate=towns_only))
    assert said(results, "SupportActor")[0].fields["municipality"] == "1862"
    assert codes(results) == []


def towns_only(**asked: Any) -> Location | PlaceProblem | None:
    return locate(**asked) if "locality" in asked else PlaceProblem("place_unknown", "municipality", "?")


def test_support_and_regions() -> None:
    actors = read(
        sheet("support_actor", {"name": "Örebro universitet", "actor_type": "Lärosäte", "municipality": "Örebro"})
    )
    assert said(actors, "SupportActor")[0].subject == "actor:örebro-universitet"
    assert said(actors, "SupportActor")[0].fields["municipality"] == "1880"
    given = read(
        sheet("support_offer", {"actor": "Örebro universitet", "description": "Kurs", "amount_sek": "10 000 kr"})
    )
    assert said(given, "SupportOffer")[0].fields == {"description": "Kurs", "amount_sek": 10000}
    region = read(
        sheet("region", *({"name": "Östra Bergslagen", "municipality": each} for each in ("1883", "1862", "Mars")))
    )
    assert {claim.fields["municipalities"] for claim in said(region, "Region")} == {("1862", "1883")}
    assert [each.rejected for each in region] == [False, False, True]


@pytest.fixture(scope="module")
def register(shared_folder: Path) -> tuple[Table, list[RowResult]]:
    (table,) = read_tables(shared_folder / "real" / "upphandling_2021_kontrakterade_anbud.xlsx")
    return table, read(table)


def test_every_row_of_the_real_register_is_a_trade(register: tuple[Table, list[RowResult]]) -> None:
    table, results = register
    trades = said(results, "Trade")
    assert [each.row for each in results] == list(range(2, 23_189))
    assert len({claim.item for claim in trades}) == len(trades) == 23_187
    assert sum(claim.fields["contracts"] for claim in trades) == 23_778  # type: ignore[misc]
    assert not any(each.rejected for each in results)
    assert all(str(claim.fields["code"]).startswith("CPV ") and claim.fields["what"] for claim in trades)
    assert table.heading_row == 1


def test_bad_buyer_numbers_of_the_real_register_are_reported_and_dropped(
    register: tuple[Table, list[RowResult]],
) -> None:
    table, results = register
    assert Counter(codes(results)) == {
        "org_number_check_digit": 64, "org_number_length": 8, "org_number_personal_form": 3,
    }  # fmt: skip
    column = table.headings.index("Organisationsnummer för köpare")
    for result in results:
        buyer = said([result], "Trade")[0].fields["buyer_id"]
        number = table.rows[result.row - 2][column]
        assert buyer == f"org:{number}" if not result.problems else str(buyer).startswith("name:")


def test_natural_persons_of_the_real_register_are_not_in_clear(register: tuple[Table, list[RowResult]]) -> None:
    table, results = register
    name, form = (table.headings.index(f"{each} för leverantör") for each in ("Namn", "Juridisk form"))
    natural = [result for result in results if table.rows[result.row - 2][form] == "Fysiska personer"]
    assert len(natural) == 478
    names = {table.rows[result.row - 2][name] for result in natural} - {"Personuppgift"}
    assert len(names) == 212
    subjects = {said([result], "Trade")[0].subject for result in natural}
    assert all(each.startswith("person:") for each in subjects)
    shown = {
        str(value)
        for result in results
        for claim in result.claims
        if claim.audience != Level.MANAGER and claim.subject in subjects
        for field, value in claim.fields.items()
        if field != "buyer_id"
    }
    assert not names & shown
    kept = {
        claim.fields["name"]
        for claim in said(results, "Company")
        if claim.subject in subjects and "name" in claim.fields
    }
    assert len(kept) == len(names)
    assert all(claim.audience == Level.MANAGER for claim in said(results, "Company")
               if claim.subject in subjects and "name" in claim.fields)  # fmt: skip


def test_withheld_names_are_not_made_one_person(register: tuple[Table, list[RowResult]]) -> None:
    table, results = register
    column = table.headings.index("Namn för leverantör")
    withheld = [each for each in results if table.rows[each.row - 2][column] == "Personuppgift"]
    assert len(withheld) == 229
    assert len({said([each], "Trade")[0].subject for each in withheld}) > 200
    assert not any("name" in claim.fields for each in withheld for claim in said([each], "Company")
                   if claim.subject.startswith("person:"))  # fmt: skip


def test_the_real_register_gives_the_same_claims_in_any_order(register: tuple[Table, list[RowResult]]) -> None:
    table, results = register
    sorted_anew = replace(table, rows=tuple(sorted(table.rows, key=lambda row: row[::-1])))

    def heard(found: list[RowResult]) -> set[tuple[object, ...]]:
        names = [each.name for each in fields(Claim) if each.name not in {"row", "fields"}]
        return {
            (*(getattr(claim, name) for name in names), *sorted(claim.fields.items()))
            for result in found
            for claim in result.claims
        }

    assert heard(read(sorted_anew)) == heard(results)
