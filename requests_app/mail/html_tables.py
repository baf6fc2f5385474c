"""Tables of an HTML letter → lines. Figures stay in rows; what only arranges a page is read cell after cell."""

import re

_LONGEST_CELL = 100
_LONGEST_ROW = 200
_MARK = re.compile(r"[•·o*–-]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[ivx]{1,4}|[A-Za-z])[.)]?")


class Table:
    """Rows of cells, each cell the lines in it. ``nested``: another table stands in one of its cells."""

    def __init__(self) -> None:
        self.rows: list[list[list[str]]] = []
        self.nested = False

    def add_row(self) -> None:
        if not self.rows or self.rows[-1]:
            self.rows.append([])

    def add_cell(self, lines: list[str]) -> None:
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(lines)

    def lines(self) -> list[str]:
        """The table as lines: "North | 12" a row where it holds short data, else its cells in reading order."""
        rows = [row for row in self.rows if any(any(line.strip() for line in cell) for cell in row)]
        if self._is_data(rows):
            return [_row([" ".join(cell).strip() for cell in row]) for row in rows]
        out: list[str] = []
        for row in rows:
            cells = [cell for cell in row if any(line.strip() for line in cell)]
            # A bullet or number in a cell of its own belongs to the words beside it.
            if len(cells) > 1 and len(cells[0]) == 1 and _MARK.fullmatch(cells[0][0].strip()):
                cells = [[f"{cells[0][0]} {cells[1][0]}", *cells[1][1:]], *cells[2:]]
            for cell in cells:
                if out and (len(cell) > 1 or len(cells) > 1 or len(out[-1]) > _LONGEST_CELL):
                    out.append("")
                out.extend(cell)
        return out

    def _is_data(self, rows: list[list[list[str]]]) -> bool:
        if self.nested or max((len(row) for row in rows), default=0) < 2:
            return False
        for row in rows:
            if sum(len(" ".join(cell)) for cell in row) > _LONGEST_ROW:
                return False
            if any(len(cell) > 2 or len(" ".join(cell)) > _LONGEST_CELL for cell in row):
                return False
        return True


def _row(cells: list[str]) -> str:
    """ "North | 12"; an empty corner keeps its place before others, and one cell stands alone."""
    said = [cell for cell in cells if cell]
    return said[0] if len(said) == 1 else " | ".join(cells).strip(" ").rstrip(" |")
