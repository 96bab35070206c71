"""Does the firm make what Närverk has concluded? What is kept counts as said from then on, the rest is struck out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.errors import NarverkError
from graph.model import Company, Offer, Record
from graph.provenance import Provenance
from ingest.by_hand import Desk, Draft, save
from render.company import Wording
from render.plain import error_sentence
from views.common import Region, plain, say, section, store, texts, today, viewer, warn
from views.edit import forget_saved, remember_saved


def ask_conclusions(
    here: Region, company: Company, offers: Sequence[Record], told: Provenance, wording: Wording
) -> None:
    """Nothing where nothing was concluded of the firm."""
    concluded = [each for each in offers if isinstance(each, Offer) and each.inferred_from]
    if not concluded:
        return
    sentences = texts()
    section(sentences("conclude.title"), term="concluded")
    grounds = dict.fromkeys(
        wording.value("inferred_from", ground) for each in concluded for ground in each.inferred_from
    )
    say(sentences("conclude.what", grounds=tuple(grounds)), "note")
    with st.form("conclusions", border=False):
        kept = st.pills(
            sentences("conclude.title"),
            [each.key for each in concluded],
            selection_mode="multi",
            default=[each.key for each in concluded],
            format_func=lambda key: plain(wording.value("capability", key.partition("/")[2])),
            key=f"conclusions_{company.company_id}",
            label_visibility="collapsed",
        )
        if st.form_submit_button(sentences("conclude.save")):
            _save(here, told, kept, [each.key for each in concluded])


def _save(here: Region, told: Provenance, kept: Sequence[str], asked: Sequence[str]) -> None:
    """One load: what is kept as confirmed, the rest as closed."""
    sentences = texts()
    desk = Desk(store(), here.snapshot, on=today())
    accounts = {key: account for key in asked if (account := told.account(Offer, key))}
    drafts = [desk.confirm(accounts[key]) for key in kept if key in accounts]
    struck = [account for key, account in accounts.items() if key not in kept]
    drafts += [desk.close(struck)] if struck else []
    draft = Draft(
        tuple(claim for each in drafts for claim in each.claims),
        subjects=frozenset(subject for each in drafts for subject in each.subjects),
    )
    forget_saved()
    try:
        saved = save(store(), viewer(), draft, started=here.snapshot.revision, on=today())
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    said = sentences("conclude.saved", kept=len(kept), struck=len(struck))
    remember_saved(saved.load_id or "", sentences("edit.moved") if saved.moved else said)
    st.rerun()
