"""The network's own work: contacts, interviews, introductions and activities."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import Bad, choice, day, parts
from ingest.identity import company_subject
from ingest.rows import kind_score, sheet_kind_of
from ingest.sources.common import Context, Party, RowResult, clean, digest, slug
from ingest.sources.needs import theme_of
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "network_work"
KINDS = ("contact", "interview", "introduction", "activity")
AUDIENCE = Level.MANAGER

ANSWERS = choice(
    {
        "svarat": "answered", "svarade": "answered", "svar": "answered", "ja": "answered", "intervjuad": "answered",
        "inget svar": "no_answer", "ej svar": "no_answer", "svarade inte": "no_answer", "ej nådd": "no_answer",
        "avböjde": "declined", "avböjt": "declined", "tackade nej": "declined", "nej": "declined",
        "fråga aldrig igen": "never", "vill inte bli frågad": "never", "aldrig": "never", "never ask again": "never",
        "wants never to be asked again": "never", "vill aldrig bli frågad igen": "never",
    }
)  # fmt: skip
OUTCOMES = choice(
    {
        "öppen": "open", "pågår": "open", "väntar": "open", "möte": "met", "träffades": "met", "möttes": "met",
        "offert": "quoted", "offererat": "quoted", "order": "ordered", "beställning": "ordered", "affär": "ordered",
        "har mötts": "met", "have met": "met", "waiting": "open", "quotation": "quoted", "came to nothing": "none",
        "inget": "none", "ingenting": "none", "ledde inte till något": "none",
        "ej aktuellt": "none", "avslutad": "none",
    }
)  # fmt: skip

LEGAL_BASES = choice(
    {
        "samtycke": "consent", "consent": "consent", "avtal": "contract", "contract": "contract",
        "rättslig förpliktelse": "legal_obligation", "lag": "legal_obligation", "legal obligation": "legal_obligation",
        "allmänt intresse": "public_task", "uppgift av allmänt intresse": "public_task",
        "myndighetsutövning": "public_task", "public task": "public_task", "public interest": "public_task",
        "berättigat intresse": "legitimate_interest", "intresseavvägning": "legitimate_interest",
        "legitimate interest": "legitimate_interest", "legitimate interests": "legitimate_interest",
    }
)  # fmt: skip

ACTIVITY_TYPES = ("meeting", "study_visit", "training", "pilot")
_TYPES = choice(
    {
        "möte": "meeting", "träff": "meeting", "frukostmöte": "meeting", "medlemsmöte": "meeting", "meeting": "meeting",
        "studiebesök": "study_visit", "företagsbesök": "study_visit", "study visit": "study_visit",
        "utbildning": "training", "kurs": "training", "training": "training",
        "pilot": "pilot", "pilotprojekt": "pilot", "försök": "pilot",
    }
)  # fmt: skip


def activity_type(text: str) -> str:
    """One of :data:`ACTIVITY_TYPES`, else the words as they stand.

    >>> activity_type("Studiebesök"), activity_type("Golf  med kunder")
    ('study_visit', 'Golf med kunder')
    """
    found = _TYPES(text)
    return clean(text) if isinstance(found, Bad) else found


def recognises(table: Table) -> float:
    """Whether it lists contacts, interviews, introductions or activities."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of contacts, interviews, introductions and activities."""
    kind = sheet_kind_of(table) or "contact"
    makers = {"contact": _contact, "interview": _interview, "introduction": _introduction, "activity": _activity}
    return read_rows(Reading.of_kind(table, kind, context), makers[kind])


def _party(reading: Reading, name_field: str = "name") -> Party | None:
    party = reading.party("org_number", name_field)
    if party is None:
        reading.problem(name_field, "company_missing", "", "error")
    return party


def _contact(reading: Reading) -> list[Claim] | None:
    party = _party(reading, "company")
    fields = {
        "name": reading.text("name"),
        "title": reading.text("title"),
        "email": reading.raw("email"),
        "phone": " ".join(reading.raw("phone").split()),
    }
    if not any(fields.values()):
        reading.problem("name", "contact_missing", "", "error")
    if party is None or not any(fields.values()):
        return None
    item = digest(fields["email"].casefold() or fields["name"].casefold() or fields["phone"])
    kept = {"legal_basis": reading.value("legal_basis", LEGAL_BASES), "review_on": reading.value("review_on", day)}
    told = reading.value("stated_on", day)
    return [*reading.mention(party), reading.claim(party.subject, "Contact", item, {**fields, **kept}, as_of=told)]


def _interview(reading: Reading) -> list[Claim] | None:
    party = _party(reading)
    if party is None:
        return None
    if not reading.says("asked_on", "how", "reminded_on", "outcome", "answered_on", "asked_by", "notes"):
        reading.problem("asked_on", "interview_missing", "", "error")
        return None
    asked_on, how = reading.value("asked_on", day), reading.text("how")
    fields = {
        "asked_on": asked_on,
        "how": how,
        "reminded_on": reading.value("reminded_on", day),
        "outcome": reading.value("outcome", ANSWERS),
        "answered_on": reading.value("answered_on", day),
        "asked_by": reading.text("asked_by"),
        "notes": reading.text("notes"),
        "project": reading.text("project"),
    }
    return [*reading.mention(party), reading.claim(party.subject, "Interview", digest(asked_on, how), fields)]


def _introduction(reading: Reading) -> list[Claim] | None:
    party = _party(reading)
    other = reading.party("other_org_number", "other")
    if other is None:
        reading.problem("other", "company_missing", "", "error")
    if party is None or other is None:
        return None
    if party.subject == other.subject:
        reading.problem("other", "introduced_to_itself", other.name, "error")
        return None
    when = reading.value("introduced_on", day)
    fields = {
        "other_id": other.subject,
        "introduced_on": when,
        "outcome": reading.value("outcome", OUTCOMES),
        "introduced_by": reading.text("introduced_by"),
        "reason": reading.text("reason"),
        "project": reading.text("project"),
    }
    item = digest(other.subject, when)
    return [
        *reading.mention(party),
        *reading.mention(other),
        reading.claim(party.subject, "Introduction", item, fields),
    ]


def _activity(reading: Reading) -> list[Claim] | None:
    name = reading.text("name")
    if not name:
        reading.problem("name", "activity_missing", "", "error")
        return None
    when = reading.value("held_on", day)
    found: list[Claim] = []
    participants = set()
    for each in parts(reading.raw("participant_org_numbers")):
        subject = _participant(reading, each)
        if subject:
            participants.add(subject)
            found += reading.mention(Party(subject))
    fields = {
        "name": name,
        "activity_type": reading.value("activity_type", activity_type),
        "held_on": when,
        "theme": theme_of(reading),
        "project": reading.text("project"),
        "participants": tuple(sorted(participants)),
    }
    return [*found, reading.claim(f"activity:{slug(f'{name} {when or str()}')}", "Activity", "", fields)]


def _participant(reading: Reading, text: str) -> str:
    """The company an entry of the list means: a number; anything else is a problem."""
    subject = company_subject(secret=reading.context.secret, org_number=text)
    if not subject:
        reading.problem("participant_org_numbers", "participant_unknown", text)
    return subject
