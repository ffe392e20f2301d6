"""What stands on a poster, as plain values that can be handed to the process that sets it."""

from __future__ import annotations

from dataclasses import dataclass

from survey.collection.models import Collector
from survey.collection.qr import payload
from survey.core.codes import group_code
from survey.core.vocabulary import Audience

# Posters hang in Vietnamese schools, whatever language the person who prints them has chosen for the pages.
_FOR = {
    Audience.STAFF: "Dành cho cán bộ, giáo viên, nhân viên",
    Audience.PUPILS_SECONDARY: "Dành cho học sinh",
    Audience.PUPILS_PRIMARY: "Dành cho học sinh",
    Audience.PARENTS: "Dành cho phụ huynh",
    Audience.COMMUNITY: "Dành cho người dân",
}


@dataclass(frozen=True, slots=True)
class PosterContent:
    """One poster: who asks, what about, for whom, until when, and the way in."""

    organisation: str
    campaign: str
    about: str
    audience: str
    group: str
    closes: str
    address: str
    code: str
    payload: str
    is_demo: bool


def poster_content(collector: Collector, *, public_url: str, questions: int) -> PosterContent:
    """Return what stands on a collector's poster, for phones that reach us at `public_url`."""
    wave = collector.wave
    return PosterContent(
        organisation=collector.organisation.name,
        campaign=wave.campaign.title,
        about=f"{questions} câu hỏi ngắn về Nghị quyết 71 của Bộ Chính trị, để biết điều gì còn chưa rõ.",
        audience=audience_words(collector),
        group=group_words(collector),
        closes=f"{wave.closes:%d/%m/%Y}",
        address=f"{public_url.partition('://')[2]}/S",
        code=group_code(collector.code),
        payload=payload(public_url, collector.code),
        is_demo=collector.organisation.is_demo or wave.campaign.organisation.is_demo,
    )


def audience_words(collector: Collector) -> str:
    """Return for whom a way in is, in Vietnamese."""
    return _FOR[Audience(collector.wave.audience)]


def group_words(collector: Collector) -> str:
    """Return the class or group of a way in as people say it; nothing for the whole audience."""
    group = collector.group
    if group is None:
        return ""
    return f"Lớp {group.name}" if group.grade is not None and not group.name.lower().startswith("lớp") else group.name
