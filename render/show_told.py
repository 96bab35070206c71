"""What does a slide of the show say to who does not see its picture? Its words, and the picture's figures as text.

A screen reader reads it, a narrow telephone shows it, and without a script it is the whole show.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from render.show_deck import Bars, Cards, Flows, Journey, Slide
from texts import Texts


def told(slide: Slide, number: int, texts: Texts) -> str:
    """A slide as a section of HTML; ``number`` is its own, from 1."""
    head = f'<section data-kind="{escape(slide.kind)}" aria-labelledby="told-{number}">'
    return "\n".join((head, f'<h2 id="told-{number}">{escape(slide.title)}</h2>', *_parts(slide, texts), "</section>"))


def _parts(slide: Slide, texts: Texts) -> Iterator[str]:
    yield from (f"<p>{escape(each)}</p>" for each in slide.lines)
    if slide.numbers:
        pairs = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(figure)}</dd></div>"
                        for figure, label in slide.numbers)  # fmt: skip
        yield f"<dl>{pairs}</dl>"
    if slide.picture is not None:
        yield '<div class="drawn" aria-hidden="true"></div>'
        yield from _figures(slide)
    if slide.alt:
        yield f'<p class="alt">{escape(slide.alt)}</p>'
    if slide.notes:
        notes = "".join(f"<p>{escape(each)}</p>" for each in slide.notes)
        yield f"<details><summary>{escape(texts('show.page.notes'))}</summary>{notes}</details>"


def _figures(slide: Slide) -> Iterator[str]:
    match slide.picture:
        case Bars() as bars:
            yield _table(bars)
        case Flows() as flows:
            yield f'<ul class="flows">{"".join(f"<li>{escape(each.told)}</li>" for each in flows.flows)}</ul>'
        case Journey() as way:
            far = " · ".join(filter(None, (way.origin, way.far_told)))
            yield f'<p class="way">{escape(" → ".join(filter(None, (far, way.buyer))))}</p>'
            makers = (f"<li><b>{escape(each.name)}</b> {escape(each.told)}</li>" for each in way.makers)
            yield f'<ol class="makers">{"".join(makers)}</ol>'
        case Cards() as cards:
            yield f'<ul class="cards">{"".join(_card(each.head, each.lines) for each in cards.cards)}</ul>'
            if cards.more:
                yield f'<p class="more">{escape(cards.more)}</p>'
        case _:
            pass


def _table(bars: Bars) -> str:
    most = max((each.amount for each in bars.bars), default=0) or 1
    has_part = any(each.part_told for each in bars.bars)
    part = f'<th scope="col">{escape(bars.part)}</th>' if has_part else ""
    rows = "".join(
        f'<tr data-share="{each.amount / most:.3f}"><th scope="row">{escape(each.name)}</th>'
        f"<td>{escape(each.told)}</td>{f'<td>{escape(each.part_told)}</td>' if has_part else ''}</tr>"
        for each in bars.bars
    )
    head = f'<tr><td></td><th scope="col">{escape(bars.series)}</th>{part}</tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _card(head: str, lines: tuple[str, ...]) -> str:
    return f"<li><b>{escape(head)}</b>{''.join(f'<span>{escape(each)}</span>' for each in lines)}</li>"
