"""The command itself: what was asked for is done and printed; a fault prints where it is and ends with code 2."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analysis.command.arguments import parse
from analysis.command.faults import Fault, Faults
from analysis.command.figures import figures, item_analysis
from analysis.command.item_sections import item_sections
from analysis.command.json_output import Document, figures_document, items_document, plan_document, write
from analysis.command.labels import word
from analysis.command.sections import Section, figure_sections
from analysis.command.sizes import extra_document, in_sentences, sizes
from analysis.command.text_output import as_html, as_text

DONE, FAULTY = 0, 2


def main(argv: Sequence[str]) -> int:
    """Run the command with these words; return 0, or 2 where the tables or words were at fault.

    Nothing stands on standard output unless everything could be computed.
    """
    asked = parse(argv)
    try:
        output = _VERBS[asked.verb](asked)
    except Faults as found:
        for fault in found.faults:
            print(fault.in_words(asked.lang), file=sys.stderr)
        print(word("nothing_written", asked.lang), file=sys.stderr)
        return FAULTY
    # A Windows terminal may speak another encoding; the output is always UTF-8.
    sys.stdout.buffer.write(output.encode("utf-8"))
    sys.stdout.flush()
    return DONE


def _figures(asked: Namespace) -> str:
    found = figures(asked)
    if found.unused:
        print(word("unused", asked.lang, names=", ".join(found.unused)), file=sys.stderr)
    sections = [*figure_sections(found, asked.lang), *item_sections(found.items, asked.lang)]
    return _output(asked, figures_document(found), sections)


def _items(asked: Namespace) -> str:
    found = item_analysis(asked)
    return _output(asked, items_document(found), item_sections(found, asked.lang))


def _plan(asked: Namespace) -> str:
    found = sizes(asked)
    if asked.json:
        return write(plan_document(found.plan, extra_document(found))) + "\n"
    return "\n".join(in_sentences(found, asked.lang)) + "\n"


def _output(asked: Namespace, document: Document, sections: list[Section]) -> str:
    if asked.json:
        return write(document) + "\n"
    if asked.html:
        _save(asked.html, as_html(sections, asked.lang))
        return word("written", asked.lang, file=str(asked.html)) + "\n"
    return as_text(sections)


def _save(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        parts = {"detail": error.strerror or str(error)}
        raise Faults([Fault(path.name, None, None, "unwritable", parts)]) from error


_VERBS: Mapping[str, Callable[[Namespace], str]] = {"figures": _figures, "items": _items, "plan": _plan}
