"""From the name of a class to its grade, so that small classes join their grade before they join the whole group.

Standard library only. The reports and the command use this one rule, so their figures agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def grades_of(classes: Iterable[str | None]) -> dict[str, str]:
    """Return class -> grade for every class whose name holds a number, as `records.Design.collapse` wants it.

    The grade is the first number in the name. Classes without one join the whole group when they are too small. The
    grade's name is not that of any class, because a class may be called "6" too.

    Parameters: names of classes, None for respondents whose class is unknown.
    Returns a mapping in the order of the names.
    Source: docs/methods.md, section 6.1, "class -> grade -> group".

    >>> grades_of(["6A", "Lớp 7C", "Tổ Văn", "8", None])
    {'6A': 'grade 6', 'Lớp 7C': 'grade 7', '8': 'grade 8'}
    """
    numbers = ((name, re.search(r"[0-9]+", name)) for name in classes if name)
    return {name: f"grade {int(number[0])}" for name, number in numbers if number}
