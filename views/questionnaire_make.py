"""Making questionnaires: what each firm may see of itself at this moment, its code, and the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.questionnaire import Questionnaire, ask
from graph.store import Store
from ingest.questionnaire import Known, known_of
from render.questionnaire import filled, firm_name, packed, workbook
from texts import load
from views.common import viewer

Maker = Callable[..., bytes]


def made(opened: Store, firms: Sequence[str], language: str, day: str) -> list[tuple[Known, Questionnaire]]:
    """What each firm may see of itself, and its questionnaire, which is kept.

    Raises:
        NotAllowed: the viewer is not the manager, or looks as somebody else.
    """
    known = [known_of(opened, each) for each in firms]
    forms = [(each.company_id, filled(each, load(language))) for each in known]
    return list(zip(known, ask(opened, viewer(), forms, language=language, on=day), strict=True))


def forms_of(
    opened: Store, firms: Sequence[str], make: Maker, ending: str, language: str, last_day: str, day: str
) -> bytes:
    """The files of all the firms as one ZIP."""
    words = load(language)
    files = [
        (firm_name(known), asked.code, make(asked, known, words, answer_by=last_day))
        for known, asked in made(opened, firms, language, day)
    ]
    return packed(files, ending)


def book_of(opened: Store, firm: str, language: str, last_day: str, day: str) -> bytes:
    """The workbook of one firm."""
    ((known, asked),) = made(opened, [firm], language, day)
    return workbook(asked, known, load(language), answer_by=last_day)
