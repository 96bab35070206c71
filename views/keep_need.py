"""What a firm lacks to be a hit, kept as a need of its own, with who could help."""

from __future__ import annotations

from functools import partial

from graph.model import Need
from graph.needs import THEME_OF_LACK
from graph.replacement import Replacement
from graph.support import Support
from render.answers import lacking_text
from render.company import Wording
from texts import Texts
from views.common import Region, firm_name, texts, today
from views.edit import Editing, form_if_open, open_form

MOST_HELPERS = 4


def keep_as_need(here: Region, miss: Replacement) -> None:
    """Open the form for a need of the firm, filled in with what it lacks."""
    sentences = texts()
    theme = THEME_OF_LACK[miss.missing[0].name]
    suggested = (("theme", theme), ("description", sentences("find.need_of", lack=lacking_text(miss, sentences))))
    note = _helpers(here, miss.company_id, theme, sentences)
    open_form(Editing(Need, about=miss.company_id, suggested=suggested, note=note), here)


def _helpers(here: Region, company_id: str, theme: str, sentences: Texts) -> str:
    support = here.kept("support", lambda: Support(here.snapshot, today()))
    found = support.matches(company_id, [theme])[:MOST_HELPERS]
    if not found:
        return sentences("find.nobody_helps")
    helpers = [": ".join(filter(None, (each.actor.name, each.offer.description))) for each in found]
    return sentences("find.can_help", helpers="; ".join(helpers))


def need_if_open(here: Region) -> None:
    """The form, where it stands open."""
    form_if_open(here, Wording(texts(), partial(firm_name, here)))
