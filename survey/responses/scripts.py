"""What stands inside the respondent's pages besides words: style and scripts, made small once at start-up.

Each page is one request, so that nothing here is a file of its own; the content security policy names the exact bytes
by their hashes, and nothing else runs.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from survey.config import PROJECT
from survey.responses.minifying import small_script, small_style

_FOLDER = PROJECT / "templates" / "responses"


def _read(name: str) -> str:
    return Path(_FOLDER, name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


STYLE = small_style(_read("_style.css"))
# The form's, and that of a receipt on a device that goes from hand to hand.
SCRIPT = small_script(_read("_script.js"))
RECEIPT_SCRIPT = small_script(_read("_receipt.js"))
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_source(STYLE)}",
        f"script-src {_source(SCRIPT)} {_source(RECEIPT_SCRIPT)}",
        "connect-src 'self'",
        "img-src data:",
        "form-action 'self'",
        # The administrator's preview shows the page in the frame of a phone.
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
