"""Who makes what, as one page to search without a network: everything on it is text, and it asks nobody for anything.

The page holds the firms that its viewer may see; which of them are shown is decided in the browser, by a script that
the page's own policy names by its digest, so that no other can run.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from graph.model import Offer
from graph.tables import fold
from render.export_firms import Firm, counts_for, facts, family_name, firms_of
from render.plain import material_name, process_name
from render.taken import Taken
from texts import Texts

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{style_digest}'; \
script-src '{script_digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def catalogue(taken: Taken, texts: Texts) -> bytes:
    """The page as UTF-8."""
    firms = firms_of(taken)
    style, script = _part("css"), _part("js")
    title = texts("export.page.title", region=taken.region) if taken.region else texts("export.page.title_alone")
    body = "\n".join((*_head(title, taken, firms, texts), *_fields(firms, texts), *_list(firms, texts)))
    return _PAGE.format(
        language=escape(texts.language),
        title=escape(title),
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
        body=f"{body}\n{_foot(taken, texts)}",
    ).encode("utf-8", errors="replace")


@cache
def _part(ending: str) -> str:
    return Path(__file__).with_suffix(f".{ending}").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """A text as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


# -- the parts of the page -------------------------------------------------------------------------------------------


def _head(title: str, taken: Taken, firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    known = sum(bool(each.offers) for each in firms)
    yield f"<header><h1>{escape(title)}</h1>"
    yield f"<p>{escape(texts('export.page.known', companies=len(firms), known=known))}</p>"
    told = texts("export.page.shown", level=taken.shown_to(texts), day=taken.day)
    yield f'<p class="quiet">{escape(told)}</p></header>'


def _fields(firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    """What can be asked for: only what some firm has."""
    offers = [offer for each in firms for offer in each.offers]
    processes = {code for each in offers for code in counts_for(each.capability or "")}
    by_family: dict[str, dict[str, str]] = defaultdict(dict)
    for code in processes:
        by_family[family_name(code, texts)][code] = process_name(code, texts)
    materials = {code: material_name(code, texts) for each in offers for code in each.materials}
    standards = {name: name for each in firms for name in each.standards}
    places = {each.place: each.place for each in firms if each.place}
    yield '<form role="search"><div class="fields">'
    yield f'<label>{escape(texts("export.page.text"))}<input type="search" name="text" autocomplete="off"></label>'
    grouped = "".join(
        f'<optgroup label="{escape(family)}">{_options(by_family[family])}</optgroup>' for family in sorted(by_family)
    )
    yield _select("process", grouped, texts)
    for name, words in (("material", materials), ("certificate", standards), ("place", places)):
        yield _select(name, _options(words), texts)
    many = escape(texts("export.page.found", count="#"))
    one = escape(texts("export.page.found_one"))
    yield f'</div><div class="found"><output aria-live="polite" data-many="{many}" data-one="{one}"></output>'
    yield f'<button type="reset">{escape(texts("export.page.clear"))}</button>'
    yield f'<label><input type="checkbox" name="also">{escape(texts("export.page.also"))}</label></div></form>'


def _select(name: str, options: str, texts: Texts) -> str:
    anything = escape(texts("export.page.any"))
    label = escape(texts(f"export.page.{name}"))
    return f'<label>{label}<select name="{name}"><option value="">{anything}</option>{options}</select></label>'


def _options(words: Mapping[str, str]) -> str:
    ordered = sorted(words.items(), key=lambda each: fold(each[1]))
    return "".join(f'<option value="{escape(code)}">{escape(word)}</option>' for code, word in ordered)


def _list(firms: Iterable[Firm], texts: Texts) -> Iterator[str]:
    yield "<main>"
    for each in firms:
        who, what = _who(each, texts), _what(each, texts)
        yield f'<article data-place="{escape(each.place)}"><div>{who}</div><div>{what}</div></article>'
    yield "</main>"


def _who(firm: Firm, texts: Texts) -> str:
    told = "".join(f'<p class="quiet">{escape(each)}</p>' for each in firm.about(texts))
    return f"<h2>{escape(firm.name(texts))}</h2>{told}"


def _what(firm: Firm, texts: Texts) -> str:
    made = "".join(_offer(each, texts) for each in firm.offers)
    held = "".join(f"<li>{escape(each)}</li>" for each in firm.standards)
    if not made:
        made = f'<li class="quiet">{escape(texts("export.page.not_known"))}</li>'
        listed = f"<ul>{made}</ul>"
    else:
        listed = f'<ul class="makes">{made}</ul>'
    return f'{listed}<ul class="holds">{held}</ul>' if held else listed


def _offer(offer: Offer, texts: Texts) -> str:
    known = facts(offer, texts)
    told = f' <span class="quiet">{escape(" · ".join(known))}</span>' if known else ""
    processes = escape("|".join(counts_for(offer.capability or "")))
    materials = escape("|".join(offer.materials))
    name = escape(process_name(offer.capability or "", texts))
    return f'<li data-process="{processes}" data-material="{materials}"><b>{name}</b>{told}</li>'


def _foot(taken: Taken, texts: Texts) -> str:
    notes = "".join(f"<p>{escape(each)}</p>" for each in taken.notes(texts))
    return f'<footer class="quiet">{notes}</footer>'
