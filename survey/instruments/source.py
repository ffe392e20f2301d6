"""Read a YAML file into plain values with the line of each, and refuse what a questionnaire never needs.

Every scalar stays the text that was written: whether `2030` is a year in words or a number, and that `No` is not a
truth value, is for the field to say, not for YAML 1.1. Tags are never carried out, aliases never followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from survey.instruments.problems import Finding, Place, Problem, describe, finding, path_text

MAX_BYTES = 1_000_000
MAX_DEPTH = 10

# The parser in C where PyYAML brings it; both give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What the parser says most often, for readers of Vietnamese; the rest stays as the parser says it.
_DETAILS_VI = {
    "mapping values are not allowed in this context": "có dấu hai chấm trong câu, cần đặt cả câu trong dấu nháy",
    "found character that cannot start any token": "có ký tự không được đứng đầu, thường là dấu tab, @ hoặc %",
    "did not find expected key": "khoảng thụt đầu dòng không đều, hoặc dấu nháy đóng quá sớm",
    "did not find expected '-' indicator": "khoảng thụt đầu dòng của danh sách không đều",
    "did not find expected node content": "thiếu nội dung, hoặc ngoặc chưa đóng",
    "did not find expected ',' or ']'": "ngoặc vuông chưa đóng, hoặc thiếu dấu phẩy",
    "did not find expected ',' or '}'": "ngoặc nhọn chưa đóng, hoặc thiếu dấu phẩy",
    "could not find expected ':'": "thiếu dấu hai chấm sau tên mục",
    "found unexpected end of stream": "dấu nháy chưa đóng",
    "found undefined tag handle": "có dấu ! ở đầu, cần đặt cả câu trong dấu nháy",
    "control characters are not allowed": "có ký tự điều khiển không nhìn thấy được",
}


@dataclass(slots=True)
class Source:
    """A file's values (dicts, lists, texts, None), the line of each path, and what was found wrong so far."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, path: Place) -> int:
        """Return the line of the path, or of the nearest part of it that was written; 1 if there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problems(self) -> list[Problem]:
        """Return what was found as problems with file and line, in the order of the file."""
        found = [
            Problem(item.code, self.file, item.line or self.line_of(item.path), path_text(item.path), describe(item))
            for item in self.findings
        ]
        return sorted(found, key=lambda problem: problem.line)


def read_source(path: Path) -> Source:
    """Read one file; what is wrong with it stands in `findings`, and `data` is None if nothing could be read."""
    source = Source(str(path))
    text = _read_text(path, source)
    if text is None:
        return source
    try:
        _Builder(source, _events(text)).build()
    except _Refused:
        source.data = None
    except yaml.MarkedYAMLError as error:
        source.data = None
        _add_syntax_error(source, error)
    except yaml.YAMLError as error:
        source.data = None
        _add_reader_error(source, error, text)
    return source


def _read_text(path: Path, source: Source) -> str | None:
    # Not the methods of Path: those raise for a name that is too long.
    if not os.path.exists(path):
        source.findings.append(finding("file_missing", ()))
        return None
    if not os.path.isfile(path):  # a folder, or a pipe that would never end
        source.findings.append(finding("file_unreadable", (), reason="not a file"))
        return None
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            source.findings.append(finding("file_too_large", (), size=size, limit=MAX_BYTES))
            return None
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        source.findings.append(finding("not_utf8", ()))
    except OSError as error:
        source.findings.append(finding("file_unreadable", (), reason=error.strerror or type(error).__name__))
    return None


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=_LOADER))


def _add_syntax_error(source: Source, error: yaml.MarkedYAMLError) -> None:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    _add_bad_yaml(source, line, column, error.problem or error.context or "YAML")


def _add_bad_yaml(source: Source, line: int, column: int, detail: str) -> None:
    words = {"detail_vi": _DETAILS_VI.get(detail, detail), "detail_en": detail}
    source.findings.append(finding("bad_yaml", (), line, line=line, column=column, **words))


def _add_reader_error(source: Source, error: yaml.YAMLError, text: str) -> None:
    """Name the place of a character that YAML does not allow at all."""
    place = getattr(error, "position", 0) or 0
    before = text[:place]
    line = before.count("\n") + 1
    detail = str(getattr(error, "reason", "") or error).splitlines()[0]
    _add_bad_yaml(source, line, place - before.rfind("\n"), detail)


class _Refused(Exception):
    """Reading on makes no sense; the reason is already among the findings."""


class _Builder:
    """Turns the parser's events into values; recursion is safe because the depth is limited."""

    def __init__(self, source: Source, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events

    def build(self) -> None:
        """Read the one document of the file."""
        next(self.events)  # the stream's start
        if not isinstance(next(self.events), yaml.DocumentStartEvent):
            return
        self.source.data = self._value(next(self.events), ())
        next(self.events)  # the document's end
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            self.source.findings.append(finding("several_documents", (), following.start_mark.line + 1))

    def _value(self, event: Any, path: Place) -> Any:
        self.source.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            self.source.findings.append(finding("alias", path, name=event.anchor))
            return None
        if event.tag:
            self.source.findings.append(finding("yaml_tag", path, tag=event.tag))
        if len(path) > MAX_DEPTH:
            self.source.findings.append(finding("too_deep", path[:3], limit=MAX_DEPTH))
            raise _Refused
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return None if not event.style and event.value in ("", "~", "null") else event.value

    def _mapping(self, path: Place) -> Mapping[str, Any]:
        values: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self.source.findings.append(_not_a_name(path))
                raise _Refused
            name = event.value
            if name in first:
                self.source.findings.append(finding("duplicate_key", (*path, name), line, name=name, first=first[name]))
                self._value(next(self.events), (*path, name))
                continue
            first[name] = line
            self.source.lines[(*path, name)] = line
            values[name] = self._value(next(self.events), (*path, name))
        return values

    def _sequence(self, path: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values


def _not_a_name(path: Place) -> Finding:
    return finding("wrong_type", path, expected_vi="tên mục viết bằng chữ", expected_en="a field name in words")
