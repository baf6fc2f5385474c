"""How many planted faults the tests noticed: ``python -m tests.faults 95``, after ``mutmut run``.

Exits 1 where, in the law or in the permissions, it is fewer than that many in a hundred, or any was not tried.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from mutmut.stats import status_by_exit_code

PARTS = {"law": "requests_app/law", "permissions": "requests_app/permissions.py"}
NOTICED = {"killed", "timeout"}


def results(part: str) -> Counter[str]:
    """What became of the faults in one file, or in all files of a folder."""
    found = Path("mutants", part)
    notes = found.rglob("*.meta") if found.is_dir() else [found.with_name(f"{found.name}.meta")]
    codes = [code for note in notes for code in json.loads(note.read_text())["exit_code_by_key"].values()]
    return Counter(status_by_exit_code[code] for code in codes)


def main(wanted: float) -> int:
    status = 0
    for name, part in PARTS.items():
        counts = results(part)
        noticed = 100 * sum(counts[each] for each in NOTICED) / max(1, counts.total())
        print(f"{name}: {noticed:.1f} % of {counts.total()} planted faults noticed ({dict(counts)})")
        if noticed < wanted or counts["not checked"]:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
