"""Which part of business life does a firm belong to, and does it count as industry?

What somebody has said of a firm's sector goes first; else its SNI code tells. The divisions used here mean the same in
SNI 2007 and SNI 2025 (NACE Rev. 2 and 2.1), so they need no version; computer consultants moved (62.02, now 62.2) and
need one. A division that is none of the model's sectors (farming, building, energy) has none.
"""

from __future__ import annotations

from graph.model import Company
from graph.tables import digits_of

LENT_OUT = ("staffing", "consulting")
"""Sectors whose people work at other firms: no firms of the industry's own counts, since they would count twice."""
NOT_BUSINESS = ("public", "support")
LEFT_OUT = (*NOT_BUSINESS, *LENT_OUT)
"""Sectors that nobody calls alone, asks what it can make, or proposes to another firm."""

_BY_DIVISION = {
    **dict.fromkeys(range(10, 34), "industry"),
    **dict.fromkeys(range(45, 48), "trade"),
    **dict.fromkeys(range(49, 83), "services"),
    **dict.fromkeys(range(85, 97), "services"),
    78: "staffing",
    84: "public",
}
_BY_GROUP = {"702": "consulting", "711": "consulting"}
_COMPUTER_CONSULTANTS = {"2007": "6202", "2025": "622"}


def sector_of(sni: str | None, version: str | None) -> str | None:
    """The sector (as :attr:`graph.model.Company.sector`) of a trade; None where the code tells none.

    >>> sector_of("25530", "2025"), sector_of("78.20", None), sector_of("71122", "2007"), sector_of("41200", "2007")
    ('industry', 'staffing', 'consulting', None)
    >>> sector_of("62.02", "2007"), sector_of("62.02", None), sector_of("62.20", "2025")
    ('consulting', 'services', 'consulting')
    """
    digits = digits_of(sni or "")
    if len(digits) < 2:
        return None
    of_computers = _COMPUTER_CONSULTANTS.get(version or "")
    if of_computers and digits.startswith(of_computers):
        return "consulting"
    return _BY_GROUP.get(digits[:3]) or _BY_DIVISION.get(int(digits[:2]))


def branch_of(company: Company) -> str | None:
    """The firm's sector as somebody has said it, else as its trade tells."""
    return company.sector or sector_of(company.sni, company.sni_version)


def division_of(company: Company) -> str:
    """The first two digits of the firm's SNI code, "" where none is known."""
    digits = digits_of(company.sni or "")
    return digits[:2] if len(digits) >= 2 else ""


def branch_key(company: Company) -> str:
    """The division of the firm's trade, else its sector, "" where neither is known."""
    return division_of(company) or branch_of(company) or ""
