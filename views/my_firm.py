"""From the menu to the page of the company whose own people are logged in."""

from __future__ import annotations

from views.common import open_firm, viewer

open_firm(viewer().company_id or "")
