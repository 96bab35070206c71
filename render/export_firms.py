"""Which firms are taken along, what does each make, and how many are they? What catalogues, maps and slides share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.gazetteer import Gazetteer
from graph.model import Certificate, Company, Offer
from graph.network import home_municipalities, in_region, municipalities
from graph.tables import fold
from graph.taxonomy import taxonomy
from render.company import inside
from render.plain import capital, material_name
from render.taken import Taken
from texts import NO_BREAK_SPACE, Texts


@dataclass
class Firm:
    """A firm as it is taken along."""

    company: Company
    code: str = ""  # of its municipality, "" unknown
    place: str = ""  # the municipality's name, "" unknown
    offers: list[Offer] = field(default_factory=list)
    standards: list[str] = field(default_factory=list)

    def name(self, texts: Texts) -> str:
        """Its name, or that the viewer may not know it."""
        return self.company.name or texts("find.unnamed")

    def about(self, texts: Texts) -> Iterator[str]:
        """Where it is, its number, its website: what is known of them."""
        prefix, _, number = self.company.company_id.partition(":")
        yield ", ".join(dict.fromkeys(filter(None, (self.company.locality, self.place)))) or texts("find.place_unknown")
        if prefix == "org":
            yield f"{number[:6]}-{number[6:]}"
        if self.company.website:
            yield self.company.website


def firms_of(taken: Taken) -> list[Firm]:
    """The firms by name; those that are no more are left out."""
    homes, gazetteer = municipalities(taken.snapshot), Gazetteer.default()
    firms = {
        key: Firm(each, code := homes.get(key, ""), gazetteer.municipality_name(code) or "")
        for key, each in taken.companies.items()
        if each.is_active
    }
    for offer in taken.snapshot.of(Offer):
        if (firm := firms.get(offer.company_id or "")) is not None:
            firm.offers.append(offer)
    for held in taken.snapshot.of(Certificate):
        firm = firms.get(held.company_id or "")
        if firm is not None and held.standard and (not held.valid_until or held.valid_until >= taken.day):
            firm.standards.append(held.standard)
    return sorted(firms.values(), key=_by_name)


def _by_name(firm: Firm) -> tuple[bool, str, str]:
    """Those whose name the viewer may not know stand last."""
    name = firm.company.name or ""
    return (not name, fold(name), firm.company.key)


# -- what a firm makes -----------------------------------------------------------------------------------------------


def facts(offer: Offer, texts: Texts) -> list[str]:
    """Of what, how large, how fine and how many: what is known; nothing in a fact is parted at the end of a line."""
    said = []
    sizes = {"max_length_mm": offer.max_length_mm, "max_weight_kg": offer.max_weight_kg}
    said += [texts(f"export.page.{name}", value=value) for name, value in sizes.items() if value is not None]
    said += [offer.tolerance] if offer.tolerance else []
    said += [_batch(offer, texts)] if (offer.batch_min or 0) > 1 or offer.batch_max else []
    said += [texts("export.page.inferred")] if offer.evidence == "inferred" else []
    made_of = ", ".join(inside(material_name(code, texts)) for code in offer.materials)
    return [*filter(None, [made_of]), *(each.replace(" ", NO_BREAK_SPACE) for each in said)]


def _batch(offer: Offer, texts: Texts) -> str:
    if offer.batch_max is None:
        return texts("export.page.batch_from", count=offer.batch_min)
    if (offer.batch_min or 0) > 1:
        return texts("export.page.batch", least=offer.batch_min, most=offer.batch_max)
    return texts("export.page.batch_to", count=offer.batch_max)


def counts_for(process: str) -> tuple[str, ...]:
    """A process and the more general ones that it counts for."""
    return (process, *taxonomy().ancestors(process))


def family_name(process: str, texts: Texts) -> str:
    """The family of a process, "" for a process that is not known."""
    known = taxonomy().processes.get(process)
    family = taxonomy().families.get(known.family) if known else None
    if family is None:
        return ""
    return capital(family.name_sv if texts.language == "sv" else family.name_en)


# -- how many --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """The firms of the region itself in figures; of the others only how many they are."""

    firms: tuple[Firm, ...]  # known to lie in the region
    elsewhere: int  # known to lie outside it
    place_unknown: int

    @cached_property
    def known(self) -> int:
        """How many firms it is known of what they make."""
        return sum(bool(each.offers) for each in self.firms)

    @cached_property
    def certified(self) -> int:
        """How many firms have a certificate that is valid, as far as is known."""
        return sum(bool(each.standards) for each in self.firms)

    @cached_property
    def by_municipality(self) -> dict[str, int]:
        """Firms in each municipality by its name, the most first."""
        return _counted(each.place or each.code for each in self.firms)

    @cached_property
    def by_certificate(self) -> dict[str, int]:
        """Firms with each certificate, the commonest first."""
        return _counted(name for each in self.firms for name in dict.fromkeys(each.standards))

    def by_family(self, texts: Texts) -> dict[str, int]:
        """Firms that make anything of each family of processes, the commonest first."""
        names = (dict.fromkeys(family_name(e.capability or "", texts) for e in each.offers) for each in self.firms)
        return _counted(name for of_firm in names for name in of_firm if name)


def figures(taken: Taken, firms: Iterable[Firm]) -> Figures:
    """The figures of the firms that are known to lie in the region."""
    home = home_municipalities(taken.snapshot)
    where: Mapping[bool | None, list[Firm]] = {True: [], False: [], None: []}
    for each in firms:
        where[in_region(each.company.country, each.code or None, home)].append(each)
    return Figures(tuple(where[True]), len(where[False]), len(where[None]))


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda each: (-each[1], fold(each[0]), each[0])))
