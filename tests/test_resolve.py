"""Claims and decisions into records: which word counts, which lose and stay visible, and that order is nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Alias, Certificate, Claim, Company, Decision, Level, Load, Offer, Source, SupportCase, Trade
from graph.resolve import (
    BY_HAND,
    CLOSED,
    Said,
    Voice,
    best_first,
    conflicts,
    corrected_to,
    live_decisions,
    read_sources,
    resolve,
    voices,
    write_sources,
)
from tests.strategies import Publish, loads

A, B = "org:4000000001", "org:4000000002"
SOURCE, OTHER = Source("members", "network"), Source("trades", "network")


def word(
    subject: str = A,
    revision: int = 1,
    since: str = "2026-01-01",
    source: Source = SOURCE,
    row: int = 1,
    **more: object,
) -> Said:
    fields = {"kind": "Company", "item": "", "fields": {}, **more}
    claim = Claim(subject, row=row, **fields)  # type: ignore[arg-type]
    return Said(claim, Voice(f"L{revision:06}", revision, source, since))


def company(*said: Said, decisions: tuple[Decision, ...] = ()) -> Company:
    (found,) = resolve(said, decisions).of(Company).values()
    assert isinstance(found, Company)
    return found


def correct(field: str, value: str, revision: int = 9, item: str | None = None, kind: str = "Company") -> Decision:
    return Decision(f"D{revision}", "correct", (A,), kind, item, field, value, revision=revision)


# -- which word counts ------------------------------------------------------------------------------------------------


def test_verified_beats_stated_beats_inferred_however_old() -> None:
    words = [
        word(fields={"employees": 1}, evidence="verified", since="2020-01-01"),
        word(fields={"employees": 2}, evidence="stated", since="2025-01-01", revision=2),
        word(fields={"employees": 3}, evidence="inferred", since="2026-01-01", revision=3),
    ]
    for count, wanted in ((3, 1), (2, 2), (1, 3)):
        for order in permutations(words[-count:]):
            assert company(*order).employees == wanted


def test_then_the_newest_by_its_own_date_then_by_its_load() -> None:
    old = word(fields={"employees": 1}, since="2026-02-01", as_of="2019-01-01", revision=7)
    new = word(fields={"employees": 2}, since="2025-01-01", revision=2)
    newer_load = word(fields={"employees": 3}, since="2025-01-01", revision=3)
    assert company(old, new).employees == company(new, old).employees == 2
    assert company(new, newer_load).employees == company(newer_load, new).employees == 3


def test_then_the_first_source_and_row_of_one_load() -> None:
    words = [
        word(fields={"employees": 1}, source=SOURCE, row=3),
        word(fields={"employees": 2}, row=9),
        Said(Claim(A, "Company", "", {"employees": 3}, row=1, source=1), Voice("L000001", 1, OTHER, "2026-01-01")),
    ]
    for order in permutations(words):
        assert company(*order).employees == 1


def test_two_words_of_one_row_are_told_apart_by_what_they_say() -> None:
    words = [word(fields={"employees": each}) for each in (1, 2, 3)]
    assert len({company(*order) for order in permutations(words)}) == 1
    assert len({tuple(map(repr, best_first(order))) for order in permutations(words)}) == 1


def test_each_field_is_settled_by_itself_and_unknown_says_nothing() -> None:
    old = word(fields={"name": "Ek AB", "employees": 5}, since="2025-01-01")
    new = word(fields={"employees": 7, "name": None}, since="2026-01-01", revision=2)
    assert company(old, new) == Company(A, name="Ek AB", employees=7)


def test_a_company_is_called_what_rows_with_its_number_call_it() -> None:
    numbered = word(A, fields={"name": "Rävåsens Plåtteknik AB"}, since="2020-01-01")
    unnumbered = word("name:ravasens platteknik", fields={"name": "Ravasens Platteknik"}, revision=2)
    by_hand = word("name:ravasens platteknik", 3, source=Source(BY_HAND, "network"), fields={"name": "Rävåsens"})
    assert company(numbered, unnumbered).name == "Rävåsens Plåtteknik AB"
    assert company(numbered, unnumbered, by_hand).name == "Rävåsens"
    assert conflicts([numbered, unnumbered], {"name:ravasens platteknik": A}) == [], "one source has one word"
    other = word("name:ravasens platteknik", 2, source=OTHER, fields={"name": "Ravasens Platteknik"})
    (found,) = conflicts([other, numbered], {"name:ravasens platteknik": A})
    assert [value for value, _ in found.said] == ["Rävåsens Plåtteknik AB", "Ravasens Platteknik"]


def test_a_persons_correction_beats_all_and_the_newest_of_several_counts() -> None:
    said = word(fields={"employees": 5, "name": "Ek AB"}, evidence="verified", since="2030-01-01")
    told = (correct("employees", "8", 2), correct("employees", "9", 3))
    assert company(said, decisions=told).employees == 9
    assert company(said, decisions=(correct("employees", "null"),)).employees is None


def test_an_offers_evidence_and_date_are_those_of_its_best_word() -> None:
    words = [
        word(kind="Offer", item="turning", fields={"materials": ("steel",)}, since="2026-01-01"),
        word(kind="Offer", item="turning", fields={"max_length_mm": 5}, evidence="verified", as_of="2024-05-05"),
        word(),
    ]
    (offer,) = resolve(words, []).of(Offer).values()
    assert offer == Offer(
        f"{A}/turning", A, "turning", ("steel",), max_length_mm=5.0, evidence="verified", stated_on="2024-05-05"
    )
    assert type(getattr(offer, "max_length_mm", None)) is float
    emptied = resolve(words, [correct("materials", "null", item="turning", kind="Offer")]).of(Offer)
    assert emptied[f"{A}/turning"].materials == ()  # type: ignore[attr-defined]


# -- by hand -----------------------------------------------------------------------------------------------------------

HAND = Source(BY_HAND, "network", Level.MANAGER)


def hand(revision: int, **more: object) -> Said:
    return word(source=HAND, revision=revision, since="2020-01-01", **more)  # type: ignore[arg-type]


def test_what_is_said_by_hand_beats_what_any_file_says_and_the_newest_of_it_counts() -> None:
    words = [
        word(fields={"employees": 1}, evidence="verified", since="2030-01-01", revision=9),
        hand(2, fields={"employees": 2}, evidence="verified", as_of="2029-01-01"),
        hand(3, fields={"employees": 3}, evidence="inferred"),
    ]
    for order in permutations(words):
        assert company(*order).employees == 3
        assert company(*order, decisions=(correct("employees", "8"),)).employees == 8
    assert company(*words[:2]).employees == 2


def test_not_known_is_a_word_by_hand_alone() -> None:
    said = word(fields={"employees": 5, "parent_id": B})
    assert company(said, hand(2, fields={"employees": None})).employees is None
    assert company(said, hand(2, fields={"parent_id": None})).parent_id is None
    assert company(said, word(fields={"employees": None}, source=OTHER, since="2030-01-01")).employees == 5
    offer = word(kind="Offer", item="turning", fields={"materials": ("steel",)})
    (emptied,) = (
        resolve([word(), offer, hand(2, kind="Offer", item="turning", fields={"materials": None})], [])
        .of(Offer)
        .values()
    )
    assert emptied == Offer(f"{A}/turning", A, "turning", (), evidence="stated", stated_on="2020-01-01")


def test_a_closed_record_is_not_there_until_it_is_opened_by_hand() -> None:
    offer = word(kind="Offer", item="turning", fields={"tolerance": "IT7"}, since="2030-01-01", revision=7)
    closed = hand(2, kind="Offer", item="turning", evidence=CLOSED)
    opened = hand(3, kind="Offer", item="turning", fields={"batch_min": 5})
    for order in permutations([word(), offer, closed]):
        assert not resolve(order, []).of(Offer)
        assert conflicts(order, {A: A}) == []
    for order in permutations([word(), offer, closed, opened]):
        (found,) = resolve(order, []).of(Offer).values()
        assert (found.tolerance, found.batch_min) == ("IT7", 5)  # type: ignore[attr-defined]
    assert not resolve([word(), closed], []).of(Offer)


def granted_on(*told: dict[str, str | None]) -> str | None:
    """The day of a case of which lists have told this, the oldest first."""
    said = [
        word(kind="SupportCase", item="i", fields=dict(each), as_of=each["changed_on"], revision=number)
        for number, each in enumerate(told, 1)
    ]
    (found,) = resolve(said, ()).of(SupportCase).values()
    assert isinstance(found, SupportCase)
    return found.granted_on


def test_support_was_granted_on_the_day_it_came_to_be_whatever_has_ended_since() -> None:
    def case(status: str, changed_on: str | None, **more: str) -> dict[str, str | None]:
        return {"status": status, "changed_on": changed_on, **more}

    applied, granted = case("applied", "2026-01-10"), case("granted", "2026-03-10")
    assert granted_on(applied, granted) == "2026-03-10"
    assert granted_on(granted, case("ended", "2027-02-01")) == "2026-03-10"
    assert granted_on(case("granted", None), granted, case("ended", "2027-02-01")) == "2026-03-10"
    assert granted_on(applied) is None
    assert granted_on(applied, case("ended", "2026-02-01")) is None
    assert granted_on(granted, case("refused", "2026-04-01")) is None
    assert granted_on(granted, case("ended", "2027-02-01", granted_on="2026-03-01")) == "2026-03-01"


def test_a_file_that_says_otherwise_stands_beside_what_was_said_by_hand() -> None:
    said = [word(fields={"employees": 5}, since="2030-01-01"), hand(2, fields={"employees": None})]
    (found,) = conflicts(said, {A: A})
    assert [value for value, _ in found.said] == [None, 5]


# -- whose records they are -------------------------------------------------------------------------------------------


def test_records_of_every_identifier_are_the_companys_own() -> None:
    said = [
        word(fields={"name": "Ek AB"}),
        word("name:ek", fields={"name": "Ek"}),
        word("name:ek", kind="Certificate", item="ISO 9001"),
        word(B),
        word(B, kind="Trade", item="t", fields={"buyer_id": "name:ek", "value_sek": 5}),
    ]
    found = resolve(said, [])
    assert set(found.of(Certificate)) == {f"{A}/ISO 9001"}
    assert list(found.of(Trade).values()) == [Trade("t", B, A, value_sek=5)]
    assert found.of(Alias)["name:ek"] == Alias("name:ek", A, ("ek",))
    assert found.company_of == {A: A, "name:ek": A, B: B}


def test_a_firm_is_never_its_own_parent() -> None:
    said = [word(fields={"name": "Ek AB", "parent_id": "name:ek"}), word("name:ek", fields={"name": "Ek"})]
    assert company(*said).parent_id is None


def test_a_reference_outside_the_question_is_looked_up() -> None:
    said = [word(fields={"parent_id": "name:al"})]
    found = resolve(said, [], outside={"name:al": B}).of(Company)[A]
    assert found == Company(A, parent_id=B)


def test_what_a_correction_refers_to() -> None:
    assert corrected_to(correct("parent_id", '"org:1"')) == ("org:1",)
    assert corrected_to(correct("parent_id", "null")) == ()
    assert corrected_to(correct("name", '"org:1"')) == ()
    assert corrected_to(correct("participants", '["org:1","org:2"]', kind="Activity")) == ("org:1", "org:2")
    assert corrected_to(Decision("D1", "same", (A, B))) == ()


# -- conflicts --------------------------------------------------------------------------------------------------------


def test_what_sources_differ_on_stays_visible_with_the_one_that_counts_first() -> None:
    said = [
        word(fields={"employees": 5, "name": "Ek AB"}, since="2025-01-01"),
        word(fields={"employees": 4}, since="2024-01-01", revision=2),
        word(fields={"employees": 7, "name": "Ek AB"}, since="2026-01-01", source=OTHER, revision=3),
    ]
    (found,) = conflicts(said, {A: A})
    assert (found.kind, found.key, found.field) == ("Company", A, "employees")
    assert [(value, each.voice.source) for value, each in found.said] == [(7, OTHER), (5, SOURCE)]
    assert conflicts(said[:2], {A: A}) == [], "a source that changed its mind is in no conflict with itself"


# -- whose words count ------------------------------------------------------------------------------------------------


def load(revision: int, *sources: Source, withdrawn: int | None = None) -> Load:
    return Load(f"L{revision}", revision, withdrawn, "2026-01-01", write_sources(sources))


def test_a_newer_complete_list_silences_its_own_source_until_it_is_withdrawn() -> None:
    complete = replace(SOURCE, complete=True)
    history = [load(1, SOURCE, OTHER), load(2, complete, withdrawn=4), load(3, SOURCE)]

    def heard(at: int | None) -> dict[str, list[bool]]:
        return {load_id: [each is not None for each in spoken] for load_id, spoken in voices(history, at).items()}

    assert heard(1) == {"L1": [True, True]}
    assert heard(2) == {"L1": [False, True], "L2": [True]}
    assert heard(3) == {"L1": [False, True], "L2": [True], "L3": [True]}
    assert heard(4) == heard(None) == {"L1": [True, True], "L3": [True]}
    assert heard(0) == {}


def test_decisions_count_from_when_they_are_made_until_they_are_taken_back() -> None:
    told = [Decision("D2", "same", (A, B), revision=2, withdrawn=4), Decision("D1", "same", (A, B), revision=1)]
    assert [each.decision_id for each in live_decisions(told, 3)] == ["D1", "D2"]
    assert [each.decision_id for each in live_decisions(told, 4)] == ["D1"]
    assert [each.decision_id for each in live_decisions(told)] == ["D1"]
    assert live_decisions(told, 0) == []


def test_sources_are_kept_as_they_were() -> None:
    sources = (Source("members", "network", Level.MEMBERS, True, "Medlemmar åäö.xlsx", "Blad 1", "2026-01-01"), OTHER)
    assert read_sources(write_sources(sources)) == sources


# -- in any order -----------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(published=st.lists(loads(), max_size=3), shuffled=st.randoms())
def test_the_order_of_claims_is_nothing(published: list[Publish], shuffled: object) -> None:
    said = [
        Said(claim, Voice(f"L{number:06}", number, each.sources[claim.source], each.on))
        for number, each in enumerate(published, 1)
        for claim in each.claims
    ]
    wanted = resolve(said, [])
    shuffled.shuffle(said)  # type: ignore[attr-defined]
    found = resolve(said, [])
    assert found.company_of == wanted.company_of
    assert {kind: dict(records) for kind, records in found.records.items()} == {
        kind: dict(records) for kind, records in wanted.records.items()
    }
    assert [(c.kind, c.key, c.field) for c in conflicts(said, wanted.company_of)] == [
        (c.kind, c.key, c.field) for c in conflicts(said[::-1], wanted.company_of)
    ]


def test_nothing_said_is_nothing() -> None:
    assert not resolve([], []).of(Company)
