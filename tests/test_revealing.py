"""Which firms give a chain away by what others see of them."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.audience import Viewer, view
from graph.consent import Choice, Fact, choose
from graph.ledger import publish
from graph.model import Claim, Level, Source
from graph.revealing import Revealing, Sign, revealing
from graph.stores.sqlite import SqliteStore
from graph.taxonomy import taxonomy
from tests.regions import run
from tests.test_app import bodies, start, use_data
from texts import load

MARKED, NEXT, THIRD, OTHER, FAR = (f"org:400000000{number}" for number in range(5))
AQAP = Sign("certificate", "AQAP 2110")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """NEXT sells to MARKED and THIRD to NEXT; OTHER holds the same certificate and trades with FAR alone."""
    opened = SqliteStore(tmp_path / "region.sqlite")
    publish(
        opened,
        [Source("members", "network", Level.PUBLIC), Source("by_hand", "network", Level.MANAGER)],
        [
            *(Claim(each, "Company", "", {"name": each}) for each in (MARKED, NEXT, THIRD, OTHER, FAR)),
            Claim(MARKED, "Company", "", {"sensitive": True}, source=1),
            *(Claim(each, "Certificate", "AQAP 2110", {}) for each in (NEXT, OTHER)),
            Claim(THIRD, "Certificate", "ISO 9001", {}),
            Claim(NEXT, "Trade", "1", {"buyer_id": MARKED}, source=1),
            Claim(THIRD, "Trade", "2", {"buyer_id": NEXT}, source=1),
            Claim(OTHER, "Trade", "3", {"buyer_id": FAR}, source=1),
        ],
    )
    yield opened
    opened.close()


def found(store: SqliteStore) -> list[Revealing]:
    return revealing(view(store, Viewer(Level.MANAGER)), view(store, Viewer(Level.MEMBERS)))


def test_a_defence_standard_beside_a_trade_with_a_marked_firm_reveals_and_either_alone_does_not(
    store: SqliteStore,
) -> None:
    assert found(store) == [Revealing(NEXT, (AQAP,), (MARKED,))]


@pytest.mark.parametrize("choice", [Choice.HIDDEN, Choice.THROUGH_MANAGER])
def test_what_others_do_not_see_reveals_nothing(store: SqliteStore, choice: Choice) -> None:
    choose(store, NEXT, choice, Fact("Certificate", "AQAP 2110"))
    assert found(store) == []


def test_a_trade_that_both_have_opened_is_a_link_of_the_chain(store: SqliteStore) -> None:
    choose(store, THIRD, Choice.OPEN, Fact("Trade", NEXT))
    assert found(store) == [Revealing(NEXT, (AQAP,), (MARKED,))]
    choose(store, NEXT, Choice.OPEN, Fact("Trade", THIRD))
    whole = [Revealing(THIRD, (Sign("partner", NEXT),), (MARKED,)), Revealing(NEXT, (AQAP,), (MARKED,))]
    assert sorted(found(store), key=lambda each: each.signs[0].code, reverse=True) == whole
    choose(store, NEXT, Choice.HIDDEN, Fact("Certificate", "AQAP 2110"))
    assert found(store) == []


def test_a_trade_with_a_marked_firm_is_shown_to_nobody(store: SqliteStore) -> None:
    choose(store, NEXT, Choice.OPEN, Fact("Trade", MARKED))
    choose(store, MARKED, Choice.OPEN, Fact("Trade", NEXT))
    assert found(store) == [Revealing(NEXT, (AQAP,), (MARKED,))]


def test_two_signs_of_a_firm_that_trades_with_no_marked_one_are_worth_a_look(store: SqliteStore) -> None:
    publish(
        store,
        [Source("register", "network", Level.PUBLIC)],
        [Claim(OTHER, "Company", "", {"sni": "25300", "sni_version": "2025"})],
    )
    assert found(store) == [
        Revealing(NEXT, (AQAP,), (MARKED,)),
        Revealing(OTHER, (AQAP, Sign("trade", "25300")), ()),
    ]


def test_what_a_number_means_depends_on_its_list() -> None:
    terms = taxonomy()
    assert terms.is_defence("SNI 2007", "25.400")
    assert not terms.is_defence("SNI 2007", "25.300")  # steam boilers
    assert terms.is_defence("SNI 2025", "25.30")
    assert not terms.is_defence("SNI 2025", "25.40")  # forging
    assert terms.is_defence("HS", "93062100")
    assert not terms.is_defence("HS", "93040000")  # an air rifle
    assert terms.defence_standards == {
        "EN 9100", "AQAP 2110", "AQAP 2120", "AQAP 2130", "AQAP 2131", "AQAP 2310"
    }  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("sv", "standarden AQAP 2110"), ("en", "the standard AQAP 2110")])
def test_the_command_says_which_and_whom(store: SqliteStore, language: str, words: str) -> None:
    asked = ("--store", store.address, "--lang", language, "access", "reveals")
    assert words in run(*asked).out
    assert run(*asked, "--json").json["reveals"] == [
        {"company_id": NEXT, "signs": [{"code": "certificate", "value": "AQAP 2110"}], "chain": [MARKED]}
    ]
    assert run(*asked, "--audience", "MEMBERS").code == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_firms_page_warns_the_manager_and_nobody_else(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    use_data(monkeypatch, store.path.parent)
    texts = load(language)
    signs = texts("reveals.sign.certificate", value="AQAP 2110")
    warned = texts("reveals.of_firm", signs=signs, count=1)
    assert warned in html.unescape("".join(bodies(start(language, "company", firm=NEXT.removeprefix("org:")))))
    other = "".join(bodies(start(language, "company", firm=OTHER.removeprefix("org:"))))
    assert warned not in html.unescape(other)
    monkeypatch.setenv("NARVERK_AUDIENCE", "MEMBERS")
    seen = html.unescape("".join(bodies(start(language, "company", firm=NEXT.removeprefix("org:")))))
    assert NEXT in seen
    assert signs not in seen
