"""The manager's workbook comes back as it was: every field of every kind, and any words in the network's own work.

That the invented region comes back is in test_export.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.audience import Viewer
from graph.ledger import publish
from graph.model import (
    REGION_KINDS,
    Activity,
    Claim,
    Contact,
    Interview,
    Introduction,
    Level,
    Need,
    Offer,
    Record,
    Source,
    SupportCase,
    Value,
    Workplace,
    field_names,
)
from graph.schema import SHAPES, field_types
from graph.store import Snapshot
from ingest.forms import FORMS
from ingest.pipeline import load_files
from render import template
from render.export_sheets import KIND_OF
from render.exports import FILES
from render.taken import Taken
from tests.regions import DAY as LOADED_ON
from tests.regions import opened, own_data
from texts import LANGUAGES, load

__all__ = ["own_data"]

DAY = "2026-11-20"
A, B = "org:4099000012", "org:4099000020"
MANAGER = Viewer(Level.MANAGER)
LEFT = {Offer: {"inferred_from"}, Workplace: {"location_uncertainty_km"}}
"""What a load concludes anew."""


def field_values(kind: type[Record], name: str) -> st.SearchStrategy[Value]:
    """What may stand in a field and come back: what a form takes, and words that a spreadsheet might take amiss."""
    field = next((each for each in FORMS[kind].fields if each.name == name), None)
    plain = dict(zip(field_names(kind), field_types(kind), strict=True))[name]
    if name in DAYS_AND_NUMBERS:
        return DAYS_AND_NUMBERS[name]
    if field is not None and field.choices and field.many:
        return st.sets(st.sampled_from(field.choices), max_size=3).map(lambda some: tuple(sorted(some)))
    if field is not None and field.choices:
        return st.sampled_from(field.choices).map(lambda code: {"yes": True, "no": False}.get(code, code))
    if name in template.DAYS | {"member_since", "applies_from"}:
        return st.dates(date(1999, 1, 1), date(2031, 12, 31)).map(date.isoformat)
    if plain in (int, float):
        return st.integers(1, 2_000_000).map(plain)
    return st.sampled_from(WORDS)


WORDS = ("Bra", "=1+1", "+46 70 12", "-5 %", "a; b | c, d", "12", "0586-1", "å och ö", "2026-01-02")
DAYS_AND_NUMBERS: dict[str, st.SearchStrategy[Value]] = {
    "year": st.integers(1995, 2030),
    "priority": st.integers(1, 3),
    "maturity_before": st.integers(1, 5),
    "maturity_after": st.integers(1, 5),
}
OWN_WORK: Mapping[type[Record], str] = {
    Interview: "asked_on how reminded_on outcome answered_on asked_by notes project",
    Introduction: "introduced_on outcome introduced_by reason project",
    Activity: "activity_type held_on theme project",
    SupportCase: "theme description status changed_on granted_on amount_sek result maturity_before maturity_after "
    "project",
    Need: "theme description priority stated_on asked_by may_share",
    Contact: "name title email phone legal_basis review_on stated_on",
}
"""The fields of the network's own work that are drawn at random below; that none is missing is tested too."""


FIXED: Mapping[type[Record], Mapping[str, Value]] = {
    Introduction: {"other_id": B}, SupportCase: {"actor": "Almi"}, Interview: {"asked_on": "2026-01-02"},
    Activity: {"name": "Möte", "participants": (A, B)}, Need: {"theme": "skills"}, Contact: {"name": "Anna"},
}  # fmt: skip
"""What each is known by whatever else is drawn."""


@st.composite
def own_work(draw: st.DrawFn) -> list[Claim]:
    """A claim of each kind of the network's own work, with any of its fields known."""
    found = []
    for number, (kind, names) in enumerate(OWN_WORK.items()):
        said = {name: draw(field_values(kind, name)) for name in draw(st.sets(st.sampled_from(names.split())))}
        fixed = FIXED[kind]
        told = said.pop("stated_on", None)
        subject = "activity:a" if kind is Activity else A
        item = "" if kind is Activity else str(number)
        as_of = str(told) if told else None
        found.append(Claim(subject, kind.__name__, item, {**fixed, **said}, as_of=as_of))
    return found


@settings(max_examples=40, deadline=None)
@given(work=own_work(), language=st.sampled_from(LANGUAGES))
def test_the_networks_own_work_comes_back_whatever_is_said_in_it(work: list[Claim], language: str) -> None:
    firms = [Claim(A, "Company", "", {"name": "Alfa AB"}), Claim(B, "Company", "", {"name": "Beta AB"})]
    _comes_back([*firms, *work], tuple(OWN_WORK), language)


def test_all_fields_of_the_networks_own_work_are_drawn() -> None:
    for kind, names in OWN_WORK.items():
        fixed = {"other_id", "actor", "name", "participants", "company_id"}
        assert {*field_names(kind)[1:]} - fixed == {*names.split()} - fixed, kind


def _comes_back(claims: Sequence[Claim], kinds: Sequence[type[Record]], language: str) -> None:
    """Write the region of the claims as the manager's workbook, load that, and compare all but the records' keys."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        with opened(Path(folder) / "one.sqlite") as store:
            publish(store, [Source("list", "network", Level.MANAGER)], claims, on=LOADED_ON)
            one = store.snapshot(*REGION_KINDS)
        path.write_bytes(FILES[".xlsx"].make(Taken(one, MANAGER, DAY), load(language)))
        with opened(Path(folder) / "two.sqlite") as store:
            report = load_files(store, [path], on=LOADED_ON)
            two = store.snapshot(*REGION_KINDS)
    assert [each.code for each in report.problems] == []
    for kind in kinds:
        assert but_keys(two, kind) == but_keys(one, kind), kind


def but_keys(snapshot: Snapshot, kind: type[Record]) -> list[tuple[Any, ...]]:
    """The records of a kind without what a load makes anew: the key, and how sure a point on the map is."""
    left = LEFT.get(kind, set())
    names = [name for name in field_names(kind)[1:] if name not in left]
    return sorted((tuple(getattr(each, name) for name in names) for each in snapshot.of(kind)), key=repr)


PLACE: dict[str, Value] = {"municipality": "1883", "latitude": 59.3267, "longitude": 14.5239}
WHOLE = (
    Claim(A, "Company", "", {
        "name": "Alfa AB", "country": "SE", "municipality": "1883", "locality": "Karlskoga", "sni": "25620",
        "sni_version": "2007", "employees": 7, "size_class": "1-9", "legal_form": "AB", "ended_on": "2026-03-01",
        "winding_up": "bankruptcy", "sector": "industry", "business": "Gör; saker | och annat", "website": "a.example",
        "parent_id": B, "member_since": "2020-01-01", "member_until": "2026-02-01", "no_mailings": True,
        "sensitive": True}),
    Claim(B, "Company", "", {"name": "Beta AB", "country": "SE", "sensitive": False, "no_mailings": False}),
    Claim(A, "Workplace", "main", {"name": "Huvud", "address": "Storgatan 1", "postcode": "69150", **PLACE,
                                   "locality": "Karlskoga", "location_precision": "address"}),
    Claim(A, "Workplace", "norr", {"name": "Norr", "address": "Norra vägen 2", "locality": "Karlskoga", **PLACE,
                                   "location_precision": "address"}),
    Claim("region:r", "Region", "", {"name": "Bergslagen", "municipalities": ("1880", "1883"), "is_home": True}),
    Claim("region:s", "Region", "", {"name": "Annan", "municipalities": ("0180",), "is_home": False}),
    Claim(A, "Offer", "turning", {
        "materials": ("aluminium", "steel"), "max_length_mm": 400.5, "max_weight_kg": 12.25, "tolerance": "IT7",
        "batch_min": 1, "batch_max": 500, "lead_time_days": 14, "free_capacity_percent": 37,
        "confirm_by": "2027-01-01"}, evidence="verified", as_of="2026-05-01"),
    Claim(A, "Certificate", "ISO 9001", {"standard": "ISO 9001", "valid_until": "2027-03-04",
                                         "confirm_by": "2027-01-01"}, evidence="verified"),
    Claim(A, "Trade", "t1", {"buyer_id": B, "what": "axlar", "code": "CN 84831029", "value_sek": -800, "year": 2025,
                             "contracts": 3}),
    Claim(A, "ImportedPart", "P-1", {
        "part_number": "P-1", "description": "Axel", "cn_code": "08483102", "origin_country": "CN",
        "supplier": "X Ltd", "value_sek": 1000, "mass_kg": 12.5, "transport_mode": "sea", "year": 2025,
        "capabilities": ("turning",), "material": "steel", "certificates": ("ISO 9001",), "length_mm": 12.5,
        "piece_weight_kg": 0.25, "tolerance": "IT6", "annual_quantity": 100, "lead_time_days": 60}),
    Claim(B, "Requirement", "r1", {"what": "certificate", "standard": "ISO 14001", "applies_from": "2027-01-01",
                                   "description": "Bara; nya"}),
    Claim(B, "Requirement", "r2", {"what": "capability", "capability": "turning"}),
    Claim(B, "Requirement", "r3", {"what": "other", "description": "Leverans varje dag"}),
    Claim("actor:almi", "SupportActor", "", {"name": "Almi", "actor_type": "finansiär", "municipality": "1880",
                                             "website": "almi.example"}),
    Claim("actor:almi", "SupportOffer", "o", {"theme": "skills", "description": "Lån", "deadline": "2027-01-01",
                                              "amount_sek": 100, "municipalities": ("1880", "1883")}),
    *(Claim(A, "Interview", each, {"asked_on": f"2026-01-0{n}", "outcome": each, "reminded_on": "2026-02-01"})
      for n, each in enumerate(("answered", "no_answer", "declined", "never"), 1)),
    *(Claim(A, "Introduction", each, {"other_id": B, "introduced_on": f"2026-01-0{n}", "outcome": each})
      for n, each in enumerate(("open", "met", "quoted", "ordered", "none"), 1)),
    *(Claim(A, "SupportCase", each, {"actor": "Almi", "description": each, "status": each})
      for each in ("advised", "applied", "granted", "refused", "ended")),
    *(Claim(f"activity:{n}", "Activity", "", {"name": each, "activity_type": each, "participants": (A, B)})
      for n, each in enumerate(("meeting", "study_visit", "training", "pilot", "Golf & mat"))),
)  # fmt: skip
"""Every field of every kind but the network's own work, and every code of what that came to."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_every_kind_comes_back(language: str) -> None:
    _comes_back(WHOLE, tuple(KIND_OF.values()), language)


def test_every_field_is_there_to_come_back() -> None:
    said = {(claim.kind, name) for claim in WHOLE for name in claim.fields}
    made = {"evidence", "stated_on", "company_id", "seller_id", "actor_id", "location_uncertainty_km", "inferred_from"}
    for kind in {*KIND_OF.values()} - OWN_WORK.keys():
        item = {SHAPES[kind].item, *made, SHAPES[kind].owner}
        missing = {name for name in field_names(kind)[1:] if (kind.__name__, name) not in said} - item
        assert missing == set(), kind
