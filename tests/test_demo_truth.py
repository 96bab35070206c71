"""The invented region's truth.json is true in the files as written, worked out a second time from the cells alone.

networkx says who stands alone, geopy and plain loops who could supply a part. Not tested here: whether a load of
these files finds it.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import networkx as nx
from geopy.distance import geodesic

from tests.demo_files import COUNTY, TODAY, TOLERANCES, Row, Written, by_number, coordinates, digits, written_region

__all__ = ["written_region"]  # the fixture is called region


def pairs_of(region: Written) -> list[tuple[str, str]]:
    """(seller, buyer) of every row of trade: the number where the register has it, else the name."""
    known = {row["Företag"]: digits(row["Org.nr"]) for row in region.rows("Företag")}
    spelt = {name: known[names[0]] for names in region.truth["duplicates"] for name in names}
    pairs = [
        tuple(digits(row[f"{side} org.nr"]) or row[side] for side in ("Säljare", "Köpare"))
        for row in region.rows("Affärer")
    ]
    for ledger in region.ledgers.values():
        for row in ledger:
            supplier = digits(row["Org.nr"]) or known.get(row["Namn"]) or spelt.get(row["Namn"]) or row["Namn"]
            pairs.append((supplier, digits(row["Köpare org.nr"])))
    return [(seller, buyer) for seller, buyer in pairs]


def test_isolated_firms_are_isolated_in_the_files(region: Written) -> None:
    inside = {digits(row["Org.nr"]) for row in region.rows("Företag") if row["Kommun"] in COUNTY}
    everybody = nx.Graph(pairs_of(region))
    everybody.add_nodes_from(inside)
    home = everybody.subgraph(inside)
    asked = {digits(row["Org.nr"]) for row in region.rows("Intervjuer") if row["Svar"] == "answered"}
    met = {digits(each) for row in region.rows("Aktiviteter") for each in row["Deltagare org.nr"].split("|")}
    for row in region.rows("Introduktioner"):
        met |= {digits(row["Org.nr"]), digits(row["Presenterad för org.nr"])}
    lent_out = {digits(row["Org.nr"]) for row in region.rows("Företag") if row["Sektor"] in ("staffing", "consulting")}
    found = set()
    for component in nx.connected_components(home):
        for firm in component - lent_out:
            if everybody.degree[firm] == 0:
                kind = "only_through_network" if firm in met else "no_trade_known" if firm in asked else "not_asked"
            elif home.degree[firm] == 0:
                kind = "only_outside"
            elif len(component) <= 5:
                kind = "small_island"
            elif everybody.degree[firm] == 1:
                kind = "one_partner"
            else:
                continue
            found.add((f"org:{firm}", kind))
    assert found == {(each["company_id"], each["kind"]) for each in region.truth["isolated"]}
    assert len(region.truth["isolated"]) == len(found)
    kinds = Counter(kind for _, kind in found)
    assert set(kinds) == {
        "no_trade_known", "not_asked", "only_outside", "one_partner", "small_island", "only_through_network",
    }  # fmt: skip
    assert min(kinds.values()) >= 5


def test_isolation_is_never_a_matter_of_reading(region: Written) -> None:
    """The kinds do not overlap: who has no trade was asked with an answer or not at all; islands trade at home."""
    asked = by_number(region.rows("Intervjuer"))
    kinds = {each["company_id"].removeprefix("org:"): each["kind"] for each in region.truth["isolated"]}
    home = {digits(row["Org.nr"]) for row in region.rows("Företag")}
    assert not {number for number, kind in kinds.items() if kind == "not_asked"} & set(asked)
    at_home = {number for number, kind in kinds.items() if kind in ("one_partner", "small_island")}
    abroad = [pair for pair in pairs_of(region) if at_home & set(pair) and not set(pair) <= home]
    assert at_home
    assert abroad == []


def holds(certificates: list[Row], standard: str) -> bool:
    covers = {  # written down by hand from the standards' own scope; the region uses no others that cover
        "ISO 9001": {"IATF 16949", "EN 9100", "AQAP 2110"},
        "EN 1090-2 EXC2": {"EN 1090-2 EXC3"},
        "ISO 3834-3": {"ISO 3834-2"},
        "IPC-A-610 klass 2": {"IPC-A-610 klass 3"},
    }
    enough = covers.get(standard, set()) | {standard}
    return any(row["Certifikat"] in enough and str(row["Giltigt till"]) >= TODAY for row in certificates)


def meets(offer: Row, part: Row) -> bool:
    for asked, limit in (("Längd mm", "Max längd mm"), ("Styckvikt kg", "Max vikt kg")):
        if part[asked] != "" and (offer[limit] == "" or offer[limit] < part[asked]):
            return False
    if part["Material"] and part["Material"] not in offer["Material"].split("|"):
        return False
    if part["Tolerans"]:
        own = offer["Tolerans"]
        return own in TOLERANCES and TOLERANCES.index(own) >= TOLERANCES.index(part["Tolerans"])
    return True


def test_substitutes_are_exactly_those_the_files_give(region: Written) -> None:
    firms = {digits(row["Org.nr"]): row for row in region.rows("Företag")}
    offers, certificates = by_number(region.rows("Förmågor")), by_number(region.rows("Certifikat"))
    town = coordinates()

    def top(number: str) -> str:
        parent = digits(firms[number]["Moderbolag org.nr"])
        return top(parent) if parent else number

    found = {}
    for part in region.rows("Import"):
        buyer, required = digits(part["Org.nr"]), [code for code in part["Kräver process"].split("|") if code]
        here = town[firms[buyer]["Ort"]]
        fits = [
            f"org:{number}"
            for number, stated in offers.items()
            if required
            and number != buyer
            and all(any(row["Process"] == code and meets(row, part) for row in stated) for code in required)
            and all(holds(certificates[number], each) for each in part["Kräver certifikat"].split("|") if each)
            and geodesic(here, town[firms[number]["Ort"]]).km <= 40
            and top(number) != top(buyer)
        ]
        if fits:
            found[f"org:{buyer}/{part['Artikelnr']}"] = sorted(fits)
    assert found == {each["part_id"]: each["company_ids"] for each in region.truth["substitutes"]}
    assert len(found) >= 100
    with_process = sum(1 for part in region.rows("Import") if part["Kräver process"])
    assert len(found) < 0.9 * with_process  # some can be made by nobody nearby


def test_part_numbers_are_unique_at_the_buyer(region: Written) -> None:
    keys = [(row["Org.nr"], row["Artikelnr"]) for row in region.rows("Import")]
    assert len(keys) == len(set(keys))


def test_duplicates_are_spelt_in_the_ledgers_and_nowhere_another_firm(region: Written) -> None:
    register = {row["Företag"]: row for row in region.rows("Företag")}
    written = {row["Namn"]: row for ledger in region.ledgers.values() for row in ledger}
    assert len(region.truth["duplicates"]) >= 40
    for own, *others in region.truth["duplicates"]:
        assert others
        for name in others:
            assert name not in register
            assert written[name]["Ort"] == register[own]["Ort"]
            if written[name]["Org.nr"]:
                assert digits(written[name]["Org.nr"]) == digits(register[own]["Org.nr"])
    own_names = {name for group in region.truth["duplicates"] for name in group[1:]}
    misspelt = {name for name, row in written.items() if row["Org.nr"] and name not in register}
    assert misspelt <= own_names


def test_gaps_are_lapsed_certificates_a_buyer_asks_for(region: Written) -> None:
    certificates = by_number(region.rows("Certifikat"))
    suppliers = defaultdict(set)
    for seller, buyer in pairs_of(region):
        suppliers[buyer].add(seller)
    found = set()
    for row in region.rows("Krav"):
        standard = row["Krav certifikat"]
        for supplier in suppliers[digits(row["Köpare org.nr"])]:
            own = [each for each in certificates[supplier] if each["Certifikat"] == standard]
            if standard and own and not holds(certificates[supplier], standard):
                found.add((f"org:{supplier}", standard))
    assert found == {(each["company_id"], each["requirement"]) for each in region.truth["gaps"]}
    assert len(found) >= 10
