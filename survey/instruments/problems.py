"""What can be wrong with an instrument file, and the sentences that say so, with the remedy, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from survey.core.errors import Invalid
from survey.core.errors import Problem as ReaderProblem

# Where something stands in a file: field names, and places in lists from 0.
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: its kind, where it stands, and what is wrong and to do (language -> sentence)."""

    code: str
    file: str
    line: int
    path: str
    message: Mapping[str, str]

    def in_language(self, language: str) -> ReaderProblem:
        """Return the problem as every form and page of this software shows one."""
        place = f"{self.file}:{self.line}" + (f" ({self.path})" if self.path else "")
        return ReaderProblem(place, self.message.get(language) or self.message["vi"])

    def line_in(self, language: str) -> str:
        """Return the problem as one line for a terminal."""
        shown = self.in_language(language)
        return f"{shown.place}: {shown.message}"


class InstrumentProblems(Invalid):
    """An instrument cannot be used; `found` lists every problem with file, line and place."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.found = tuple(found)
        super().__init__(
            f"Bộ câu hỏi có {len(self.found)} lỗi cần sửa.", [problem.in_language("vi") for problem in self.found]
        )

    def __str__(self) -> str:
        return "\n".join(problem.line_in("vi") for problem in self.found)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault before its file is known: kind, path within the file, values for the sentence.

    `line` is set only where the path does not say it: bad syntax, or the second of two equal keys.
    """

    code: str
    path: Place
    values: Mapping[str, object]
    line: int = 0


def finding(code: str, path: Place, at_line: int = 0, /, **values: object) -> Finding:
    """Return a finding; the sentence's blanks are given by name."""
    return Finding(code, path, values, at_line)


def describe(found: Finding) -> dict[str, str]:
    """Return the sentences for a finding, by language."""
    vi, en = MESSAGES[found.code]
    return {"vi": vi.format(**found.values), "en": en.format(**found.values)}


def path_text(path: Place) -> str:
    """Return a path the way people write it, list places counted from 1.

    >>> path_text(("items", 2, "options", 0))
    'items[3].options[1]'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


# Kind -> Vietnamese, English. Each says what is wrong, then what to do.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "file_missing": (
        "Không có tệp hoặc thư mục này. Hãy kiểm tra lại đường dẫn.",
        "There is no such file or folder. Check the path.",
    ),
    "folder_empty": (
        "Thư mục không có tệp .yaml nào. Hãy chọn thư mục chứa các bộ câu hỏi.",
        "The folder holds no .yaml file. Choose the folder with the instruments.",
    ),
    "file_unreadable": (
        "Không đọc được tệp: {reason}. Hãy kiểm tra quyền đọc tệp.",
        "The file cannot be read: {reason}. Check who may read it.",
    ),
    "file_too_large": (
        "Tệp quá lớn ({size} byte; tối đa {limit}). Hãy chia thành nhiều tệp nhỏ hơn.",
        "The file is too large ({size} bytes, at most {limit}). Split it into smaller files.",
    ),
    "not_utf8": (
        "Tệp không dùng bảng mã UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.",
        "The file is not UTF-8. Save it again as UTF-8.",
    ),
    "bad_yaml": (
        "Sai cú pháp YAML ở dòng {line}, cột {column}: {detail_vi}. Hãy xem lại dấu hai chấm, dấu nháy và"
        " khoảng thụt đầu dòng.",
        "Bad YAML at line {line}, column {column}: {detail_en}. Look at the colons, quotes and indentation.",
    ),
    "alias": (
        "Tệp dùng bí danh YAML (“*{name}”). Hãy chép đầy đủ nội dung vào chỗ này.",
        "The file uses a YAML alias (“*{name}”). Copy the content here in full.",
    ),
    "yaml_tag": (
        "Tệp dùng thẻ YAML “{tag}”, vốn không bao giờ được thực hiện. Hãy bỏ thẻ này.",
        "The file uses the YAML tag “{tag}”, which is never carried out. Remove it.",
    ),
    "too_deep": (
        "Nội dung lồng nhau quá {limit} tầng. Hãy viết theo mẫu trong README.",
        "The content is nested more than {limit} levels deep. Follow the pattern in the README.",
    ),
    "several_documents": (
        "Tệp có nhiều hơn một tài liệu YAML (dấu “---”). Hãy để mỗi bộ câu hỏi trong một tệp.",
        "The file holds more than one YAML document (“---”). Keep one instrument a file.",
    ),
    "duplicate_key": (
        "Mục “{name}” viết hai lần (lần đầu ở dòng {first}). Hãy giữ lại một.",
        "“{name}” is written twice (first at line {first}). Keep one of them.",
    ),
    "wrong_type": (
        "Chỗ này phải là {expected_vi}. Hãy sửa theo mẫu trong README.",
        "This must be {expected_en}. Follow the pattern in the README.",
    ),
    "unknown_field": (
        "Không có mục “{name}”{hint_vi}. Hãy sửa tên hoặc bỏ mục này.",
        "There is no field “{name}”{hint_en}. Correct the name or remove it.",
    ),
    "missing_field": (
        "Thiếu mục “{name}”. Hãy thêm mục này.",
        "The field “{name}” is missing. Add it.",
    ),
    "unknown_value": (
        "“{value}” không dùng được cho “{name}”. Hãy chọn một trong: {allowed}.",
        "“{value}” cannot be used for “{name}”. Choose one of: {allowed}.",
    ),
    "bad_code": (
        "“{value}” không dùng được làm mã. Hãy chỉ dùng chữ không dấu, chữ số, dấu - và _, tối đa 40 ký tự.",
        "“{value}” cannot be a code. Use only plain letters, digits, - and _, at most 40 characters.",
    ),
    "bad_number": (
        "“{value}” không phải là số từ 0 đến 1. Hãy viết như 0.4 hoặc 4/5.",
        "“{value}” is not a number from 0 to 1. Write it as 0.4 or 4/5.",
    ),
    "bad_language": (
        "“{value}” không phải là mã ngôn ngữ. Hãy dùng mã hai hoặc ba chữ thường như vi, en.",
        "“{value}” is not a language code. Use two or three small letters such as vi, en.",
    ),
    "language_vi": (
        "Danh sách languages chưa có vi. Hãy thêm vi.",
        "The list of languages lacks vi. Add vi.",
    ),
    "category_order": (
        "“{name}” chưa theo đúng thứ tự chung: {allowed}. Hãy xếp lại để kết quả các phiếu khớp nhau.",
        "“{name}” is not in the common order: {allowed}. Reorder it, so that results of all instruments match.",
    ),
    "missing_vi": (
        "Thiếu lời tiếng Việt. Hãy thêm “vi: ...”.",
        "The Vietnamese text is missing. Add “vi: ...”.",
    ),
    "missing_translation": (
        "Thiếu bản “{language}” dù bộ câu hỏi ghi có ngôn ngữ này. Hãy dịch hoặc bỏ “{language}” khỏi languages.",
        "The “{language}” text is missing although the instrument lists that language. Translate it or remove"
        " “{language}” from languages.",
    ),
    "markup": (
        "Có mã HTML (“{found}”), sẽ hiện nguyên ra cho người đọc. Hãy bỏ mã này, chỉ để lại lời văn.",
        "There is HTML (“{found}”), which readers would see as it stands. Write plain text only.",
    ),
    "control_character": (
        "Có ký tự ẩn hoặc xuống dòng (U+{code}). Hãy xóa ký tự đó và viết trên một dòng.",
        "There is a hidden character or a line break (U+{code}). Delete it and write one line.",
    ),
    "too_long": (
        "Dài {length} ký tự (tối đa {limit}). Hãy viết ngắn lại.",
        "{length} characters long (at most {limit}). Make it shorter.",
    ),
    "page_budget": (
        "Chữ của phiếu {form} nén còn {size} byte (tối đa {limit}), trang sẽ tải chậm trên điện thoại. Hãy rút gọn câu"
        " hỏi hoặc phương án.",
        "The words of form {form} take {size} bytes compressed (at most {limit}); the page would load slowly on a"
        " phone. Shorten questions or options.",
    ),
    "duplicate_id": (
        "Mã câu hỏi “{id}” đã dùng ở câu thứ {first}. Hãy đặt mã khác.",
        "The item id “{id}” is already used by item number {first}. Choose another.",
    ),
    "duplicate_code": (
        "Mã bộ câu hỏi “{key}” đã dùng trong tệp {other}. Hãy đặt mã khác.",
        "The instrument key “{key}” is already used in {other}. Choose another.",
    ),
    "no_items": (
        "Chưa có câu hỏi tính điểm nào. Hãy thêm ít nhất một câu cho mỗi đột phá.",
        "There is no scored item. Add at least one for each topic.",
    ),
    "topic_without_items": (
        "Phiếu {form} không có câu nào về “{topic}”. Hãy thêm câu hỏi hoặc bỏ nội dung này khỏi topics.",
        "Form {form} has no item on “{topic}”. Add an item or remove the topic from topics.",
    ),
    "level_without_items": (
        "Phiếu {form} không có câu nào ở mức “{level}”. Hãy thêm câu hỏi hoặc bỏ mức này khỏi levels.",
        "Form {form} has no item at level “{level}”. Add an item or remove the level from levels.",
    ),
    "no_key": (
        "Câu “{id}” chưa có đáp án. Hãy ghi “correct: true” ở phương án đúng.",
        "Item “{id}” has no key. Mark the right option with “correct: true”.",
    ),
    "two_keys": (
        "Câu chọn một “{id}” có {count} đáp án. Hãy giữ một, hoặc ghi “kind: multiple”.",
        "The single-choice item “{id}” has {count} keys. Keep one, or write “kind: multiple”.",
    ),
    "unscored_key": (
        "Câu “{id}” không tính điểm nên không có đáp án. Hãy bỏ “correct: true”.",
        "Item “{id}” is not scored, so it has no key. Remove “correct: true”.",
    ),
    "unscored_demanded": (
        "Câu “{id}” không tính điểm nên không được bắt buộc. Hãy bỏ “demanded: true”.",
        "Item “{id}” is not scored, so it is never demanded. Remove “demanded: true”.",
    ),
    "unscored_field": (
        "Câu “{id}” không tính điểm nên không dùng mục “{name}”. Hãy bỏ mục này, hoặc bỏ “purpose”.",
        "Item “{id}” is not scored, so “{name}” has no use. Remove it, or remove “purpose”.",
    ),
    "few_options": (
        "Câu “{id}” chỉ có {count} phương án. Hãy viết ít nhất 2.",
        "Item “{id}” has only {count} option(s). Write at least 2.",
    ),
    "many_options": (
        "Câu “{id}” có {count} phương án (tối đa {limit}). Hãy bớt phương án.",
        "Item “{id}” has {count} options (at most {limit}). Remove some.",
    ),
    "many_items": (
        "Phiếu {form} có {count} câu (tối đa {limit}). Hãy bớt câu hỏi.",
        "Form {form} has {count} items (at most {limit}). Remove some.",
    ),
    "duplicate_option": (
        "Phương án này giống phương án {first}: “{text}”. Hãy viết khác đi hoặc bỏ bớt.",
        "This option equals option {first}: “{text}”. Reword or remove it.",
    ),
    "exclusive_single": (
        "Câu chọn một “{id}” không cần “exclusive”. Hãy bỏ mục này, hoặc ghi “kind: multiple”.",
        "The single-choice item “{id}” does not need “exclusive”. Remove it, or write “kind: multiple”.",
    ),
    "exclusive_not_last": (
        "Phương án loại trừ của câu “{id}” phải đứng cuối và chỉ có một. Hãy chuyển xuống cuối.",
        "The exclusive option of item “{id}” must be the last and the only one. Move it to the end.",
    ),
    "exclusive_key": (
        "Phương án loại trừ không thể là đáp án (câu “{id}”). Hãy bỏ một trong hai.",
        "An exclusive option cannot be a key (item “{id}”). Remove one of the two marks.",
    ),
    "forms_differ": (
        "Đề A có {a} câu “{topic}” mức “{level}”, đề B có {b}. Hãy làm hai đề có số câu như nhau ở từng ô.",
        "Form A has {a} item(s) on “{topic}” at level “{level}”, form B has {b}. Give both forms the same number in"
        " each cell.",
    ),
    "guess_too_easy": (
        "Người chọn bừa đạt mức hiểu rõ với xác suất {blind} ở phiếu {form} (tối đa {limit}; theo ước lượng “guess"
        "” của từng câu: {informed}). Hãy thêm câu, thêm phương án hoặc nâng ngưỡng.",
        "Someone who picks blindly passes form {form} with probability {blind} (at most {limit}; with the items' own"
        " “guess”: {informed}). Add items or options, or raise the cut.",
    ),
    "must_pass_unknown": (
        "Không có câu tính điểm nào mang mã “{id}”. Hãy sửa must_pass.",
        "No scored item has the id “{id}”. Correct must_pass.",
    ),
}
