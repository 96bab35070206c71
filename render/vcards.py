"""A viewer's contacts as cards (vCard 3.0), which address books of phones and mail programs read.

Contacts that somebody should by now have asked about, and those at firms that are no more, stay behind: nobody takes
along on a phone what the network itself may have to let go of. A card has the same identifier every time, so that a
file that is taken in twice makes no doubles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from graph.activities import is_member
from graph.freshness import review_on
from graph.model import Company, Contact
from ingest.countries import country_name
from render.export_sheets import Parties
from render.taken import Taken
from render.workbooks import in_xml
from texts import Texts

UID_BYTES = 16
MOBILE = re.compile(r"(?:0|(?:\+|00)460?)7\d")


def cards(taken: Taken, texts: Texts) -> bytes:
    """The cards (VCF, UTF-8), in the order of the contacts' keys."""
    parties = Parties(taken.snapshot, texts)
    return "".join(_card(each, taken, parties) for each in contacts(taken)).encode()


def contacts(taken: Taken) -> Iterator[Contact]:
    """The contacts that a card is made of: at active firms, and not due to be asked about."""
    for each in taken.snapshot.of(Contact):
        company = taken.companies.get(each.company_id or "")
        due = review_on(each)
        if company is not None and company.is_active and not (due and due < taken.day) and _called(each):
            yield each


def stable_id(*parts: str) -> str:
    """An identifier that is the same every time and tells nothing of what it is made of.

    >>> stable_id("a", "b") == stable_id("a", "b") != stable_id("ab")
    True
    """
    return "narverk-" + hashlib.blake2b("\0".join(parts).encode(), digest_size=UID_BYTES).hexdigest()


def in_line(text: str | None) -> str:
    r"""The text on one line, without what neither a card nor a calendar may hold.

    >>> in_line(" Ek & \x07Söner\r\nAB")
    'Ek & Söner AB'
    """
    return " ".join(in_xml(text or "").split())


def is_mobile(phone: str) -> bool:
    """Whether it is the number of a Swedish mobile phone.

    >>> is_mobile("+46 (0)70-123 45 67"), is_mobile("070-123 45 67"), is_mobile("019-12 34 56")
    (True, True, False)
    """
    return MOBILE.match("".join(each for each in phone if each in "+0123456789")) is not None


def _address_of_page(website: str) -> str:
    return website if not website or "://" in website else f"https://{website}"


def _called(contact: Contact) -> str:
    return in_line(contact.name) or in_line(contact.email) or in_line(contact.phone)


def _card(contact: Contact, taken: Taken, parties: Parties) -> str:
    import vobject  # a tenth of a second, which other questions need not wait for

    company = taken.companies[contact.company_id or ""]
    given, _, family = in_line(contact.name).rpartition(" ")
    card = vobject.vCard()
    card.add("fn").value = _called(contact)
    card.add("n").value = vobject.vcard.Name(family=family if given else "", given=given or family)
    card.add("uid").value = stable_id("contact", contact.contact_id)
    card.add("categories").value = list(_categories(company, taken.day, parties))
    said = {
        "title": in_line(contact.title),
        "url": _address_of_page(in_line(company.website)),
        "rev": contact.stated_on or "",
        "note": _note(contact, parties.texts),
    }
    for name, value in said.items():
        if value:
            card.add(name).value = value
    if firm := in_line(company.name):
        card.add("org").value = [firm]
    email, phone = in_line(contact.email), in_line(contact.phone)
    for name, value, sort in (("email", email, "INTERNET"), ("tel", phone, "CELL" if is_mobile(phone) else "WORK")):
        if value:
            line = card.add(name)
            line.value, line.type_param = value, sort
    if address := _address(company, parties):
        line = card.add("adr")
        line.value, line.type_param = address, "WORK"
    return str(card.serialize())


def _categories(company: Company, day: str, parties: Parties) -> Iterator[str]:
    """What a phone or a mail program can sort by: the network, membership, sector."""
    yield parties.texts("app.name")
    if is_member(company, day):
        yield parties.texts("vcard.member")
    if company.sector:
        yield parties.wording.value("sector", company.sector)


def _address(company: Company, parties: Parties) -> object:
    """Where the firm's first workplace lies; None where no street of it is known."""
    import vobject

    site = parties.main_site(company.company_id)
    if site is None or not site.address:
        return None
    country = country_name(company.country, parties.texts.language) if company.country else ""
    street, town, code = (in_line(each) for each in (site.address, site.locality, site.postcode))
    return vobject.vcard.Address(street=street, city=town, code=code, country=country)


def _note(contact: Contact, texts: Texts) -> str:
    """By when somebody is to ask whether the contact is still needed: who holds the card is bound by it too."""
    due = review_on(contact)
    return texts("vcard.review", day=due) if due else ""
