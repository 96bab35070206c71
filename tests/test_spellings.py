"""Which spellings can only be meant for a firm's name, and which are another firm's; and that both are looked up."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.names import pairs
from graph.spellings import is_meant_for, spelling


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("Ahlbergs Plat- & Rorteknik", "Åhlbergs Plåt- & Rörteknik AB"),  # marks taken off
        ("Aahlbergs Plaatteknik", "Åhlbergs Plåtteknik AB"),  # written in two letters
        ("?hlbergs Plat & Gjut", "Åhlbergs Plat & Gjut AB"),  # lost, and it shows
        ("hlbergs Pltslageri", "Åhlbergs Plåtslageri AB"),  # lost, and it does not
        ("Teknik Lundgrens AB", "Lundgrens Teknik AB"),
        ("Lundgrens Verktygs Teknik", "Lundgrens Verktygsteknik AB"),
        ("Lundgrens Fin-Mek", "Lundgrens Finmekaniska AB"),
        ("Lundgrens Ind. Teknik", "Lundgrens Industri Teknik AB"),
        ("Br. Lundgrens Sthlm", "Bröderna Lundgrens Stockholm AB"),
        ("Lundgrens Precisionsteknik och Verk", "Lundgrens Precisionsteknik och Verktyg AB"),  # cut in a word
        ("Lundgrens Precisionsteknik och", "Lundgrens Precisionsteknik och Verktyg AB"),  # cut before one
        ("Lundgrens Precisionsteknik Akti", "Lundgrens Precisionsteknik Aktiebolag"),
        ("Lundgrens Precisonsteknik", "Lundgrens Precisionsteknik AB"),
        ("Lundgrens Percisionsteknik", "Lundgrens Precisionsteknik AB"),
        ("Lundgrens Precisionstekink 24", "Lundgrens Precisionsteknik 24 AB"),
    ],
)
def test_what_can_only_be_meant_for_a_name(spelled: str, name: str) -> None:
    one, other = spelling(spelled), spelling(name)
    assert one.key != other.key
    assert is_meant_for(one, other)
    assert not {*one.near_keys}.isdisjoint(other.near_keys)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("Averken Mekano AB", "Åverken Mekano AB"),  # one mark is another name
        ("verken Mekano AB", "Åverken Mekano AB"),
        ("Ek. Åby", "Åby Ek"),  # too few letters
        ("Lundgrens Precisionsteknik AB", "Lundgrens Precisionsteknik Invest AB"),
        ("Lundgrens Precisionsteknik Sverige", "Lundgrens Precisionsteknik Sverige Invest AB"),  # whole words
        ("Lundgrens Precisionsteknik och AB", "Lundgrens Precisionsteknik och Verktyg AB"),  # nothing is cut off
        ("Lundgrens Teknikcenter 2 4", "Lundgrens Teknikcenter 24 AB"),
        ("Lundgrens Teknikcenter 24", "Lundgrens Teknikcenter 25 AB"),
        ("Gustavssons Plåtteknik", "Gustafssons Plåtteknik AB"),  # surnames
        ("Strömbergs Plåtteknik", "Stromberghs Plåtteknik AB"),
        ("Karlsgrens Plåtteknik", "Carlsgrens Plåtteknik AB"),
        ("Nordiska Plåtteknik", "Nordisk Plåtteknik AB"),
        ("Precisionsteknik", "Precisonsteknik AB"),  # of one word nothing else speaks
        ("Lundgrens Mek", "Lundgrens Mekano AB"),
    ],
)
def test_what_may_be_another_firm(spelled: str, name: str) -> None:
    assert not is_meant_for(spelling(spelled), spelling(name))


def test_what_is_meant_is_found_by_a_key_that_both_have() -> None:
    """Else a load would not hear of the firm it is about, see graph.hearing."""
    listed = pairs()
    spelled = [spelling(each) for pair in listed for each in (pair.name, pair.other)]
    meant = [(a, b) for a, b in zip(spelled[::2], spelled[1::2], strict=True) if is_meant_for(a, b) and a.key != b.key]
    assert len(meant) > 150
    assert all(not {*one.near_keys}.isdisjoint(other.near_keys) for one, other in meant)


def _damaged(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name))
    swapped = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
    ways: tuple[Callable[[], str], ...] = (
        lambda: swapped,
        lambda: name[:at] + name[at + 1 :],
        lambda: name[:at] + rng.choice("aeiknrståäö") + name[at:],
        lambda: name[:at] + rng.choice("aeiknrståäö") + name[at + 1 :],
        lambda: name[: max(at, 20)],
        lambda: name.replace("å", "a").replace("ö", "o").replace("ä", "a"),
        lambda: name.replace("å", "?").replace("ö", "?").replace("ä", "?"),
        lambda: " ".join(rng.sample(name.split(), len(name.split()))),
        lambda: name.replace(" ", "-", 1),
        lambda: name[:at] + " " + name[at:],
    )
    return rng.choice(ways)()


WORDS = ("Lundgrens", "Precisionsteknik", "Åkers", "Mekaniska", "Verkstad", "Plåtslageri", "och", "Industriservice",
         "Björklunda", "Mek", "Ind", "Tekn", "24", "Verktygsmakeri")  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_whatever_happens_to_a_name_it_is_looked_for_where_it_is_meant(words: list[str], rng: random.Random) -> None:
    name = " ".join(words)
    one, other = spelling(_damaged(name, rng)), spelling(f"{name} AB")
    if one.key != other.key and is_meant_for(one, other):
        assert not {*one.near_keys}.isdisjoint(other.near_keys)
