"""What do the registers' rows have in common: the firm they are about, and what its postal address tells of its place?

Mail may go to a box, an accountant or a home, so the workplace is inferred: any list that states one goes before it. Of
a box only the town is taken, and of a natural person too, whose address may be a home.
"""

from __future__ import annotations

import re

from graph.model import Claim
from ingest.identity import Number, subject_of
from ingest.sources.common import Party
from ingest.sources.places import Site, place
from ingest.sources.reading import Reading

_BOX = re.compile(r"\s*(?:box|boks|postbox|fack|postfack|pl)\b[\s.:]*\d", re.IGNORECASE)


def postal_site(
    reading: Reading, *, street: str, postcode: str, town: str, natural: bool, column: str, municipality: str = ""
) -> Site:
    """The site a postal address tells; ``column`` is the field that a problem is about."""
    only_town = natural or not street or is_box(street)
    return place(
        reading,
        {
            "address": "" if only_town else as_written(street),
            "postcode": "" if only_town else postcode,
            "locality": as_written(town),
            "municipality": municipality,
            "country": "SE",
        },
        column,
    )


def registered(
    reading: Reading, number: Number, name: str, where: Site, *, natural: bool, column: str, written: str
) -> Party | None:
    """The firm of a register's row, whose number stands ``written`` in ``column``; None, with a problem, for none."""
    if number.problem:
        reading.problem(column, number.problem, written)
    subject = subject_of(
        number,
        secret=reading.context.secret,
        vat="",
        country="SE",
        name=name,
        municipality=where.municipality,
        natural=natural,
    )
    if not subject:
        reading.problem("name", "company_missing", "", "error")
        return None
    return Party(subject, name, "SE")


def is_box(street: str) -> bool:
    """Whether it is where mail waits, not where anybody works.

    >>> is_box("BOX 12"), is_box("Boxholmsvägen 1")
    (True, False)
    """
    return _BOX.match(street) is not None


def as_written(text: str) -> str:
    """Words as people write them where a register has capitals alone.

    >>> as_written("UPPLANDS VÄSBY"), as_written("Verkstadsvägen 3 B"), as_written("STORGATAN 12B")
    ('Upplands Väsby', 'Verkstadsvägen 3 B', 'Storgatan 12B')
    """
    if not text.isupper():
        return text
    return re.sub(r"[^\W\d_]{2,}", lambda word: word[0].capitalize(), text)


def placed(reading: Reading, party: Party, where: Site) -> list[Claim]:
    """Claims of the place, as inferred."""
    near = {"municipality": where.municipality, "locality": where.fields.get("locality")}
    if not any(where.fields.values()):
        return []
    return [
        reading.claim(party.subject, "Company", "", near, evidence="inferred"),
        reading.claim(party.subject, "Workplace", "main", where.fields, evidence="inferred"),
    ]
