"""Read instruments from YAML files: everything that is wrong with them is reported at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from survey.instruments.checks import check_definition
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.problems import InstrumentProblems, Problem, finding
from survey.instruments.reading import read_definition
from survey.instruments.source import Source, read_source


def load_instrument(path: Path | str) -> InstrumentDefinition:
    """Return the instrument in a file; raises InstrumentProblems with every problem of the file."""
    source, definition = _examine(Path(path))
    problems = source.problems()
    if problems or definition is None:
        raise InstrumentProblems(problems)
    return definition


def load_instruments(folder: Path | str) -> tuple[InstrumentDefinition, ...]:
    """Return the instruments of a folder, by file name; raises InstrumentProblems with the problems of all files."""
    problems = check_paths([folder])
    if problems:
        raise InstrumentProblems(problems)
    return tuple(load_instrument(path) for path in _yaml_files(Path(folder)))


def check_paths(paths: Iterable[Path | str]) -> list[Problem]:
    """Return every problem of the files and of the files in the folders named, in that order."""
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for path in map(Path, paths):
        if not os.path.isdir(path):
            problems += _check_file(path, seen)
            continue
        files = _yaml_files(path)
        for file in files:
            problems += _check_file(file, seen)
        if not files:
            problems += Source(str(path), findings=[finding("folder_empty", ())]).problems()
    return problems


def _check_file(path: Path, seen: dict[str, str]) -> list[Problem]:
    source, definition = _examine(path)
    key = definition.key if definition else ""
    if key and seen.setdefault(key, source.file) != source.file:
        source.findings.append(finding("duplicate_code", ("key",), key=key, other=seen[key]))
    return source.problems()


def _examine(path: Path) -> tuple[Source, InstrumentDefinition | None]:
    source = read_source(path)
    if source.data is None and source.findings:
        return source, None
    definition = read_definition(source)
    if definition is not None:
        source.findings += check_definition(definition, {found.path for found in source.findings})
    return source, definition


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file())
