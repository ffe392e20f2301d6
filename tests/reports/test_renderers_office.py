"""The Word file opens in LibreOffice and looks there as the decree wants it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from survey.reports.renderers.word_files import render
from tests.reports.document_samples import rich_document

pytestmark = [pytest.mark.office, pytest.mark.pdf]

# What Times New Roman becomes where it is not installed; letters of the same width.
TIMES = ("TimesNewRoman", "LiberationSerif", "Tinos")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rich report, converted by LibreOffice with a profile of its own, so that no other one is in the way."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "report.docx").write_bytes(render(rich_document()))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "report.docx"]
    subprocess.run(convert, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder / "report.pdf"


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout.decode()


def test_it_has_as_many_pages_as_it_should_on_a4(pdf: Path) -> None:
    facts = dict(line.split(":", 1) for line in run("pdfinfo", pdf).splitlines())
    # Two of text with the signature, three of thirty schools, two short annexes: no blank page between them.
    assert facts["Pages"].strip() == "7"
    assert facts["Page size"].strip().endswith("(A4)")


def test_its_letters_are_those_of_times_and_embedded(pdf: Path) -> None:
    lines = run("pdffonts", pdf).splitlines()[2:]
    assert lines
    assert all(line.split()[0].partition("+")[2].startswith(TIMES) for line in lines)
    assert all(line.split()[-5] == "yes" for line in lines)


def test_headings_stand_in_order(pdf: Path) -> None:
    text = " ".join(run("pdftotext", pdf, "-").split())
    headings = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BÁO CÁO",
        "I. NỘI DUNG, HÌNH THỨC TRUYỀN THÔNG ĐÃ TRIỂN KHAI",
        "II. SỰ CHUYỂN BIẾN VỀ NHẬN THỨC, HÀNH ĐỘNG",
        "III. MÔ HÌNH HIỆU QUẢ",
        "Nơi nhận:",
        "SỐ LIỆU TỪNG TRƯỜNG",
        "CÁCH TÍNH",
        "GIẢI THÍCH TỪ NGỮ",
    )
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_the_table_repeats_its_header_and_pages_are_numbered_but_the_first_of_each_part(pdf: Path) -> None:
    texts = [run("pdftotext", "-layout", "-f", str(page), "-l", str(page), pdf, "-") for page in range(1, 8)]
    assert ["Hiểu rõ" in text and "Trường" in text for text in texts[2:4]] == [True, True]
    tops = [run("pdftotext", *f"-f {page} -l {page} -x 0 -y 0 -W 595 -H 55".split(), pdf, "-") for page in range(1, 8)]
    numbers = [[word for word in top.split() if word.isdigit()] for top in tops]
    assert numbers == [[], ["2"], [], ["2"], ["3"], [], []]


def test_the_name_of_the_state_and_the_motto_stand_on_one_line_each(pdf: Path) -> None:
    lines = [line.strip() for line in run("pdftotext", "-f", "1", "-l", "1", pdf, "-").splitlines()]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in lines
    assert "Độc lập - Tự do - Hạnh phúc" in lines
