"""The annexes of a periodic report: every figure, how it was made, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.rounding import Language
from survey.instruments.definitions import text_in
from survey.reports.documents import Annex, Block, Definition, Paragraph, Points, Section, Table
from survey.reports.period_cells import column, words
from survey.reports.period_phrases import full_period
from survey.reports.period_records import CountedWave, PeriodReport
from survey.reports.period_tables import complete_tables
from survey.reports.presenter import confidence_text, group_name, method_names, target_text
from survey.reports.words import _
from survey.web.formats import format_date
from survey.web.words import AUDIENCES, MODES, WAVE_KINDS


def annexes(report: PeriodReport, lang: Language) -> tuple[Annex, ...]:
    """Return the annexes; without answers there are no figures to list."""
    method = Annex(_("Phương pháp"), parts=tuple(_method(report, lang)))
    if not report.report.has_answers:
        return (method,)
    return (Annex(_("Số liệu"), tuple(complete_tables(report, lang))), method)


def _method(report: PeriodReport, lang: Language) -> Iterator[Section]:
    yield Section(_("Kỳ báo cáo và các đợt đo"), tuple(_waves(report)))
    if report.report.rules:
        rules = tuple(
            f"{', '.join(group_name(group) for group in rule.groups)}: {text_in(rule.text, lang)}."
            for rule in report.report.rules
        )
        yield Section(_("Khi nào một người được tính là hiểu rõ"), (Points(rules),))
    yield Section(_("Cách kết luận"), (Points(_verdicts(report, lang)),))
    yield Section(_("Bảo vệ người trả lời"), (Points(_privacy(report)),))
    yield Section(_("Giới hạn của số liệu"), (Points(_limits(report)),))
    methods = method_names(report.report)
    if methods:
        yield Section(_("Phương pháp thống kê"), (Points(methods),))
    if report.report.plan_versions:
        versions = ", ".join(version[:12] for version in report.report.plan_versions)
        yield Section(
            _("Cách đánh giá đã chốt trước khi hỏi"), (Paragraph(_("Mã của bản đã chốt: %(codes)s.", codes=versions)),)
        )


def _waves(report: PeriodReport) -> Iterator[Block]:
    yield Paragraph(_campaign_waves() if report.campaign else _period_waves(report))
    if report.counted:
        yield _waves_table(report)
    if report.ways:
        modes = ", ".join(_small(str(MODES.get(mode, mode))) for mode in report.ways if report.ways[mode])
        yield Paragraph(
            _(
                "Cách trả lời đã dùng: %(modes)s. Mỗi lượt trả lời có một mã ngẫu nhiên; gửi lại cùng một mã chỉ tính "
                "một lần.",
                modes=modes,
            )
        )


def _campaign_waves() -> str:
    return _(
        "Báo cáo tính các đợt đo của chiến dịch. Với mỗi đơn vị và mỗi đối tượng, số liệu mới nhất là của đợt sau "
        "truyền thông; nơi chưa có đợt sau thì là của đợt trước. Hoạt động truyền thông lấy trong những ngày của "
        "chiến dịch."
    )


def _period_waves(report: PeriodReport) -> str:
    return _(
        "Báo cáo tính %(period)s. Với mỗi đơn vị và mỗi đối tượng, lấy đợt đo mới nhất kết thúc trong kỳ; đợt đo "
        "kéo qua hai kỳ thì tính vào kỳ mà nó kết thúc. Đợt “trước truyền thông” là đợt của cùng chiến dịch, dù "
        "kết thúc trong kỳ nào.",
        period=full_period(report.period),
    )


def _waves_table(report: PeriodReport) -> Table:
    """List the waves that count. Without numbers of answers: with them a hidden group could be worked out."""
    places: dict[tuple[str, ...], int] = {}
    for wave in report.counted:
        key = _wave_words(wave)
        places[key] = places.get(key, 0) + 1
    heads = (
        column(_("Đối tượng"), weight=2),
        column(_("Chiến dịch"), weight=2),
        column(_("Đợt"), weight=1.4),
        column(_("Từ ngày – đến ngày"), weight=1.8),
        column(_("Đợt trước truyền thông"), weight=1.8),
    )
    if not report.report.is_roll_up:
        return Table("waves", _("Các đợt đo được tính"), heads, tuple(tuple(map(words, key)) for key in places))
    rows = tuple((*map(words, key), words(str(number))) for key, number in places.items())
    return Table("waves", _("Các đợt đo được tính"), (*heads, column(_("Số đơn vị"), "count")), rows)


def _wave_words(wave: CountedWave) -> tuple[str, ...]:
    before = "–"
    if wave.baseline_starts is not None and wave.baseline_closed is not None:
        before = f"{format_date(wave.baseline_starts)} – {format_date(wave.baseline_closed)}"
    return (
        str(AUDIENCES[wave.audience]),
        wave.campaign,
        str(WAVE_KINDS[wave.kind]),
        f"{format_date(wave.starts)} – {format_date(wave.closed)}",
        before,
    )


def _verdicts(report: PeriodReport, lang: Language) -> tuple[str, ...]:
    target, level = target_text(report.report, lang), confidence_text(report.report, lang)
    return (
        _("Đạt: cả khoảng tin cậy %(level)s nằm từ chỉ tiêu %(target)s trở lên.", level=level, target=target),
        _("Chưa đạt: cả khoảng tin cậy nằm dưới chỉ tiêu."),
        _(
            "Chưa đủ căn cứ kết luận: các trường hợp còn lại. Khi dưới %(share)s số người trả lời thì chưa kết luận, "
            "trừ khi kết quả đã chắc chắn.",
            share="60%",
        ),
        _("Không có số liệu của trường đối chứng, nên thay đổi không chứng minh được là do truyền thông."),
    )


def _privacy(report: PeriodReport) -> tuple[str, ...]:
    minimum = report.report.minimum
    return (
        _("Phiếu ẩn danh, tự nguyện: không hỏi và không lưu tên, số điện thoại, địa chỉ hay giờ trả lời."),
        _("Không hiện số liệu của nhóm có dưới %(minimum)s người trả lời.", minimum=minimum),
        _(
            "Khi cần, hiện ít hơn nữa, để không ai lấy các số đã hiện (trong báo cáo này hay báo cáo đã phát hành) trừ "
            "cho nhau mà biết được số liệu của nhóm ít người."
        ),
    )


def _limits(report: PeriodReport) -> tuple[str, ...]:
    lines = [
        _("Kết quả là của những người đã trả lời; người không trả lời có thể hiểu khác."),
        _(
            "Phiếu đo kiến thức về Nghị quyết và vai trò, trách nhiệm; không đo ý kiến, thái độ. Việc làm thực tế nằm "
            "ở bảng riêng."
        ),
        _("Hai đề tương đương được dùng trong cả hai đợt, để đề dễ hơn không bị nhầm thành tiến bộ."),
    ]
    if report.report.is_roll_up:
        lines.append(
            _("Số chung tính theo số người của từng đơn vị; đơn vị chưa có phiếu được nêu tên và tính là chưa biết.")
        )
    return tuple(lines)


def definitions(report: PeriodReport, lang: Language) -> tuple[Definition, ...]:
    """Return what the words of this report mean."""
    level, target = confidence_text(report.report, lang), target_text(report.report, lang)
    return (
        Definition(_("Hiểu rõ"), _("Trả lời đúng đủ số câu theo quy định trong phần Phương pháp.")),
        Definition(
            _("Được quán triệt"),
            _("Đã được phổ biến nội dung Nghị quyết; là số đếm theo sổ, không phải kết quả phiếu."),
        ),
        Definition(_("Chỉ tiêu"), _("Ít nhất %(target)s số người của mỗi nhóm hiểu rõ.", target=target)),
        Definition(_("Sĩ số"), _("Tổng số người của nhóm, kể cả người không trả lời.")),
        Definition(_("Tỷ lệ trả lời"), _("Số người trả lời chia cho sĩ số.")),
        Definition(
            _("Khoảng tin cậy %(level)s", level=level),
            _("Nếu mọi người đều trả lời thì tỷ lệ thật rất có thể nằm trong khoảng này."),
        ),
        Definition(_("Suy ra (người)"), _("Trong cả nhóm có từ bao nhiêu đến bao nhiêu người hiểu rõ.")),
        Definition(
            _("Điểm phần trăm"), _("Hiệu của hai tỷ lệ: từ 50%% lên 80%% là tăng %(points)s điểm phần trăm.", points=30)
        ),
        Definition(_("Lượt tiếp cận"), _("Số lần có người nghe, xem hoặc dự; một người có thể được đếm nhiều lần.")),
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
