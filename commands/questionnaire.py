"""Questionnaires to firms, and the answers that come back."""

from __future__ import annotations

from pathlib import Path

from commands.asking import Asked, Said, write_file
from graph.audience import require
from graph.errors import UserMistake
from graph.ledger import today
from graph.lookup import find_company
from graph.questionnaire import RESULT, ask
from ingest.questionnaire import known_of
from ingest.questionnaire_publish import Work, publish_answers
from ingest.questionnaire_read import read_returned
from render.questionnaire import filled, firm_name, packed, workbook
from render.questionnaire_form import form
from render.questionnaire_told import as_json, returned_lines
from texts import Texts

ZIP = ".zip"
MAKERS = {".xlsx": workbook, ".pdf": form}


def write_questionnaires(asked: Asked) -> Said:
    """Write a questionnaire for each firm: a ZIP of workbooks, or one workbook or form to print."""
    require(asked.viewer, RESULT)
    target = Path(asked.args.file)
    ending = target.suffix.casefold()
    if ending not in (ZIP, *MAKERS) or (ending != ZIP and len(asked.args.company) > 1):
        raise UserMistake("questionnaire_ending", file=target.name)
    if target.exists():
        raise UserMistake("file_exists", file=str(target))
    snapshot = asked.snapshot()
    firms = [find_company(snapshot, each).company_id for each in dict.fromkeys(asked.args.company)]
    with asked.store() as store:
        known = [known_of(store, each) for each in dict.fromkeys(firms)]
        forms = [(each.company_id, filled(each, asked.texts)) for each in known]
        made = ask(store, asked.viewer, forms, language=asked.texts.language, on=today())
    make = MAKERS.get(ending, workbook)
    contents = [make(one, each, asked.texts) for one, each in zip(made, known, strict=True)]
    if ending == ZIP:
        names = [(firm_name(each), one.code) for one, each in zip(made, known, strict=True)]
        write_file(target, packed([(*name, content) for name, content in zip(names, contents, strict=True)], ".xlsx"))
    else:
        write_file(target, contents[0])
    said = {"file": str(target), "questionnaires": [{"company_id": e.company_id, "code": e.code} for e in made]}
    return Said(said, [asked.texts("questionnaire.written", count=len(made), path=str(target))])


def take_answers(asked: Asked) -> Said:
    """Read questionnaires that came back, say what they change, and publish it."""
    require(asked.viewer, RESULT)
    args, texts, on = asked.args, asked.texts, today()
    with asked.store() as store:
        returned = read_returned(store, asked.viewer, [Path(each) for each in args.files], on=on)
        lines = list(returned_lines(returned, texts))
        published = []
        for each in returned.answers if not args.dry_run else ():
            done = publish_answers(store, asked.viewer, each, work(texts, on), with_moved=args.anyway)
            published.append(done.load_id)
            lines.append(texts("questionnaire.published", name=firm_name(each.known)))
    if args.dry_run:
        lines.append(texts("questionnaire.dry_run"))
    return Said({**as_json(returned, texts), "load_ids": published}, lines, 1 if returned.refused else 0)


def work(texts: Texts, on: str) -> Work:
    """What is noted of the network's work, in the reader's language."""
    return Work(texts("questionnaire.how"), texts("questionnaire.by"), on)
