"""Addresses of this feature."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organisations", __name__)
