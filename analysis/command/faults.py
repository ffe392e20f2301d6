"""What can be wrong with a table, where, and what to do about it, in the reader's language.

Faults          raised by every reader; carries all faults found in one file, at most `MOST_FAULTS`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.rounding import Language

MOST_FAULTS = 20
"""After so many faults a file is not read further: the first ones usually explain the rest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `code` says which, `parts` fill its sentence; line and column are None where they mean nothing."""

    file: str
    line: int | None
    column: str | None
    code: str
    parts: Mapping[str, str] = field(default_factory=dict)

    def in_words(self, lang: Language = "vi") -> str:
        """Say where the fault is, what is wrong and what to do.

        >>> Fault("answers.csv", 7, "wave", "empty").in_words("en")
        'answers.csv, line 7, column "wave": the cell is empty. Fill it in.'
        """
        words = _PLACES[lang]
        place = self.file
        if self.line is not None:
            place += words["line"].format(self.line)
        if self.column is not None:
            place += words["column"].format(self.column)
        return f"{place}: {MESSAGES[self.code][lang].format(**self.parts)}"


class Faults(Exception):
    """A table cannot be used; `faults` says why, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.in_words("en") for fault in faults))
        self.faults = tuple(faults[:MOST_FAULTS])


_PLACES: Mapping[Language, Mapping[str, str]] = {
    "vi": {"line": ", dòng {}", "column": ', cột "{}"'},
    "en": {"line": ", line {}", "column": ', column "{}"'},
}

MESSAGES: Mapping[str, Mapping[Language, str]] = {
    "unreadable": {
        "vi": "không mở được tệp ({detail}). Hãy kiểm tra tên tệp và quyền đọc.",
        "en": "the file cannot be opened ({detail}). Check its name and that you may read it.",
    },
    "unwritable": {
        "vi": "không ghi được tệp ({detail}). Hãy chọn thư mục khác hoặc đóng tệp đang mở.",
        "en": "the file cannot be written ({detail}). Choose another folder, or close the file.",
    },
    "not_utf8": {
        "vi": "tệp không ở dạng UTF-8. Hãy lưu lại, chọn “CSV UTF-8”.",
        "en": "the file is not UTF-8. Save it again as “CSV UTF-8”.",
    },
    "not_csv": {
        "vi": "không đọc được dòng này như CSV ({detail}). Hãy kiểm tra dấu nháy kép và ký tự lạ.",
        "en": "the line cannot be read as CSV ({detail}). Check its quotation marks and odd characters.",
    },
    "no_header": {
        "vi": "tệp rỗng. Dòng đầu phải là tên các cột.",
        "en": "the file is empty. The first line must name the columns.",
    },
    "no_rows": {
        "vi": "tệp chỉ có dòng tên cột. Hãy thêm dữ liệu.",
        "en": "the file has no rows below the names of its columns. Add the data.",
    },
    "missing_column": {
        "vi": "thiếu cột này. Hãy thêm cột vào dòng đầu.",
        "en": "this column is missing. Add it to the first line.",
    },
    "double_column": {
        "vi": "cột này xuất hiện hai lần. Hãy bỏ bớt hoặc đổi tên một cột.",
        "en": "this column occurs twice. Remove or rename one of them.",
    },
    "row_length": {
        "vi": "dòng có {found} ô, nhưng bảng có {expected} cột. Hãy kiểm tra dấu phân cách trong dòng.",
        "en": "the row has {found} cells but the table has {expected} columns. Check the separators in this row.",
    },
    "empty": {"vi": "ô này để trống. Hãy điền vào.", "en": "the cell is empty. Fill it in."},
    "not_flag": {
        "vi": "“{value}” không phải là 1, 0 hay để trống. Hãy ghi 1 (hiểu rõ), 0 (chưa) hoặc để trống (không trả lời).",
        "en": "“{value}” is not 1, 0 or empty. Write 1 (understands), 0 (does not) or leave it empty (no answer).",
    },
    "not_count": {
        "vi": "“{value}” không phải là số nguyên từ 0 trở lên. Hãy sửa lại, không dùng dấu chấm hay chữ.",
        "en": "“{value}” is not a whole number from 0 on. Correct it, without separators or letters.",
    },
    "not_options": {
        "vi": "“{value}” không phải là mã phương án. Hãy ghi số thứ tự từ 1 (0 là Tôi chưa rõ), hay nối lại như 1+3.",
        "en": "“{value}” is not an option code. Write its number from 1 (0: I don't know), or join codes as in 1+3.",
    },
    "option_beyond": {
        "vi": "phương án {value} không có: câu này chỉ có {options} phương án. Hãy sửa mã hoặc bảng đáp án.",
        "en": "there is no option {value}: this item has {options}. Correct the code or the key.",
    },
    "too_many_understood": {
        "vi": "số người hiểu rõ ({understood}) nhiều hơn số người trả lời ({answered}). Hãy sửa một trong hai.",
        "en": "more people understood ({understood}) than answered ({answered}). Correct one of the two.",
    },
    "double_row": {
        "vi": "dòng này lặp lại dòng {first}. Hãy xóa một dòng hoặc cộng hai dòng lại.",
        "en": "this row repeats row {first}. Delete one of them or add them up.",
    },
    "two_sizes": {
        "vi": "số này ({value}) khác với số ở dòng {first} ({other}) của cùng một lớp. Hãy ghi cùng một số.",
        "en": "this number ({value}) differs from line {first} ({other}) for the same class. Write the same number.",
    },
    "no_outcome": {
        "vi": "không có cột “understood” và cũng không có cột “item:...”. Hãy thêm một trong hai loại cột.",
        "en": "there is neither a column “understood” nor any column “item:...”. Add one or the other.",
    },
    "no_key": {
        "vi": "có cột “item:...” nhưng chưa có đáp án. Hãy thêm --key DAPAN.csv, hoặc cột “understood”.",
        "en": "there are columns “item:...” but no key. Add --key KEY.csv, or a column “understood”.",
    },
    "no_keyed_item": {
        "vi": "không có cột “item:...” nào trùng với đáp án. Hãy kiểm tra mã câu hỏi ở hai tệp.",
        "en": "no column “item:...” stands in the key. Check the item names in both files.",
    },
    "item_missing": {
        "vi": "câu này có trong đáp án nhưng bảng trả lời không có cột của nó. Hãy thêm cột hoặc bỏ câu khỏi đáp án.",
        "en": "this item stands in the key but not in the table of answers. Add the column or remove it from the key.",
    },
    "item_twice": {
        "vi": "câu “{item}” đã có ở dòng {first}. Mỗi câu chỉ ghi một lần.",
        "en": "item “{item}” stands in line {first} already. Name each item once.",
    },
    "form_unknown": {
        "vi": "đáp án không có câu nào cho đề “{value}”. Hãy ghi đúng tên đề như trong đáp án.",
        "en": "the key has no items for form “{value}”. Write the form as the key does.",
    },
    "form_needed": {
        "vi": "đáp án có nhiều đề nhưng dòng này không ghi đề. Hãy điền cột “form”.",
        "en": "the key has several forms but this row names none. Fill in the column “form”.",
    },
    "audience_unknown": {
        "vi": "không có đối tượng “{value}” trong bảng trả lời. Hãy kiểm tra tên trong --design.",
        "en": "there is no audience “{value}” in the answers. Check the name in --design.",
    },
    "wave_unknown": {
        "vi": "không có đợt “{value}” trong bảng. Hãy kiểm tra tên trong --waves.",
        "en": "there is no wave “{value}” in the table. Check the name in --waves.",
    },
    "no_size": {
        "vi": "nhóm “{value}” có người trả lời (dòng {first}) nhưng tệp sĩ số không có. Hãy thêm vào tệp sĩ số.",
        "en": "“{value}” has answers (line {first}) but no row in the table of headcounts. Add a row for it.",
    },
    "cluster_needed": {
        "vi": "đối tượng “{value}” chọn mẫu theo lớp nhưng dòng này không ghi lớp. Hãy điền cột “cluster”.",
        "en": "audience “{value}” is a sample of classes but this row names no class. Fill in the column “cluster”.",
    },
    "mixed_sizes": {
        "vi": "đối tượng này vừa có sĩ số chung vừa có sĩ số từng lớp. Hãy chỉ giữ một loại.",
        "en": "this audience has both one headcount for all and headcounts by class. Keep one kind.",
    },
    "inconsistent": {
        "vi": "các số liệu của “{value}” không khớp nhau ({detail}). Hãy kiểm tra lại.",
        "en": "the figures of “{value}” contradict each other ({detail}). Check them.",
    },
}
