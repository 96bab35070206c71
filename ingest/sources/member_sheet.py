"""The network's own lists: companies, what they offer, their certificates, and where else they are."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level, Value
from ingest.cells import (
    Bad,
    choice,
    count,
    day,
    day_from,
    parts,
    percent,
    size,
    sni,
    sni_is_ambiguous,
    sni_version,
    sni_version_of,
    yes_no,
)
from ingest.rows import kind_score, sheet_kind_of
from ingest.sources.common import Context, Party, RowResult, slug
from ingest.sources.places import MAIN, site, workplace
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "member_sheet"
KINDS = ("company", "offer", "certificate", "workplace")
AUDIENCE = Level.MEMBERS

SECTORS = choice(
    {
        "industri": "industry", "tillverkning": "industry", "tillverkningsindustri": "industry",
        "tjänster": "services", "tjänsteföretag": "services", "bemanning": "staffing",
        "bemanningsföretag": "staffing", "konsult": "consulting", "konsulter": "consulting",
        "offentlig": "public", "offentlig sektor": "public", "stöd": "support", "stödaktör": "support",
        "handel": "trade", "partihandel": "trade", "public sector": "public", "support organisation": "support",
    }
)  # fmt: skip
WINDING_UP = choice(
    {
        "i konkurs": "bankruptcy", "konkurs": "bankruptcy", "in bankruptcy": "bankruptcy",
        "i likvidation": "liquidation", "likvidation": "liquidation", "in liquidation": "liquidation",
    }
)  # fmt: skip
EVIDENCE = choice(
    {
        "verifierad": "verified", "verifierat": "verified", "uppgiven": "stated", "uppgivet": "stated",
        "egen uppgift": "stated", "bekräftad": "verified", "bekräftat": "verified",
        "uppgiven av företaget": "stated", "stated by the company": "stated",
        "bedömd": "inferred", "bedömt": "inferred", "härledd": "inferred",
    }
)  # fmt: skip

SIZE_CLASSES = ("0", "1-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500+")


def size_class(text: str) -> str | Bad:
    """A class of how many are employed.

    >>> size_class("10–19 anställda"), size_class("1-4")
    ('10-19', Bad(code='choice_unknown', suggestion=None))
    """
    found = "".join(text.replace("–", "-").removesuffix("anställda").split())
    return found if found in SIZE_CLASSES else Bad("choice_unknown")


def recognises(table: Table) -> float:
    """Whether it lists companies, offers, certificates or workplaces."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of companies, workplaces, offers and certificates."""
    kind = sheet_kind_of(table) or "company"
    make = {"company": _company, "offer": _offer, "certificate": _certificate, "workplace": _workplace}[kind]
    return read_rows(Reading.of_kind(table, kind, context), make)


def _company(reading: Reading) -> list[Claim] | None:
    country = reading.country()
    where = site(reading, country)
    party = reading.party(
        "org_number", "name", vat_field="vat_number", country_code=country, municipality=where.municipality
    )
    if party is None:
        reading.problem("name", "company_missing", "", "error")
        return None
    as_of, audience = reading.value("stated_on", day), reading.audience()
    fields = _company_fields(reading)
    fields |= {"municipality": where.municipality, "locality": where.fields.get("locality")}
    parent = _parent(reading)
    if parent is not None and parent.subject != party.subject:
        fields["parent_id"] = parent.subject
    found = reading.company(party, fields, as_of=as_of, audience=audience)
    if parent is not None:
        found += reading.mention(parent, audience=audience)
    found += workplace(reading, party, where, as_of=as_of, audience=audience)
    found += _offers(reading, party, as_of, audience)
    found += _certificates(reading, party, as_of, audience)
    return found


def _company_fields(reading: Reading) -> dict[str, Value]:
    code = reading.value("sni", sni)
    version = reading.value("sni_version", sni_version)
    if code and not version:
        version = sni_version_of(code)
        if version is None and sni_is_ambiguous(code):
            reading.problem("sni", "sni_version_unknown", code, "info")
    return {
        "sni": code,
        "sni_version": version if code else None,
        "employees": reading.value("employees", count),
        "size_class": reading.value("size_class", size_class),
        "sector": reading.value("sector", SECTORS),
        "legal_form": reading.text("legal_form"),
        "ended_on": reading.value("ended_on", day),
        "winding_up": reading.value("winding_up", WINDING_UP),
        "business": reading.text("business"),
        "website": reading.text("website"),
        "member_since": reading.value("member_since", day_from),
        "member_until": reading.value("member_until", day),
        "no_mailings": reading.value("no_mailings", yes_no),
        "sensitive": reading.value("sensitive", yes_no),
    }


def _parent(reading: Reading) -> Party | None:
    if not (reading.raw("parent") or reading.raw("parent_org_number")):
        return None
    return reading.party("parent_org_number", "parent")


CAN_DO = ("materials", "max_length_mm", "max_weight_kg", "tolerance", "batch_min", "batch_max", "confirm_by")


def _can_do(reading: Reading) -> dict[str, Value]:
    """How large, how fine and how many: the columns a company sheet and an offer sheet share."""
    listed = reading.entries("materials", "material_unknown")
    return {
        "materials": reading.look_up("materials", "material_unknown", listed, reading.context.material_of),
        "max_length_mm": reading.value("max_length_mm", size),
        "max_weight_kg": reading.value("max_weight_kg", size),
        "tolerance": reading.text("tolerance"),
        "batch_min": reading.value("batch_min", count),
        "batch_max": reading.value("batch_max", count),
        "confirm_by": reading.value("confirm_by", day),
    }


def _offers(reading: Reading, party: Party, as_of: str | None, audience: Level | None) -> list[Claim]:
    can_do = _can_do(reading) if reading.says(*CAN_DO) else {}
    listed = reading.entries("processes", "process_unknown")
    if can_do and not listed:
        reading.problem("processes", "process_missing")
    processes = reading.look_up("processes", "process_unknown", listed, reading.context.process_of)
    return [
        reading.claim(party.subject, "Offer", each, {"capability": each, **can_do}, as_of=as_of, audience=audience)
        for each in processes
    ]


def _certificates(reading: Reading, party: Party, as_of: str | None, audience: Level | None) -> list[Claim]:
    return [
        reading.claim(party.subject, "Certificate", each, {"standard": each}, as_of=as_of, audience=audience)
        for each in sorted({standard(reading, "certificates", each) for each in parts(reading.text("certificates"))})
    ]


def standard(reading: Reading, field: str, text: str) -> str:
    """The taxonomy's name of the standard, or the text as written, with a word about it."""
    known = reading.context.certificate_of(text)
    if known is None:
        reading.problem(field, "certificate_unknown", text, "info")
    return known or text


def _workplace(reading: Reading) -> list[Claim] | None:
    """A site of a company beside the one on its own row, or what that one is called."""
    party = _party(reading, "company")
    where, name = site(reading), reading.text("name")
    item = slug(name or str(where.fields.get("locality") or where.fields.get("address") or ""))
    if not item:
        reading.problem("name", "workplace_missing", "", "error")
    if party is None or not item:
        return None
    item, audience = MAIN if reading.value("is_main", yes_no) else item, reading.audience()
    found = workplace(reading, party, where, item=item, name=name, audience=audience)
    return [*reading.mention(party, audience=audience), *found]


def _party(reading: Reading, name_field: str = "name") -> Party | None:
    party = reading.party("org_number", name_field)
    if party is None:
        reading.problem(name_field, "company_missing", "", "error")
    return party


def _offer(reading: Reading) -> list[Claim] | None:
    party = _party(reading)
    text = reading.text("process")
    capability = reading.context.process_of(text) if text else None
    if capability is None:
        reading.problem("process", "process_unknown" if text else "process_missing", text, "error")
    if party is None or capability is None:
        return None
    as_of = reading.value("stated_on", day)
    fields: dict[str, Value] = {
        "capability": capability,
        **_can_do(reading),
        "lead_time_days": reading.value("lead_time_days", count),
        "free_capacity_percent": reading.value("free_capacity_percent", percent),
    }
    evidence = reading.value("evidence", EVIDENCE) or "stated"
    audience = reading.audience()
    offer = reading.claim(party.subject, "Offer", capability, fields, evidence=evidence, as_of=as_of, audience=audience)
    return [*reading.mention(party, audience=audience), offer]


def _certificate(reading: Reading) -> list[Claim] | None:
    party = _party(reading)
    text = reading.text("standard")
    if not text:
        reading.problem("standard", "certificate_missing", "", "error")
    if party is None or not text:
        return None
    name = standard(reading, "standard", text)
    fields: dict[str, Value] = {
        "standard": name,
        "valid_until": reading.value("valid_until", day),
        "confirm_by": reading.value("confirm_by", day),
    }
    evidence, audience = reading.value("evidence", EVIDENCE) or "stated", reading.audience()
    return [
        *reading.mention(party, audience=audience),
        reading.claim(party.subject, "Certificate", name, fields, evidence=evidence, audience=audience),
    ]
