"""What is said by hand: every kind added, changed, closed, confirmed and undone; files after it; two people at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from graph import errors
from graph.audience import Viewer, view
from graph.errors import UserMistake
from graph.ledger import decide, publish, withdraw
from graph.model import (
    REGION_KINDS,
    Activity,
    Alias,
    Capability,
    Certificate,
    Claim,
    Company,
    Contact,
    ImportedPart,
    Interview,
    Introduction,
    Level,
    Load,
    Need,
    Offer,
    Record,
    Region,
    Requirement,
    Source,
    SupportActor,
    SupportCase,
    SupportOffer,
    Trade,
    Value,
    Workplace,
)
from graph.provenance import Account, account_of, provenance
from graph.reference import capability_records
from graph.store import Change, Store, open_store
from ingest.by_hand import Desk, Draft, Saved, save
from ingest.forms import FORMS, NEW_FIRM
from ingest.typed import Mistake
from tests.strategies import derived, only, stored

A, B, C = "org:4634540522", "org:4000000002", "org:4000000003"
DAY, LATER = "2026-10-01", "2026-11-01"
MANAGER = Viewer(Level.MANAGER)
MEMBERS = Source("member_sheet", "network", Level.MEMBERS, file="Medlemmar.xlsx", sheet="Företag")
OPEN = Source("register", "network", Level.PUBLIC, file="Register.csv")
PERSONAL = "19811218-9876"  # the Tax Agency's own example of a personal number

FIRMS = [
    Claim(A, "Company", "", {"name": "Ek Mekaniska AB", "municipality": "1883", "employees": 12}, row=2),
    Claim(B, "Company", "", {"name": "Al Gjuteri AB", "municipality": "1880"}, row=3),
    Claim(A, "Offer", "turning", {"materials": ("steel",), "max_length_mm": 400.0}, row=2),
    Claim(A, "Workplace", "main", {"locality": "Karlskoga", "municipality": "1883"}, row=2),
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    begin(opened)
    yield opened
    opened.close()


def begin(store: Store) -> None:
    store.write(Change(upserts={Capability: capability_records()}))
    publish(store, [MEMBERS], FIRMS, on="2026-01-01")


def desk(store: Store, on: str = DAY) -> Desk:
    return Desk(store, store.snapshot(Company, Alias), on=on)


def account(store: Store, kind: type[Record], key: str, company: str = A) -> Account:
    found = provenance(store, company).account(kind, key)
    assert found, (kind, key)
    return found


def record(store: Store, kind: type[Record], key: str) -> Record | None:
    return {each.key: each for each in store.snapshot(kind).of(kind)}.get(key)


def keep(store: Store, draft: Draft, **more: bool) -> Saved:
    assert draft.mistakes == ()
    return save(store, MANAGER, draft, started=store.revision(), on=DAY, **more)


def change(store: Store, kind: type[Record], key: str, company: str = A, **typed: str) -> Saved:
    return keep(store, desk(store).change(account(store, kind, key, company), typed))


# -- every kind --------------------------------------------------------------------------------------------------------

TYPED: Mapping[type[Record], tuple[dict[str, str], dict[str, Value], dict[str, str], dict[str, Value]]] = {
    Workplace: (
        {"name": "Verkstad 2", "locality": "Degerfors", "municipality": "Degerfors"},
        {"name": "Verkstad 2", "municipality": "1862", "location_precision": "locality"},
        {"locality": "Karlskoga", "municipality": "karlskoga kommun"},
        {"municipality": "1883", "locality": "Karlskoga"},
    ),
    Offer: (
        {"capability": "fräsning", "materials": "rostfritt | mässing", "max_length_mm": "1 200,5"},
        {"capability": "milling_3", "max_length_mm": 1200.5, "evidence": "stated", "stated_on": DAY},
        {"free_capacity_percent": "40 %", "max_length_mm": ""},
        {"free_capacity_percent": 40, "max_length_mm": None},
    ),
    Certificate: (
        {"standard": "9001", "valid_until": "1/10 2027"},
        {"standard": "ISO 9001", "valid_until": "2027-10-01", "evidence": "stated"},
        {"valid_until": "2028-10-01", "evidence": "verifierad"},
        {"valid_until": "2028-10-01", "evidence": "verified"},
    ),
    Trade: (
        {"buyer_id": "Al Gjuteri", "what": "Axlar", "value_sek": "1 200 000", "year": "2025"},
        {"seller_id": A, "buyer_id": B, "value_sek": 1_200_000, "year": 2025},
        {"value_sek": "900 000 kr"},
        {"value_sek": 900_000},
    ),
    ImportedPart: (
        {"part_number": "A-100", "description": "Axel", "cn_code": "8483 10 29", "origin_country": "Kina",
         "capabilities": "svarvning", "mass_kg": "1 200,5", "transport_mode": "sjö"},
        {"cn_code": "84831029", "origin_country": "CN", "capabilities": ("turning",), "mass_kg": 1200.5,
         "transport_mode": "sea"},
        {"origin_country": "Indien", "capabilities": "svarvning, härdning"},
        {"origin_country": "IN"},
    ),
    Requirement: (
        {"standard": "ISO 14001", "applies_from": "2027-06"},
        {"what": "certificate", "standard": "ISO 14001", "applies_from": "2027-06-01"},
        {"applies_from": ""},
        {"applies_from": None},
    ),
    Need: (
        {"description": "Hitta en svetsare", "priority": "1"},
        {"description": "Hitta en svetsare", "priority": 1, "stated_on": DAY},
        {"priority": "3"},
        {"priority": 3},
    ),
    Contact: (
        {"name": "Kim Ek", "title": "VD", "phone": "0586-12 34 56"},
        {"name": "Kim Ek", "phone": "0586-12 34 56"},
        {"email": "kim@ek.example"},
        {"email": "kim@ek.example", "title": "VD"},
    ),
    Interview: (
        {"asked_on": "2026-09-15", "how": "besök", "outcome": "svarat"},
        {"asked_on": "2026-09-15", "outcome": "answered"},
        {"outcome": "inget svar"},
        {"outcome": "no_answer"},
    ),
    Introduction: (
        {"other_id": "Al Gjuteri", "introduced_on": "2026-09-20"},
        {"other_id": B, "introduced_on": "2026-09-20"},
        {"outcome": "möte"},
        {"outcome": "met"},
    ),
    Activity: (
        {"name": "Frukostmöte", "held_on": "2026-09-01", "participants": "Ek Mekaniska AB|Al Gjuteri AB"},
        {"participants": (B, A), "held_on": "2026-09-01"},
        {"participants": "Ek Mekaniska AB"},
        {"participants": (A,)},
    ),
    SupportActor: (
        {"name": "Almi", "municipality": "Örebro"},
        {"name": "Almi", "municipality": "1880"},
        {"website": "almi.example"},
        {"website": "almi.example"},
    ),
    SupportOffer: (
        {"description": "Check för utveckling", "amount_sek": "250 000"},
        {"actor_id": "actor:almi", "amount_sek": 250_000},
        {"deadline": "2026-12-31"},
        {"deadline": "2026-12-31"},
    ),
    SupportCase: (
        {"actor": "Almi", "description": "Check för utveckling", "status": "beviljat", "maturity_before": "2"},
        {"actor": "Almi", "status": "granted", "maturity_before": 2},
        {"status": "ended", "maturity_after": "4"},
        {"status": "ended", "maturity_after": 4, "maturity_before": 2},
    ),
    Region: (
        {"name": "Bergslagen", "municipalities": "Karlskoga, Degerfors"},
        {"municipalities": ("1862", "1883")},
        {"municipalities": "Karlskoga"},
        {"municipalities": ("1883",)},
    ),
}  # fmt: skip


def test_every_kind_that_a_file_can_say_can_be_said_by_hand() -> None:
    assert {*TYPED, Company} == FORMS.keys() == set(REGION_KINDS) - {Capability, Alias}


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_a_record_is_added_changed_confirmed_closed_and_each_of_it_undone(store: Store, kind: type[Record]) -> None:
    go_round(store, kind)


def go_round(store: Store, kind: type[Record]) -> None:
    added, wanted, changed, then = TYPED[kind]
    about = "" if kind in (Activity, SupportActor, Region) else A
    if kind is SupportOffer:
        about = "actor:almi"
        keep(store, desk(store).add(SupportActor, {"name": "Almi"}))
    before = stored(store)
    first = keep(store, desk(store).add(kind, added, about=about))
    (key,) = set(stored(store)[kind.__name__]) - set(before[kind.__name__])
    states = [stored(store)]
    assert_holds(store, kind, key, wanted)
    told = whole_account(store, kind, key)
    keep(store, desk(store).change(told, changed))
    states.append(stored(store))
    assert_holds(store, kind, key, then)
    keep(store, desk(store, LATER).confirm(whole_account(store, kind, key)))
    states.append(stored(store))
    assert_holds(store, kind, key, then)
    assert whole_account(store, kind, key).best.claim.evidence == "verified"
    keep(store, desk(store).close([whole_account(store, kind, key)]))
    assert record(store, kind, key) is None
    assert only(derived(store)) == only(stored(store))
    for state in reversed(states):
        withdraw(store)
        assert stored(store) == state
    withdraw(store, first.load_id)
    assert stored(store) == before


def assert_holds(store: Store, kind: type[Record], key: str, wanted: Mapping[str, Value]) -> None:
    found = record(store, kind, key)
    assert {name: getattr(found, name) for name in wanted} == dict(wanted)


def whole_account(store: Store, kind: type[Record], key: str) -> Account:
    """The account of a record, also of one that names no company."""
    found = account_of(store, kind, key)
    assert found
    return found


def test_one_round_on_neo4j(neo4j_address: str) -> None:
    opened = open_store(neo4j_address)
    try:
        begin(opened)
        go_round(opened, Offer)
        go_round(opened, Trade)
    finally:
        opened.close()


# -- beside files ------------------------------------------------------------------------------------------------------


def test_a_later_file_overrides_nothing_said_by_hand_and_stands_beside_it(store: Store) -> None:
    change(store, Company, A, employees="15")
    said = Claim(A, "Company", "", {"employees": 99}, evidence="verified", as_of="2030-01-01", row=7)
    publish(store, [OPEN], [said], on=LATER)
    assert_holds(store, Company, A, {"employees": 15})
    found = account(store, Company, A)
    assert found.disputed == ("employees",)
    assert [(each.value, each.said.voice.source.source_type) for each in found.words["employees"] if each.said] == [
        (15, "by_hand"), (99, "register"), (12, "member_sheet"),
    ]  # fmt: skip


def test_files_go_on_telling_what_was_not_typed(store: Store) -> None:
    change(store, Company, A, employees="15")
    publish(store, [MEMBERS], [Claim(A, "Company", "", {"name": "Ek Mekaniska AB", "website": "ek.example"})], on=LATER)
    assert_holds(store, Company, A, {"employees": 15, "website": "ek.example"})


def test_an_emptied_field_is_not_known_though_a_file_says_it(store: Store) -> None:
    change(store, Company, A, employees="okänt")
    assert_holds(store, Company, A, {"employees": None, "name": "Ek Mekaniska AB"})
    change(store, Offer, f"{A}/turning", materials="")
    assert_holds(store, Offer, f"{A}/turning", {"materials": (), "max_length_mm": 400.0})


def test_a_file_that_is_undone_leaves_what_was_said_by_hand_and_no_loose_end(store: Store) -> None:
    change(store, Offer, f"{A}/turning", max_length_mm="500")
    withdraw(store, store.snapshot(Load).of(Load)[0].load_id)
    assert_holds(store, Offer, f"{A}/turning", {"max_length_mm": 500.0, "materials": ()})
    assert store.check() == []


def test_what_was_closed_stays_closed_though_a_file_says_it_again_and_is_opened_by_hand(store: Store) -> None:
    key = f"{A}/turning"
    keep(store, desk(store).close([account(store, Offer, key)]))
    publish(store, [OPEN], [Claim(A, "Company", "", {}), Claim(A, "Offer", "turning", {"tolerance": "IT6"})], on=LATER)
    assert record(store, Offer, key) is None
    (closed,) = provenance(store, A).of(Offer, closed=True)
    assert (closed.key, [each.voice.source.source_type for each in closed.said][:2]) == (key, ["by_hand", "register"])
    keep(store, desk(store).add(Offer, {"capability": "svarvning", "batch_min": "5"}, about=A))
    assert_holds(store, Offer, key, {"batch_min": 5, "tolerance": "IT6"})


def test_a_company_is_never_closed(store: Store) -> None:
    with pytest.raises(UserMistake, match="company_not_closed"):
        desk(store).close([account(store, Company, A)])
    with pytest.raises(errors.BadValue):
        publish(store, [Source("by_hand", "network")], [Claim(A, "Company", "", {}, evidence="closed")])
    with pytest.raises(errors.BadValue):
        publish(store, [OPEN], [Claim(A, "Offer", "turning", {}, evidence="closed")])


def test_a_confirmed_record_holds_against_a_newer_file(store: Store) -> None:
    keep(store, desk(store).confirm(account(store, Offer, f"{A}/turning")))
    publish(store, [OPEN], [Claim(A, "Company", "", {}), Claim(A, "Offer", "turning", {"max_length_mm": 900.0})])
    assert_holds(
        store, Offer, f"{A}/turning",
        {"max_length_mm": 400.0, "materials": ("steel",), "evidence": "verified", "stated_on": DAY},
    )  # fmt: skip


def test_a_correction_still_beats_what_is_said_by_hand(store: Store) -> None:
    decide(store, "correct", [A], kind=Company, name="employees", value=7)
    change(store, Company, A, employees="15")
    assert_holds(store, Company, A, {"employees": 7})


def test_of_two_words_by_hand_the_newer_counts_whatever_they_rest_on(store: Store) -> None:
    keep(store, desk(store, LATER).confirm(account(store, Offer, f"{A}/turning")))
    change(store, Offer, f"{A}/turning", max_length_mm="600", evidence="bedömd", stated_on="2020-01-01")
    assert_holds(
        store, Offer, f"{A}/turning", {"max_length_mm": 600.0, "evidence": "inferred", "stated_on": "2020-01-01"}
    )


# -- who sees it -------------------------------------------------------------------------------------------------------


def seen(store: Store, level: Level, kind: type[Record]) -> dict[str, Record]:
    return {each.key: each for each in view(store, Viewer(level)).of(kind)}


def test_a_change_is_seen_by_whom_the_changed_word_was_seen_by(store: Store) -> None:
    publish(store, [OPEN], [Claim(A, "Company", "", {"employees": 11, "website": "ek.example"})], on="2025-01-01")
    change(store, Company, A, employees="15", website="nya.example")
    assert seen(store, Level.MEMBERS, Company)[A] == record(store, Company, A)
    assert seen(store, Level.PUBLIC, Company)[A] == Company(A, employees=11, website="nya.example")


def test_what_is_new_is_the_managers_unless_said_otherwise(store: Store) -> None:
    publish(store, [OPEN], [Claim(A, "Company", "", {})])
    keep(store, desk(store).add(Offer, {"capability": "fräsning"}, about=A))
    keep(store, desk(store).add(Offer, {"capability": "gängning"}, about=A, audience=Level.PUBLIC))
    assert len(seen(store, Level.MANAGER, Offer)) == 3
    hidden = {f"{A}/milling_3", f"{A}/turning"}
    assert seen(store, Level.PUBLIC, Offer).keys() == seen(store, Level.MANAGER, Offer).keys() - hidden


@pytest.mark.parametrize("level", Level)
def test_what_is_closed_is_closed_for_everybody(store: Store, level: Level) -> None:
    publish(store, [OPEN], [Claim(A, "Company", "", {}), Claim(A, "Offer", "turning", {"tolerance": "IT6"})])
    assert f"{A}/turning" in seen(store, level, Offer)
    keep(store, desk(store).close([account(store, Offer, f"{A}/turning")]))
    assert f"{A}/turning" not in seen(store, level, Offer)
    withdraw(store)
    assert f"{A}/turning" in seen(store, level, Offer)


def test_a_mark_is_taken_off_by_hand_and_only_so(store: Store) -> None:
    publish(store, [OPEN], [Claim(A, "Company", "", {"sensitive": True})])
    publish(store, [MEMBERS], [Claim(A, "Company", "", {"sensitive": False})], on=LATER)
    assert A not in seen(store, Level.MEMBERS, Company)
    change(store, Company, A, sensitive="ja")
    assert A not in seen(store, Level.MEMBERS, Company)
    change(store, Company, A, sensitive="nej")
    assert A in seen(store, Level.MEMBERS, Company)


def test_who_a_natural_person_is_stays_with_the_manager(store: Store) -> None:
    made = keep(
        store,
        desk(store).add(
            Company,
            {"name": "Kim Ek enskild firma", "address": "Storgatan 1", "locality": "Nora", "employees": "1"},
            audience=Level.PUBLIC,
        ),
    )
    assert made.load_id
    person = next(key for key in seen(store, Level.MANAGER, Company) if key.startswith("person:"))
    assert seen(store, Level.MANAGER, Company)[person].name == "Kim Ek enskild firma"  # type: ignore[attr-defined]
    shown = repr([seen(store, Level.PUBLIC, kind) for kind in (Company, Workplace)])
    assert "Nora" in shown
    assert "Kim" not in shown
    assert "Storgatan" not in shown


# -- a new firm --------------------------------------------------------------------------------------------------------


def test_a_new_firm_has_a_number_a_name_and_a_place(store: Store) -> None:
    keep(store, desk(store).add(Company, {"name": "Gran AB", "org_number": "464312-3419", "municipality": "Nora"}))
    assert_holds(store, Company, "org:4643123419", {"name": "Gran AB", "municipality": "1884", "country": "SE"})
    (site,) = store.matching(Workplace, "company_id", ["org:4643123419"])
    assert (site.municipality, site.location_precision) == ("1884", "municipality")
    again = desk(store).add(Company, {"name": "Gran AB", "org_number": "4643123419"})
    assert again.mistakes == (Mistake("org_number", "already_there", "Gran AB"),)
    withdraw(store)
    assert record(store, Company, "org:4643123419") is None


def test_a_firm_of_which_only_the_name_is_known(store: Store) -> None:
    keep(store, desk(store).add(Company, {"name": "Zhou Precision", "country": "Kina"}))
    assert_holds(store, Company, "name:zhou precision@CN", {"country": "CN"})


def test_invented_and_real_firms_do_not_meet_by_hand_either(store: Store) -> None:
    draft = desk(store).add(Company, {"name": "Riktig AB", "org_number": "556016-0680"})
    with pytest.raises(UserMistake, match="real_into_invented"):
        save(store, MANAGER, draft, started=store.revision(), on=DAY)


def test_a_partner_not_known_before_is_asked_about_and_then_taken(store: Store) -> None:
    typed = {"seller_id": "Zhou Precision", "what": "Axlar"}
    asked = desk(store).add(Trade, typed, about=A)
    assert [(each.field, each.code) for each in asked.mistakes] == [("seller_id", "company_unknown")]
    keep(store, desk(store).add(Trade, typed, about=A, new_firms=True))
    (trade,) = store.snapshot(Trade).of(Trade)
    assert (trade.seller_id, trade.buyer_id, trade.what) == ("name:zhou precision", A, "Axlar")


def test_a_firm_that_moves_is_in_another_municipality(store: Store) -> None:
    change(store, Workplace, f"{A}/main", locality="Nora", municipality="Nora")
    assert_holds(store, Company, A, {"municipality": "1884"})
    assert_holds(store, Workplace, f"{A}/main", {"municipality": "1884", "location_precision": "locality"})


# -- what cannot be taken ----------------------------------------------------------------------------------------------

WRONG: tuple[tuple[type[Record], dict[str, str], str, str], ...] = (
    (Offer, {"capability": "trolleri"}, "capability", "process_unknown"),
    (Offer, {}, "capability", "value_missing"),
    (Offer, {"capability": "turning"}, "capability", "already_there"),
    (Offer, {"capability": "fräsning", "max_length_mm": "ca 20"}, "max_length_mm", "number_bad"),
    (Offer, {"capability": "fräsning", "batch_min": "1.200"}, "batch_min", "number_ambiguous"),
    (Offer, {"capability": "fräsning", "batch_min": "-3"}, "batch_min", "number_negative"),
    (Offer, {"capability": "fräsning", "free_capacity_percent": "140"}, "free_capacity_percent",
     "percent_out_of_range"),
    (Offer, {"capability": "fräsning", "materials": "stål, kryptonit"}, "materials", "material_unknown"),
    (Certificate, {"standard": "ISO 9001", "valid_until": "2026-11"}, "valid_until", "date_incomplete"),
    (ImportedPart, {"cn_code": "8483"}, "part_number", "one_is_needed"),
    (ImportedPart, {"description": "Axel", "cn_code": "848"}, "cn_code", "cn_code_length"),
    (ImportedPart, {"description": "Axel", "origin_country": "Tysklnad"}, "origin_country", "country_unknown"),
    (Trade, {"what": "Axlar"}, "buyer_id", "value_missing"),
    (Trade, {"buyer_id": "Ek Mekaniska AB"}, "buyer_id", "itself"),
    (Introduction, {"other_id": "Ek Mekaniska AB"}, "other_id", "itself"),
    (Need, {"theme": "tomtar"}, "theme", "theme_unknown"),
    (Workplace, {"locality": "Ingenstansby"}, "locality", "place_unknown"),
    (Company, {"name": "Gran AB", "org_number": "464312-3412"}, "org_number", "org_number_check_digit"),
    (Company, {"org_number": "464312-3419"}, "name", "value_missing"),
    (Need, {"description": "x" * 2001}, "description", "text_too_long"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "name", "code"), WRONG)
def test_a_field_that_cannot_be_read_is_named(
    store: Store, kind: type[Record], typed: dict[str, str], name: str, code: str
) -> None:
    draft = desk(store).add(kind, typed, about=A)
    assert [(each.field, each.code) for each in draft.mistakes] == [(name, code)]
    assert draft.claims == ()


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_a_personal_number_is_refused_in_any_field_and_kept_nowhere(store: Store, kind: type[Record]) -> None:
    form = NEW_FIRM if kind is Company else FORMS[kind]
    for field in form.fields:
        for text in (PERSONAL, f"Kim, {PERSONAL}", PERSONAL.replace("-", "")):
            draft = desk(store).add(kind, {field.name: text}, about=A)
            assert draft.claims == ()
            if text != f"Kim, {PERSONAL}" or not field.choices:
                assert Mistake(field.name, "personal_number") in draft.mistakes
            assert "9876" not in repr(draft)


# -- two people at once ------------------------------------------------------------------------------------------------


def test_who_saves_second_sees_what_the_first_changed(store: Store) -> None:
    started = store.revision()
    one, other = (account(store, Company, A) for _ in range(2))
    save(store, MANAGER, desk(store).change(one, {"employees": "15"}), started=started, on=DAY)
    draft = desk(store).change(other, {"website": "ek.example"})
    before = stored(store)
    held = save(store, MANAGER, draft, started=started, on=DAY)
    assert held.load_id is None
    assert [(each.kind, each.field, each.before, each.after, each.on) for each in held.moved] == [
        (Company, "employees", 12, 15, DAY)
    ]
    assert stored(store) == before
    assert save(store, MANAGER, draft, started=started, on=DAY, anyway=True).load_id
    assert_holds(store, Company, A, {"employees": 15, "website": "ek.example"})


def test_what_others_say_of_other_firms_is_in_nobodys_way(store: Store) -> None:
    started = store.revision()
    change(store, Company, B, company=B, employees="80")
    draft = desk(store).change(account(store, Company, A), {"employees": "15"})
    assert save(store, MANAGER, draft, started=started, on=DAY).load_id


def test_a_record_that_somebody_closed_meanwhile_is_told_of(store: Store) -> None:
    started = store.revision()
    draft = desk(store).change(account(store, Offer, f"{A}/turning"), {"max_length_mm": "500"})
    keep(store, desk(store).close([account(store, Offer, f"{A}/turning")]))
    moved = save(store, MANAGER, draft, started=started, on=DAY).moved
    assert {(each.field, each.before, each.after) for each in moved} >= {("max_length_mm", 400.0, None)}


def test_nothing_typed_anew_is_no_load(store: Store) -> None:
    draft = desk(store).change(account(store, Company, A), {"employees": "12", "municipality": "Karlskoga kommun"})
    assert draft == Draft()
    assert save(store, MANAGER, draft, started=store.revision(), on=DAY) == Saved()


def test_all_that_was_said_by_hand_is_what_the_whole_ledger_says(store: Store) -> None:
    change(store, Company, A, employees="15", municipality="")
    keep(store, desk(store).add(Certificate, {"standard": "ISO 9001"}, about=A))
    keep(store, desk(store).close([account(store, Offer, f"{A}/turning")]))
    assert only(derived(store)) == only(stored(store))
    assert store.check() == []
