"""The page "Load files": see :mod:`views.loading`, which is read once and not at every rerun."""

from __future__ import annotations

from views.loading import page

page()
