"""Shapes of the clock: marks, stretches and words on a line, and the paths that draw them.

Every place is in units of the drawing's own viewBox; x grows with time, one column a calendar day.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Mark:
    """Something that stands on the line: received, passed, open, late, holiday or due."""

    x: float
    kind: str
    on: date
    number: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of the line: gone, ahead, gap (days that do not count) or late."""

    x1: float
    x2: float
    kind: str


@dataclass(frozen=True)
class Label:
    """Where words stand: ``anchor`` is start, middle or end, as SVG has it."""

    x: float
    y: float
    anchor: str
    kind: str
    on: date | None = None
    name: str | None = None
    number: int | None = None


@dataclass(frozen=True)
class Drawing:
    """The clock at one width. ``line_y`` is the height of the line, ``radius`` that of a day's dot."""

    width: int
    height: int
    line_y: float
    radius: float
    marks: tuple[Mark, ...]
    segments: tuple[Segment, ...]
    labels: tuple[Label, ...]
    cut_x: float | None

    @property
    def view_box(self) -> str:
        return f"0 0 {n(self.width)} {n(self.height)}"

    def _line(self, kind: str) -> str:
        return "".join(f"M{n(s.x1)} {n(self.line_y)}H{n(s.x2)}" for s in self.segments if s.kind == kind)

    def _dots(self, kind: str) -> str:
        r = self.radius
        arc = f"a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0z"
        return "".join(f"M{n(m.x - r)} {n(self.line_y)}{arc}" for m in self.marks if m.kind == kind)

    @cached_property
    def gone(self) -> str:
        return self._line("gone")

    @cached_property
    def ahead(self) -> str:
        return self._line("ahead")

    @cached_property
    def gap(self) -> str:
        return self._line("gap")

    @cached_property
    def late(self) -> str:
        return self._line("late")

    @cached_property
    def passed_dots(self) -> str:
        return self._dots("passed")

    @cached_property
    def open_dots(self) -> str:
        return self._dots("open")

    @cached_property
    def late_dots(self) -> str:
        return self._dots("late")

    @cached_property
    def crosses(self) -> str:
        a, y = self.radius, self.line_y
        return "".join(
            f"M{n(m.x - a)} {n(y - a)}L{n(m.x + a)} {n(y + a)}M{n(m.x + a)} {n(y - a)}L{n(m.x - a)} {n(y + a)}"
            for m in self.marks
            if m.kind == "holiday"
        )

    def _mark_path(self, kind: str, shape: str) -> str:
        found = next((m for m in self.marks if m.kind == kind), None)
        return f"M{n(found.x)} {n(self.line_y)}{shape}" if found else ""

    @cached_property
    def received(self) -> str:
        r = self.radius + 2
        found = next(m for m in self.marks if m.kind == "received")
        arc = f"a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0z"
        return f"M{n(found.x - r)} {n(self.line_y)}{arc}"

    @cached_property
    def pole(self) -> str:
        return self._mark_path("due", "m0 9v-39")

    @cached_property
    def flag(self) -> str:
        return self._mark_path("due", "m0 -30h-24l6 8 -6 8h24z")

    @cached_property
    def tick(self) -> str:
        """The short pole under "Today" or "Answered"; it stays behind the flag."""
        label = next((lb for lb in self.labels if lb.kind in ("today", "answered")), None)
        mark = next((m for m in self.marks if m.kind in ("today", "answered")), None)
        if label is None or mark is None:
            return ""
        return f"M{n(mark.x)} {n(self.line_y - self.radius - 3)}V{n(label.y + 6)}"

    @cached_property
    def cut(self) -> str:
        """Two slanted strokes where days were left out."""
        if self.cut_x is None:
            return ""
        return f"M{n(self.cut_x - 6)} {n(self.line_y + 7)}l6 -14m2 14l6 -14"


def n(value: float) -> str:
    """A number for a path: one decimal, none where it is whole."""
    return f"{value:.1f}".removesuffix(".0")
