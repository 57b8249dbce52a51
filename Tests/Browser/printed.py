"""Where marked elements came to lie in a printed page, read from the outlines in the PDF."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle in points, of which nothing may be left."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        return max(0.0, self.top - self.bottom)

    def cut(self, other: Box) -> Box:
        return Box(max(self.left, other.left), max(self.bottom, other.bottom),
                   min(self.right, other.right), min(self.top, other.top))


@dataclass(frozen=True)
class Piece:
    """The outline of an element on one page: as it is drawn, and what of it can be seen."""

    page: int
    whole: Box
    seen: Box


@dataclass
class Printed:
    """A printed page. Its pages are counted from 1."""

    pieces: dict[int, list[Piece]]
    blank: list[int]
    pages: int
    # The largest height that content has on a page.
    height: float


def read(pdf: bytes) -> Printed:
    """The pieces of each mark, by its number, and the pages without a letter, a picture or a mark."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    pieces: dict[int, list[Piece]] = defaultdict(list)
    blank = []
    height = 0.0
    for number, page in enumerate(reader.pages, 1):
        operations = ContentStream(page["/Contents"], reader).operations
        is_blank = not any(operator in (b"Tj", b"TJ", b"Do") for _, operator in operations)
        paper = Box(*(float(edge) for edge in page.mediabox))
        for mark, whole, clip in _outlines(operations, paper):
            height = max(height, clip.height)
            seen = whole.cut(clip)
            if seen.width > 1 and seen.height > 1:
                pieces[mark].append(Piece(number, whole, seen))
                is_blank = False
        if is_blank:
            blank.append(number)
    return Printed(dict(pieces), blank, len(reader.pages), height)


def _outlines(operations: list[tuple[Any, bytes]], paper: Box) -> list[tuple[int, Box, Box]]:
    """The stroked rectangles of a page with the number that their colour is, and what they are clipped to."""
    outlines = []
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    clip = paper
    mark = 0
    saved: list[tuple[Matrix, Box, int]] = []
    path: list[Box] = []
    is_clip = False
    for operands, operator in operations:
        if operator == b"q":
            saved.append((matrix, clip, mark))
        elif operator == b"Q":
            matrix, clip, mark = saved.pop()
        elif operator == b"cm":
            matrix = _product(tuple(float(number) for number in operands), matrix)
        elif operator == b"RG":
            red, green, blue = (round(float(part) * 255) for part in operands)
            mark = red << 16 | green << 8 | blue
        elif operator == b"re":
            path.append(_box(matrix, *(float(number) for number in operands)))
        elif operator in (b"W", b"W*"):
            is_clip = True
        elif operator in (b"S", b"f", b"f*", b"n", b"B"):
            if operator == b"S":
                outlines += [(mark, box, clip) for box in path]
            if is_clip and len(path) == 1:
                clip = clip.cut(path[0])
            path = []
            is_clip = False
    return outlines


def _product(first: Any, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    k, l, m, n, o, p = then
    return (a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p)


def _box(matrix: Matrix, x: float, y: float, width: float, height: float) -> Box:
    """A rectangle on the paper; drawings are scaled and flipped, and never turned."""
    a, _, _, d, e, f = matrix
    across = sorted((a * x + e, a * (x + width) + e))
    down = sorted((d * y + f, d * (y + height) + f))
    return Box(across[0], down[0], across[1], down[1])
