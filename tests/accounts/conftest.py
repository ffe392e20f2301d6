"""Passwords as the product hashes them, for the tests that are about that."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from survey.accounts import passwords


@pytest.fixture
def product_passwords(monkeypatch: pytest.MonkeyPatch, product_hasher: PasswordHasher) -> None:
    """Hash and compare at the product's own cost."""
    monkeypatch.setattr(passwords, "_hasher", product_hasher)
