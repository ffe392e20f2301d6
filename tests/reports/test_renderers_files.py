"""Every format is made in the child process, from a record that was handed over to it."""

from __future__ import annotations

import pytest

from survey.reports.files import MEDIA_TYPES, PARENTS_RENDERERS, PERIOD_RENDERERS
from tests.reports.document_samples import bare_document, parents_page

STARTS = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF-", "html": b"<!doctype html>", "png": b"\x89PNG"}


@pytest.mark.parametrize("form", PERIOD_RENDERERS)
def test_a_written_report_comes_from_the_child_as_the_format_that_was_asked(form: str) -> None:
    content = PERIOD_RENDERERS[form](bare_document())
    assert content.lstrip().startswith(STARTS[form])
    assert form in MEDIA_TYPES


@pytest.mark.parametrize("form", PARENTS_RENDERERS)
def test_the_page_for_parents_comes_from_the_child_too(form: str) -> None:
    assert PARENTS_RENDERERS[form](parents_page()).startswith(STARTS[form])
    assert form in MEDIA_TYPES
