"""Where things stand on a page, in millimetres from its left and upper edge: lines of text by poppler, rules by pypdf."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from re import findall, sub
from typing import Any

from pypdf import PdfReader

POINT = 25.4 / 72


@dataclass(frozen=True)
class Box:
    """``text`` is empty for rules. ``baseline`` only of text."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Sheet:
    """One page."""

    pdf: bytes
    number: int = 1

    @cached_property
    def size(self) -> tuple[float, float]:
        box = PdfReader(io.BytesIO(self.pdf)).pages[self.number - 1].mediabox
        return float(box.width) * POINT, float(box.height) * POINT

    @cached_property
    def lines(self) -> list[Box]:
        command = ["pdftotext", "-bbox-layout", "-f", str(self.number), "-l", str(self.number), "-", "-"]
        xml = subprocess.run(command, input=self.pdf, capture_output=True, check=True).stdout.decode()
        found = []
        pattern = r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>'
        for left, top, right, bottom, words in findall(pattern, sub(r"\s*\n\s*", "", xml)):
            text = " ".join(unescape(word) for word in findall(r">([^<]+)</word>", words))
            edges = [round(float(edge) * POINT, 3) for edge in (left, right, top, bottom)]
            found.append(Box(text, *edges))
        return found

    def line(self, beginning: str) -> Box:
        """The first line whose text begins so."""
        found = next((line for line in self.lines if line.text.startswith(beginning)), None)
        assert found, (beginning, [line.text for line in self.lines])
        return found

    @cached_property
    def rules(self) -> list[Box]:
        """Horizontal rules: what is filled or stroked at least 8 mm wide and less than half a millimetre high."""
        height = self.size[1]
        found: list[Box] = []
        points: list[tuple[float, float]] = []

        def visit(operator: bytes, operands: list[Any], matrix: list[float], _: list[float]) -> None:
            if operator in {b"m", b"l"}:
                x, y = (float(operand) for operand in operands)
                points.append((matrix[0] * x + matrix[4], matrix[3] * y + matrix[5]))
            elif operator in {b"S", b"f", b"f*", b"W", b"W*", b"n"}:
                if points:
                    xs, ys = [x * POINT for x, _ in points], [height - y * POINT for _, y in points]
                    if max(xs) - min(xs) > 8 and max(ys) - min(ys) < 0.5:
                        found.append(Box("", min(xs), max(xs), min(ys), max(ys)))
                points.clear()

        PdfReader(io.BytesIO(self.pdf)).pages[self.number - 1].extract_text(visitor_operand_before=visit)
        return found

    def rule_below(self, line: Box) -> Box:
        """The nearest rule under a line of text, in its column."""
        below = [
            rule
            for rule in self.rules
            if rule.top > line.top + 2 and line.left - 20 < rule.middle < line.right + 20
        ]
        return min(below, key=lambda rule: rule.top)
