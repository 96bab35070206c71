"""The invented region as rows of the sheets a network keeps: (sheet kind, rows), a row being field -> cell."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ingest.demo.names import slug
from ingest.demo.places import county_codes
from ingest.demo.projects import project_of
from ingest.demo.region import REGION_NAME, Firm, Invented, Outside, Party, day
from ingest.demo.tables import fitting, name_parts, rows

Cell = str | int | float | None
Row = dict[str, Cell]

SNI_2025_SHARE = 0.55
MEMBER_SHARE = 0.62


def dashed(number: str) -> str:
    """An organisation number as people write it."""
    return f"{number[:6]}-{number[6:]}" if number else ""


def member_register(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """The member register's sheets."""
    rng = Random(region.rng.random())  # noqa: S311 - an invented region, not a secret
    contacts: list[Row] = []
    yield "company", (_company(rng, region, firm, contacts) for firm in region.firms)
    yield "offer", _offers(region)
    yield "certificate", _certificates(region)
    yield "contact", iter(contacts)
    yield "region", ({"name": REGION_NAME, "municipality": code} for code in county_codes())


def trade_book(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """Who sells to whom, and the firms outside the region that take part."""
    yield (
        "trade",
        (
            {
                **_end("seller", deal.seller),
                "seller_country": _country(deal.seller),
                "seller_locality": deal.seller.place.name if deal.seller.place else None,
                **_end("buyer", deal.buyer),
                "what": deal.what,
                "value_sek": deal.value_sek,
                "year": deal.year,
            }
            for deal in region.deals
        ),
    )
    named = {deal.seller for deal in region.deals} | {deal.buyer for deal in region.deals}
    yield "company", (_outside(each) for each in region.outside if each in named)


def import_book(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """The imported parts."""
    yield (
        "import",
        (
            {
                **_who(part.firm),
                "part_number": part.number,
                "description": part.description,
                "cn_code": part.cn_code,
                "origin_country": part.origin,
                "supplier": part.supplier,
                "value_sek": part.value_sek,
                "mass_kg": part.mass_kg,
                "transport_mode": part.mode,
                "year": part.year,
                "processes": "|".join(part.processes),
                "material": part.material,
                "certificates": "|".join(part.certificates),
                "length_mm": part.length_mm,
                "piece_weight_kg": part.piece_weight_kg,
                "tolerance": part.tolerance,
                "annual_quantity": part.quantity,
            }
            for part in region.parts
        ),
    )


def asked_and_needed(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """Requirements, needs and interviews."""
    yield (
        "requirement",
        (
            {
                **_who(asked.buyer),
                "standard": asked.standard,
                "process": asked.process,
                "description": asked.description,
                "applies_from": asked.applies_from,
            }
            for asked in region.requirements
        ),
    )
    yield (
        "need",
        (
            {
                **_who(need.firm),
                "theme": need.theme,
                "description": need.description,
                "priority": need.priority,
                "stated_on": need.stated_on,
                "asked_by": need.asked_by,
                "may_share": need.may_share,
            }
            for need in region.needs
        ),
    )
    yield (
        "interview",
        (
            {
                **_who(firm),
                "asked_on": asked_on,
                "how": how,
                "outcome": outcome,
                "asked_by": asked_by,
                "project": project_of("interview", firm.number, asked_on),
            }
            for firm, asked_on, how, outcome, asked_by in region.interviews
        ),
    )


def support_book(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """Who helps, with what, and what came of it."""
    known = rows("support")
    actors = {row["actor"]: row for row in known}
    yield (
        "support_actor",
        (
            {
                "name": name,
                "actor_type": row["actor_type"],
                "municipality": row["municipality"],
                "website": f"https://www.{slug(name)}.example",
            }
            for name, row in actors.items()
        ),
    )
    yield (
        "support_offer",
        (
            {
                "actor": row["actor"],
                "theme": row["theme"],
                "description": row["description"],
                "deadline": day(int(row["deadline_days"])) if row["deadline_days"] else None,
                "amount_sek": int(row["amount_sek"]) if row["amount_sek"] else None,
                "municipalities": row["municipalities"],
            }
            for row in known
        ),
    )
    yield (
        "support_case",
        (
            {
                **_who(each.firm),
                "actor": each.actor,
                "theme": each.theme,
                "description": each.description,
                "status": each.status,
                "changed_on": each.changed_on,
                "granted_on": each.granted_on,
                "amount_sek": each.amount_sek,
                "result": each.result,
                "maturity_before": each.maturity[0],
                "maturity_after": each.maturity[1],
                "project": project_of("support_case", each.firm.number, each.changed_on),
            }
            for each in region.cases
        ),
    )


def own_book(region: Invented) -> Iterator[tuple[str, Iterator[Row]]]:
    """Introductions and activities."""
    yield (
        "introduction",
        (
            {
                **_who(one),
                "other_org_number": dashed(other.number),
                "other": other.name,
                "introduced_on": when,
                "outcome": outcome,
                "introduced_by": who,
                "project": project_of("introduction", one.number, when),
            }
            for one, other, when, outcome, who in region.introductions
        ),
    )
    yield (
        "activity",
        (
            {
                "name": meeting.name,
                "activity_type": meeting.activity_type,
                "held_on": meeting.held_on,
                "theme": meeting.theme,
                "project": project_of("activity", meeting.name, meeting.held_on),
                "participant_org_numbers": "|".join(dashed(firm.number) for firm in meeting.participants),
            }
            for meeting in region.meetings
        ),
    )


def _who(firm: Firm) -> Row:
    return {"org_number": dashed(firm.number), "name": firm.name}


def _end(side: str, party: Party) -> Row:
    return {f"{side}_org_number": dashed(party.number) or None, side: party.name}


def _country(party: Party) -> str:
    return "SE" if isinstance(party, Firm) else party.country


def _outside(firm: Outside) -> Row:
    return {
        "org_number": dashed(firm.number) or None,
        "name": firm.name,
        "country": firm.country,
        "locality": firm.place.name if firm.place else None,
        "municipality": firm.place.municipality if firm.place else None,
    }


def _company(rng: Random, region: Invented, firm: Firm, contacts: list[Row]) -> Row:
    member = rng.random() < MEMBER_SHARE or firm.size_class in ("200-499", "500+")
    website = f"www.{slug(firm.name)}.example" if rng.random() < 0.72 else None
    newer = bool(firm.sector.sni2025) and rng.random() < SNI_2025_SHARE
    parent = region.firms[firm.parent] if firm.parent is not None else None
    if member and rng.random() < 0.85:
        contacts += _contacts(rng, region, firm)
    return {
        "org_number": dashed(firm.number) if rng.random() < 0.93 else firm.number,
        "name": firm.name,
        "address": f"{rng.choice(name_parts()['street'])} {rng.randint(1, 48)}",
        "postcode": firm.postcode if rng.random() < 0.94 else None,
        "locality": firm.place.name,
        "municipality": firm.place.municipality,
        "employees": firm.employees if rng.random() < 0.96 else None,
        "sni": firm.sector.sni2025 if newer else fitting(firm.sector.sni2007, firm.name)[0],
        "sni_version": "2025" if newer else "2007",
        "sector": firm.sector.kind,
        "business": rng.choice(fitting(firm.sector.business, firm.name)) if rng.random() < 0.88 else None,
        "website": website,
        "parent": parent.name if parent else None,
        "parent_org_number": dashed(parent.number) if parent else None,
        "member_since": day(-rng.randint(30, 4200)) if member else None,
        "sensitive": "ja" if _is_sensitive(firm) else None,
        "audience": _shown_to(firm),
    }


def _is_sensitive(firm: Firm) -> bool:
    return firm.sector.code in ("defence", "explosives")


def _shown_to(firm: Firm) -> str | None:
    """Four firms in ten have said that anybody may see who they are and what they make."""
    return "alla" if int(firm.number[-3:-1]) < 40 and not _is_sensitive(firm) else None


def _contacts(rng: Random, region: Invented, firm: Firm) -> list[Row]:
    found: list[Row] = []
    for _ in range(1 if firm.size_class in ("1-9", "10-19") else rng.choice((1, 2))):
        person = region.namer.person()
        found.append(
            {
                "org_number": dashed(firm.number),
                "company": firm.name,
                "name": person,
                "title": rng.choice(name_parts()["title"]),
                "email": f"{slug(person).replace('-', '.')}@{slug(firm.name)}.example",
                "phone": region.namer.phone() if rng.random() < 0.8 else None,
            }
        )
    return found


def _offers(region: Invented) -> Iterator[Row]:
    for firm in region.firms:
        for offer in firm.offers.values():
            yield {
                **_who(firm),
                "process": offer.process,
                "materials": "|".join(offer.materials) or None,
                "max_length_mm": offer.max_length_mm,
                "max_weight_kg": offer.max_weight_kg,
                "tolerance": offer.tolerance,
                "batch_min": offer.batch_min,
                "batch_max": offer.batch_max,
                "lead_time_days": offer.lead_time_days,
                "free_capacity_percent": offer.free_capacity_percent,
                "evidence": offer.evidence,
                "stated_on": offer.stated_on,
                "audience": offer.audience or _shown_to(firm),
            }


def _certificates(region: Invented) -> Iterator[Row]:
    for firm in region.firms:
        for standard, until in firm.certificates.items():
            evidence = "verified" if firm.index % 5 == 0 else "stated"
            yield {**_who(firm), "standard": standard, "valid_until": until, "evidence": evidence}
