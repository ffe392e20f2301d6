"""The headers of every answer. No third party, no framing, no referrer, nothing cached that is personal."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

# What every answer says, whoever made it.
EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_LAST = EVERYWHERE[-1][0]


def csp_nonce() -> str:
    """Return the nonce of this answer for its own script and style elements."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask) -> None:
    """Set the headers on every answer that did not bring its own."""
    app.after_request(set_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _policy() -> str:
    nonce = f"'nonce-{csp_nonce()}'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {nonce}",
            f"style-src 'self' {nonce}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
        )
    )


def set_headers(response: Response) -> Response:
    """Give an answer the headers that it did not bring."""
    headers = response.headers
    # Respondents' pages bring all of them, made once: on that path each header costs as much as a token.
    if _LAST in headers:
        return response
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("Cache-Control", "no-store")
    for name, value in EVERYWHERE:
        headers.setdefault(name, value)
    return response
