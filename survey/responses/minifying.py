"""Makes style and script small at start-up, without a tool of its own: the respondent's page has to fit its budget.

The script loses its comments and spare white space, and the names that it gives to its own variables and functions are
shortened. Strings, regular expressions, properties and keys stay as they are. It reads the plain JavaScript of
templates/responses, not any JavaScript: statements end with semicolons, comments have lines of their own, and nothing
is called like something of the browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
from string import ascii_letters, digits

# A regular expression can stand behind these only; elsewhere a slash divides.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*) | (?P<string>'(?:[^'\\\n]|\\.)*')
    | (?P<pattern>(?<=[(,=])\s*/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/[a-z]*)
    | (?P<name>[A-Za-z_$][\w$]*) | (?P<number>\d[\w.]*) | (?P<space>\s+) | (?P<mark>\+\+|--|.)""",
    re.VERBOSE,
)
_DECLARED = re.compile(r"\bvar ([^;=]+)|\bvar (\w+) =|\bfunction (\w*)\s?\(([^)]*)\)|\bcatch \((\w+)\)")
_MELTING = re.compile(r"[\w$]{2}|--|\+\+")
# Names a script must not give to its own things.
_RESERVED = frozenset({"do", "if", "in", "is", "of", "for", "let", "new", "try", "var"})

Token = tuple[str, str]


def small_style(text: str) -> str:
    """Return a style sheet without comments and spare white space."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,>+])\s*", r"\1", " ".join(text.split())).replace(";}", "}")


def small_script(text: str) -> str:
    """Return a script that does the same in fewer bytes."""
    tokens = [token for token in _tokens(text) if token[0] not in {"comment", "space"}]
    short = _short_names(tokens, _own_names(text))
    return _joined(
        short.get(token, token) if kind == "name" and not _is_property(tokens, place) else token
        for place, (kind, token) in enumerate(tokens)
    )


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match.group().strip() if match.lastgroup == "pattern" else match.group()


def _own_names(text: str) -> frozenset[str]:
    """Return the names that the script declares."""
    found = (name for match in _DECLARED.findall(text) for part in match for name in re.findall(r"\w+", part))
    return frozenset(name for name in found if len(name) > 1)


def _is_property(tokens: list[Token], place: int) -> bool:
    """Whether a name belongs to an object: behind a dot, or a key in braces."""
    before = tokens[place - 1][1] if place else ""
    after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
    return before == "." or (after == ":" and before in {"{", ","})


def _short_names(tokens: list[Token], own: frozenset[str]) -> dict[str, str]:
    """Return a short name for each of the script's own, the shortest for those used most."""
    names = [token for kind, token in tokens if kind == "name"]
    used = Counter(
        token for place, (kind, token) in enumerate(tokens) if kind == "name" and not _is_property(tokens, place)
    )
    taken = (set(names) - own) | _RESERVED
    free = (name for name in _candidates() if name not in taken)
    return {
        name: next(free) for name, _number in sorted(used.items(), key=lambda one: (-one[1], one[0])) if name in own
    }


def _candidates() -> Iterator[str]:
    yield from ascii_letters
    for size in count(1):
        for number in range(len(ascii_letters) * len(digits) ** size):
            letter, rest = divmod(number, len(digits) ** size)
            yield f"{ascii_letters[letter]}{rest:0{size}d}"


def _joined(tokens: Iterable[str]) -> str:
    """Return the tokens with a space only where two would melt into one, and no semicolon before a brace."""
    parts: list[str] = []
    for token in tokens:
        before = parts[-1] if parts else ""
        if before == ";" and token == "}":
            parts.pop()
        elif before and _MELTING.match(before[-1] + token[0]):
            parts.append(" ")
        parts.append(token)
    return "".join(parts)
