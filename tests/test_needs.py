"""Every change that would make a near miss a hit belongs to a theme of support."""

from __future__ import annotations

from graph.needs import THEME_OF_LACK
from graph.replacement import CHANGES
from graph.taxonomy import taxonomy


def test_every_change_that_would_make_a_hit_has_a_theme() -> None:
    assert set(THEME_OF_LACK) == set(CHANGES)
    assert set(THEME_OF_LACK.values()) <= set(taxonomy().themes)
