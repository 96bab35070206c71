"""What a questionnaire asks: its pages, their rows and columns, and what a firm may see of itself in them.

The same pages are written as a workbook and as a form to print (:mod:`render.questionnaire`), and read back by
:mod:`ingest.questionnaire_read`. What is filled in is what the firm's own people see, as on their own page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graph.audience import Viewer
from graph.consent import OPENS, Consents, Fact
from graph.model import Certificate, Claim, Company, ImportedPart, Level, Need, Offer, Record, Value
from graph.own_account import provenance_for
from graph.own_view import current_id
from graph.provenance import Account, Provenance, seen_by
from graph.resolve import record_key
from graph.store import Store
from graph.taxonomy import taxonomy
from ingest.cells import choice

ANSWER, AUDIENCE = "answer", "audience"
"""The columns that are no field of the record: whether it is so at all, and who may see it."""
YES = "yes"
MARK = "närverk"
CODE_SHEET = f"{MARK}: kod"
"""In the first cell of the hidden sheet that holds the code, which stands beside it."""
FREE_ROWS = 12
FREE = "+"
"""What the keys of rows begin with that nothing is known of yet."""
CHOICES = choice(
    {
        "öppet": "open", "alla": "open", "open": "open", "everybody": "open",
        "bara genom nätverksledaren": "through_manager", "genom nätverksledaren": "through_manager",
        "only through the network's manager": "through_manager", "through the manager": "through_manager",
        "dolt": "hidden", "ingen": "hidden", "hidden": "hidden", "nobody": "hidden",
    }
)  # fmt: skip
"""Who may see it, in a firm's own words."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the records of a kind, a row each. ``key`` names the record, ``fields`` are asked of it."""

    name: str
    kind: type[Record]
    key: str
    fields: tuple[str, ...]
    free: int = 0  # rows left to be filled in

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in their order; of the firm itself, whose fields are rows, those of a row."""
        if self.kind is Company:
            return ("value", AUDIENCE)
        return (*((self.key,) if self.key else ()), ANSWER, *self.fields, AUDIENCE)


PAGES = (
    Page("firm", Company, "", ("business", "sector", "employees", "sni", "website", "no_mailings", "sensitive")),
    Page(
        "can", Offer, "capability",
        ("materials", "max_length_mm", "max_weight_kg", "tolerance", "batch_min", "batch_max", "lead_time_days",
         "free_capacity_percent"),
    ),
    Page("certificates", Certificate, "standard", ("valid_until",), FREE_ROWS),
    Page("needs", Need, "theme", ("description", "priority", "may_share")),
    Page(
        "imports", ImportedPart, "",
        ("part_number", "description", "origin_country", "supplier", "value_sek", "annual_quantity", "material",
         "length_mm", "piece_weight_kg"),
        FREE_ROWS,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What a firm may see of itself: values by kind, item and field; ``told`` is what its own word is said against."""

    company_id: str
    viewer: Viewer
    told: Provenance
    values: Mapping[str, Mapping[str, Mapping[str, Value]]]

    def of(self, kind: type[Record], item: str) -> Mapping[str, Value]:
        """The values of one record, () where there is none."""
        return self.values.get(kind.__name__, {}).get(item, {})

    def account(self, kind: type[Record], item: str) -> Account | None:
        """The account of one record that is there."""
        key = record_key(Claim(self.company_id, kind.__name__, item, {}), {})
        found = self.told.account(kind, key)
        return found if found is not None and found.record is not None else None


def known_of(store: Store, company_id: str) -> Known:
    """What a firm may see of itself, as of now.

    Raises:
        RevisionMoved: the region changes faster than it can be read.
    """
    company_id = current_id(store, company_id)
    viewer = Viewer(Level.MEMBERS, company_id)
    told = provenance_for(store, viewer, company_id)
    seen = seen_by(told, viewer)
    consents = Consents.of(told.decisions, told.company_of)
    values: dict[str, dict[str, dict[str, Value]]] = {}
    for page in PAGES:
        mine = [each for each in seen.get(page.kind, ()) if told.account(page.kind, each.key)]
        values[page.kind.__name__] = {
            item: _values(page, each, item, consents, company_id)
            for each in mine
            if (item := each.key.removeprefix(company_id).removeprefix("/")) or page.kind is Company
        }
    return Known(company_id, viewer, told, values)


def _values(page: Page, record: Record, item: str, consents: Consents, company_id: str) -> dict[str, Value]:
    names = (*((page.key,) if page.key else ()), *page.fields)
    found: dict[str, Value] = {name: getattr(record, name) for name in names}
    if page.kind is Company:
        for name in page.fields:
            fact = Fact(Company.__name__, "", name)
            chosen = consents.of_firm(company_id).get(fact)
            found[f"{AUDIENCE}.{name}"] = str(consents.choice(company_id, fact)) if chosen else None
        return found
    concluded = getattr(record, "evidence", "") == "inferred"
    chosen = consents.of_firm(company_id).get(Fact(page.kind.__name__, item))
    found[ANSWER] = None if concluded else YES
    found[AUDIENCE] = str(consents.choice(company_id, Fact(page.kind.__name__, item))) if chosen else None
    return found


def may_be_opened(name: str) -> bool:
    """Whether the firm decides who sees the field of the company itself."""
    return name in OPENS[Company]


# -- the rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a page: its key, what names it, and what is known of it; concluded: nobody has said it yet."""

    key: str
    name: str
    values: Mapping[str, Value]
    concluded: bool = False
    group: str = ""


def lines(page: Page, known: Known) -> list[Line]:
    """The rows of a page: what is known first, then all else that can be answered."""
    held = known.values.get(page.kind.__name__, {})
    if page.kind is Company:
        values = held.get("", {})
        return [
            Line(name, name, {"value": values.get(name), AUDIENCE: values.get(f"{AUDIENCE}.{name}")})
            for name in page.fields
        ]
    told = [
        Line(item, str(values.get(page.key) or ""), values, values[ANSWER] is None)
        for item, values in sorted(held.items(), key=lambda each: (each[1][ANSWER] is None, each[0]))
    ]
    return [*map(_grouped, told), *_rest(page, held)]


def _rest(page: Page, held: Mapping[str, Mapping[str, Value]]) -> Sequence[Line]:
    if page.kind is Offer:
        order = list(taxonomy().families)
        rest = [each for code, each in taxonomy().processes.items() if code not in held]
        rest.sort(key=lambda each: order.index(each.family))
        return [_grouped(Line(each.process, each.process, {})) for each in rest]
    if page.kind is Certificate:
        rest_of = [each for each in taxonomy().standards if each not in held]
        return [Line(each, each, {}) for each in rest_of] + _free(page)
    if page.kind is Need:
        named = {values.get("theme") for values in held.values()}
        return [Line(FREE + theme, theme, {}) for theme in taxonomy().themes if theme not in named]
    return _free(page)


def _free(page: Page) -> list[Line]:
    return [Line(f"{FREE}{number}", "", {}) for number in range(1, page.free + 1)]


def _grouped(line: Line) -> Line:
    process = taxonomy().processes.get(line.key)
    return replace(line, group=process.family) if process else line


def is_free(key: str) -> bool:
    """Whether a row stands for a record that only the firm can name."""
    return not key or (key.startswith(FREE) and key.removeprefix(FREE).isdigit())
