"""Who is meant, what is held about them, and that an erasure takes that and nothing else, whatever has happened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import ledger
from graph.erasure import erase
from graph.freshness import review_on, stale
from graph.hearing import DERIVED_KINDS, voiced
from graph.marks import ERASED, Keys, Marks, Reader
from graph.model import Activity, Claim, Company, Contact, Decision, Interview, Load, Source
from graph.packing import unpack
from graph.persons import Candidate, Holdings
from graph.resolve import live_decisions, resolve, voices
from graph.retention import let_go, past_time
from graph.store import Store, open_store
from graph.transfer import unsound
from tests.strategies import Publish, Step, companies, only, steps, stored, take
from tests.test_erasure import (
    DAY,
    FIRM,
    MAIL,
    NAME,
    OTHER,
    PHONE,
    WORK,
    contact,
    firm,
    interview,
    planted,
    trader,
)

KEYS = Keys(b"a secret of the region's own")
ANNA = Marks(
    names=frozenset({KEYS.name(("anna", "ek"))}),
    firms=frozenset({KEYS.firm(FIRM)}),
    mails=frozenset({KEYS.mail("anna@ek.example")}),
    phones=frozenset({KEYS.phone("701234567")}),
    sizes=frozenset({2}),
    on=DAY,
)


@pytest.fixture(name="store")
def one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in ("NEO4J_URI", "NARVERK_SECRET", "NARVERK_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path))
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    yield opened
    opened.close()


# -- what stands for somebody in a text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ring Anna Ek i morgon", f"Ring {ERASED} i morgon"),
        ("Anna Eks svarv", "Anna Eks svarv"),  # Ek is too short to tell a genitive from another name
        ("EK, ANNA", ERASED),
        ("besok-hos-anna-ek-2026", f"besok-hos-{ERASED}-2026"),
        ("Anna Ekström", "Anna Ekström"),
        ("Hanna Ek", "Hanna Ek"),
        ("Anna och Ek", "Anna och Ek"),
        ("skriv till Anna@Ek.example.", f"skriv till {ERASED}."),
        ("xanna@ek.example", "xanna@ek.example"),
        ("070-123 45 67, 0586-1", f"{ERASED}, 0586-1"),
        ("+46 (0)70 123 45 67", f"+{ERASED}"),
        ("0046701234567", ERASED),
        ("order 5551070123456799", "order 5551070123456799"),
        ("", ""),
    ],
)
def test_what_is_taken_out_of_a_text(text: str, left: str) -> None:
    assert Reader([ANNA], KEYS).without(text, [FIRM], DAY) == left


def test_a_long_name_is_known_in_the_genitive() -> None:
    marks = replace(ANNA, names=frozenset({KEYS.name(("anna", "svensson"))}))
    assert Reader([marks], KEYS).without("Anna Svenssons svarv", [FIRM]) == f"{ERASED} svarv"


def test_a_name_alone_counts_at_the_persons_own_firms() -> None:
    reader = Reader([ANNA], KEYS)
    assert reader.without("Anna Ek", [OTHER], DAY) == "Anna Ek"
    anywhere = Reader([replace(ANNA, anywhere=True)], KEYS)
    assert anywhere.without("Anna Ek", [OTHER], DAY) == ERASED
    assert anywhere.without("Anna Ek", [OTHER], "2026-03-02") == "Anna Ek"  # said of somebody who came later
    assert anywhere.without("Anna Ek", [FIRM], DAY, names=False) == "Anna Ek"


def test_marks_are_kept_as_they_are_and_tell_nothing() -> None:
    kept = replace(ANNA, anywhere=True).as_json()
    assert Marks.from_json(kept) == replace(ANNA, anywhere=True)
    assert not [each for each in ("anna", "ek", "0701", FIRM) if each in repr(kept)]
    assert KEYS.name(("anna", "ek")) != Keys(b"another").name(("anna", "ek"))


# -- who is meant ------------------------------------------------------------------------------------------------------


def test_a_name_of_two_is_a_question(store: Store) -> None:
    firms = [firm(FIRM, "Ek AB"), firm(OTHER, "Al AB")]
    claims = [contact(FIRM, "c1"), contact(OTHER, "c2", NAME, "zyxla@al.example", "0586-99 88 77")]
    ledger.publish(store, [WORK], [*firms, *claims, interview(FIRM, f"{NAME} svarade"), interview(OTHER, NAME)], on=DAY)
    holdings = Holdings(store)
    found = holdings.candidates("qvarnmarker")
    assert [each.firms for each in found] == [(FIRM,), (OTHER,)]
    chosen = [each for each in found if MAIL in each.mails]
    marks = holdings.marks(chosen)
    assert not marks.anywhere
    held = holdings.held(marks)
    assert {(each.place, each.about, each.is_sure) for each in held} == {
        ("contact", FIRM, True),
        ("mentioned", FIRM, True),
        ("mentioned", OTHER, False),
    }
    erase(store, marks)
    assert [each.company_id for each in store.snapshot(Contact).of(Contact)] == [OTHER]
    assert {each.notes for each in store.snapshot(Interview).of(Interview)} == {f"{ERASED} svarade", NAME}


def test_two_of_one_name_at_one_firm_are_told_apart(store: Store) -> None:
    claims = [contact(FIRM, "c1"), contact(FIRM, "c2", NAME, "en.annan@ek.example", "")]
    ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), *claims], on=DAY)
    holdings = Holdings(store)
    found = holdings.candidates(NAME)
    assert len(found) == 2
    erase(store, holdings.marks([each for each in found if MAIL in each.mails]))
    assert [each.email for each in store.snapshot(Contact).of(Contact)] == ["en.annan@ek.example"]


def test_a_switchboard_is_nobodys(store: Store) -> None:
    claims = [contact(FIRM, "c1"), contact(FIRM, "c2", "Bo Ek", "bo@ek.example", PHONE)]
    ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), *claims, interview(FIRM, f"växel {PHONE}")], on=DAY)
    holdings = Holdings(store)
    erase(store, holdings.marks(holdings.candidates(MAIL)))
    assert [(each.name, each.phone) for each in store.snapshot(Contact).of(Contact)] == [("Bo Ek", PHONE)]
    assert [each.notes for each in store.snapshot(Interview).of(Interview)] == [f"växel {PHONE}"]


@pytest.mark.parametrize("words", [MAIL, MAIL.upper(), PHONE, "+46 70 998 87 76", "zyxla qvarnmarker", "Qvarnmarker"])
def test_everything_that_is_held_is_listed(store: Store, words: str) -> None:
    planted(store)
    holdings = Holdings(store)
    found = holdings.candidates(words)
    chosen = [each for each in found if MAIL in each.mails]
    held = holdings.held(holdings.marks(chosen))
    places = {each.place for each in held}
    assert {"contact", "mentioned", "decision", "load", "snapshot", "note"} <= places
    assert any(not each.counts and each.place == "contact" for each in held)  # of the load that was undone
    said = {each.source.file for each in held if each.source}
    assert said >= {f"Kontakter {NAME}.xlsx", "arbete.xlsx"}
    assert {each.kind for each in held if each.place == "note"} >= {"enquiry", "access", "meeting"}


def test_a_sole_trader_is_found_by_the_identifier_of_the_number(store: Store) -> None:
    planted(store)
    (found,) = Holdings(store).candidates("19000101-0000", subject=trader(store))
    assert trader(store) in found.own


def test_who_is_only_spoken_of_is_found_too(store: Store) -> None:
    ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), interview(FIRM, "hej", "Kim Intervjuare")], on=DAY)
    holdings = Holdings(store)
    assert holdings.candidates("Nils Ingen") == []
    (found,) = holdings.candidates("kim intervjuare")
    assert found == Candidate(("kim intervjuare",))
    erase(store, holdings.marks([found]))
    assert [each.asked_by for each in store.snapshot(Interview).of(Interview)] == [ERASED]


# -- time ------------------------------------------------------------------------------------------------------------


def test_a_contact_is_to_be_looked_at_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told = replace(contact(FIRM, "c2", "Bo Ek", "", ""), fields={"name": "Bo Ek", "review_on": "2026-05-01"})
    ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), contact(FIRM, "c1"), told], on=DAY)
    found = store.snapshot(Company, Contact)
    days = {each.name: review_on(each) for each in found.of(Contact)}
    assert days == {NAME: "2027-03-01", "Bo Ek": "2026-05-01"}
    monkeypatch.setenv("NARVERK_REVIEW_DAYS", "30")
    assert {each.name: review_on(each) for each in found.of(Contact)}[NAME] == "2026-03-31"
    assert not ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), contact(FIRM, "c1"), told], on="2026-04-01").load_id
    whole = store.snapshot(*DERIVED_KINDS)
    assert [(each.item, each.confirm_by) for each in stale(whole, "2026-04-30")] == [(NAME, "2026-03-31")]


def test_what_is_past_its_time_goes_when_somebody_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    late = replace(interview(FIRM, "nytt"), item="i2", fields={"asked_on": "2027-01-01", "notes": "nytt"})
    claims = [firm(FIRM, "Ek AB"), contact(FIRM, "c1"), interview(FIRM, "gammalt"), late]
    ledger.publish(store, [WORK], claims, on=DAY)
    records = store.snapshot(Contact, Interview)
    assert past_time(records, "2040-01-01") == []  # nobody has settled anything
    monkeypatch.setenv("NARVERK_RETAIN_CONTACTS", "10")
    monkeypatch.setenv("NARVERK_RETAIN_NOTES", "400")
    past = past_time(records, "2027-06-01")
    assert [(type(each.record), each.due) for each in past] == [(Contact, "2027-03-11"), (Interview, "2027-04-05")]
    assert past_time(records, "2027-03-11") == []
    let_go(store, past, "2027-06-01")
    assert store.snapshot(Contact).of(Contact) == []
    assert [each.notes for each in store.snapshot(Interview).of(Interview)] == [None, "nytt"]
    assert unsound(store) == []
    ledger.publish(store, [WORK], [firm(FIRM, "Ek AB"), contact(FIRM, "c1")], on="2027-06-02")
    assert [each.name for each in store.snapshot(Contact).of(Contact)] == [NAME]  # told anew


# -- whatever has happened ---------------------------------------------------------------------------------------------


@st.composite
def contact_loads(draw: st.DrawFn) -> Publish:
    """A load that says of some firms that the person is a contact of theirs."""
    claims = []
    for row, key in enumerate(draw(st.lists(companies, min_size=1, max_size=3, unique=True)), 2):
        fields = {"name": NAME, "email": MAIL, **draw(st.sampled_from(({}, {"title": "VD"})))}
        claims += [Claim(key, "Contact", "c1", fields, row), Claim(key, "Company", "", {}, row)]
    source = Source("members", "network", complete=draw(st.booleans()))
    return Publish((source,), tuple(claims), draw(st.sampled_from(("2025-01-31", "2026-01-31"))))


told = st.lists(st.one_of(steps, steps, contact_loads()), min_size=1, max_size=9)


def somebody_else(step: Step) -> Step:
    """The same step with another person in the place of the one."""
    if not isinstance(step, Publish):
        return step
    other = {"name": "Bo Annan", "email": "bo@annan.example"}
    claims = tuple(
        replace(each, fields={**each.fields, **other}) if each.kind == "Contact" else each for each in step.claims
    )
    return replace(step, claims=claims)


def claims_of(store: Store) -> list[tuple[str, Claim]]:
    loads = store.snapshot(Load).of(Load)
    blocks = store.blocks({load.load_id: None for load in loads})
    return [(block.load_id, each) for block in blocks for each in unpack(block)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told)
def test_the_region_is_as_if_nobody_had_told_of_the_person(history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (open_store(f"sqlite:{Path(folder) / name}.sqlite") for name in ("one", "other"))
        for step in history:
            assert take(one, step) == take(other, somebody_else(step))
        holdings = Holdings(one)
        if found := holdings.candidates(MAIL):
            erase(one, holdings.marks(found))
        left, wanted = stored(one), stored(other)
        assert left.pop("Contact") == {}
        wanted.pop("Contact")
        assert only(left) == only(wanted)
        assert claims_of(one) == [each for each in claims_of(other) if each[1].kind != "Contact"]
        assert unsound(one) == []
        for store in (one, other):
            store.close()


PERSON = "person:aa11"


def without_person(claim: Claim) -> Claim | None:
    """What stays of a claim, worked out by hand for the kinds that the histories have."""
    if PERSON in (claim.subject, claim.fields.get("buyer_id"), claim.fields.get("other_id")):
        return None
    fields = {name: value for name, value in claim.fields.items() if (name, value) != ("parent_id", PERSON)}
    if claim.kind == Activity.__name__:
        listed = fields["participants"]
        assert isinstance(listed, tuple)
        fields["participants"] = tuple(each for each in listed if each != PERSON)
    return replace(claim, fields=fields)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=1, max_size=9))
def test_a_sole_trader_goes_from_whatever_has_happened(history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:{Path(folder) / 'region'}.sqlite")
        for step in history:
            take(store, step)
        before = store.snapshot(Load, Decision)
        holdings = Holdings(store)
        wanted = [(load_id, left) for load_id, each in claims_of(store) if (left := without_person(each))]
        live = live_decisions(before.of(Decision))
        decisions = [each for each in live if PERSON not in (*each.subjects, (each.value or "").strip('"'))]
        heard = voices(before.of(Load))
        counted = [(load_id, claim) for load_id, claim in wanted if load_id in heard]
        said = [each for load_id, claim in counted for each in voiced([claim], heard[load_id])]
        erase(store, holdings.marks([Candidate(("Okänd Person",), own=(PERSON,))]))
        assert claims_of(store) == wanted
        expected = resolve(said, decisions)
        found = stored(store)
        assert only(found) == only({kind.__name__: dict(expected.of(kind)) for kind in DERIVED_KINDS})
        assert unsound(store) == []
        store.close()
