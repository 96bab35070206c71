"""A field of several firms: chosen by name, among those of the region or written anew."""

from __future__ import annotations

import streamlit as st

from render.answers import company_name
from render.needs import place_name
from views.common import region, texts


def firms_field(label: str, before: str, key: str) -> str:
    """The firms' identifiers, and the names of those that the region does not know, parted by ``|``."""
    sentences, companies = texts(), region().companies

    def called(company_id: str) -> str:
        company = companies.get(company_id)
        if company is None:
            return company_id
        place = company.locality or place_name(company.municipality, sentences)
        return ", ".join(filter(None, (company_name(company.name, sentences), place)))

    now = [each for each in before.split("|") if each]
    options = dict.fromkeys((*sorted(companies, key=lambda each: called(each).casefold()), *now))
    chosen = st.multiselect(
        label,
        list(options),
        default=now,
        format_func=called,
        key=key,
        placeholder=sentences("activities.choose_firms"),
        accept_new_options=True,
    )
    return "|".join(chosen)
