"""The page "About the data": see :mod:`views.about_data`, which is read once and not at every rerun."""

from __future__ import annotations

from views.about_data import page

page()
