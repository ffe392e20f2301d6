"""How a number is rounded for a reader: half up on the exact fraction, and never across the target.

What belongs here: exact numbers in, a `Decimal` or a short text out. Nothing that is computed further may be rounded
here first. Only the standard library is used, so web workers may import it.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

Language = Literal["vi", "en"]
Direction = Literal["nearest", "down", "up"]

NOT_SHOWN = "–"
"""What stands in the place of a share that does not exist."""
TARGET = Fraction(9, 10)
WHOLE_PERCENT_BELOW = 100
"""With fewer answers than this, shares are shown in whole percent; otherwise with one decimal."""
MOST_DECIMALS = 2

# Weighted shares are floats: 0.8999999999999999 means 9/10. No roster is long enough for a finer true share.
_FINEST_DENOMINATOR = 10**9


def exact(value: float | Fraction) -> Fraction:
    """Return the simple fraction that a float stands for, so that noise in its last digits decides nothing.

    >>> exact(0.8999999999999999)
    Fraction(9, 10)
    """
    return Fraction(value).limit_denominator(_FINEST_DENOMINATOR)


def decimals_for(answered: int) -> int:
    """Return the decimals of a percentage from `answered` answers: none below 100, else one.

    >>> decimals_for(36), decimals_for(420)
    (0, 1)
    """
    return 0 if answered < WHOLE_PERCENT_BELOW else 1


def round_percent(
    share: float | Fraction,
    *,
    decimals: int,
    target: Fraction = TARGET,
    direction: Direction = "nearest",
    low: int = 0,
    high: int = 1,
) -> Decimal:
    """Round a share or a difference of shares to a percentage that stands on the same side of the target as the share.

    "Nearest" is half up on the exact fraction; the lower end of an interval goes "down", the upper end "up". Where
    the rounded number would claim what is not so (90 % for a share below 9/10, 100 % when somebody is missing, 0 for a
    share above 0), decimals are added up to two; if that does not help either, the number is cut to its true side.

    Parameters: `share` (0..1, or -1..1 for a difference with `low=-1`); `decimals` wanted (0..2); `target` is never
    crossed; `direction` of rounding; `low` and `high` are the ends of the scale. The ends and 0 are claimed only when
    reached, except by an interval that is rounded outward.
    Returns a `Decimal` percentage. Raises ValueError for a share outside the scale or decimals outside 0..2.
    Source: docs/methods.md, section 16.

    >>> round_percent(Fraction(896, 1000), decimals=0)
    Decimal('89.6')
    >>> round_percent(Fraction(8999999, 10000000), decimals=1)
    Decimal('89.99')
    >>> round_percent(0.8502, decimals=1, direction="down")
    Decimal('85.0')
    """
    number = exact(share)
    if not low <= number <= high:
        raise ValueError(f"{share} lies outside {low}..{high}")
    if not 0 <= decimals <= MOST_DECIMALS:
        raise ValueError(f"a percentage has 0 to {MOST_DECIMALS} decimals, not {decimals}")
    ends = {Fraction(low), Fraction(0), Fraction(high)} if direction == "nearest" else set()
    for places in range(decimals, MOST_DECIMALS + 1):
        rounded = _rounded(number, places, direction)
        if _same_side(rounded, number, target, ends):
            return _decimal(rounded, places)
    down = _rounded(number, MOST_DECIMALS, "down")
    cut = down if _same_side(down, number, target, ends) else _rounded(number, MOST_DECIMALS, "up")
    return _decimal(cut, MOST_DECIMALS)


def _rounded(number: Fraction, places: int, direction: Direction) -> Fraction:
    scale = 100 * 10**places
    ticks = number * scale
    if direction == "down":
        return Fraction(floor(ticks), scale)
    if direction == "up":
        return Fraction(ceil(ticks), scale)
    half_up = floor(abs(ticks) + Fraction(1, 2))
    return Fraction(half_up if ticks >= 0 else -half_up, scale)


def _same_side(rounded: Fraction, number: Fraction, target: Fraction, ends: Collection[Fraction]) -> bool:
    """Say whether a rounded number claims the target, or an end of the scale, exactly where the true one does."""
    if any((rounded == end) != (number == end) for end in ends):
        return False
    return (rounded >= target) == (number >= target)


def _decimal(percent: Fraction, places: int) -> Decimal:
    return Decimal(int(percent * 100 * 10**places)).scaleb(-places)


def localised(number: Decimal, lang: Language) -> str:
    """Write a decimal the reader's way: decimal comma in Vietnamese, point in English, a true minus sign.

    >>> localised(Decimal("-89.6"), "vi")
    '−89,6'
    """
    text = format(abs(number), "f")
    sign = "−" if number < 0 else ""
    return sign + (text.replace(".", ",") if lang == "vi" else text)


def format_count(number: int, lang: Language = "vi") -> str:
    """Write a count with its thousands grouped: a point in Vietnamese, a comma in English.

    >>> format_count(12345), format_count(12345, "en")
    ('12.345', '12,345')
    """
    text = f"{number:,}"
    return text.replace(",", ".") if lang == "vi" else text


def format_share(understood: int, answered: int, *, target: Fraction = TARGET, lang: Language = "vi") -> str:
    """Write `understood` of `answered` as a percentage with the decimals that the number of answers deserves.

    Returns `NOT_SHOWN` when nobody answered. Raises ValueError unless 0 <= understood <= answered.

    >>> format_share(30, 31), format_share(250, 279), format_share(1, 0 + 3, lang="en")
    ('97%', '89,6%', '33%')
    """
    if not 0 <= understood <= answered:
        raise ValueError(f"{understood} of {answered} is not a share")
    if answered == 0:
        return NOT_SHOWN
    return format_value(Fraction(understood, answered), answered=answered, target=target, lang=lang)


def format_value(
    value: float | Fraction | None,
    *,
    answered: int,
    target: Fraction = TARGET,
    direction: Direction = "nearest",
    lang: Language = "vi",
) -> str:
    """Write a share, weighted or not, as a percentage; `NOT_SHOWN` when there is none.

    Parameters: `value` 0..1 or None; `answered` decides the decimals; the ends of an interval take `direction`.
    Raises ValueError for a value outside 0..1.

    >>> format_value(0.87878, answered=67), format_value(0.8502, answered=160, direction="down")
    ('88%', '85,0%')
    """
    if value is None:
        return NOT_SHOWN
    percent = round_percent(value, decimals=decimals_for(answered), target=target, direction=direction)
    return localised(percent, lang) + "%"


def format_interval(
    low: float | Fraction | None,
    high: float | Fraction | None,
    *,
    answered: int,
    target: Fraction = TARGET,
    lang: Language = "vi",
) -> str:
    """Write an interval with both ends rounded outward; `NOT_SHOWN` when there is none.

    >>> format_interval(0.8502, 0.9258, answered=160)
    '85,0–92,6%'
    """
    if low is None or high is None:
        return NOT_SHOWN
    lower = format_value(low, answered=answered, target=target, direction="down", lang=lang)
    upper = format_value(high, answered=answered, target=target, direction="up", lang=lang)
    return f"{lower.removesuffix('%')}–{upper}"


def format_points(
    difference: float | Fraction | None,
    *,
    answered: int,
    direction: Direction = "nearest",
    lang: Language = "vi",
    signed: bool = True,
) -> str:
    """Write a difference of two shares in percentage points, without the unit; `NOT_SHOWN` when there is none.

    Parameters: `difference` -1..1; `answered` is the smaller wave's number of answers; `signed` puts a plus on gains.

    >>> format_points(0.2293, answered=26), format_points(-0.046, answered=300)
    ('+23', '−4,6')
    """
    if difference is None:
        return NOT_SHOWN
    decimals = decimals_for(answered)
    number = round_percent(difference, decimals=decimals, target=Fraction(0), direction=direction, low=-1)
    plus = "+" if signed and number > 0 else ""
    return plus + localised(number, lang)
