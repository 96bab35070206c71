"""A company's books in SIE 4: which vouchers are purchases, and whom do their texts name as the supplier?

SIE has no register of suppliers. A voucher with supplier's debt (244x) against purchases (40xx-48xx, BAS) whose text
can be taken for a name gives an inferred trade with a firm of that name; its value is the purchase accounts without
VAT, and its code is the account that took most, which tells imports (4545-4547) and purchases from the EU (4515-4517)
from those at home, but no country. Vouchers with salaries or employees' outlays are never read, nor shown. A voucher is
a row; most of a company's vouchers are no purchases, which is said once a file and not for each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from graph.model import Claim, Level, Value
from graph.names import name_key
from ingest.cells import day
from ingest.headings import Headings
from ingest.identity import company_subject
from ingest.rows import fold
from ingest.sie import HEADINGS, Posting, postings
from ingest.sources.common import Context, Party, RowResult, clean, digest
from ingest.sources.reading import Reading, read_rows, told_apart
from ingest.sources.sums import of_sheet
from ingest.tables import Table

SOURCE_TYPE = "sie"
KINDS = ()
AUDIENCE = Level.MANAGER

FIELDS: Headings = {name: (name,) for name in HEADINGS}
_DEBT, _PURCHASE = re.compile(r"244\d*"), re.compile(r"4[0-8]\d\d\d*")
_SALARY = re.compile(r"7[0-6]\d\d\d*|27[1-3]\d\d*|28[2-3]\d\d*|29[1-2]\d\d*")  # wages, their tax, debts to employees
_STAFF = re.compile(r"\b(?:lön|löner|utlägg|traktamente|milersättning|reseräkning)", re.IGNORECASE)
_ABROAD = re.compile(r"454[5-7]|451[5-7]")
_BALANCING = re.compile(r"\bmotkonto\b|\bjustering\b", re.IGNORECASE)  # of reverse-charge VAT: not a purchase

# What vouchers are called and what for: no part of a name where it stands first or last.
_NOISE = frozenset(
    fold(each)
    for each in (
        "leverantörsfaktura", "leverantörsfakt", "levfaktura", "levfakt", "lev", "leverantör", "faktura",
        "fakturor", "fakt", "kreditfaktura", "kredit", "krediterad", "kreditnota", "inköp", "köp", "betalning",
        "bet", "utbetalning", "nr", "nummer", "fnr", "lf", "lfa", "ver", "verifikat", "verifikation", "ocr",
        "ref", "avs", "avser", "enl", "enligt", "från", "till", "för", "av", "och", "samt", "material", "varor",
        "råvaror", "import", "eu", "tull", "frakt", "hyra", "lön", "löner", "moms", "period", "periodisering",
        "rättning", "rättelse", "korrigering", "korr", "omföring", "ombokning", "diverse", "div", "övrigt",
        "kvitto", "kontant", "utlägg", "avskrivning", "lager", "lagerförändring", "legoarbete", "vecka",
        "kvartal", "år", "månad", "mån", "januari", "jan", "februari", "feb", "mars", "april", "apr", "maj",
        "juni", "jun", "juli", "jul", "augusti", "aug", "september", "sep", "sept", "oktober", "okt",
        "november", "nov", "december", "dec", "invoice", "supplier", "purchase", "credit", "note", "payment",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\s;:,()\[\]/#|]+")
_EDGE = ".-–_*'\""


def recognises(table: Table) -> float:
    """Whether it was read out of a SIE file."""
    return 1.0 if table.headings == HEADINGS else 0.0


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the company, the suppliers its vouchers name, and a trade a purchase."""
    reading, seen = Reading(table, FIELDS, context), Counter[str]()
    if not table.rows:
        yield of_sheet(table, "sie_without_vouchers", severity="warning")
    elif not context.owner and not any(cell for row in table.rows for cell in row[:2]):
        yield of_sheet(table, "ledger_owner_unknown", severity="warning")
    rows = read_rows(reading, partial(_voucher, seen), name_unknown_columns=False)
    yield from told_apart(rows, "Trade", merge_equal=False)
    for code in ("vouchers_no_purchase", "vouchers_of_salary", "vouchers_abroad"):
        if seen[code]:
            yield of_sheet(table, code, str(seen[code]))


def _voucher(seen: Counter[str], reading: Reading) -> list[Claim] | None:
    if reading.raw("damaged"):
        reading.problem("", "voucher_damaged", "", "error")
        return None
    booked = list(postings(reading.raw("#TRANS")))
    text = reading.text("vertext")
    if _STAFF.search(text) or any(_SALARY.fullmatch(each.account) for each in booked):
        seen["vouchers_of_salary"] += 1
        return None
    by_account = _purchases(booked)
    if not by_account or not any(_DEBT.fullmatch(each.account) for each in booked):
        seen["vouchers_no_purchase"] += 1
        return None
    texts = (text, *(each.text for each in booked if _DEBT.fullmatch(each.account)))
    name = next(filter(None, map(supplier_in, texts)), "")
    if not name:
        reading.problem("vertext", "voucher_names_nobody", text, "info")
        return None
    return _trade(seen, reading, name, by_account)


def _purchases(booked: list[Posting]) -> dict[tuple[str, str], int]:
    """Öre by account and its name, of the accounts for purchases."""
    found: Counter[tuple[str, str]] = Counter()
    for each in booked:
        if _PURCHASE.fullmatch(each.account) and not _BALANCING.search(each.name):
            found[each.account, each.name] += each.ore
    return {account: ore for account, ore in found.items() if ore}


def _trade(seen: Counter[str], reading: Reading, name: str, bought: dict[tuple[str, str], int]) -> list[Claim] | None:
    buyer = reading.party("#ORGNR", "#FNAMN") or reading.owner()
    if buyer is None:
        reading.problem("", "buyer_missing", "", "error")
        return None
    seller = Party(company_subject(secret=reading.context.secret, name=name), name)
    if buyer.subject == seller.subject or name_key(buyer.name) == name_key(name):
        reading.problem("vertext", "trade_with_itself", name, "info")
        return None
    account, called = max(bought, key=lambda each: (abs(bought[each]), each))
    if _ABROAD.fullmatch(account):
        seen["vouchers_abroad"] += 1
    when = reading.value("verdatum", day)
    fields: dict[str, Value] = {
        "buyer_id": buyer.subject,
        "what": clean(called),
        "code": f"BAS {account}",
        "value_sek": round(sum(bought.values()) / 100),
        "year": int(when[:4]) if when else None,
        "contracts": 1,
    }
    item = digest(seller.subject, buyer.subject, when, reading.text("serie"), reading.text("vernr"))
    trade = reading.claim(seller.subject, "Trade", item, fields, evidence="inferred")
    named = (replace(each, evidence="inferred") for each in reading.mention(seller))
    return [*reading.mention(buyer), *named, trade]


def supplier_in(text: str) -> str:
    """The supplier's name in a voucher's text, "" where nothing in it can be taken for one.

    Words that say what kind of voucher it is, numbers, months and days are taken off both ends.

    >>> supplier_in("Leverantörsfaktura 1203 Ahlsell Sverige AB, 2025-05"), supplier_in("Lön maj 2025")
    ('Ahlsell Sverige AB', '')
    """
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    while words and _is_noise(text[slice(*words[0])]):
        words.pop(0)
    while words and _is_noise(text[slice(*words[-1])]):
        words.pop()
    if not words:
        return ""
    name = clean(text[words[0][0] : words[-1][1]]).strip(_EDGE + " ")
    letters = sum(each.isalpha() for each in name)
    return name if letters >= 3 and name[0].isalnum() and not name[0].islower() else ""


def _is_noise(word: str) -> bool:
    bare = word.strip(_EDGE)
    digits = sum(each.isdigit() for each in bare)
    return not bare or fold(bare) in _NOISE or digits * 2 > len(bare)
