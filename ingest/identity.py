"""Which identifier a row gives a company: number first, then foreign VAT number, then name and place.

A natural person's number is never kept: only a keyed hash of it, so that two lists about the same sole trader meet. The
key is the install's secret; without it the hash says nothing. ``company_subject`` is pure.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from organisationsnummer import organisationsnummer  # type: ignore[import-untyped]
from organisationsnummer.organisationsnummer import (  # type: ignore[import-untyped]
    OrganisationsnummerException,
)

from graph.names import legal_forms, name_key, says_corporate, says_sole_trader

_NOISE = re.compile(r"[\s\u200b\ufeff\-‐‑‒–—−+._/:()]+|\.0+$")
_LABEL = re.compile(r"^(?:org(?:anisations)?\.?\s*(?:nr|nummer|no)?\.?\s*:?)", re.IGNORECASE)
_FLOAT = re.compile(r"(\d{10,12})[.,]0*")
_SWEDISH_VAT = re.compile(r"SE(\d{10,12})01")
_FOREIGN_VAT = re.compile(r"(?!SE)[A-Z]{2}(?=[A-Z0-9]*\d{4})[A-Z0-9]{6,13}")
_PERSON_KEY = re.compile(r"person:[0-9a-f]{32}")
_PERSONAL = re.compile(
    r"(?<!\d)((?:18|19|20)?(?:\d\d[01]\d)(?:[0-3]\d|[6-9]\d))([-–+ ]?)(\d{4}|[xX*]{4}|\d{3}[\dxX*])(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a row gives it: ten good digits, or why not.

    ``personal`` is True where it has the form of a natural person's, good or bad; such digits must not be kept.
    """

    digits: str = ""
    personal: bool = False
    key: str = ""  # of a natural person's firm, as an export of Närverk's own writes it
    problem: str = ""  # org_number_length, org_number_check_digit, org_number_personal_form


def bare_digits(text: str) -> str:
    """Ten digits, or whatever remains when dash, spaces, prefix 16, VAT dress and Excel's ".0" are taken off."""
    stripped = text.strip()
    if len(stripped) == 11 and stripped[6] == "-":
        stripped = stripped[:6] + stripped[7:]
    if len(stripped) == 10 and stripped.isdigit():
        return stripped
    stripped = _LABEL.sub("", stripped)
    as_float = _FLOAT.fullmatch(stripped)
    bare = as_float[1] if as_float else _NOISE.sub("", stripped).upper()
    vat = _SWEDISH_VAT.fullmatch(bare)
    if vat:
        bare = vat[1]
    elif bare.startswith("SE") and bare[2:].isdigit():
        bare = bare[2:]
    if len(bare) == 12 and bare[:2] in {"16", "18", "19", "20"}:
        bare = bare[2:]
    return bare


def read_number(text: str) -> Number:
    """An organisation number, however it is written; see :class:`Number`.

    >>> read_number("SE409900001201").digits, read_number("16409900-0012").digits, read_number("4099000012.0").digits
    ('4099000012', '4099000012', '4099000012')
    >>> read_number("409900-0013").problem
    'org_number_check_digit'
    >>> read_number("person:" + 16 * "0a").key
    'person:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a'
    """
    if _PERSON_KEY.fullmatch(text):
        return Number(personal=True, key=text)
    bare = bare_digits(text)
    if not (len(bare) == 10 and bare.isascii() and bare.isdigit()):
        return Number(problem="org_number_length", personal=_PERSONAL.search(text) is not None)
    personal = bare[2] < "2"
    try:
        organisationsnummer.parse(bare)
    except OrganisationsnummerException:
        if personal:
            return Number(problem="org_number_personal_form", personal=True)
        return Number(problem="org_number_check_digit")
    return Number(bare, personal)


def read_vat(text: str) -> str:
    """A foreign VAT number ("DE123456789"), or "" where it is none."""
    bare = _NOISE.sub("", text).upper()
    return bare if _FOREIGN_VAT.fullmatch(bare) else ""


def without_personal_numbers(text: str) -> str:
    """Free text as it may be stored: numbers that pass as a natural person's blotted out, other digits kept.

    >>> without_personal_numbers("Kalle 811218-9876, ritning 8112189875")
    'Kalle ******-****, ritning 8112189875'
    """
    if len(text) < 10:
        return text
    return _PERSONAL.sub(lambda found: found[0] if _check_digit_fails(found) else "******-****", text)


def _check_digit_fails(found: re.Match[str]) -> bool:
    digits = (found[1][-6:] + found[3]) if found[3].isdigit() else ""
    doubled = (int(each) * (2 - index % 2) for index, each in enumerate(digits))
    return bool(digits) and sum(each // 10 + each % 10 for each in doubled) % 10 != 0


def masked(text: str) -> str:
    """The text with what may be a personal number blotted out; for cells shown to people.

    >>> masked("Kalle 800101-1234, tel 0586-12 34 56")
    'Kalle ******-****, tel 0586-12 34 56'
    """
    return _PERSONAL.sub("******-****", text) if len(text) >= 10 else text


def person_subject(secret: bytes, said: str) -> str:
    """The identifier of a natural person known by this number or folded name."""
    return "person:" + hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:32]


def name_subject(name: str, country: str = "", municipality: str = "") -> str:
    """The identifier of a company of which only name and perhaps place are known; "" without a name.

    >>> name_subject("Exempelplåt i Degerfors AB", "SE", "1862")
    'name:exempelplåt i degerfors@1862'
    >>> name_subject("Exempelplåt KB"), name_subject("Exempelplåt AB")
    ('name:exempelplåt (kb)', 'name:exempelplåt')
    """
    key = name_key(name)
    if not key:
        return ""
    key += "".join(f" ({each.casefold()})" for each in sorted(legal_forms(name) - {"AB"}))  # the family's AB is another
    place = municipality if country in {"", "SE"} else country
    return f"name:{key}@{place}" if place else f"name:{key}"


def company_subject(
    *,
    secret: bytes,
    org_number: str = "",
    vat: str = "",
    country: str = "",
    name: str = "",
    municipality: str = "",
    natural: bool = False,
) -> str:
    """The best identifier the row allows, or "" where it names nobody.

    Args:
        secret: the install's own, behind the identifiers of natural persons.
        org_number: as written; a bad one is passed over.
        vat: a VAT number as written; a Swedish one counts as an organisation number.
        country: ISO code, "" unknown.
        name: as written.
        municipality: four-digit Swedish code, "" unknown.
        natural: the source says that this is a natural person.
    """
    number = read_number(org_number) if org_number else Number()
    if not number.digits and vat:
        number = swedish_vat(vat, number)
    return subject_of(
        number, secret=secret, vat=vat, country=country, name=name, municipality=municipality, natural=natural
    )


def swedish_vat(vat: str, otherwise: Number) -> Number:
    """The organisation number inside a Swedish VAT number, or ``otherwise``."""
    if not _NOISE.sub("", vat).upper().startswith("SE"):
        return otherwise
    number = read_number(vat)
    return number if number.digits else otherwise


def subject_of(
    number: Number, *, secret: bytes, vat: str, country: str, name: str, municipality: str, natural: bool
) -> str:
    """:func:`company_subject` for a number already read."""
    if number.key:
        return number.key
    if number.digits and (number.personal or not natural):
        return person_subject(secret, number.digits) if number.personal else f"org:{number.digits}"
    foreign = read_vat(vat) if vat and not natural else ""
    if foreign:
        return f"vat:{foreign}"
    if natural or is_natural_by_name(name, number):
        key = name_key(name)
        return person_subject(secret, f"{key}@{municipality or country}") if key else ""
    return name_subject(name, country, municipality)


def is_natural_by_name(name: str, number: Number) -> bool:
    """Whether a firm without a good number must be taken for a natural person."""
    if says_sole_trader(name):
        return True
    return number.personal and not says_corporate(name)


__all__ = [
    "Number",
    "bare_digits",
    "company_subject",
    "is_natural_by_name",
    "masked",
    "name_key",
    "name_subject",
    "person_subject",
    "read_number",
    "read_vat",
    "subject_of",
    "swedish_vat",
    "without_personal_numbers",
]  # fmt: skip
