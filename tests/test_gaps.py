"""How suppliers stand against their buyers' requirements, worked out by hand; the invented region's planted gaps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.gaps import Standing, by_firm, gaps_of, standings, themes_of
from graph.model import REGION_KINDS, Certificate, Company, Offer, Record, Requirement, Trade
from graph.network import project
from graph.store import Snapshot
from tests.regions import DAY, Built, built_region, own_data, run  # noqa: F401 - fixtures

TODAY = "2026-11-23"
BUYER, OTHER = "org:1", "org:2"
NOTHING: dict[type[Record], Sequence[Record]] = {kind: [] for kind in REGION_KINDS}


def judged(
    certificates: list[Certificate] | None = None,
    offers: list[Offer] | None = None,
    asked: Requirement | None = None,
    supplier: Company | None = None,
) -> list[Standing]:
    """The supplier ``org:s`` sells to the buyer, who asks for ISO 9001 unless told otherwise."""
    firm = supplier or Company("org:s", "Svarv AB")
    kinds: dict[type[Record], Sequence[Record]] = {
        **NOTHING,
        Company: [Company(BUYER, "Köparen AB"), Company(OTHER, "Ingen säljer hit AB"), firm],
        Trade: [Trade("t", firm.company_id, BUYER)],
        Requirement: [asked or Requirement("r", BUYER, "certificate", standard="ISO 9001")],
        Certificate: certificates or [],
        Offer: offers or [],
    }
    snapshot = Snapshot(1, kinds)
    return list(standings(snapshot, project(snapshot), TODAY))


def held(standard: str, until: str | None = None) -> Certificate:
    return Certificate(f"s/{standard}/{until}", "org:s", standard, until)


@pytest.mark.parametrize(
    ("certificates", "expected"),
    [
        ([], ("unknown", "nothing_listed", None)),
        ([held("ISO 9001")], ("met", "holds", None)),
        ([held("IATF 16949", "2029-01-01")], ("met", "holds", None)),  # covers ISO 9001
        ([held("ISO 14001", "2029-01-01")], ("unmet", "lists_others", None)),
        ([held("ISO 9001", "2026-11-22")], ("unmet", "ran_out", None)),
        ([held("ISO 9001", "2026-11-23")], ("unmet", "runs_out", "2026-11-24")),  # runs on its last day
        ([held("ISO 9001", "2027-05-21")], ("unmet", "runs_out", "2027-05-22")),  # 179 days on
        ([held("ISO 9001", "2027-05-22")], ("met", "holds", None)),  # 180 days on: far enough off
        ([held("ISO 9001", "2025-01-01"), held("AQAP 2110", "2029-01-01")], ("met", "holds", None)),
        ([held("ISO 9001", "2025-01-01"), held("ISO 14001", "2029-01-01")], ("unmet", "ran_out", None)),
    ],
)
def test_a_certificate_asked_for_now(certificates: list[Certificate], expected: tuple[str, str, str | None]) -> None:
    (found,) = judged(certificates)
    assert (found.status, found.reason, found.unmet_from) == expected


@pytest.mark.parametrize(
    ("certificates", "expected"),
    [
        ([held("ISO 9001", "2028-02-01")], ("met", "holds", None)),
        ([held("ISO 9001", "2027-12-31")], ("unmet", "runs_out", "2028-01-01")),  # the day the requirement applies
        ([held("ISO 9001", "2026-01-01")], ("unmet", "ran_out", "2028-01-01")),
        ([held("ISO 14001")], ("unmet", "lists_others", "2028-01-01")),
        ([], ("unknown", "nothing_listed", None)),
    ],
)
def test_a_certificate_asked_for_from_a_day(
    certificates: list[Certificate], expected: tuple[str, str, str | None]
) -> None:
    later = Requirement("r", BUYER, "certificate", standard="ISO 9001", applies_from="2028-01-01")
    (found,) = judged(certificates, asked=later)
    assert (found.status, found.reason, found.unmet_from) == expected
    assert found.applies_from == "2028-01-01"


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([], ("unknown", "nothing_listed")),
        ([Offer("o", "org:s", "turning", evidence="stated")], ("unmet", "lists_others")),
        ([Offer("o", "org:s", "turning", evidence="inferred")], ("unknown", "nothing_listed")),
        ([Offer("o", "org:s", "milling_3", evidence="inferred")], ("unknown", "inferred")),
        ([Offer("o", "org:s", "milling_3", evidence="verified")], ("met", "stated")),
    ],
)
def test_a_process_asked_for(offers: list[Offer], expected: tuple[str, str]) -> None:
    (found,) = judged(offers=offers, asked=Requirement("r", BUYER, "capability", capability="milling_3"))
    assert (found.status, found.reason) == expected


def test_a_requirement_in_words_is_asked_about_and_an_ended_firm_is_not() -> None:
    words = Requirement("r", BUYER, "other", description="EDI eller webbportal för order.")
    (found,) = judged(asked=words)
    assert (found.status, found.reason, found.asked) == ("unknown", "in_words", "EDI eller webbportal för order.")
    assert judged(asked=words, supplier=Company("org:s", ended_on="2026-01-01")) == []
    assert judged(asked=Requirement("r", OTHER, "certificate", standard="ISO 9001")) == []


def test_the_most_urgent_comes_first() -> None:
    firms = [Company(BUYER), *(Company(f"org:{each}") for each in "abcd")]
    snapshot = Snapshot(
        1,
        {
            **NOTHING,
            Company: firms,
            Trade: [Trade(each, f"org:{each}", BUYER) for each in "abcd"],
            Requirement: [Requirement("r", BUYER, "certificate", standard="ISO 9001")],
            Certificate: [
                Certificate("b", "org:b", "ISO 9001", "2026-12-24"),
                Certificate("c", "org:c", "ISO 14001"),
                Certificate("d", "org:d", "ISO 9001", "2026-10-01"),
            ],
        },
    )
    found = standings(snapshot, project(snapshot), TODAY)
    assert [each.company_id for each in found] == ["org:d", "org:c", "org:b", "org:a"]
    assert [each.company_id for each in gaps_of(found)] == ["org:d", "org:c", "org:b"]


def test_the_same_asked_by_several_buyers_is_one_thing_to_do() -> None:
    one, other = (
        Standing("org:s", buyer, "r", "certificate", "ISO 9001", None, "unmet", "ran_out") for buyer in (BUYER, OTHER)
    )
    third = Standing("org:s", BUYER, "q", "certificate", "ISO 14001", None, "unmet", "ran_out")
    assert by_firm([one, third, other]) == ((one, other), (third,))


def test_themes_of_gaps() -> None:
    def of(what: str, asked: str) -> list[str]:
        return list(themes_of(Standing("s", "b", "r", what, asked, None, "unmet", "ran_out")))

    assert of("certificate", "ISO 9001") == ["process_maturity"]
    assert of("certificate", "AQAP 2110") == ["process_maturity", "preparedness"]
    assert of("capability", "metrology") == ["automation"]
    assert of("other", "EDI") == []


# -- the invented region -----------------------------------------------------------------------------------------------


def test_every_planted_gap_is_found(built: Built) -> None:
    """Precision is told for those that are sure: all that is found beside the planted is a covering one run out."""
    found = standings(built.snapshot, project(built.snapshot), DAY)
    planted = {(each["company_id"], each["requirement"]) for each in built.truth["gaps"]}
    assert len(planted) >= 5
    unmet = {(each.company_id, each.asked) for each in found if each.is_gap}
    assert planted <= unmet
    ran_out = {(each.company_id, each.asked): each for each in found if each.reason == "ran_out"}
    assert planted <= ran_out.keys()
    assert all(each.has != each.asked for key, each in ran_out.items() if key not in planted)
    assert len(planted) / len(ran_out) >= 0.75


def test_the_command_tells_gaps_needs_and_the_gathered_picture(built: Built) -> None:
    found = run("--store", built.address, "needs", "--json").json
    planted = {(each["company_id"], each["requirement"]) for each in built.truth["gaps"]}
    told = {(each["company_id"], each["requirement"]) for each in found["gaps"] if each["status"] == "unmet"}
    assert planted <= told
    assert {"met"}.isdisjoint(each["status"] for each in found["gaps"])
    assert all(each["companies"] >= 3 for each in found["gathered"])
    assert all(count["companies"] >= 3 for each in found["gathered_by"].values() for count in each)
    company = found["needs"][0]["company_id"]
    own = run("--store", built.address, "needs", "--company", company, "--json").json
    assert {each["company_id"] for each in own["needs"]} == {company}
    assert all(company in (each["company_id"], each["buyer_id"]) for each in own["gaps"])
    for language in ("sv", "en"):
        plain = run("--store", built.address, "--lang", language, "needs", "--company", company)
        assert (plain.code, "None" in plain.out, "{" in plain.out) == (0, False, False)
    assert run("--store", built.address, "needs", "--company", "Finns Inte AB").code == 1
