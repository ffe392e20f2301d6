"""How respondents are spoken to: the pronoun of each audience, and the words that depend on it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from survey.core.vocabulary import Audience, Mode

YOU = {
    Audience.STAFF: _l("thầy/cô"),
    Audience.PUPILS_SECONDARY: _l("em"),
    Audience.PUPILS_PRIMARY: _l("em"),
    Audience.PARENTS: _l("anh/chị"),
    Audience.COMMUNITY: _l("ông/bà, anh/chị"),
}

GROUP_QUESTION = {
    Audience.STAFF: _l("Thầy/cô thuộc nhóm nào?"),
    Audience.PUPILS_SECONDARY: _l("Em học lớp nào?"),
    Audience.PUPILS_PRIMARY: _l("Em học lớp nào?"),
    Audience.PARENTS: _l("Con của anh/chị học lớp nào?"),
    Audience.COMMUNITY: _l("Ông/bà, anh/chị ở khu nào?"),
}

# Those who often share one device in class, one after the other.
SHARING_DEVICES = frozenset({Audience.PUPILS_SECONDARY, Audience.PUPILS_PRIMARY})
SHARED_MODES = frozenset({Mode.CLASS_SESSION, Mode.KIOSK})
