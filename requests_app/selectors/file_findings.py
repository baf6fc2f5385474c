"""What was found in a file, in words, for those who decide about it: our staff and the officer who sends it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..files.cleaning import can_clean
from ..files.findings import Finding, unpack

TITLES = {
    "virus": gettext_lazy("The virus scanner warns of it"),
    "not_scanned": gettext_lazy("The virus scanner did not scan it"),
    "hidden_sheets": gettext_lazy("Hidden sheets"),
    "hidden_rows": gettext_lazy("Hidden rows"),
    "hidden_columns": gettext_lazy("Hidden columns"),
    "pivot_cache": gettext_lazy("The source data of a pivot table"),
    "data_model": gettext_lazy("A data model, which can hold whole tables"),
    "external_values": gettext_lazy("Values of another workbook that it is linked to"),
    "personal_rows": gettext_lazy("Rows that look like rows about people"),
    "tracked_changes": gettext_lazy("Tracked changes"),
    "comments": gettext_lazy("Comments"),
    "hidden_text": gettext_lazy("Hidden text"),
    "hidden_slides": gettext_lazy("Hidden slides"),
    "speaker_notes": gettext_lazy("Notes of the speaker"),
    "embedded_files": gettext_lazy("Whole files inside it"),
    "covered_text": gettext_lazy("Words under black boxes: they can still be copied"),
    "unapplied_redactions": gettext_lazy("Redactions that were marked and never applied"),
    "location": gettext_lazy("Where a photo was taken"),
    "macros": gettext_lazy("A program inside it (macros)"),
    "program": gettext_lazy("It is a program"),
    "sealed": gettext_lazy("An archive of a kind that this site does not open"),
    "locked": gettext_lazy("It opens only with a password"),
    "unreadable": gettext_lazy("It could not be looked into"),
    "too_much": gettext_lazy("It is too large, or packed too tightly, to be looked into to the end"),
    "author": gettext_lazy("Who wrote it, in its properties"),
    "empty_hidden_sheets": gettext_lazy("Hidden sheets with nothing in them"),
    "external_links": gettext_lazy("Links to other workbooks"),
    "not_looked_into": gettext_lazy("A kind of file that is not looked into"),
}
# Findings of which the number says something.
COUNTED = {"hidden_rows", "personal_rows", "tracked_changes", "comments", "hidden_text", "pivot_cache"}
PAGES = {"covered_text", "unapplied_redactions"}


@dataclass(frozen=True, slots=True)
class Found:
    """``title`` says what it is, ``about`` names what it is about; ``holds``: the file waits because of it."""

    title: str
    about: str
    holds: bool


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """``can_clean``: a file without what was found can be made; ``may_vouch``: its sender may say why it is public."""

    found: tuple[Found, ...]
    holds: bool
    can_clean: bool
    may_vouch: bool


def found_in(rows: Iterable[dict], *, extension: str) -> FoundInFile:
    """Packed findings in words, those that hold the file first."""
    found = sorted(unpack(rows), key=lambda one: not one.holds)
    holding = [one for one in found if one.holds]
    return FoundInFile(
        found=tuple(Found(str(TITLES.get(one.code, one.code)), _about(one), one.holds) for one in found),
        holds=bool(holding),
        can_clean=can_clean(extension, found),
        may_vouch=bool(holding) and all(one.may_be_vouched_for for one in holding),
    )


def titles_of(codes: Iterable[str]) -> str:
    """Codes of a case in one line."""
    return "; ".join(str(TITLES.get(code, code)) for code in codes)


def _about(one: Finding) -> str:
    named = ", ".join(one.names)
    if one.code in PAGES and named:
        named = _("page %(pages)s") % {"pages": named}
    elif one.code in COUNTED and one.count:
        named = f"{one.count} ({named})" if named else str(one.count)
    if one.within:
        inside = _("in %(file)s") % {"file": one.within}
        return f"{named}, {inside}" if named else inside
    return named
