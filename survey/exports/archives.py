"""Writes the table of answers as plain CSV files in one archive, with key, headcounts, code book and a page to read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from survey.exports.codebooks import HEADINGS, codebook_rows, key_rows
from survey.exports.microdata import CLASS, GRADE, Microdata, MicrodataInput
from survey.exports.words import _

POPULATION_COLUMNS = ("audience", "stratum", "wave", "size")

# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# The same content gives the same bytes, whenever it is exported.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def write_archive(microdata: Microdata, source: MicrodataInput) -> bytes:
    """Return the archive with responses.csv, key.csv, population.csv, codebook.csv and README.txt."""
    files = {
        "README.txt": readme(microdata, source).encode("utf-8-sig"),
        "responses.csv": csv_file([[column.name for column in microdata.variables], *microdata.rows]),
        "key.csv": csv_file(key_rows(microdata.variables)),
        "population.csv": csv_file([POPULATION_COLUMNS, *microdata.population]),
        "codebook.csv": csv_file([HEADINGS, *codebook_rows(microdata.variables)]),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zip_entry(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def zip_entry(name: str) -> zipfile.ZipInfo:
    """Return the entry of a file in an archive."""
    return zipfile.ZipInfo(name, _WRITTEN)


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV that spreadsheets open as Vietnamese text and never as formulas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[neutral(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """Return the cell with a leading apostrophe where a spreadsheet would otherwise compute it.

    >>> neutral("=1+1"), neutral("6A"), neutral("1+3")
    ("'=1+1", '6A', '1+3')
    """
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def readme(microdata: Microdata, source: MicrodataInput) -> str:
    """Return what somebody needs to know who finds the files in a year."""
    places = {
        CLASS: _("Cột “stratum” ghi lớp của người trả lời, để so sánh các lớp và tính theo sĩ số từng lớp."),
        GRADE: _(
            "Cột “stratum” ghi khối lớp của người trả lời, để so sánh các khối và tính theo sĩ số từng khối. "
            "Không ghi tên lớp, vì có lớp dưới 10 phiếu."
        ),
    }
    lines = [
        _("Câu trả lời không tên: %(title)s, %(organisation)s", title=source.title, organisation=source.organisation),
        _("DỮ LIỆU MINH HỌA, không phải của trường thật.") if source.is_demo else "",
        _("Mỗi dòng là một phiếu của đợt đã khóa. Không có tên, mã phiếu, ngày gửi hay thiết bị."),
        _("Thứ tự các dòng không nói lên điều gì."),
        places.get(microdata.detail, _("Cột “stratum” để trống: không ghi lớp hay khối, vì có nơi dưới 10 phiếu.")),
        _("Nhóm dưới 10 phiếu không có trong bảng: %(groups)s.", groups=", ".join(microdata.left_out))
        if microdata.left_out
        else "",
        _("Mã trả lời: 1, 2... là phương án theo thứ tự đã công bố; 1+3 là chọn nhiều."),
        _("Mã 0 là “Tôi chưa rõ”; ô trống là không trả lời."),
        _("Không được tìm cách nhận ra người trả lời."),
        "",
        _("Trong tệp nén này:"),
        _("responses.csv: các phiếu."),
        _("codebook.csv: mỗi cột và mỗi mã nghĩa là gì."),
        _("key.csv: đáp án đúng của từng câu."),
        _("population.csv: mỗi nhóm có bao nhiêu người được hỏi."),
        "",
        _("Người phụ trách máy chủ tính lại các con số bằng hai lệnh:"),
        "python -m analysis responses.csv --population population.csv",
        "python -m analysis items responses.csv --key key.csv",
    ]
    return "\n".join(lines) + "\n"
