"""What a run of the fuzz saw, as figures."""

from collections import Counter
from dataclasses import dataclass, field

MOST_EXAMPLES = 40


@dataclass
class Found:
    """What came of it. Each list names letters by their numbers, by which they can be made again."""

    letters: int = 0
    rows: int = 0
    states: Counter = field(default_factory=Counter)
    filed_by_hand: int = 0
    files: Counter = field(default_factory=Counter)
    cases: int = 0
    manners: Counter = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    looked_at: dict[str, list[str]] = field(default_factory=lambda: {"apart": [], "rest": []})
    in_files_as_they_came: int = 0
    bytes_searched: int = 0
    outputs: int = 0
    private_pages: int = 0
    peak_mb: float = 0.0
    early_peak_mb: float = 0.0
    peak_reader_mb: float = 0.0
    seconds: float = 0.0
    spent: Counter = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: int = 0

    def figures(self) -> dict[str, object]:
        return {
            "letters": self.letters,
            "rows": self.rows,
            **{str(state): count for state, count in sorted(self.states.items())},
            "filed_by_hand": self.filed_by_hand,
            "files": dict(sorted(self.files.items())),
            "cases": self.cases,
            "lost": len(self.lost),
            "crashed": len(self.crashed),
            "leaked": len(self.leaked),
            "apart": len(self.looked_at["apart"]),
            "rest": len(self.looked_at["rest"]),
            "in_files_as_they_came": self.in_files_as_they_came,
            "examples": [*self.lost[:20], *self.crashed[:MOST_EXAMPLES], *self.leaked[:MOST_EXAMPLES]],
            "looked_at": [one for each in self.looked_at.values() for one in each[:MOST_EXAMPLES]],
            "manners": dict(self.manners.most_common()),
            "outputs_searched": self.outputs,
            "mb_searched": round(self.bytes_searched / 1e6, 1),
            "private_pages": self.private_pages,
            "peak_mb": round(self.peak_mb, 1),
            "peak_mb_after_a_tenth": round(self.early_peak_mb, 1),
            "peak_reader_mb": round(self.peak_reader_mb, 1),
            "slowest_s": round(self.slowest_s, 2),
            "slowest": self.slowest,
            "spent_s": {name: round(seconds, 1) for name, seconds in self.spent.items()},
            "seconds": round(self.seconds, 1),
        }
