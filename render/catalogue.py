"""Who makes what, and how far from me, as one page to search without a network: it asks nobody for anything.

The page holds the firms that its viewer may see; which of them are shown is decided in the browser, by a script that
the page's own policy names by its digest, so that no other can run. What is searched is :mod:`render.offline_search`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from graph.model import Offer
from graph.tables import fold
from graph.taxonomy import taxonomy
from render import offline_search
from render.export_firms import Firm, counts_for, facts, family_name, firms_of
from render.offline_page import offline_page, part
from render.plain import material_name, process_name
from render.taken import Taken
from texts import Texts

WITHIN_KM = (10, 30, 50, 100)
ABOUT_KM = 3  # a firm whose site may lie farther than this from its point is "about" so far away
MOST_COMMON = 6  # processes to begin with
SAID_BY_SCRIPT = ("near_unknown", "or", "and", "none", "km_less", "km_same", "km_unknown", "place_unknown", "found_one")
FILLED_BY_SCRIPT = {"found": "count", "far_last": "count", "more": "count", "take_away": "name", "missing": "words",
                    "km": "km", "km_about": "km"}  # fmt: skip
"""Sentences of the page's script, and the one value that it puts in place of a #."""

_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#][^\s\\@]*)?", re.IGNORECASE)


def catalogue(taken: Taken, texts: Texts) -> bytes:
    """The page as UTF-8."""
    firms = firms_of(taken)
    title = texts("export.page.title", region=taken.region) if taken.region else texts("export.page.title_alone")
    body = (*_head(title, taken, firms, texts), *_fields(firms, texts), *_list(firms, texts), _foot(taken, texts))
    return offline_page(
        title,
        texts.language,
        style=part("catalogue.css"),
        body="\n".join(body),
        data=offline_search.embedded(_data(taken, firms, texts)),
        script=f"{offline_search.script()}\n{part('catalogue.js')}",
    )


def _data(taken: Taken, firms: Sequence[Firm], texts: Texts) -> dict[str, Any]:
    """What the script reads."""
    said = {name: texts(f"export.page.{name}") for name in SAID_BY_SCRIPT}
    said |= {name: texts(f"export.page.{name}", **{value: "#"}) for name, value in FILLED_BY_SCRIPT.items()}
    return {"search": offline_search.data(taken.snapshot, firms, texts), "said": said, "aboutKm": ABOUT_KM}


# -- the parts of the page -------------------------------------------------------------------------------------------


def _head(title: str, taken: Taken, firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    known = sum(bool(each.offers) for each in firms)
    yield f"<header><h1>{escape(title)}</h1>"
    yield f"<p>{escape(texts('export.page.known', companies=len(firms), known=known))}</p>"
    told = texts("export.page.shown", level=taken.shown_to(texts), day=taken.day)
    yield f'<p class="quiet">{escape(told)}</p></header>'


def _fields(firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    """What can be asked for: only what some firm has."""
    yield '<form role="search"><div class="asked">'
    example = escape(texts("export.page.text_example"))
    yield _field("text", f'<input type="search" name="text" autocomplete="off" placeholder="{example}">', texts)
    town = escape(texts("export.page.near_example"))
    near = f'<input name="near" list="places" autocomplete="off" aria-describedby="astray" placeholder="{town}">'
    yield _field("near", near, texts)
    yield '<datalist id="places"></datalist>'
    within = {str(km): texts("export.page.km", km=km) for km in WITHIN_KM}
    yield _select("within", _plain_options({"": texts("export.page.within_any")} | within), texts)
    orders = {"fit": texts("export.page.order_fit"), "km": texts("export.page.order_km")}
    yield _select("order", _plain_options(orders), texts)
    yield '</div><p id="astray" role="status"></p>'
    yield f"<details open><summary>{escape(texts('export.page.choices'))}</summary>"
    yield f'<div class="fields">{"".join(_choices(firms, texts))}</div></details>'
    yield from _common(firms, texts)
    yield f'<div class="understood" hidden><span>{escape(texts("export.page.understood"))}</span></div>'
    yield '<div class="found"><output aria-live="polite"></output>'
    yield f'<button type="reset">{escape(texts("export.page.clear"))}</button>'
    yield f'<label><input type="checkbox" name="also">{escape(texts("export.page.also"))}</label></div></form>'


def _choices(firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    offers = [offer for each in firms for offer in each.offers]
    processes = {code for each in offers for code in counts_for(each.capability or "")}
    by_family: dict[str, dict[str, str]] = defaultdict(dict)
    for code in processes:
        by_family[family_name(code, texts)][code] = process_name(code, texts)
    grouped = "".join(
        f'<optgroup label="{escape(family)}">{_options(by_family[family], taxonomy().processes)}</optgroup>'
        for family in sorted(by_family)
    )
    materials = {code: material_name(code, texts) for each in offers for code in each.materials}
    standards = {name: name for each in firms for name in each.standards}
    places = {each.code: each.place or each.code for each in firms if each.code}
    for name, options in (
        ("process", grouped),
        ("material", _options(materials, taxonomy().materials)),
        ("certificate", _options(standards, taxonomy().standards)),
        ("place", _options(places, (each.code for each in firms if each.place))),
    ):
        anything = escape(texts("export.page.any"))
        yield _select(name, f'<option value="">{anything}</option>{options}', texts)


def _field(name: str, field: str, texts: Texts) -> str:
    return f'<label class="{name}">{escape(texts(f"export.page.{name}"))}{field}</label>'


def _select(name: str, options: str, texts: Texts) -> str:
    return _field(name, f'<select name="{name}">{options}</select>', texts)


def _options(words: Mapping[str, str], known: Iterable[str]) -> str:
    """By their names; one that the program itself knows has a code, which an address may hold."""
    ordered = sorted(words.items(), key=lambda each: fold(each[1]))
    codes = {each: f' data-code="{escape(each)}"' for each in known}
    return "".join(f'<option value="{escape(code)}"{codes.get(code, "")}>{escape(word)}</option>'
                   for code, word in ordered)  # fmt: skip


def _plain_options(words: Mapping[str, str]) -> str:
    return "".join(f'<option value="{escape(code)}">{escape(word)}</option>' for code, word in words.items())


def _common(firms: Sequence[Firm], texts: Texts) -> Iterator[str]:
    """The processes that most firms offer, to begin with."""
    often = Counter(code for each in firms for code in {offer.capability for offer in each.offers})
    ranked = sorted(((-count, code) for code, count in often.items() if code in taxonomy().processes))
    if len(ranked) > 1:
        buttons = "".join(
            f'<button type="button" data-process="{escape(code or "")}" aria-pressed="false">'
            f"{escape(process_name(code or '', texts))}</button>"
            for _, code in ranked[:MOST_COMMON]
        )
        yield f'<p class="common"><span>{escape(texts("export.page.common"))}</span>{buttons}</p>'


def _list(firms: Iterable[Firm], texts: Texts) -> Iterator[str]:
    yield "<main>"
    for each in firms:
        yield f'<article><div class="who">{_who(each, texts)}</div><div>{_what(each, texts)}</div></article>'
    yield "</main>"


def _who(firm: Firm, texts: Texts) -> str:
    website = firm.company.website
    told = (_link(each) if each == website else escape(each) for each in firm.about(texts))
    lines = "".join(f'<p class="quiet">{each}</p>' for each in told)
    return f'<h2>{escape(firm.name(texts))}</h2><p class="km" hidden></p>{lines}'


def _link(website: str) -> str:
    """A website to click on, where it is an ordinary one; else its text."""
    address = website if "://" in website else f"https://{website}"
    try:
        parts = urlsplit(address)
        is_ordinary = parts.scheme in ("http", "https") and _HOST.fullmatch(address.partition("://")[2])
    except ValueError:
        is_ordinary = None
    if not is_ordinary:
        return escape(website)
    shown = escape(website.removeprefix("https://").removeprefix("http://"))
    return f'<a href="{escape(address)}" rel="noreferrer noopener" target="_blank">{shown}</a>'


def _what(firm: Firm, texts: Texts) -> str:
    made = "".join(_offer(each, texts) for each in firm.offers)
    held = "".join(f"<li>{escape(each)}</li>" for each in firm.standards)
    not_known = f'<p class="quiet">{escape(texts("export.page.not_known"))}</p>'
    listed = f'<ul class="makes">{made}</ul>' if made else not_known
    return f'{listed}<ul class="holds">{held}</ul>' if held else listed


def _offer(offer: Offer, texts: Texts) -> str:
    known = facts(offer, texts)
    told = f'<span class="quiet">{escape(" · ".join(known))}</span>' if known else ""
    code, name = escape(offer.capability or ""), escape(process_name(offer.capability or "", texts))
    return f'<li data-process="{code}" data-material="{escape("|".join(offer.materials))}"><b>{name}</b>{told}</li>'


def _foot(taken: Taken, texts: Texts) -> str:
    said = (texts("export.page.km_note", km=ABOUT_KM), *taken.notes(texts))
    return f'<footer class="quiet">{"".join(f"<p>{escape(each)}</p>" for each in said)}</footer>'
