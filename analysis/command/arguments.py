"""The words of the command line, and what they mean."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from analysis.records import Sampling

VERBS = ("plan", "items")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; `verb` is "figures", "plan" or "items". Wrong words end the program with code 2."""
    verb = argv[0] if argv and argv[0] in VERBS else "figures"
    parser = {"plan": _plan_parser, "items": _items_parser, "figures": _figures_parser}[verb]()
    found = parser.parse_args(argv[1:] if verb in VERBS else argv)
    found.verb = verb
    return found


def target(text: str) -> Fraction:
    """Read a target share: a fraction, a decimal with point or comma, or a percentage.

    >>> [str(target(text)) for text in ("9/10", "0.9", "0,9", "90%", "89,5 %")]
    ['9/10', '9/10', '9/10', '9/10', '179/200']
    """
    number = text.strip().replace(",", ".")
    try:
        share = Fraction(number.removesuffix("%").strip()) / (100 if number.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"“{text}”: hãy ghi như 9/10, 0.9 hoặc 90% / write 9/10, 0.9 or 90%") from None
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"“{text}”: phải lớn hơn 0, không quá 100% / must be above 0, at most 100%")
    return share


def share(text: str) -> float:
    """Read a share strictly between 0 and 1, written like a target.

    >>> share("95%")
    0.95
    """
    value = target(text)
    if value == 1:
        raise argparse.ArgumentTypeError(f"“{text}”: phải dưới 100% / must be below 100%")
    return float(value)


def rate(text: str) -> float:
    """Read a share above 0 and up to 1, written like a target.

    >>> rate("100%")
    1.0
    """
    return float(target(text))


def design(text: str) -> tuple[str, Sampling]:
    """Read AUDIENCE=census|srs|cluster.

    >>> design("parents=cluster")
    ('parents', <Sampling.CLUSTER: 'cluster'>)
    """
    audience, equals, kind = text.rpartition("=")
    if not equals or not audience or kind not in tuple(Sampling):
        hint = "hãy ghi như parents=cluster (census, srs hoặc cluster) / write parents=cluster (census, srs or cluster)"
        raise argparse.ArgumentTypeError(f"“{text}”: {hint}")
    return audience.strip(), Sampling(kind)


def waves(text: str) -> tuple[str, ...]:
    """Read names of waves, in time, separated by commas.

    >>> waves("before, after")
    ('before', 'after')
    """
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"“{text}”: hãy ghi tên các đợt, mỗi đợt một lần / name each wave once")
    return names


def count(text: str) -> int:
    """Read a whole number from 1 on.

    >>> count("40")
    40
    """
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"“{text}”: hãy ghi một số nguyên từ 1 / write a whole number from 1 on")
    return int(text)


def _parser(program: str, about: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"python -m analysis{program}", description=about)


def _figures_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "",
        "Từ một bảng trả lời ra tỷ lệ hiểu rõ, kết luận và thay đổi. Lệnh khác: plan, items. / "
        "From a table of responses to shares, verdicts and changes. Other verbs: plan, items.",
    )
    add = parser.add_argument
    add("responses", type=Path, metavar="RESPONSES.csv", help="mỗi dòng một phiếu / one row a response (CSV, UTF-8)")
    add(
        "--population", type=Path, metavar="POPULATION.csv", help="sĩ số / headcounts: audience, stratum, cluster, size"
    )
    add("--key", type=Path, metavar="KEY.csv", help="đáp án / answer key: item, form, topic, level, key")
    add("--counts", action="store_true", help="bảng đã đếm sẵn theo lớp / the table holds counts, one line a class")
    _add_common(parser)
    add("--target", type=target, default=Fraction(9, 10), help="chỉ tiêu / target: 9/10, 0.9, 90%% (default 9/10)")
    add("--design", type=design, action="append", default=[], metavar="AUDIENCE=census|srs|cluster")
    add("--plan-version", metavar="TEXT", help="tên phiên bản kế hoạch / the plan's version, stored with every result")
    return parser


def _items_parser() -> argparse.ArgumentParser:
    parser = _parser(
        " items",
        "Phân tích câu hỏi: độ khó, độ phân biệt, phương án nhiễu. / "
        "Item analysis: difficulty, discrimination, distractors.",
    )
    add = parser.add_argument
    add("responses", type=Path, metavar="RESPONSES.csv", help="mỗi dòng một phiếu / one row a response")
    add("--key", type=Path, metavar="KEY.csv", required=True, help="đáp án / answer key: item, form, topic, level, key")
    _add_common(parser)
    return parser


def _plan_parser() -> argparse.ArgumentParser:
    parser = _parser(" plan", "Cần bao nhiêu người trả lời? / How many must answer?")
    add = parser.add_argument
    add("--size", type=count, required=True, metavar="N", help="số người của nhóm / people in the group")
    add("--expected", type=rate, default=0.95, help="tỷ lệ thật dự kiến / expected true share (default 0.95)")
    add("--power", type=share, default=0.80, help="xác suất cho thấy được / wanted power (default 0.8)")
    add("--target", type=target, default=Fraction(9, 10), help="chỉ tiêu / target (default 9/10)")
    add("--response", type=rate, help="tỷ lệ trả lời dự kiến / expected response rate, to say how many to invite")
    add("--sampling", choices=["census", "srs"], default="census", help="mời tất cả hay chọn / invite all, or a sample")
    add("--margin", type=share, help="sai số mong muốn, ví dụ 5%% / wanted margin, for example 5%%")
    add(
        "--class-size",
        type=count,
        metavar="B",
        help="số phiếu mỗi lớp khi chọn lớp / answers a class, for class samples",
    )
    add("--before", type=share, help="tỷ lệ đợt trước / share before, to say which change can be shown")
    _add_output(parser, html=False)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--waves", type=waves, metavar="A,B", help="các đợt theo thứ tự / the waves in time")
    _add_output(parser, html=True)


def _add_output(parser: argparse.ArgumentParser, *, html: bool) -> None:
    parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="ngôn ngữ / language (default vi)")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="in ra JSON / print JSON")
    output.add_argument("--text", action="store_true", help="in ra câu chữ (mặc định) / print sentences (default)")
    if html:
        output.add_argument("--html", type=Path, metavar="FILE", help="ghi một trang HTML / write an HTML page")
