"""What a file holds beside what it shows: one finding for each sort, and which of them hold the file back."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

MOST_NAMES = 20
LONGEST_NAME = 100

# Code → whether a file waits for a person because of it. What nobody would wait for is told beside it all the same.
HOLDS: dict[str, bool] = {
    "virus": True,
    "not_scanned": True,  # the scanner answered that it does not scan it
    "hidden_sheets": True,
    "hidden_rows": True,
    "hidden_columns": True,
    "pivot_cache": True,
    "data_model": True,
    "external_values": True,
    "personal_rows": True,
    "tracked_changes": True,
    "comments": True,
    "hidden_text": True,
    "hidden_slides": True,
    "speaker_notes": True,
    "embedded_files": True,
    "covered_text": True,
    "unseen_text": True,
    "cropped_text": True,
    "earlier_version": True,
    "unapplied_redactions": True,
    "location": True,
    "addresses": True,
    "redacted_words": True,  # a person held it for a redaction rule
    "macros": True,
    "program": True,
    "sealed": True,  # an archive that is not looked into
    "not_looked_into": True,  # of a kind that nothing here can read
    "locked": True,  # a password is needed
    "unreadable": True,  # of a kind that can hide something, and could not be looked into
    "too_much": True,
    "author": False,
    "empty_hidden_sheets": False,
    "external_links": False,
    "cropped_pictures": False,
    "properties": False,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``names``: sheets, columns, people or pages that it is about; ``count``: how many there are.

    ``within`` is the way to the file inside an archive or e-mail, empty for the file itself.
    """

    code: str
    names: tuple[str, ...] = ()
    count: int = 0
    within: str = ""

    @property
    def holds(self) -> bool:
        return HOLDS.get(self.code, True)

    @property
    def may_be_vouched_for(self) -> bool:
        """Whether the sender's word is enough that it is meant to be public. No word makes a virus harmless."""
        return self.code not in ("virus", "not_scanned", "program", "macros", "redacted_words")


def finding(code: str, names: Iterable[str] = (), count: int | None = None) -> Finding:
    """A finding with its names cut to what a page can show; ``count`` is theirs unless it is given."""
    named = [" ".join(str(name).split())[:LONGEST_NAME] for name in names]
    return Finding(code, tuple(named[:MOST_NAMES]), len(named) if count is None else count)


def inside(way: str, found: Iterable[Finding]) -> list[Finding]:
    """The findings of a file that lies inside another."""
    return [replace(one, within=f"{way} › {one.within}" if one.within else way) for one in found]


def pack(found: Iterable[Finding]) -> list[dict]:
    """As JSON; `unpack` gives them back."""
    return [asdict(one) | {"names": list(one.names)} for one in found]


def unpack(rows: Iterable[dict]) -> list[Finding]:
    return [Finding(row["code"], tuple(row["names"]), row["count"], row.get("within", "")) for row in rows]
