"""What others see that may tell of a chain, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.revealing import Revealing
from texts import Texts

COLUMNS = ("name", "chain", "signs")


def signs_text(found: Revealing, name_of: Callable[[str], str], texts: Texts) -> str:
    """What others see of the firm."""
    told = ((each.code, name_of(each.value) if each.code == "partner" else each.value) for each in found.signs)
    return ", ".join(texts(f"reveals.sign.{code}", value=value) for code, value in told)


def warning(found: Revealing, name_of: Callable[[str], str], texts: Texts) -> str:
    """Of one firm, what to think of before more of it is opened."""
    signs, count = signs_text(found, name_of, texts), len(found.chain)
    return texts("reveals.of_firm" if count else "reveals.unmarked", signs=signs, count=count)


def rows(found: Sequence[Revealing], name_of: Callable[[str], str], texts: Texts) -> list[dict[str, str | None]]:
    """A row a firm, in :data:`COLUMNS`; ``company_id`` is what a click on the row tells."""
    return [
        {
            "company_id": each.company_id,
            "name": name_of(each.company_id),
            "chain": ", ".join(map(name_of, each.chain)) or texts("reveals.nobody_marked"),
            "signs": signs_text(each, name_of, texts),
        }
        for each in found
    ]


def lines(found: Sequence[Revealing], name_of: Callable[[str], str], texts: Texts) -> list[str]:
    """For a terminal."""
    told = [texts("reveals.line", **row) for row in rows(found, name_of, texts)]
    return [texts("reveals.note" if found else "reveals.none"), *told]
