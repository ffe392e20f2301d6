"""Turns exported tables into files: plain CSV here, workbooks and SPSS files in the child process of `jobs`."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from survey.core.errors import Conflict
from survey.exports.archives import POPULATION_COLUMNS, csv_file, readme, write_archive, zip_entry
from survey.exports.codebooks import HEADINGS, codebook_rows
from survey.exports.microdata import Microdata, MicrodataInput
from survey.exports.records import COLUMNS, ExportFile, PlaceCounts, Sheet
from survey.exports.words import _
from survey.jobs.calls import run_in_child

ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAV = "application/x-spss-sav"

# A big school's table takes a few seconds to write.
_TIMEOUT = 120


class SpssIsMissing(Conflict):
    """The optional packages for SPSS files are not installed."""


def has_spss() -> bool:
    """Return whether SPSS files can be written on this machine."""
    return all(importlib.util.find_spec(name) is not None for name in ("pyreadstat", "pandas"))


def counts_csv(name: str, places: Sequence[PlaceCounts]) -> ExportFile:
    """Return the counts of one organisation as one CSV file, of several as an archive with one file each."""
    if len(places) == 1:
        return ExportFile(f"{name}.csv", "text/csv; charset=utf-8", _counts_file(places[0]))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in places:
            archive.writestr(zip_entry(f"{place.code}.csv"), _counts_file(place), zipfile.ZIP_DEFLATED)
    return ExportFile(f"{name}.zip", ZIP, target.getvalue())


def counts_xlsx(name: str, places: Sequence[PlaceCounts]) -> ExportFile:
    """Return the counts as a workbook, with the code of the organisation in the first column."""
    rows = tuple((place.code, *row) for place in places for row in place.table.rows)
    sheets = (
        Sheet(_("Số đếm"), ("organisation", *COLUMNS), rows),
        Sheet(_("Đơn vị"), ("code", "name"), _names(places)),
    )
    return ExportFile(f"{name}.xlsx", XLSX, _workbook(name, sheets))


def answers_zip(name: str, source: MicrodataInput, microdata: Microdata) -> ExportFile:
    """Return the table of answers as CSV files in an archive."""
    return ExportFile(f"{name}.zip", ZIP, write_archive(microdata, source))


def answers_xlsx(name: str, source: MicrodataInput, microdata: Microdata) -> ExportFile:
    """Return the table of answers as a workbook with code book and headcounts."""
    lines = tuple((line,) for line in readme(microdata, source).splitlines())
    sheets = (
        Sheet(_("Câu trả lời"), tuple(column.name for column in microdata.variables), microdata.rows),
        Sheet(_("Bảng mã"), HEADINGS, tuple(codebook_rows(microdata.variables))),
        Sheet(_("Sĩ số"), POPULATION_COLUMNS, microdata.population),
        Sheet(_("Cần biết"), (source.title,), lines),
    )
    return ExportFile(f"{name}.xlsx", XLSX, _workbook(source.title, sheets))


def answers_sav(name: str, source: MicrodataInput, microdata: Microdata) -> ExportFile:
    """Return the table of answers for SPSS; raises SpssIsMissing."""
    if not has_spss():
        raise SpssIsMissing
    function = "survey.exports.sav_files:write_sav"
    content = run_in_child(function, microdata.variables, microdata.rows, source.title, timeout=_TIMEOUT)
    return ExportFile(f"{name}.sav", SAV, cast(bytes, content))


# A further format is one line here.
COUNTS_FORMATS: Mapping[str, Callable[[str, Sequence[PlaceCounts]], ExportFile]] = {
    "csv": counts_csv,
    "xlsx": counts_xlsx,
}
ANSWERS_FORMATS: Mapping[str, Callable[[str, MicrodataInput, Microdata], ExportFile]] = {
    "zip": answers_zip,
    "xlsx": answers_xlsx,
    "sav": answers_sav,
}


def _counts_file(place: PlaceCounts) -> bytes:
    return csv_file([COLUMNS, *place.table.rows])


def _names(places: Sequence[PlaceCounts]) -> tuple[tuple[str, str], ...]:
    return tuple((place.code, place.name) for place in places)


def _workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    return cast(bytes, run_in_child("survey.exports.workbooks:write_workbook", title, sheets, timeout=_TIMEOUT))
