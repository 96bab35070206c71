"""Who a row means: numbers however they are written, persons never in clear, names folded but never emptied."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.names import name_key, repaired
from ingest.identity import (
    Number,
    company_subject,
    masked,
    person_subject,
    read_number,
    read_vat,
    without_personal_numbers,
)

SECRET = b"a secret of these tests only"
PERSON = "8112189876"  # the Tax Agency's own example number


def check_digit(nine: str) -> int:
    """Luhn, worked out as the Companies Registration Office describes it."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(nine)]
    return -sum(each if each < 10 else each - 9 for each in doubled) % 10


ORG_NUMBERS = st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(2, 9), st.integers(0, 999999)).map(
    lambda each: (nine := f"{each[0]}{each[1]}{each[2]}{each[3]:06}") + str(check_digit(nine))
)
WAYS = (
    "{0}{1}", "{0}-{1}", "{0}–{1}", "{0}\u2011{1}", "{0} {1}", "{0}\u00a0{1}", "16{0}{1}", "16{0}-{1}", "16 {0}-{1}",
    "SE{0}{1}01", "SE {0}-{1} 01", "se{0}{1}01", "{0}{1}.0", "{0}{1},00", " {0}-{1} ", "Org.nr: {0}-{1}", "{0}+{1}",
    "SE{0}-{1}", "16{0}{1}.0", "{0}-{1}\u200b",
)  # fmt: skip


@given(number=ORG_NUMBERS, way=st.sampled_from(WAYS))
def test_an_organisation_number_is_read_however_it_is_written(number: str, way: str) -> None:
    assert read_number(way.format(number[:6], number[6:])) == Number(number)


@given(number=ORG_NUMBERS, place=st.integers(0, 9), change=st.integers(1, 9))
def test_one_wrong_digit_is_never_read(number: str, place: int, change: int) -> None:
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    found = read_number(wrong)
    assert found.digits == ""
    assert found.problem in {"org_number_check_digit", "org_number_personal_form"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0145076-7", "org_number_length"), ("saknas", "org_number_length"), ("12345678901", "org_number_length"),
        ("409900-0013", "org_number_check_digit"), ("811218-9875", "org_number_personal_form"),
        ("DE123456789", "org_number_length"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_number_is_said(text: str, problem: str) -> None:
    assert read_number(text).problem == problem


@pytest.mark.parametrize("text", [PERSON, "811218-9876", "19811218-9876", "198112189876", "SE811218987601"])
def test_a_persons_number_becomes_one_keyed_hash(text: str) -> None:
    subject = company_subject(secret=SECRET, org_number=text, name="Kalles Svets")
    assert subject == person_subject(SECRET, PERSON)
    assert len(subject) == len("person:") + 32
    assert PERSON[6:] not in subject
    assert subject != company_subject(secret=b"another", org_number=text)


def test_the_best_identifier_wins() -> None:
    def subject(**said: str) -> str:
        return company_subject(secret=SECRET, **said)  # type: ignore[arg-type]

    assert subject(org_number="409900-0012", vat="DE123456789", name="X") == "org:4099000012"
    assert subject(vat="SE409900001201", name="X") == "org:4099000012"
    assert subject(org_number="HRB 1234", vat="DE 123.456.789", country="DE", name="X GmbH") == "vat:DE123456789"
    assert subject(org_number="409900-0013", name="Exempel AB", municipality="1862") == "name:exempel@1862"
    assert subject(name="Exempel Oy", country="FI", municipality="") == "name:exempel oy@FI"
    assert subject(name="Exempel AB", country="SE") == "name:exempel"
    assert subject(name=" ") == subject() == ""


def test_a_natural_person_without_a_good_number_is_keyed_by_name() -> None:
    natural = company_subject(secret=SECRET, name="Kalle Svensson", natural=True)
    assert natural.startswith("person:")
    assert natural == company_subject(secret=SECRET, name="KALLE  SVENSSON", natural=True)
    assert company_subject(secret=SECRET, name="Kalles Svets, enskild firma").startswith("person:")
    assert company_subject(secret=SECRET, org_number="811218-9875", name="Kalles Svets").startswith("person:")
    assert company_subject(secret=SECRET, org_number="811218-9875", name="Svets AB") == "name:svets"


@pytest.mark.parametrize(
    ("text", "vat"),
    [("DE123456789", "DE123456789"), ("fi 1234567-8", "FI12345678"), ("SE409900001201", ""), ("NORGE", ""), ("-", "")],
)
def test_foreign_vat_numbers(text: str, vat: str) -> None:
    assert read_vat(text) == vat


def test_numbers_of_persons_are_blotted_out_of_text() -> None:
    assert masked("811218-9876") == masked("19811218-9876") == "******-****"
    assert masked("409900-0012") == "409900-0012"
    assert without_personal_numbers("Kalle (19811218-9876)") == "Kalle (******-****)"
    assert (
        without_personal_numbers("ring 070-123 45 67, ritning 8112189875") == "ring 070-123 45 67, ritning 8112189875"
    )


@pytest.mark.parametrize(
    "spellings",
    [
        ("Åtorps Mekaniska Verkstad AB", "ÅTORPS MEKANISKA VERKSTAD AKTIEBOLAG", "AB Åtorps Mek. Verkst.",
         "Åtorps Mek Verkstad (publ)", "Åtorps  mekaniska\u00a0verkstad a.b.", "Ã…torps Mekaniska Verkstad AB",
         "A\u030atorps Mekaniska Verkstad AB", "Åtorps Mekaniska Verkstad AB i likvidation"),
        ("Svets & Smide HB", "Svets och Smide Handelsbolag", "Svets o Smide", "Handelsbolaget Svets+Smide"),
        ("Bygdens ek. för.", "Bygdens Ekonomisk Förening", "Bygdens ek.för", "Bygdens Ekon. Fören."),
        ("Exempel AB", "Exempel AB i konkurs", "Exempel AB, filial i Sverige", "Exempel Aktiebolaget"),
        ("Kalles Plåt", "Kalles Plåt (enskild firma)", "Firma Kalles Plåt"),
        ("N.C. Exempel A/S", "NC Exempel AS"),
    ],
)  # fmt: skip
def test_spellings_that_are_one_name(spellings: tuple[str, ...]) -> None:
    assert len({name_key(each) for each in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Åverken AB", "Överken AB"), ("Åverken", "Averken"), ("Exempel AB", "Exempel Oy"), ("Exempel A/S", "Exempel AB"),
     ("Exempel 1 AB", "Exempel 2 AB"), ("KB Exempel", "Exempel"), ("Norra Plåt", "Plåt Norra"),
     ("Bergs Mek", "Bergs Mekano")],
)  # fmt: skip
def test_names_that_stay_two(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["AB", "Ek. för.", "Aktiebolaget", "(publ)", "I konkurs", "Handelsbolag", "***"])
def test_a_name_of_nothing_but_forms_keeps_them(name: str) -> None:
    assert name_key(name)


WORDS = st.lists(
    st.one_of(
        st.sampled_from(["AB", "Aktiebolag", "HB", "ek.", "för.", "(publ)", "i konkurs", "o", "&", "mek.", "A/S",
                         "a.b.c", "filial", "i", "Sverige", "Åverken", "Ã¥", "firma", "med", "'s", "co", "verkst"]),
        st.text(max_size=5),
    ),
    max_size=6,
)  # fmt: skip


@given(WORDS.map(" ".join))
def test_the_key_is_its_own_key_and_never_empty(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert bool(key) == bool(repaired(name).strip())


@given(st.text(alphabet="abcdefåäöÅÄÖé &-", max_size=20))
def test_damaged_letters_are_repaired(text: str) -> None:
    assert repaired(text.encode().decode("cp1252", "replace")) == text or "\ufffd" in text.encode().decode(
        "cp1252", "replace"
    )


def test_a_hundred_thousand_names_fold_in_seconds() -> None:
    names = [f"AB Åtorps Mek. Verkst. {each} & Söner (publ)" for each in range(20_000)]
    started = time.process_time()
    assert len({name_key(each) for each in names}) == len(names)
    assert time.process_time() - started < 2
