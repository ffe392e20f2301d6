"""The fixed words of the communication log: forms, ways of counting, states. Titles for readers stand in `words`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from survey.core.vocabulary import TOPICS


class ActivityForm(StrEnum):
    """How something was communicated."""

    CONFERENCE = "conference"
    THEMED_SESSION = "themed_session"
    CLASS_HOUR = "class_hour"
    STAFF_MEETING = "staff_meeting"
    PARENTS_MEETING = "parents_meeting"
    LOUDSPEAKER = "loudspeaker"
    WEBSITE = "website"
    FANPAGE = "fanpage"
    ZALO = "zalo"
    LEAFLET = "leaflet"
    POSTER = "poster"
    VIDEO = "video"
    INFOGRAPHIC = "infographic"
    TRAINING = "training"
    CONTEST = "contest"
    OTHER = "other"


class Counting(StrEnum):
    """How the reach of an activity was counted; counts of different kinds are never added."""

    SIGN_IN = "sign_in"
    HEADCOUNT = "headcount"
    VIEWS = "views"
    ESTIMATE = "estimate"
    NOT_COUNTED = "not_counted"


# Ways of counting that speak of people in a room, so that nobody can be newly briefed beyond them.
COUNTS_OF_PEOPLE = frozenset({Counting.SIGN_IN, Counting.HEADCOUNT, Counting.ESTIMATE})

# Artificial intelligence is no breakthrough of its own, but the plans want it among the themes.
AI = "ai"
ACTIVITY_TOPICS = (*TOPICS, AI)

# Forms that are channels with regular posts; a unit says which of them it uses.
CHANNELS = (ActivityForm.WEBSITE, ActivityForm.FANPAGE, ActivityForm.ZALO, ActivityForm.LOUDSPEAKER)

# The day of the resolution: nothing was communicated about it before.
FIRST_DAY = date(2025, 8, 22)


class ConcernKind(StrEnum):
    """What hinders a unit, or what it proposes."""

    DIFFICULTY = "difficulty"
    PROPOSAL = "proposal"


class ConcernStatus(StrEnum):
    """What has become of a difficulty or a proposal."""

    OPEN = "open"
    ANSWERED = "answered"
    DONE = "done"


class CheckState(StrEnum):
    """What has become of a finding, the most urgent first."""

    OVERDUE = "overdue"
    REPORTED = "reported"
    OPEN = "open"
    DONE = "done"


class DutyCode(StrEnum):
    """The duties of a year."""

    PLAN = "plan"
    THEMED = "themed"
    AI = "ai"
    POSTS = "posts"
    TRAINING = "training"
    MODELS = "models"
    BRIEFING = "briefing"
    CHECKS = "checks"


class DutyState(StrEnum):
    """How far a duty is."""

    DONE = "done"
    GOING = "going"
    OPEN = "open"
    LATE = "late"
