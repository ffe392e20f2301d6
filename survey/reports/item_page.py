"""Puts item analysis into words for its page: for somebody who knows the questions, not the statistics."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from analysis.rounding import Language, format_share, localised
from analysis.suppression import MINIMUM_DETAIL
from survey.core.vocabulary import ReportingGroup, WaveState
from survey.instruments.definitions import DONT_KNOW_TEXT, text_in
from survey.reports.item_records import DriftResult, FormResult, ItemResult, ItemSource, ReliabilityResult
from survey.reports.presenter import group_name, hidden_text, topic_name
from survey.reports.records import Hidden
from survey.reports.words import _
from survey.web.words import LEVELS

# From which correlation on an item separates well, or still well enough.
GOOD, FAIR = 0.30, 0.20
# With fewer people all of this is a hint at most.
FEW = 30
# Flags that call for a look; "too easy" is what a campaign wants, an idle option costs little.
TO_REVIEW = frozenset({"possible_wrong_key", "negative_discrimination", "too_hard", "low_discrimination"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A few words in a frame; `tone` is the name of a colour."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option, "not sure" or blank: how many chose it, and which share of those who were asked."""

    text: str
    number: int
    total: int
    share: str
    is_key: bool
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item in words."""

    id: str
    place: str
    stem: str
    tags: tuple[Tag, ...]
    right: str
    separates: str
    drift: str
    options: tuple[OptionView, ...]
    no_options: str


@dataclass(frozen=True, slots=True)
class FormView:
    """One form: why there is nothing to see, or its items."""

    form: str
    empty: str
    lead: str
    few: str
    reliability: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything that the page shows."""

    source: ItemSource
    lead: str
    provisional: str
    left_out: str
    has_answers: bool
    forms: tuple[FormView, ...]
    several_forms: bool


def item_page(source: ItemSource, forms: tuple[FormResult, ...], lang: Language) -> ItemPage:
    """Return the page of an item analysis in the reader's language."""
    items = [item for form in forms for item in form.items]
    return ItemPage(
        source=source,
        lead=_lead(items),
        provisional="" if source.wave.state == WaveState.CLOSED else _("Số liệu tạm tính: đợt này chưa khóa."),
        left_out=_left_out(source),
        has_answers=any(form.persons or form.hidden for form in forms),
        forms=tuple(_form(form, source, lang) for form in forms),
        several_forms=len(forms) > 1,
    )


def _lead(items: list[ItemResult]) -> str:
    if not items:
        return ""
    number = sum(bool(TO_REVIEW & set(item.flags)) for item in items)
    if not number:
        return _("Không câu nào trong %(total)s câu có dấu hiệu cần xem lại.", total=len(items))
    return _("%(number)s trong %(total)s câu nên xem lại; các câu đó xếp lên trước.", number=number, total=len(items))


def _left_out(source: ItemSource) -> str:
    if not source.left_out:
        return ""
    names = [_part_name(group) for group in source.left_out]
    return _(
        "Có đề không tính phiếu của: %(groups)s, vì ít hơn %(minimum)s người hoặc để không tính ngược ra được.",
        groups=", ".join(names),
        minimum=MINIMUM_DETAIL,
    )


def _part_name(group: str | None) -> str:
    if group is None:
        return _("người không ghi là giáo viên hay nhân viên")
    return group_name(ReportingGroup(group)).lower()


def _form(form: FormResult, source: ItemSource, lang: Language) -> FormView:
    return FormView(
        form=form.form,
        empty=_empty(form),
        lead=_("%(number)s phiếu.", number=form.persons) if form.persons else "",
        few=_("Dưới %(few)s phiếu: mọi nhận xét dưới đây chỉ là gợi ý, vài người trả lời khác đi là đổi.", few=FEW)
        if 0 < form.persons < FEW
        else "",
        reliability=_reliability(form.reliability, lang) if form.reliability is not None else "",
        items=tuple(_item(item, source, lang) for item in form.items),
    )


def _empty(form: FormResult) -> str:
    if form.persons:
        return ""
    if form.hidden is None:
        return _("Chưa có phiếu nào của đề này.")
    if form.hidden is Hidden.SMALL:
        return _(
            "Chưa hiện: mỗi nhóm mới có dưới %(minimum)s phiếu của đề này. Từ %(minimum)s phiếu trở lên mới xem được.",
            minimum=MINIMUM_DETAIL,
        )
    return hidden_text(form.hidden, MINIMUM_DETAIL)


def _reliability(found: ReliabilityResult, lang: Language) -> str:
    if found.alpha is None or found.low is None or found.high is None:
        reasons = {
            "too_few_persons": _("Độ tin cậy của đề: cần từ %(few)s phiếu mới tính được.", few=FEW),
            "too_few_items": _(
                "Độ tin cậy của đề: chưa tính được, vì hầu như câu nào mọi người cũng trả lời giống nhau."
            ),
            "constant_total": _("Độ tin cậy của đề: chưa tính được, vì mọi người đúng số câu như nhau."),
        }
        return reasons[found.reason]
    sentence = _(
        "Độ tin cậy của đề (KR-20): %(alpha)s, khoảng tin cậy 95%%: từ %(low)s đến %(high)s; "
        "%(persons)s phiếu, %(items)s câu.",
        alpha=_decimal(found.alpha, lang),
        low=_decimal(found.low, lang),
        high=_decimal(found.high, lang),
        persons=found.persons,
        items=found.items,
    )
    if not found.constant:
        return sentence
    same = _("Không tính %(number)s câu mà mọi người trả lời giống nhau.", number=found.constant)
    return f"{sentence} {same}"


def _decimal(value: float, lang: Language) -> str:
    return localised(Decimal(f"{value:.2f}"), lang)


def _item(found: ItemResult, source: ItemSource, lang: Language) -> ItemView:
    item = source.definition.item(found.item)
    place = [topic_name(item.topic) if item.topic else "", str(LEVELS.get(item.level or "", ""))]
    return ItemView(
        id=item.id,
        place=" · ".join(part for part in place if part),
        stem=text_in(item.stem, lang),
        tags=tuple(_tag(flag) for flag in found.flags),
        right=_(
            "%(right)s/%(number)s người trả lời đúng (%(share)s).",
            right=found.right,
            number=found.number,
            share=format_share(found.right, found.number, lang=lang),
        ),
        separates=_separates(found),
        drift=_drift(found.drift),
        options=_options(found, source, lang),
        no_options=""
        if found.options is not None
        else _(
            "Dưới %(minimum)s người chọn câu trả lời: không hiện từng phương án để không ai bị nhận ra.",
            minimum=MINIMUM_DETAIL,
        ),
    )


def _tag(flag: str) -> Tag:
    tags = {
        "too_hard": Tag(_("quá khó"), "warn"),
        "too_easy": Tag(_("quá dễ"), "plain"),
        "low_discrimination": Tag(_("phân biệt yếu, nên xem lại"), "warn"),
        "negative_discrimination": Tag(_("phân biệt ngược, nên xem lại"), "bad"),
        "possible_wrong_key": Tag(_("có thể sai đáp án"), "bad"),
        "non_functional": Tag(_("có phương án hầu như không ai chọn"), "plain"),
    }
    return tags[flag]


def _separates(found: ItemResult) -> str:
    """Say how well an item tells those who know from those who do not."""
    value = found.discrimination
    if value is None:
        if 2 * found.right >= found.number:
            return _("Quá ít người sai để biết câu này có phân biệt được người hiểu và người chưa hiểu hay không.")
        return _("Quá ít người đúng để biết câu này có phân biệt được người hiểu và người chưa hiểu hay không.")
    if value < 0:
        return _("Phân biệt người hiểu và người chưa hiểu: ngược. Người đúng câu này lại đúng ít câu khác hơn.")
    if value < FAIR:
        return _("Phân biệt người hiểu và người chưa hiểu: yếu.")
    if value < GOOD:
        return _("Phân biệt người hiểu và người chưa hiểu: được.")
    return _("Phân biệt người hiểu và người chưa hiểu: tốt.")


def _drift(found: DriftResult | None) -> str:
    if found is None:
        return ""
    if found.category == "A":
        return _("So với đợt kia, câu này thay đổi cùng nhịp với các câu khác.")
    if found.is_easier:
        strong = _("Sau truyền thông câu này dễ lên hẳn so với các câu khác: có thể chính câu này đã được dạy.")
        weak = _("Sau truyền thông câu này dễ lên phần nào so với các câu khác.")
    else:
        strong = _(
            "Sau truyền thông câu này khó lên hẳn so với các câu khác: có thể nội dung này bị bỏ sót hay nói nhầm."
        )
        weak = _("Sau truyền thông câu này khó lên phần nào so với các câu khác.")
    return strong if found.category == "C" else weak


def _options(found: ItemResult, source: ItemSource, lang: Language) -> tuple[OptionView, ...]:
    if found.options is None:
        return ()
    texts = source.definition.item(found.item).options

    def view(text: str, number: int, is_key: bool = False, tags: tuple[Tag, ...] = ()) -> OptionView:
        share = format_share(number, found.number, lang=lang)
        return OptionView(text, number, found.number, share, is_key, tags)

    chosen = [
        view(
            text_in(texts[option.option - 1].text, lang),
            option.number,
            option.is_key,
            tuple(_option_tag(flag) for flag in option.flags),
        )
        for option in found.options
    ]
    chosen.append(view(text_in(DONT_KNOW_TEXT, lang), found.dont_know))
    return (*chosen, view(_("Để trống"), found.blank)) if found.blank else tuple(chosen)


def _option_tag(flag: str) -> Tag:
    if flag == "possible_wrong_key":
        return Tag(_("người hiểu nhiều hay chọn: đối chiếu lại đáp án"), "bad")
    return Tag(_("hầu như không ai chọn"), "plain")
