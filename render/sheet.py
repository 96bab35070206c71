"""An answer on one sheet of paper, to hand to a buyer: self-contained HTML that asks nobody for anything.

It holds the question as understood, the best firms with what is met and what to ask, what is not known, and how the
order comes about. All text from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from graph.model import Company
from graph.replacement import Answer
from render.answers import Row, changes_text, coverage_text, headline, rows_of
from render.plain import material_name, process_name
from texts import Texts

MOST_HITS, MOST_NEAR = 10, 5
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 14mm 15mm; }}
body {{ font: 10.5pt/1.4 system-ui, "Segoe UI", Roboto, sans-serif; color: #1b2629; max-width: 46rem;
  margin: 1.5rem auto; padding: 0 1rem; }}
h1 {{ font-size: 15pt; line-height: 1.25; margin: 0 0 .4rem; }}
h2 {{ font-size: 11.5pt; margin: 1rem 0 .3rem; }}
p {{ margin: 0 0 .3rem; }}
.quiet {{ color: #4d5a5e; font-size: 9pt; }}
table {{ border-collapse: collapse; width: 100%; font-size: 9.5pt; }}
table.even {{ table-layout: fixed; overflow-wrap: anywhere; }}
th {{ text-align: left; font-weight: 600; border-bottom: 1.5px solid #1b2629; padding: .15rem .5rem .15rem 0; }}
td {{ vertical-align: top; border-bottom: 1px solid #cfd6d8; padding: .22rem .5rem .22rem 0; }}
td.n {{ white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }}
tr {{ break-inside: avoid; }}
@media print {{ body {{ margin: 0; padding: 0; max-width: none; }} }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def answer_sheet(answer: Answer, words: str, companies: Mapping[str, Company], texts: Texts, day: str) -> bytes:
    """The sheet as UTF-8; ``words`` are the buyer's own, ``day`` the day (ISO) on which it was answered."""
    title = headline(answer, texts)
    body = "\n".join(_body(answer, words, companies, texts, day))
    return sheet_page(title, body, texts.language)


def sheet_page(title: str, body: str, language: str) -> bytes:
    """A page to print as UTF-8; ``body`` is HTML whose texts are escaped."""
    page = _PAGE.format(language=escape(language), title=escape(title), body=body)
    return page.encode("utf-8", errors="replace")


def _body(answer: Answer, words: str, companies: Mapping[str, Company], texts: Texts, day: str) -> Iterator[str]:
    yield tag("h1", headline(answer, texts))
    if words:
        yield tag("p", f"”{' '.join(words.split())}”")
    yield tag("p", _asked(answer, texts))
    yield tag("p", coverage_text(answer, texts), "quiet")
    if answer.hits:
        yield _table(rows_of(answer.hits[:MOST_HITS], companies, texts), texts)
        if answer.found > MOST_HITS:
            yield tag("p", texts("sheet.more", count=answer.found - MOST_HITS), "quiet")
    if answer.near_misses:
        yield tag("h2", texts("find.near_misses"))
        yield tag("p", f"{texts('find.near_misses_what')} {changes_text(answer, texts)}".strip(), "quiet")
        yield _table(rows_of(answer.near_misses[:MOST_NEAR], companies, texts, letters=True), texts)
    yield tag("p", f"{texts('find.straight_line')} {texts('sheet.order')}", "quiet")
    yield tag("p", texts("sheet.made", day=day), "quiet")


def _asked(answer: Answer, texts: Texts) -> str:
    """What was asked of the firms, in a line."""
    demand = answer.demand
    said: list[str] = [" + ".join(process_name(code, texts) for code, _ in demand.processes)]
    told = {
        "material": material_name(demand.material, texts) if demand.material else None,
        "certificates": ", ".join(demand.certificates),
        "length_mm": demand.length_mm,
        "piece_weight_kg": demand.piece_weight_kg,
        "tolerance": demand.tolerance,
        "annual_quantity": demand.annual_quantity,
    }
    said += [texts(f"find.told.{name}", value=value) for name, value in told.items() if value]
    return " · ".join(said)


def _table(rows: Sequence[Row], texts: Texts) -> str:
    heads = ("name", "place", "distance", "met", "unknown", "score")
    lines = ["".join(f"<th>{escape(texts(f'table.{each}'))}</th>" for each in ("rank", *heads))]
    for row in rows:
        met = ", ".join(each.short for each in row.demands if each.status == "met")
        ask = ", ".join(each.short for each in row.demands if each.status == "unknown")
        ask = "; ".join(filter(None, (ask, f"{texts('find.words.missing')}: {row.missing}" if row.missing else "")))
        cells = (row.rank, row.name, row.place, row.distance, met, ask, row.score)
        numbers = (0, 3, 6)
        lines.append(
            "".join(
                f'<td class="n">{escape(cell)}</td>' if at in numbers else f"<td>{escape(cell)}</td>"
                for at, cell in enumerate(cells)
            )
        )
    head, *body = (f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"


def tag(name: str, text: str, style: str = "") -> str:
    """Text as an element of a printable page."""
    styled = f' class="{style}"' if style else ""
    return f"<{name}{styled}>{escape(text)}</{name}>"
