"""The colours of the house for charts, posters and PDFs; pages have the same in static/tokens.css."""

from __future__ import annotations

INK = "#12263A"
INK_SOFT = "#4A5C70"
PAPER = "#FBFAF7"
LINE = "#D9DEE3"
JADE = "#0B6E5F"
SLATE = "#7A8CA3"
LACQUER = "#B83A26"
GOLD = "#8A5A12"
