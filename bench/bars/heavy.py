"""Charts without end, at the priority of the product's child process: what the answers that come in compete with."""

from __future__ import annotations

import os

from survey.jobs.calls import NICENESS
from survey.reports.charts import draw_picture
from survey.reports.pictures import Mark, Picture, PictureRow


def draw_until_stopped() -> None:
    """Draw the same chart again and again until the process is ended."""
    os.nice(NICENESS)
    while True:
        draw_picture(_picture(), "wide")


def _picture() -> Picture:
    row = PictureRow("Giáo viên", Mark(0.4, 0.3, 0.5, "40%"), Mark(0.9, 0.8, 0.95, "90%"), "Đạt", "met", ("n = 40",))
    return Picture((row,) * 5, 0.9, "90%", "Trước", "Sau", "Khoảng tin cậy", ("0%", "25%", "50%", "75%", "100%"))
