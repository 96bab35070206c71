"""What the invented firms buy from far away, in the words of a goods list, and which of it could be made nearby."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from random import Random

from ingest.demo.offers import SCALE, make_offer, nice, running_until
from ingest.demo.places import within
from ingest.demo.region import Firm, Invented, Part
from ingest.demo.tables import PartTemplate, foreign, part_templates, processes
from ingest.demo.truth import RADIUS_KM, SUPPLIES_TOLERANCE, substitute_index, supplies

PARTS = {
    "1-9": 0.05, "10-19": 0.25, "20-49": 0.7, "50-99": 1.5, "100-199": 3.0, "200-499": 6.0, "500+": 14.0,
}  # fmt: skip
PLANTED_SHARE, MOST_PLANTED = 0.55, 400
# How long a part of so many kilograms is: length_mm = factor * weight_kg ** power.
LENGTH = {"shaft": (220, 0.38), "beam": (300, 0.4), "plate": (206, 0.5), "box": (157, 0.34), "disc": (80, 0.333),
          "small": (70, 0.333)}  # fmt: skip
DENSITY_KG_MM3 = {"aluminium": 2.7e-6, "titanium": 4.4e-6, "composite": 1.6e-6, "rubber": 1.3e-6, "carbide": 14.5e-6}
STEEL_KG_MM3 = 7.85e-6
TRADES = {"casting": "casting", "plastics": "plastic", "electro": "electronics"}  # by process family; else metal
CUTTING_TOLERANCES = ("ISO 2768-m", "ISO 2768-f", "IT9", "IT8")


def import_parts(region: Invented) -> None:
    """Let the makers import parts, and see to it that some could be made nearby."""
    rng = region.rng
    wanted_by: dict[str, list[PartTemplate]] = defaultdict(list)
    for template in part_templates():
        for sector in template.buyers:
            wanted_by[sector].append(template)
    for firm in region.firms:
        if firm.role or firm.sector.kind != "industry":
            continue
        count = int(PARTS[firm.size_class] * rng.lognormvariate(0.0, 0.5) + rng.random())
        if not count:
            continue
        templates = list(wanted_by[firm.sector.code])
        rng.shuffle(templates)
        style = rng.choice(("{:05d}", "{:06d}-1", "A{:05d}", "P-{:04d}", "{:04d} 100", "DET{:05d}"))
        first = rng.randrange(1000, 8000)
        for step, template in enumerate((templates * 2)[:count]):
            region.parts.append(_part(region, firm, template, style.format(first + 7 * step)))
    _plant_substitutes(region)


def _part(region: Invented, firm: Firm, template: PartTemplate, number: str) -> Part:
    rng = region.rng
    weight = round(_log_uniform(rng, template.weight_kg), 3 if template.weight_kg[0] < 1 else 1)
    factor, power = LENGTH[template.shape]
    length = nice(factor * weight**power * rng.uniform(0.8, 1.25))
    quantity = nice(_log_uniform(rng, template.quantity) * min(1.0, SCALE[firm.size_class]))
    origin = _draw(rng, template.origins)
    value = weight * quantity * rng.uniform(*template.price_sek_kg) * (0.75 if origin in ("CN", "IN") else 1.0)
    families = [processes()[each].family for each in template.processes]
    made_by = TRADES.get(families[0], "metal")
    return Part(
        firm=firm,
        number=number,
        template=template,
        description=_describe(rng, template, length, weight),
        cn_code=template.cn_code if rng.random() < 0.96 else None,
        origin=origin,
        supplier=region.namer.foreign(origin, made_by) if rng.random() < 0.94 else None,
        value_sek=max(500, int(round(value, -2))),
        mass_kg=max(1, round(weight * quantity)) if rng.random() < 0.95 else None,
        mode=_draw(rng, foreign()[origin].transport),
        year=2025 if rng.random() < 0.85 else 2024,
        processes=template.processes if rng.random() < 0.86 else (),
        material=template.material if rng.random() < 0.92 else None,
        certificates=tuple(name for name, percent in template.certificates if rng.random() * 100 < percent),
        length_mm=length if rng.random() < 0.75 else None,
        piece_weight_kg=weight,
        tolerance=rng.choice(CUTTING_TOLERANCES) if set(families) == {"cutting"} and rng.random() < 0.4 else None,
        quantity=quantity,
    )


def _log_uniform(rng: Random, span: tuple[float, float]) -> float:
    low, high = span
    return float(low * (high / low) ** rng.random())


def _draw(rng: Random, weights: tuple[tuple[str, float], ...]) -> str:
    return rng.choices([name for name, _ in weights], weights=[weight for _, weight in weights])[0]


def _describe(rng: Random, template: PartTemplate, length_mm: int, weight_kg: float) -> str:
    """Fill in ``{a/b}`` choices and ``{l}`` (length), ``{d}`` (diameter) and ``{t}`` (thickness), in millimetres."""

    def fill(found: re.Match[str]) -> str:
        slot = found.group(1)
        if slot == "l":
            return str(length_mm)
        if slot == "d":
            return str(_diameter_mm(template, length_mm, weight_kg))
        if slot == "t":
            return str(rng.choice((3, 4, 5, 6, 8, 10, 12, 15, 20)))
        return str(rng.choice(slot.split("/")))

    return re.sub(r"\{([^{}]+)\}", fill, template.description)


def _diameter_mm(template: PartTemplate, length_mm: int, weight_kg: float) -> int:
    """Of a solid round bar of this length and weight; a disc is as long as it is wide."""
    if template.shape == "disc":
        return length_mm
    density = DENSITY_KG_MM3.get(template.material, STEEL_KG_MM3)
    return nice(math.sqrt(4 * weight_kg / (math.pi * length_mm * density)))


def _plant_substitutes(region: Invented) -> None:
    """For some parts that nobody nearby can make, let a firm of the right branch be able to."""
    rng = region.rng
    makers: dict[tuple[str, int], list[Firm]] = defaultdict(list)
    for firm in region.firms:
        if firm.offers:
            for code, _ in firm.sector.processes:
                makers[code, firm.place.index].append(firm)
    index = substitute_index(region.firms)
    planted = 0
    for part in region.parts:
        if planted == MOST_PLANTED:
            return
        if not part.processes or rng.random() > PLANTED_SHARE or supplies(region, part, index):
            continue
        able = [
            firm
            for place in sorted(within(part.firm.place.index, RADIUS_KM))
            for firm in makers[part.processes[0], place]
            if _in_branch(firm, part) and not region.same_group(firm, part.firm)
        ]
        if able:
            _enable(region, rng.choice(able), part)
            planted += 1


def _in_branch(firm: Firm, part: Part) -> bool:
    own = {code for code, _ in firm.sector.processes}
    return own.issuperset(part.processes)


def _enable(region: Invented, firm: Firm, part: Part) -> None:
    """Widen what the firm offers until the part fits."""
    rng = region.rng
    for code in part.processes:
        offer = firm.offers.get(code) or make_offer(rng, firm, processes()[code])
        firm.offers[code] = offer
        if part.material and part.material not in offer.materials:
            offer.materials = (*offer.materials, part.material)
        if part.length_mm:
            offer.max_length_mm = max(offer.max_length_mm or 0, nice(part.length_mm * rng.uniform(1.15, 1.6)))
        offer.max_weight_kg = max(offer.max_weight_kg or 0, 1 + nice(part.piece_weight_kg * rng.uniform(1.2, 2.0)))
        if part.tolerance:
            offer.tolerance = SUPPLIES_TOLERANCE[-1]
    for standard in part.certificates:
        firm.certificates[standard] = running_until(rng)
