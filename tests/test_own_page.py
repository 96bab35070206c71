"""What a company's own people may say and undo, in the core and on their page: their own firm, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import OF_ITSELF, Viewer, view
from graph.errors import NotAllowed
from graph.ledger import decide, publish
from graph.model import (
    Alias,
    Certificate,
    Claim,
    Company,
    Contact,
    Interview,
    Level,
    Load,
    Need,
    Offer,
    Record,
    Source,
    Trade,
    Workplace,
    field_names,
)
from graph.own_account import account_for, provenance_for
from graph.own_word import LEFT, SPOKEN, require_said, take_back_said
from graph.provenance import provenance, seen_by
from graph.resolve import CLOSED, read_sources
from graph.schema import company_references
from graph.store import Store, open_store
from ingest.by_hand import Desk, Draft, save
from tests.test_app import ROOT, bodies, invented_region, opened_region, run, said, start
from tests.test_company_page import do, parts, submit
from tests.test_log_in import BO, Open, give, opening
from texts import LANGUAGES, load
from views import common
from views.who import Who

__all__ = ["invented_region", "opened_region", "opening"]  # fixtures

A, B = "org:4634540522", "org:4000000002"
DAY = "2026-11-20"
MANAGER, MEMBERS, OF_A = Viewer(Level.MANAGER), Viewer(Level.MEMBERS), Viewer(Level.MEMBERS, A)
LIST = Source("member_sheet", "network", Level.PUBLIC, file="Hemlig kund.xlsx", sheet="Till Saab")
NOTES = Source("network_work", "network", Level.MANAGER, file="Ledningen.xlsx")
SV = load("sv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    publish(
        opened,
        [LIST, NOTES],
        [
            Claim(A, "Company", "", {"name": "Ek Mekaniska AB", "municipality": "1883", "employees": 12}, row=7),
            Claim(B, "Company", "", {"name": "Al Gjuteri AB", "municipality": "1880"}),
            Claim("name:hemligt@1880", "Company", "", {"name": "Hemligt AB"}),
            Claim(A, "Offer", "turning", {"tolerance": "IT7"}, evidence="verified"),
            Claim(B, "Offer", "bending", {"tolerance": "IT9"}),
            Claim(A, "Contact", "kim", {"name": "Kim Ek", "email": "kim@a.example"}, source=1),
            Claim(A, "Company", "", {"member_since": "2020-01-01", "sensitive": True, "employees": 14}, source=1),
            Claim(A, "Interview", "i1", {"notes": "ledningens anteckning"}, source=1),
            Claim(B, "Trade", "t1", {"buyer_id": A, "what": "gjutgods", "value_sek": 500}, source=1),
        ],
        on="2026-01-02",
    )  # fmt: skip
    yield opened
    opened.close()


def desk(store: Store) -> Desk:
    return Desk(store, store.snapshot(Company, Alias), on=DAY, for_firm=True)


def keep(store: Store, draft: Draft, viewer: Viewer = OF_A) -> str:
    assert draft.claims, draft.mistakes
    return save(store, viewer, draft, started=store.revision(), on=DAY).load_id or ""


def said_by_hand(*claims: Claim) -> Draft:
    return Draft(claims, subjects=frozenset(each.subject for each in claims))


# -- what it may say -------------------------------------------------------------------------------------------------


def test_a_firm_says_what_it_can_and_it_is_its_own_word_of_that_day(store: Store) -> None:
    load_id = keep(store, desk(store).add(Offer, {"capability": "milling_3"}, about=A, audience=Level.PUBLIC))
    (offer,) = [each for each in store.snapshot(Offer).of(Offer) if each.capability == "milling_3"]
    assert (offer.company_id, offer.evidence, offer.stated_on) == (A, "stated", DAY)
    (load,) = store.matching(Load, "load_id", [load_id])
    assert [(each.source_type, each.owner) for each in read_sources(load.sources)] == [("by_hand", A)]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Certificate, {"standard": "ISO 9001", "valid_until": "2028-01-01"}),
        (Contact, {"name": "Bo Al", "email": "bo@a.example"}),
        (Workplace, {"name": "Lager", "locality": "Örebro"}),
        (Need, {"theme": "digitalisation", "may_share": "yes"}),
    ],
)
def test_it_adds_records_of_its_own(store: Store, kind: type[Record], typed: dict[str, str]) -> None:
    before = {each.key for each in store.snapshot(kind).of(kind)}
    keep(store, desk(store).add(kind, typed, about=A))
    (made,) = [each for each in store.snapshot(kind).of(kind) if each.key not in before]
    assert made.company_id == A  # type: ignore[attr-defined]


def test_it_changes_confirms_and_closes_and_a_word_of_its_own_is_never_verified(store: Store) -> None:
    offer = account_for(store, OF_A, Offer, f"{A}/turning")
    assert offer is not None
    keep(store, desk(store).change(offer, {"tolerance": "IT6", "evidence": "verified"}))
    (found,) = store.matching(Offer, "company_id", [A])
    assert (found.tolerance, found.evidence) == ("IT6", "stated")
    firm = account_for(store, OF_A, Company, A)
    assert firm is not None
    confirmed = desk(store).confirm(firm)
    assert {name for each in confirmed.claims for name in each.fields} == {"employees", "sensitive"}
    keep(store, confirmed)
    again = account_for(store, OF_A, Offer, f"{A}/turning")
    assert again is not None
    keep(store, desk(store).close([again]))
    assert store.matching(Offer, "company_id", [A]) == []


def test_what_it_says_is_shown_to_nobody_more_than_what_it_changes(store: Store) -> None:
    contact = account_for(store, OF_A, Contact, f"{A}/kim")
    assert contact is not None
    draft = desk(store).change(contact, {"phone": "019-1"})
    assert {each.audience for each in draft.claims if each.kind == "Contact"} == {Level.MANAGER}


def test_the_forms_leave_out_what_is_not_its_to_say(store: Store) -> None:
    firm = account_for(store, OF_A, Company, A)
    assert firm is not None
    typed = {"name": "Hemligt AB", "municipality": "Örebro", "member_since": "1999-01-01", "parent_id": "Al Gjuteri AB"}
    assert desk(store).change(firm, typed) == Draft()


FORGED = {
    "another firm": Claim(B, "Offer", "turning", {"tolerance": "IT1"}),
    "another firm's closing": Claim(B, "Offer", "bending", {}, evidence=CLOSED),
    "another firm by its key": Claim(A, "Company", B, {"business": "x"}),
    "a firm nobody knows": Claim("org:4999999999", "Company", "", {"business": "x"}),
    "a name": Claim(A, "Company", "", {"name": "Hemligt AB"}),
    "a place that joins": Claim(A, "Company", "", {"municipality": "1880"}),
    "an owner": Claim(A, "Company", "", {"parent_id": B}),
    "membership": Claim(A, "Company", "", {"member_until": "2030-01-01"}),
    "less secret": Claim(A, "Company", "", {"sensitive": False}),
    "no longer secret": Claim(A, "Company", "", {"sensitive": None}),
    "a trade": Claim(A, "Trade", "t9", {"buyer_id": B, "what": "x"}),
    "another's trade": Claim(A, "Trade", "t1", {"what": "x"}),
    "the manager's notes": Claim(A, "Interview", "i1", {"notes": "x"}),
    "an introduction": Claim(A, "Introduction", "x", {"other_id": B}),
    "an activity": Claim("activity:x", "Activity", "", {"participants": (A,)}),
    "a legal basis": Claim(A, "Contact", "kim", {"legal_basis": "consent"}),
    "verified": Claim(A, "Offer", "turning", {"tolerance": "IT1"}, evidence="verified"),
    "one of two": Claim(B, "Company", "", {}),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_refused_and_nothing_is_written(store: Store, name: str) -> None:
    before = store.revision()
    own = Claim(A, "Offer", "milling_3", {"tolerance": "IT8"})
    with pytest.raises(NotAllowed, match="not_own"):
        keep(store, said_by_hand(own, FORGED[name]))
    assert store.revision() == before


def test_nobody_else_may_write_at_all(store: Store) -> None:
    own = said_by_hand(Claim(A, "Offer", "milling_3", {}))
    for viewer in (Viewer(), MEMBERS, Viewer(Level.MEMBERS, B)):
        with pytest.raises(NotAllowed):
            keep(store, own, viewer)
    assert require_said(store, MANAGER, [FORGED["another firm"]]) == ""


def test_what_a_firm_may_say_names_no_other_firm_and_every_field_is_decided_about() -> None:
    assert {*SPOKEN} == {*OF_ITSELF} == {*LEFT}
    for kind, names in SPOKEN.items():
        assert not names & {each.field for each in company_references(kind)}
        assert LEFT[kind] <= {*field_names(kind)}
        assert names | LEFT[kind] == {*field_names(kind)}


def test_it_marks_itself_more_secret(store: Store) -> None:
    other = Viewer(Level.MEMBERS, B)
    keep(store, said_by_hand(Claim(B, "Company", "", {"sensitive": True})), other)
    assert B not in {each.company_id for each in view(store, MEMBERS).of(Company)}
    assert B in {each.company_id for each in view(store, other).of(Company)}


def test_it_follows_the_firm_through_a_merger(store: Store) -> None:
    load_id = keep(store, said_by_hand(Claim(A, "Offer", "milling_3", {})))
    decide(store, "same", [A, B])
    now = Viewer(Level.MEMBERS, B)
    keep(store, said_by_hand(Claim(B, "Offer", "annealing", {})), now)
    take_back_said(store, now, load_id)
    assert "milling_3" not in {each.capability for each in store.snapshot(Offer).of(Offer)}


# -- undo --------------------------------------------------------------------------------------------------------------


def test_it_undoes_its_own_word_and_nobody_elses(store: Store) -> None:
    mine = keep(store, said_by_hand(Claim(A, "Offer", "milling_3", {})))
    theirs = keep(store, said_by_hand(Claim(B, "Offer", "milling_3", {})), Viewer(Level.MEMBERS, B))
    managers = keep(store, said_by_hand(Claim(A, "Company", "", {"employees": 15})), MANAGER)
    first = store.snapshot(Load).of(Load)[0].load_id
    for load_id in (theirs, managers, first, "L999999"):
        with pytest.raises(NotAllowed):
            take_back_said(store, OF_A, load_id)
    with pytest.raises(NotAllowed):
        take_back_said(store, MEMBERS, mine)
    take_back_said(store, OF_A, mine)
    assert {each.capability for each in store.matching(Offer, "company_id", [A])} == {"turning"}
    take_back_said(store, MANAGER, theirs)


# -- who says so -----------------------------------------------------------------------------------------------------


def test_it_is_told_that_something_was_said_and_not_by_whom_or_where(store: Store) -> None:
    decide(store, "correct", [A], kind=Company, name="employees", value=16, by="Chefen")
    keep(store, said_by_hand(Claim(A, "Offer", "milling_3", {})))
    told = provenance_for(store, OF_A, A)
    assert {*told.accounts} <= {*OF_ITSELF}
    shown = repr((told.accounts, told.claims, told.decisions))
    for hidden in ("Hemlig kund", "Till Saab", "Ledningen.xlsx", "Chefen", "anteckning", "gjutgods", "member_sheet"):
        assert hidden not in repr(told.accounts)
        assert hidden == "member_sheet" or hidden not in shown
    account = told.account(Company, A)
    assert account is not None
    assert {word.value for word in account.words["employees"]} == {16, 14, 12}
    assert all(word.said is None or word.said.claim.row == 0 for word in account.words["employees"])
    assert "Ledningen.xlsx" in repr(provenance_for(store, MANAGER, A))


def test_of_others_it_is_told_nothing(store: Store) -> None:
    for viewer, firm in ((OF_A, B), (OF_A, "name:hemligt@1880"), (MEMBERS, A), (Viewer(), A)):
        with pytest.raises(NotAllowed):
            provenance_for(store, viewer, firm)
    forged = [(Offer, f"{B}/bending"), (Company, B), (Trade, "t1"), (Interview, f"{A}/i1"), (Offer, f"{A}/nothing")]
    for kind, key in forged:
        with pytest.raises(NotAllowed):
            account_for(store, OF_A, kind, key)
    assert account_for(store, MANAGER, Offer, f"{B}/bending") is not None


def test_what_changed_meanwhile_tells_nothing_of_the_managers_work(store: Store) -> None:
    started = store.revision()
    publish(store, [NOTES], [Claim(A, "Interview", "i2", {"notes": "ny anteckning"})])
    draft = said_by_hand(Claim(A, "Offer", "milling_3", {}))
    assert save(store, OF_A, draft, started=started, on=DAY).load_id
    publish(store, [LIST], [Claim(A, "Offer", "turning", {"tolerance": "IT8"})])
    again = said_by_hand(Claim(A, "Offer", "annealing", {}))
    assert {each.kind for each in save(store, OF_A, again, started=started, on=DAY).moved} == {Offer}


def test_a_firm_is_told_the_same_of_how_others_see_it_as_the_manager(region: Store) -> None:
    firms = [each.company_id for each in region.snapshot(Company).of(Company)][::9]
    for firm in firms:
        whole = provenance(region, firm)
        own = Viewer(Level.MEMBERS, firm)
        narrow = provenance_for(region, own, firm)
        for viewer in (Viewer(), MEMBERS, own):
            assert seen_by(narrow, viewer) == seen_by(whole, viewer), (firm, viewer)


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def firm(region: Store) -> Company:
    """A firm of which much is known and the manager has written something down."""
    snapshot = region.snapshot(Company, Offer, Contact, Interview)
    having = [{each.company_id for each in snapshot.of(kind)} for kind in (Offer, Contact, Interview)]  # type: ignore[attr-defined]
    known = set.intersection(*having)
    return next(e for e in snapshot.of(Company) if e.company_id in known and e.company_id.startswith("org:"))


Look = Callable[..., AppTest]


@pytest.fixture(name="look")
def looking(region: Store, firm: Company, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Opens a page as the firm's own people: ``look(page, firm, language=)``."""
    seen = Who("given", Viewer(Level.MEMBERS, firm.company_id), name="Kim Ek")
    monkeypatch.setattr(common, "look", lambda *_: seen)

    def look(page: str = "company", of: Company = firm, language: str = "sv") -> AppTest:
        return start(language, page, **({"firm": of.company_id.removeprefix("org:")} if page == "company" else {}))

    return look


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_people_come_to_their_own_page_first_and_see_it_whole(
    look: Look, region: Store, firm: Company, language: str
) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"))
    app.query_params["lang"] = language
    run(app)
    assert (firm.name or "").replace("&", "&amp;") in said(app, "headline")
    shown = parts(app)
    contacts = region.matching(Contact, "company_id", [firm.company_id])
    assert len(shown["contacts"]["rows"]) == len(contacts) > 0
    assert shown["contacts"]["act"] == load(language)("company.add")
    assert {"interviews", "introductions", "cases", "activities"}.isdisjoint(shown)
    assert not any(shown[name]["act"] for name in ("sells", "buys") if name in shown)
    everything = json.dumps(shown, ensure_ascii=False)
    sources = {source for load_ in region.snapshot(Load).of(Load) for source in read_sources(load_.sources)}
    assert not [each.file for each in sources if each.file and each.file in everything]
    assert load(language)("consent.title") in "".join(bodies(app))


def test_another_firms_page_is_as_any_member_gets_it(look: Look, region: Store, firm: Company) -> None:
    members = {each.company_id: each for each in view(region, MEMBERS).of(Company)}
    other = next(each for key, each in members.items() if key != firm.company_id and key.startswith("org:"))
    app = look(of=other)
    assert not any(each["act"] for each in parts(app).values())
    assert load("sv")("consent.title") not in "".join(bodies(app))
    before = region.revision()
    key = next((each.key for each in region.matching(Offer, "company_id", [other.company_id])), other.company_id)
    for what, about in (("add", "facts"), ("add", "makes"), ("edit", key)):
        do(app, what, about)
        assert not app.get("form")
    assert region.revision() == before


def test_its_people_say_something_and_take_it_back(look: Look, region: Store, firm: Company) -> None:
    app = do(look(), "add", "holds")
    assert SV("edit.no_classified") in "".join(bodies(app))
    with pytest.raises(KeyError):
        app.selectbox(key="edit_evidence_1")
    app.selectbox(key="edit_standard_1").set_value("AQAP 2110")
    submit(app)
    assert "Sparat." in said(app, "saved")
    (made,) = [e for e in region.matching(Certificate, "company_id", [firm.company_id]) if e.standard == "AQAP 2110"]
    assert made.evidence == "stated"
    app.button(key="undo").click()
    run(app)
    assert "AQAP 2110" not in {each.standard for each in region.matching(Certificate, "company_id", [firm.company_id])}


def test_a_form_forged_for_another_firm_is_refused(look: Look, region: Store, firm: Company) -> None:
    from views.edit import OPEN, Editing

    other = next(each for each in region.snapshot(Company).of(Company) if each.company_id != firm.company_id)
    app = look()
    before = region.revision()
    app.session_state[OPEN] = Editing(Certificate, about=other.company_id, number=9, started=before)
    run(app)
    app.selectbox(key="edit_standard_9").set_value("AQAP 2110")
    submit(app)
    assert SV("error.not_own") in "".join(bodies(app))
    key = next(each.key for each in region.snapshot(Contact).of(Contact) if each.company_id != firm.company_id)
    app.session_state[OPEN] = Editing(Contact, key, number=10, started=before)
    run(app)
    assert SV("error.not_own") in "".join(bodies(app))
    assert region.revision() == before


def test_its_people_are_not_asked_what_only_the_manager_says(look: Look) -> None:
    app = do(look(), "add", "facts")
    asked = {each.key for each in (*app.text_input, *app.text_area, *app.selectbox, *app.multiselect)}
    assert "edit_business_1" in asked
    assert not asked & {f"edit_{name}_1" for name in ("name", "municipality", "member_since", "parent_id")}
    assert app.selectbox(key="edit_sensitive_1").options == [SV("value.yes")]


def test_no_page_of_the_managers_opens_to_them(look: Look) -> None:
    for page in ("changes", "load", "interview", "access"):
        assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in said(look(page), "warning")


def test_who_logs_in_for_a_firm_comes_to_its_page_and_finds_back(
    opened: Open, demo_data: Path, region: Store, firm: Company
) -> None:
    give(demo_data, BO, "COMPANY", firm.company_id)
    app = opened(BO)
    name = (firm.name or "").replace("&", "&amp;")
    assert name in said(app, "headline")
    assert SV("consent.title") in "".join(bodies(app))
    run(app.switch_page("views/start.py"))
    assert name not in said(app, "headline")  # only the first time
    run(app.switch_page("views/my_firm.py"))
    assert name in said(app, "headline")
