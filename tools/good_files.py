"""A small good file of each format, made in memory: what the tests and the long run damage."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

import xlsxwriter

ROWS = (("Org.nr", "Företag", "Ort"), ("409900-0012", "Åverken AB", "Karlskoga"), ("409900-0020", "Överken", "Laxå"))


def packed(parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, content)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx() -> bytes:
    """As Excel writes it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("Blad1")
        for index, row in enumerate(ROWS):
            page.write_row(index, 0, row)
        page.write_formula("D2", "=1/0", None, "#DIV/0!")
        page.merge_range("A5:A6", "slagen samman")
    return target.getvalue()


def xlsx_with(rows: bytes, before: bytes = b"") -> bytes:
    """A workbook whose only sheet has these rows of XML."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = before + b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, rows)
    return packed({**parts_of(xlsx()), "xl/worksheets/sheet1.xml": sheet})


def text_cell(reference: str, text: str = "x") -> bytes:
    """A cell of a sheet's XML."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def ods() -> bytes:
    """As LibreOffice writes it, in short."""
    names = "".join(
        f' xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in ROWS)
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet><table:table table:name='Blad1'>"
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def xlsb(cells: Iterable[tuple[int, int, str]]) -> bytes:
    """A binary workbook with texts by row and column, counted from 0 ([MS-XLSB] 2.1.4: an id, a length, the data)."""
    cells = list(cells)
    last = max(row for row, _, _ in cells), max(column for _, column, _ in cells)
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, last[0], 0, last[1])) + _record(145)
    for row, column, text in cells:
        sheet += _record(0, struct.pack("<I", row) + b"\0" * 13)
        sheet += _record(6, struct.pack("<II", column, 0) + _wide(text))
    book = _record(131) + _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Blad1"))
    space = "http://schemas.openxmlformats.org"
    relation = (
        f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{space}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": book + _record(144) + _record(132),
            "xl/_rels/workbook.bin.rels": relation.encode(),
            "xl/worksheets/sheet1.bin": sheet + _record(146) + _record(130),
        }
    )


def _record(number: int, content: bytes = b"") -> bytes:
    name = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    length, size = len(content), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return name + size + bytes([length]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def csv(delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A text file."""
    return "\r\n".join(delimiter.join(row) for row in ROWS).encode(encoding)


def good_files() -> dict[str, bytes]:
    """Content by file name, all formats."""
    return {
        "a.xlsx": xlsx(), "a.ods": ods(), "a.xlsb": xlsb((r, c, ROWS[r][c]) for r in range(3) for c in range(3)),
        "a.csv": csv(), "windows.csv": csv(encoding="cp1252"), "wide.txt": csv("\t", "utf-16"),
        "quoted.csv": b'Namn,Ort\n"A, ""B""\nC",Lax\xc3\xa5\n', "hint.csv": b"sep=|\nNamn|Ort\nA|B\n",
        "books.se": b'#FLAGGA 0\n#FORMAT PC8\n#ORGNR 409900-0012\n#VER A 1 20260101 "K\x94p"\n{\n#TRANS 4010 {} 1\n}',
    }  # fmt: skip
