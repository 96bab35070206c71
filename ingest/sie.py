r"""What does a SIE 4 file say? Bookkeeping as text: whose books they are, and each voucher with its postings.

Source: "SIE filformat" 4B and 4C (SIE-gruppen): a line is a label and fields parted by blanks, text in quotes with
``\"`` for a quote inside, objects in braces; a voucher (#VER) has its postings (#TRANS) on the lines between braces.
Removed and added postings (#BTRANS, #RTRANS) are left out, since an added one stands there as #TRANS too. All other
labels, unknown ones included, are passed over, as the format demands. Files are in code page 437; those that programs
write in UTF-8 or Windows-1252 under the same mark are known by what their letters would be.

A voucher becomes a row of a table, on the line where it begins; one that is damaged says so, and the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

HEADINGS = ("#ORGNR", "#FNAMN", "serie", "vernr", "verdatum", "vertext", "#TRANS", "damaged")
"""The first of the rows that :func:`sie_rows` gives."""

PC8_MARK = b"#FORMAT PC8"
_BEGINS = re.compile(r"\s*#(?:FLAGGA|PROGRAM|FORMAT|GEN|SIETYP|PROSA|FNR|FTYP|ORGNR|BKOD|FNAMN|RAR|KONTO)\b")
_FIELD = re.compile(r'"((?:\\.|[^"\\])*)"|(\{(?:"(?:\\.|[^"\\])*"|[^}"])*\})|([^\s"{}]+)')
_ESCAPED = re.compile(r'\\(["\\])')
_AMOUNT = re.compile(r"[+-]?\d{1,13}(?:[.,]\d{1,6})?")
_LONGEST_LINE = 4096
_BOX_AS_LETTER = re.compile(r"(?<=[A-Za-z])[σΣ÷╓─┼]|[σΣ÷╓─┼](?=[a-z])")  # å, ä, ö, Ö, Ä, Å of Windows-1252 in 437


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting: the account, what it is called ("" unknown), öre (credit negative), and the posting's own text."""

    account: str
    name: str
    ore: int
    text: str


@dataclass(slots=True)
class _Voucher:
    line: int
    fields: list[str]
    postings: list[tuple[str, str, str]] = field(default_factory=list)
    damaged: bool = False

    def row(self, owner: tuple[str, str], accounts: Mapping[str, str]) -> list[str]:
        series, number, day, text = (*self.fields, "", "", "", "")[:4]
        lines = ("\t".join((each[0], each[1], accounts.get(each[0], ""), each[2])) for each in self.postings)
        return [*owner, series, number, day, text, "\n".join(lines), "x" if self.damaged else ""]


def is_sie(text: str) -> bool:
    r"""Whether the text is a SIE file of type 1 to 4.

    >>> is_sie("\n #FLAGGA 0"), is_sie("#;Namn")
    (True, False)
    """
    return _BEGINS.match(text[:4096]) is not None


def is_sie5(content: bytes) -> bool:
    """Whether it is a SIE 5 file, which is XML and another format altogether.

    >>> is_sie5(b'<?xml version="1.0"?><Sie xmlns="http://www.sie.se/sie5">'), is_sie5(b"#FLAGGA 0")
    (True, False)
    """
    return b"www.sie.se/sie5" in content[:4096]


def decode_pc8(content: bytes) -> str:
    """Text of a file that says ``#FORMAT PC8``: code page 437, unless it is plainly something else.

    >>> decode_pc8("#FNAMN Åtorps".encode("cp437")), decode_pc8("#FNAMN Åtorps".encode("cp1252"))
    ('#FNAMN Åtorps', '#FNAMN Åtorps')
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp437")
    return content.decode("cp1252", "replace") if _BOX_AS_LETTER.search(text) else text


def sie_rows(text: str) -> list[list[str]]:
    """A row for each line of the file: the headings, each voucher where it begins, and blank rows between."""
    said: dict[str, str] = {}
    accounts: dict[str, str] = {}
    found: list[_Voucher] = []
    opened: _Voucher | None = None
    for number, line in enumerate(_lines(text), 1):
        label, fields, sound = _parsed(line)
        if label == "#VER":
            _close(opened, sound=False)
            opened = _Voucher(number, fields, damaged=not sound)
            found.append(opened)
        elif label == "}":
            _close(opened, sound=True)
            opened = None
        elif label == "#TRANS" and opened is not None:
            opened.damaged |= not _add(opened, fields) or not sound
        elif label in {"#ORGNR", "#FNAMN"} and fields:
            said[label] = fields[0]
        elif label == "#KONTO" and len(fields) > 1:
            accounts[fields[0]] = _plain(fields[1])
    _close(opened, sound=False)
    owner = (said.get("#ORGNR", ""), said.get("#FNAMN", ""))
    rows: list[list[str]] = [[] for _ in range(found[-1].line if found else 1)]
    rows[0] = list(HEADINGS)
    for each in found:
        rows[each.line - 1] = each.row(owner, accounts)
    return rows


def postings(cell: str) -> Iterator[Posting]:
    """The postings in a row's ``#TRANS`` cell."""
    for line in filter(None, cell.split("\n")):
        account, amount, name, text = (*line.split("\t"), "", "")[:4]
        yield Posting(account, name, round(float(amount) * 100), text)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _parsed(line: str) -> tuple[str, list[str], bool]:
    """Label, fields, and whether nothing on the line was left over."""
    bare = line[:_LONGEST_LINE].strip()
    if bare in {"{", "}"}:
        return bare, [], True
    if not bare.startswith("#"):
        return "", [], True
    fields = [_ESCAPED.sub(r"\1", found[1]) if found[1] is not None else found[0] for found in _FIELD.finditer(bare)]
    rest = _FIELD.sub("", bare)
    return fields[0].upper(), fields[1:], not rest.strip() and len(line) <= _LONGEST_LINE


def _close(voucher: _Voucher | None, *, sound: bool) -> None:
    """End a voucher; one without its last brace, or whose postings do not come to nothing, is damaged."""
    if voucher is None:
        return
    ore = sum(round(float(each[1]) * 100) for each in voucher.postings)
    voucher.damaged |= not sound or ore != 0


def _add(voucher: _Voucher, fields: list[str]) -> bool:
    """Add a posting: account, objects, amount, and perhaps day and text. Some programs leave the objects out."""
    rest = fields[1:]
    if rest and rest[0].startswith("{"):
        rest = rest[1:]
    if not fields or not rest or not _AMOUNT.fullmatch(rest[0]):
        return False
    voucher.postings.append((_plain(fields[0]), rest[0].replace(",", "."), _plain(rest[2]) if len(rest) > 2 else ""))
    return True


def _plain(text: str) -> str:
    return " ".join(text.split())
