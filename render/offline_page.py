"""What holds a page together that is opened from a file and asks nobody for anything?

The page's own policy names its style and its script by their digests, so that no other style is used and no other
script runs, whatever stands in its data.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{style_digest}'; \
script-src '{script_digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def offline_page(title: str, language: str, *, style: str, body: str, data: str, script: str) -> bytes:
    """The page as UTF-8.

    Args:
        title: as text.
        language: of all that stands on it.
        style: the style sheet.
        body: as HTML.
        data: as :func:`render.offline_search.embedded` writes it, in the element ``#data``.
        script: runs when all the rest stands there.
    """
    return _PAGE.format(
        language=escape(language),
        title=escape(title),
        style=style,
        style_digest=_digest(style),
        body=body,
        data=data,
        script=script,
        script_digest=_digest(script),
    ).encode("utf-8", errors="replace")


@cache
def part(name: str) -> str:
    """A style sheet or a script of this folder."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """A text as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
