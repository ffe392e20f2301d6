"""The Word file obeys Decree 30/2020, Annex I, rule by rule, read back from its XML."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from survey.reports.documents import Paragraph as Text
from survey.reports.documents import Section
from survey.reports.renderers.outlines import prepared
from survey.reports.renderers.word_files import render
from tests.reports.document_samples import DRAWING, ODD_TEXT, bare_document, rich_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


@pytest.fixture(scope="module")
def content() -> bytes:
    """The rich report as a file."""
    return render(rich_document())


@pytest.fixture(scope="module")
def word(content: bytes) -> Document:
    """The rich report, read back."""
    return docx.Document(BytesIO(content))


def paragraphs(word: Document) -> list[Paragraph]:
    """Return all paragraphs in the order of the file, those in tables too."""
    return [Paragraph(element, word.element.body) for element in word.element.body.iter(qn("w:p"))]


def spaced(paragraph: Paragraph) -> str:
    """Return the text with ordinary spaces: names of places and blanks hold together in the file."""
    return " ".join(paragraph.text.split())


def find(word: Document, text: str) -> Paragraph:
    """Return the one paragraph that starts with a text."""
    known = {style.style_id: style for style in word.styles}
    found = next(paragraph for paragraph in paragraphs(word) if spaced(paragraph).startswith(text))
    # Paragraphs found in the tree know no part; their style is looked up by hand.
    found.looks = known[found._p.pPr.pStyle.val]  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    ("side", "least", "most"), [("top", 20, 25), ("bottom", 20, 25), ("left", 30, 35), ("right", 15, 20)]
)
def test_every_section_is_a4_with_the_margins_of_the_decree(word: Document, side: str, least: int, most: int) -> None:
    for section in word.sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert least <= round(getattr(section, f"{side}_margin").mm) <= most


def test_the_only_font_is_times_new_roman_for_every_script(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        for name in ("word/styles.xml", "word/document.xml"):
            for fonts in docx.oxml.parse_xml(archive.read(name)).iter(f"{W}rFonts"):
                assert dict(fonts.attrib) == {
                    f"{W}{script}": "Times New Roman" for script in ("ascii", "hAnsi", "cs", "eastAsia")
                }
            assert b"themeColor" not in archive.read(name)


@pytest.mark.parametrize(
    ("text", "sizes", "is_bold", "is_italic", "align"),
    [
        pytest.param("ỦY BAN NHÂN DÂN XÃ HOA SIM", (12, 13), False, False, CENTRE, id="superior"),
        pytest.param("TRƯỜNG TRUNG HỌC CƠ SỞ HOA SIM", (12, 13), True, False, CENTRE, id="issuer"),
        pytest.param("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, 13), True, False, CENTRE, id="state"),
        pytest.param("Độc lập - Tự do - Hạnh phúc", (13, 14), True, False, CENTRE, id="motto"),
        pytest.param("Số:", (13, 13), False, False, CENTRE, id="number"),
        pytest.param("Xã Hoa Sim, ngày", (13, 14), False, True, CENTRE, id="place and date"),
        pytest.param("BÁO CÁO", (13, 14), True, False, CENTRE, id="kind"),
        pytest.param("Kết quả truyền thông", (13, 14), True, False, CENTRE, id="subject"),
        pytest.param("Kính gửi:", (13, 14), False, False, LEFT, id="addressees"),
        pytest.param("I. NỘI DUNG", (13, 14), True, False, LEFT, id="section"),
        pytest.param("1. Hội nghị", (13, 14), True, False, LEFT, id="part"),
        pytest.param("Trong kỳ, nhà trường", (13, 14), False, False, BOTH, id="text"),
        pytest.param("Nơi nhận:", (12, 12), True, True, LEFT, id="recipients"),
        pytest.param("- Như trên;", (11, 11), False, False, LEFT, id="recipient"),
        pytest.param("KT. HIỆU TRƯỞNG", (13, 14), True, False, CENTRE, id="authority"),
        pytest.param("PHÓ HIỆU TRƯỞNG", (13, 14), True, False, CENTRE, id="title of the signer"),
        pytest.param("Nguyễn Thị Sen", (13, 14), True, False, CENTRE, id="signer"),
        pytest.param("Phụ lục I", (14, 14), True, False, CENTRE, id="annex"),
        pytest.param("SỐ LIỆU TỪNG TRƯỜNG", (13, 14), True, False, CENTRE, id="title of the annex"),
        pytest.param("(Kèm theo Báo cáo số", (13, 14), False, True, CENTRE, id="reference of the annex"),
    ],
)
def test_each_component_has_its_size_weight_and_place(
    word: Document, text: str, sizes: tuple[int, int], is_bold: bool, is_italic: bool, align: WD_ALIGN_PARAGRAPH
) -> None:
    paragraph = find(word, text)
    style = paragraph.looks  # type: ignore[attr-defined]
    weights = {run.bold if run.bold is not None else style.font.bold for run in paragraph.runs}
    assert sizes[0] <= style.font.size.pt <= sizes[1]
    assert weights == {is_bold}
    assert bool(style.font.italic) is is_italic
    assert style.paragraph_format.alignment == align


@pytest.mark.parametrize("name", ["Body Text", "Report Point"])
def test_text_is_justified_with_an_indented_first_line_and_space_between(word: Document, name: str) -> None:
    look = word.styles[name].paragraph_format
    assert look.alignment == BOTH
    assert round(look.first_line_indent.cm, 2) == 1.27
    assert look.space_after.pt >= 6
    assert 1 <= look.line_spacing <= 1.5


def test_the_parts_of_a_report_stand_in_the_order_of_the_decree(word: Document) -> None:
    texts = [spaced(paragraph) for paragraph in paragraphs(word)]
    expected = [
        "ỦY BAN NHÂN DÂN XÃ HOA SIM",
        "TRƯỜNG TRUNG HỌC CƠ SỞ HOA SIM",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: /BC-THCSHS",
        "BÁO CÁO",
        "Kính gửi:",
        "- Ủy ban nhân dân xã Hoa Sim;",
        "- Phòng Văn hóa - Xã hội xã Hoa Sim.",
        "I. NỘI DUNG, HÌNH THỨC TRUYỀN THÔNG ĐÃ TRIỂN KHAI",
        "1. Hội nghị",
        "- Hội nghị toàn trường ngày 10/10/2026",
        "2. Lời ghi có ký hiệu lạ",
        ODD_TEXT,
        "Bảng 1. Lời ghi của đơn vị",
        "II. SỰ CHUYỂN BIẾN VỀ NHẬN THỨC, HÀNH ĐỘNG",
        "Bảng 2. Tỷ lệ hiểu rõ của từng nhóm",
        "Nhóm dưới 5 người trả lời không hiện, để không ai bị nhận ra.",
        "Hình 1. Tỷ lệ hiểu rõ theo nhóm, trước và sau truyền thông",
        "III. MÔ HÌNH HIỆU QUẢ",
        "IV. ĐỀ XUẤT, KIẾN NGHỊ",
        "Nơi nhận:",
        "- Chi bộ, công đoàn trường;",
        "- Lưu: VT.",
        "KT. HIỆU TRƯỞNG",
        "PHÓ HIỆU TRƯỞNG",
        "Nguyễn Thị Sen",
        "Phụ lục I",
        "Phụ lục II",
        "Phụ lục III",
        "GIẢI THÍCH TỪ NGỮ",
    ]
    places = [texts.index(text) for text in expected]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("before", "least", "most"),
    [
        ("TRƯỜNG TRUNG HỌC CƠ SỞ HOA SIM", 65 / 3, 65 / 2),
        ("Độc lập - Tự do - Hạnh phúc", 58, 64),
        ("Kết quả truyền thông, quán triệt", 165 / 3, 165 / 2),
    ],
)
def test_rules_are_drawn_as_long_as_the_decree_says(word: Document, before: str, least: float, most: float) -> None:
    found = paragraphs(word)
    place = next(n for n, paragraph in enumerate(found) if spaced(paragraph).startswith(before))
    rule = found[place + 1]
    whole = {"TRƯ": 65, "Độc": 97, "Kết": 165}[before[:3]]
    look = rule.paragraph_format
    assert rule._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}") is not None
    assert least <= whole - look.left_indent.mm - look.right_indent.mm <= most


def test_pages_are_numbered_on_top_but_not_the_first_and_each_annex_counts_anew(word: Document) -> None:
    first, *annexes = word.sections
    assert len(annexes) == 3
    assert "PAGE" in [element.text for element in first.header._element.iter(qn("w:instrText"))]
    assert not list(first.first_page_header._element.iter(qn("w:instrText")))
    assert word.styles["Header"].font.size.pt in (13, 14)
    for section in word.sections:
        assert section.different_first_page_header_footer
    assert [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in annexes] == ["1"] * 3
    assert all(section.header.is_linked_to_previous for section in annexes)


def test_drafts_and_demonstrations_are_marked_on_every_page_others_are_not(word: Document) -> None:
    for header in (word.sections[0].header, word.sections[0].first_page_header):
        assert "BẢN DỰ THẢO · DỮ LIỆU MINH HỌA" in header.paragraphs[0].text
    plain = docx.Document(BytesIO(render(replace(rich_document(), is_demo=False, is_draft=False))))
    assert not plain.sections[0].first_page_header.paragraphs[0].text
    assert plain.sections[0].header.paragraphs[0].text.strip() == "1"


def test_tables_repeat_their_header_split_no_row_and_align_numbers_right(word: Document) -> None:
    tables = [table for table in word.tables if table.style.name == "Table Grid"]
    assert [len(table.rows) for table in tables] == [5, 5, 31, 3]
    for table in tables:
        rows = table._tbl.findall(qn("w:tr"))
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        headers = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert headers == [True] + [False] * (len(rows) - 1)
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert abs(sum(widths) - Mm(165).twips) <= len(widths)
    sides = [cell.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) for cell in tables[1].rows[3].cells]
    assert sides == ["left", "right", "right", "right", "right", "left"]


def test_the_picture_has_300_dpi_and_words_for_who_cannot_see_it(word: Document) -> None:
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == DRAWING.alternative
    (part,) = [part for part in word.part.package.iter_parts() if part.partname.endswith(".png")]
    picture = Image.open(BytesIO(part.blob))
    assert tuple(round(value) for value in picture.info["dpi"]) == (300, 300)
    assert abs(picture.width / shape.width.inches - 300) < 1


def test_the_file_names_title_author_and_language_and_no_time(content: bytes, word: Document) -> None:
    properties = word.core_properties
    assert properties.title.startswith("[BẢN DỰ THẢO] [DỮ LIỆU MINH HỌA] BÁO CÁO: Kết quả truyền thông")
    assert (properties.author, properties.language) == ("Trường Trung học cơ sở Hoa Sim", "vi-VN")
    with ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:created" not in archive.read("docProps/core.xml")
        assert not [name for name in archive.namelist() if "thumbnail" in name or "customXml" in name]


def test_equal_reports_are_equal_files(content: bytes) -> None:
    assert render(rich_document()) == content


def test_the_smallest_report_leaves_out_what_it_does_not_have(word: Document) -> None:
    texts = [paragraph.text for paragraph in paragraphs(docx.Document(BytesIO(render(bare_document()))))]
    assert "HIỆU TRƯỞNG" in texts
    assert not [text for text in texts if text.startswith(("Kính gửi", "Nơi nhận", "Phụ lục", "Bảng"))]


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=15)
def test_whatever_a_person_writes_can_be_read_back(text: str) -> None:
    document = replace(bare_document(), sections=(Section("Mục", (Text(text),)),))
    written = docx.Document(BytesIO(render(document)))
    (section,) = prepared(document).sections
    expected = " ".join(" ".join(block.text for block in section.blocks if isinstance(block, Text)).split())
    said = [paragraph.text for paragraph in written.paragraphs if paragraph.style.name == "Body Text"]
    assert " ".join(" ".join(said).split()) == (expected or "Trong kỳ không có nội dung ở mục này.")
