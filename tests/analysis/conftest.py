"""Hypothesis for the statistics: no deadlines, because a busy machine is no fault of an estimate."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("analysis", deadline=None)
settings.load_profile("analysis")
