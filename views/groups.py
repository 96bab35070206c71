"""The groups of firms that trade among themselves, as a table to read and a list of members to take along."""

from __future__ import annotations

from collections.abc import Sequence

from graph.network import Community
from render.network import community_rows, membership_table
from views.common import Region, open_firm, section, texts
from views.downloads import downloads
from views.table import Column, table


def groups(here: Region, found: Sequence[Community]) -> None:
    """Each group with the firm that has most partners, which a click opens; nothing where there is none."""
    if not found:
        return
    sentences = texts()
    section(sentences("network.groups"), term="community")
    columns = [
        Column("group", sentences("network.columns.group")),
        Column("members", sentences("network.columns.members"), number=True),
        Column("name", sentences("network.columns.centre"), firm=True),
        Column("partners", sentences("network.columns.partners"), number=True),
        Column("steady", sentences("network.columns.steady"), number=True, decimals=0, term="steady"),
    ]
    rows = community_rows(here.network, found, sentences)
    if clicked := table("groups", columns, rows, alt=sentences("network.groups")):
        open_firm(clicked)
    downloads(lambda: membership_table(here.network, found, sentences), sentences("network.groups_file"))
