"""Introductions in words, as tables, as what the command line promises, and as a picture of two firms and their tie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, TypeAlias

from graph.introductions import OUTCOMES, Followed, Proposal, Queue
from graph.neighbours import ties
from graph.replacement import Reason
from render.answers import company_name
from render.company import inside
from render.network import Row
from render.pictures import DARK, LIGHT, PARTNER_PX, SELF_PX, Drawing
from render.plain import capital, choice_name, process_name, theme_name
from texts import Texts

if TYPE_CHECKING:
    import networkx as nx

NameOf: TypeAlias = Callable[[str], str]
Point: TypeAlias = tuple[float, float]
MOST_PARTNERS = 9  # of each firm that are drawn, the closest first
HALF_PX, FAN_PX = 80.0, 135.0  # from the middle to a firm, and from a firm to its partners
WIDEST_FAN = 0.95 * pi
SHARED_STEP_PX = 75.0
APART_PX = 60.0  # between firms at least: names keep off them
MOST_NAMED = 3  # processes in a row of a table
TIE_WIDTH_PX = 3.0
MOST_WHY = 2


def pair_name(pair: Sequence[str], name_of: NameOf) -> str:
    """Two firms in a row of a table."""
    return " – ".join(map(name_of, pair))


def reason_words(reason: Reason, name_of: NameOf, texts: Texts, *, most: int | None = None) -> str:
    """A reason why two firms should meet, as the part of a sentence; ``most``: names no more processes than that."""
    values: dict[str, Any] = dict(reason.values)
    for name in ("asker", "maker", "company_id"):
        if name in values:
            values[name] = name_of(str(values[name]))
    if "processes" in values:
        named = [inside(process_name(str(each), texts)) for each in values["processes"][:most]]
        is_cut = len(named) < len(values["processes"])
        values["processes"] = texts("introductions.more", named=named) if is_cut else named
    if "themes" in values:
        values["themes"] = [inside(theme_name(str(each), texts)) for each in values["themes"]]
    if "buyers" in values:
        values["buyers"] = [name_of(str(each)) for each in values["buyers"]]
    if "lacks" in values:
        values["lacks"] = texts(f"constraint.{values['lacks']}")
        values["asked"] = _asked(reason, texts)
    if "kind" in values:
        values["kind"] = texts(f"isolation.{values['kind']}")
    return texts(f"reason.{reason.code}", **values)


def _asked(reason: Reason, texts: Texts) -> str:
    """What a part asks for that the firm does not reach."""
    asked = str(reason.values["asked"])
    if reason.values["lacks"] != "process":
        return asked
    return ", ".join(inside(process_name(each, texts)) for each in asked.split(" + "))


def effect_words(each: Proposal, texts: Texts) -> str:
    """What the tie would do to the network."""
    firms = "one" if each.newly_within_two_steps == 1 else "many"
    said = texts(f"introductions.effect.{firms}", count=each.newly_within_two_steps)
    return f"{texts('introductions.effect.joins')} {said}" if each.components_joined else said


def headline(queue: Queue, texts: Texts) -> str:
    """How many pairs are worth it, and what the first one would do; or that none has strong reasons yet."""
    if not queue.worth:
        return texts("introductions.headline.weak" if queue.proposals else "introductions.none")
    said = texts(f"introductions.headline.{'one' if queue.worth == 1 else 'many'}", count=queue.worth)
    joins = queue.proposals and any(each.code == "joins_islands" for each in queue.proposals[0].reasons)
    return texts("introductions.headline.joins" if joins else "introductions.headline.end", said=said)


# -- tables ----------------------------------------------------------------------------------------------------------


def proposal_rows(queue: Queue, name_of: NameOf, texts: Texts) -> list[Row]:
    """The queue: who, why, and what it would do; ``company_id`` is both firms', see :func:`pair_key`."""
    return [
        {
            "company_id": pair_key(each.company_ids),
            "pair": pair_name(each.company_ids, name_of),
            "why": capital(
                "; ".join(reason_words(r, name_of, texts, most=MOST_NAMED) for r in _telling(each)[:MOST_WHY])
            ),
            "all_reasons": "; ".join(reason_words(reason, name_of, texts) for reason in each.reasons),
            "joined": each.components_joined,
            "newly": each.newly_within_two_steps,
            "score": round(each.score, 1),
            "one": each.company_ids[0],
            "other": each.company_ids[1],
        }
        for each in queue.proposals
    ]


def _telling(each: Proposal) -> list[Reason]:
    """The reasons that are this pair's own, the strongest first; how near they lie is none of them."""
    return [reason for reason in each.reasons if reason.code != "near"]


def pair_key(pair: Sequence[str]) -> str:
    """Both firms as one key of a row."""
    return "\n".join(pair)


def followed_rows(found: Sequence[Followed], name_of: NameOf, texts: Texts) -> list[Row]:
    """Introductions that were made: who, how it stands, by whom, and when somebody should ask."""
    rows: list[Row] = []
    for each in found:
        made = each.introduction
        due = texts("introductions.late", day=each.follow_up_on) if each.is_overdue else each.follow_up_on
        rows.append(
            {
                "company_id": made.introduction_id,
                "pair": pair_name((made.company_id or "", made.other_id or ""), name_of),
                "outcome": capital(choice_name(each.outcome, texts)),
                "introduced_on": made.introduced_on,
                "introduced_by": made.introduced_by,
                "follow_up_on": due,
                "reason": made.reason,
            }
        )
    return rows


def outcome_counts(found: Sequence[Followed]) -> dict[str, int]:
    """How many introductions stand at each outcome."""
    return {each: sum(one.outcome == each for one in found) for each in OUTCOMES}


# -- the command line ------------------------------------------------------------------------------------------------


def as_json(queue: Queue, names: Mapping[str, str | None]) -> dict[str, Any]:
    """``introductions``."""
    return {
        "introductions": [
            {
                "companies": [{"company_id": firm, "name": names.get(firm)} for firm in each.company_ids],
                "reasons": [
                    {"code": reason.code, "points": round(reason.points, 3), **reason.values} for reason in each.reasons
                ],
                "effect": {
                    "components_joined": each.components_joined,
                    "newly_within_two_steps": each.newly_within_two_steps,
                },
                "score": each.score,
            }
            for each in queue.proposals
        ],
        "worth": queue.worth,
    }


def lines(queue: Queue, name_of: NameOf, texts: Texts) -> Iterator[str]:
    """The queue as text."""
    yield headline(queue, texts)
    for number, each in enumerate(queue.proposals, 1):
        pair = pair_name(each.company_ids, name_of)
        yield texts("introductions.line", number=number, pair=pair, score=texts.number(each.score, 1))
        yield from (f"   {capital(reason_words(reason, name_of, texts))}." for reason in _telling(each))
        yield f"   {effect_words(each, texts)}"


# -- the picture -----------------------------------------------------------------------------------------------------


def drawing(network: nx.DiGraph, each: Proposal, name_of: NameOf, texts: Texts, *, dark: bool = False) -> Drawing:
    """The two firms and those they deal with: each one's own around it, those of both in the middle."""
    palette = DARK if dark else LIGHT
    above, below = each.company_ids
    near = {firm: [tie.company_id for tie in ties(network, firm)] for firm in each.company_ids}
    shared = [firm for firm in near[above] if firm in near[below]]
    own = {firm: [other for other in near[firm] if other not in shared] for firm in each.company_ids}
    places: dict[str, Point] = {above: (0.0, -HALF_PX), below: (0.0, HALF_PX)}
    places |= _fan(own[above][:MOST_PARTNERS], -1) | _fan(own[below][:MOST_PARTNERS], 1)
    places |= _row(shared[:MOST_PARTNERS])
    nodes = [_node(network, firm, at, firm in each.company_ids, name_of, palette) for firm, at in places.items()]
    edges: list[dict[str, Any]] = [
        {"from": seller, "to": buyer, "color": palette["faint"], "px": 1.2}
        for seller, buyer in network.edges(places)
        if buyer in places and {seller, buyer} & {above, below}
    ]
    edges.append({"from": above, "to": below, "color": palette["self"], "px": TIE_WIDTH_PX, "dashes": True})
    left_out = sum(map(len, own.values())) + len(shared) - (len(places) - 2)
    said = {"one": name_of(above), "other": name_of(below), "own": len(own[above]), "others": len(own[below])}
    alt = texts("introductions.picture_alt", shared=len(shared), **said)
    return Drawing(f"pair {pair_key(each.company_ids)}", alt, nodes, edges, (), palette, left_out=left_out)


def _fan(firms: Sequence[str], side: int) -> dict[str, Point]:
    """Places on an arc above the upper firm (``side`` -1) or below the lower (1), the closest partner in its middle."""
    step = WIDEST_FAN / max(len(firms) - 1, 4)
    turns = [(-1) ** number * ((number + 1) // 2) * step for number in range(len(firms))]
    return {
        firm: (round(FAN_PX * sin(turn), 1), round(side * (HALF_PX + FAN_PX * cos(turn)), 1))
        for firm, turn in zip(firms, turns, strict=True)
    }


def _row(firms: Sequence[str]) -> dict[str, Point]:
    """Places to the right and the left of the new tie."""
    return {firm: ((-1) ** number * (number // 2 + 1) * SHARED_STEP_PX, 0.0) for number, firm in enumerate(firms)}


def _node(
    network: nx.DiGraph, company_id: str, at: Point, is_chosen: bool, name_of: NameOf, palette: Mapping[str, str]
) -> dict[str, Any]:
    facts = network.nodes[company_id]
    is_outside = facts["in_region"] is False
    colour = palette["self" if is_chosen else "outside" if is_outside else "home"]
    name = name_of(company_id)
    return {
        "id": company_id,
        "label": name,
        "x": at[0],
        "y": at[1],
        "shape": "diamond" if is_outside else "dot",
        "color": {"background": colour, "border": colour},
        "px": SELF_PX if is_chosen else PARTNER_PX,
        "apart": APART_PX,
        "told": (name, *([facts["locality"]] if facts["locality"] else ())),
    }


def namer(names: Mapping[str, str | None], texts: Texts) -> NameOf:
    """Tells a firm's name by its identifier."""
    return lambda company_id: company_name(names.get(company_id), texts)
