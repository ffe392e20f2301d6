"""The verb `plan`: how many must answer, as a document and in sentences."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from analysis.command.sections import percent
from analysis.planning import Plan, plan
from analysis.records import Design, Sampling
from analysis.rounding import Language, exact, format_count
from analysis.sample_sizes import answers_for_precision, class_design_effect, detectable_change

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "group": {
        "vi": "Nhóm có {size} người; chỉ tiêu {target} nghĩa là ít nhất {needed} người hiểu rõ.",
        "en": "The group has {size} people; a target of {target} means at least {needed} who understand.",
    },
    "answers": {
        "vi": "Nếu thật ra {expected} người hiểu rõ, cần ít nhất {answers} người trả lời thì mới có {power} khả năng "
        "cho thấy đã đạt chỉ tiêu.",
        "en": "If {expected} truly understand, at least {answers} must answer to show with {power} probability "
        "that the target is met.",
    },
    "full": {
        "vi": "Như vậy mọi người đều phải trả lời.",
        "en": "So everybody must answer.",
    },
    "gate": {
        "vi": "Con số này đã tính tỷ lệ trả lời tối thiểu {rate} khi mời tất cả.",
        "en": "This includes the minimum response rate of {rate} when all are invited.",
    },
    "never": {
        "vi": "Nếu thật ra chỉ {expected} người hiểu rõ thì chưa đạt chỉ tiêu: dù mọi người trả lời cũng không thể cho "
        "thấy là đạt.",
        "en": "If only {expected} truly understand, the target is not met: even a full count cannot show it.",
    },
    "invite": {
        "vi": "Với tỷ lệ trả lời {rate}, hãy mời {invite} người.",
        "en": "At a response rate of {rate}, invite {invite} people.",
    },
    "unreachable": {
        "vi": "Với tỷ lệ trả lời {rate} thì không đủ: hãy mời tất cả và nâng tỷ lệ trả lời lên {wanted}.",
        "en": "A response rate of {rate} is not enough: invite all and raise it to {wanted}.",
    },
    "precision": {
        "vi": "Muốn biết tỷ lệ với sai số ±{margin} cần {answers} người trả lời.",
        "en": "To know the share to ±{margin}, {answers} must answer.",
    },
    "change": {
        "vi": "Với {answers} phiếu mỗi đợt, từ {before} phải lên ít nhất {after} thì mới cho thấy có tăng.",
        "en": "With {answers} answers a wave, a rise from {before} shows only if it reaches {after}.",
    },
    "no_change": {
        "vi": "Với {answers} phiếu mỗi đợt thì không mức tăng nào từ {before} có thể cho thấy.",
        "en": "With {answers} answers a wave no rise from {before} can be shown.",
    },
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """A plan, and the further sizes where they were asked for."""

    plan: Plan
    design: Design
    design_effect: float
    expected_response: float | None
    margin: float | None
    precision_answers: int | None
    before: float | None
    detectable: float | None

    @property
    def answers(self) -> int:
        """The answers a wave will have: those that are needed, or everybody."""
        return self.plan.answers or self.plan.population


def sizes(asked: Namespace) -> Sizes:
    """Work out everything the command line asks of `plan`."""
    design = Design(sampling=Sampling(asked.sampling), target=asked.target)
    expected = exact(asked.expected)
    found = plan(asked.size, expected=expected, power=asked.power, expected_response=asked.response, design=design)
    effect = class_design_effect(asked.class_size) if asked.class_size else 1.0
    share = min(float(expected), 0.99)
    precision = (
        answers_for_precision(asked.margin, population=asked.size, expected=share, design_effect=effect)
        if asked.margin
        else None
    )
    answers = found.answers or asked.size
    after = detectable_change(asked.before, answers, design_effect=effect, power=asked.power) if asked.before else None
    return Sizes(found, design, effect, asked.response, asked.margin, precision, asked.before, after)


def extra_document(found: Sizes) -> dict[str, float | int | None]:
    """Return what stands beside the plan in its JSON."""
    return {
        "design_effect": found.design_effect,
        "margin": found.margin,
        "precision_answers": found.precision_answers,
        "before": found.before,
        "detectable_share": found.detectable,
    }


def in_sentences(found: Sizes, lang: Language) -> list[str]:
    """Return the plan in sentences a head teacher understands."""
    return [line for part in (_target_lines, _invitation_lines, _further_lines) for line in part(found, lang)]


def _say(lang: Language) -> Callable[..., str]:
    def say(key: str, **parts: str) -> str:
        return _WORDS[key][lang].format(**parts)

    return say


def _target_lines(found: Sizes, lang: Language) -> list[str]:
    say, record = _say(lang), found.plan
    expected = f"{format_count(record.expected_count, lang)}/{format_count(record.population, lang)}"
    size, needed = format_count(record.population, lang), format_count(record.target_count, lang)
    lines = [say("group", size=size, target=percent(found.design.target, lang), needed=needed)]
    if record.answers is None:
        return [*lines, say("never", expected=expected)]
    answers = format_count(record.answers, lang)
    lines.append(say("answers", expected=expected, answers=answers, power=percent(record.power, lang)))
    if record.answers == record.population:
        lines.append(say("full"))
    if record.gate is not None and record.gate > (record.required or 0):
        lines.append(say("gate", rate=percent(found.design.minimum_response, lang)))
    return lines


def _invitation_lines(found: Sizes, lang: Language) -> list[str]:
    invited = found.plan.invitations
    if invited is None or found.expected_response is None:
        return []
    rate = percent(found.expected_response, lang)
    if invited.reachable:
        return [_say(lang)("invite", rate=rate, invite=format_count(invited.invite, lang))]
    return [_say(lang)("unreachable", rate=rate, wanted=_at_least(invited.response_needed, lang))]


def _further_lines(found: Sizes, lang: Language) -> list[str]:
    say, lines = _say(lang), []
    if found.margin is not None and found.precision_answers is not None:
        answers = format_count(found.precision_answers, lang)
        lines.append(say("precision", margin=percent(found.margin, lang), answers=answers))
    if found.before is not None:
        parts = {"answers": format_count(found.answers, lang), "before": percent(found.before, lang)}
        lines.append(
            say("no_change", **parts)
            if found.detectable is None
            else say("change", **parts, after=_at_least(found.detectable, lang))
        )
    return lines


def _at_least(share: float, lang: Language) -> str:
    """Write a share that has to be reached: in whole percent, rounded up."""
    whole = -(-Fraction(exact(share)) * 100 // 1)
    return percent(Fraction(int(whole), 100), lang)
