"""What came back in questionnaires, in words: what each firm changes, and which cells cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.errors import NarverkError
from ingest.questionnaire import AUDIENCE
from ingest.questionnaire_cells import Odd
from ingest.questionnaire_read import Answers, Change, Returned
from render.company import Wording
from render.plain import capital, error_sentence
from render.questionnaire import firm_name, text_of, wording
from texts import Texts

COLUMNS = ("what", "field", "before", "after", "note")


def change_rows(answers: Answers, texts: Texts) -> list[dict[str, str]]:
    """A row for each change: of what, which field, what stands today, what it becomes, and what to mind."""
    words = wording(texts)
    return [_row(each, words, texts) for each in answers.changes]


def _row(change: Change, words: Wording, texts: Texts) -> dict[str, str]:
    return {
        "what": capital(f"{words.kind(change.kind)}: {_named(change, words)}"),
        "field": _field(change, words, texts),
        "before": _said(change, change.before, words, texts) if change.field and change.act != "new" else "",
        "after": _said(change, change.after, words, texts)
        if change.field
        else texts(f"questionnaire.act.{change.act}"),
        "note": _note(change, words, texts),
    }


def _named(change: Change, words: Wording) -> str:
    name = {"Offer": "capability", "Need": "theme"}.get(change.kind.__name__, "")
    if change.kind.__name__ == "Company":
        return words.field(str(change.named))
    return words.value(name, change.named)


def _field(change: Change, words: Wording, texts: Texts) -> str:
    if change.field == AUDIENCE:
        return texts("questionnaire.column.audience")
    return words.field(change.field) if change.field and change.kind.__name__ != "Company" else ""


def _said(change: Change, value: object, words: Wording, texts: Texts) -> str:
    if value is None or value == ():
        return texts("consent.as_source") if change.field == AUDIENCE else texts("edit.not_known")
    if change.field == AUDIENCE:
        return text_of(AUDIENCE, str(value), words, texts)
    return words.value(change.field, value)  # type: ignore[arg-type]  # a record's value


def _note(change: Change, words: Wording, texts: Texts) -> str:
    if not change.moved:
        return ""
    if not change.field or change.act == "new":
        return texts("questionnaire.moved_record")
    return texts("questionnaire.moved_field", asked=_said(change, change.asked, words, texts))


def odd_sentence(odd: Odd, texts: Texts) -> str:
    """Where a cell that cannot be read stands, what is wrong with it, and what was perhaps meant."""
    mistake = odd.mistake
    said = texts(f"edit.wrong.{mistake.code}")
    if mistake.suggestion:
        said += " " + texts("edit.meant", suggestion=mistake.suggestion)
    where = texts("questionnaire.cell", sheet=odd.sheet, cell=odd.cell)
    return f"{where} {said}"


def sums(answers: Answers, texts: Texts) -> str:
    """How much a firm changes, in a sentence."""
    name = firm_name(answers.known)
    count = len(answers.changes)
    return texts("questionnaire.sum" if count else "questionnaire.sum_none", name=name, count=count)


def refused_sentence(file: str, error: NarverkError, texts: Texts) -> str:
    """Why a file was not read."""
    return f"{file}: {error_sentence(error, texts)}"


def returned_lines(returned: Returned, texts: Texts) -> Iterator[str]:
    """Everything that came back, as lines."""
    for answers in returned.answers:
        yield sums(answers, texts)
        for row in change_rows(answers, texts):
            what = " · ".join(filter(None, (row["what"], row["field"])))
            change = f"{row['before']} → {row['after']}" if row["before"] else row["after"]
            yield "  " + " ".join(filter(None, (f"{what}: {change}.", row["note"])))
        yield from (f"  {odd_sentence(each, texts)}" for each in answers.odd)
    yield from (refused_sentence(file, error, texts) for file, error in returned.refused.items())


def as_json(returned: Returned, texts: Texts) -> dict[str, Any]:
    """Everything that came back, as JSON."""
    return {
        "answers": [
            {
                "file": each.file,
                "company_id": each.company_id,
                "changes": change_rows(each, texts),
                "problems": [odd_sentence(odd, texts) for odd in each.odd],
            }
            for each in returned.answers
        ],
        "refused": [
            {"file": file, "code": error.code, "message": error_sentence(error, texts)}
            for file, error in returned.refused.items()
        ],
    }
