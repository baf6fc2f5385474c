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
    "unseen_text": gettext_lazy("Words that nobody sees on the page: they can still be copied"),
    "cropped_text": gettext_lazy("Words outside of the page that is shown"),
    "earlier_version": gettext_lazy("An earlier version of it, with what was changed or taken out since"),
    "unapplied_redactions": gettext_lazy("Redactions that were marked and never applied"),
    "location": gettext_lazy("Where a photo or a recording was made"),
    "addresses": gettext_lazy("E-mail addresses or numbers of people, which are masked in letters and not in files"),
    "macros": gettext_lazy("A program inside it (macros)"),
    "program": gettext_lazy("It is a program"),
    "sealed": gettext_lazy("An archive of a kind that this site does not open"),
    "locked": gettext_lazy("It opens only with a password"),
    "unreadable": gettext_lazy("It could not be looked into"),
    "too_much": gettext_lazy("It is too large, or packed too tightly, to be looked into to the end"),
    "author": gettext_lazy("Who wrote it, in its properties"),
    "empty_hidden_sheets": gettext_lazy("Hidden sheets with nothing in them"),
    "external_links": gettext_lazy("Links to other workbooks"),
    "redacted_words": gettext_lazy("Words that a redaction rule takes out of what is published"),
    "cropped_pictures": gettext_lazy("Pictures of which a part is cut off: it is still in the file"),
    "properties": gettext_lazy("Further details in its properties"),
    "not_looked_into": gettext_lazy("A kind of file that this site cannot look into"),
}
_AS_VALUES = gettext_lazy("Copy what is shown, and paste it as values into a new workbook.")
_INSPECT = gettext_lazy("In Office: File, Info, Check for issues, Inspect document finds these and takes them out.")
_TAKE_OUT = gettext_lazy(
    "A box or a colour hides nothing. Use a program that takes the words out (“apply redactions”), or print the page "
    "and scan it."
)
# How a file without it is made, for those who have the program that the file was made with.
HINTS = {
    "virus": gettext_lazy("Have the computer that it comes from looked at."),
    "hidden_sheets": gettext_lazy(
        "In Excel, a right click on a sheet's name and Unhide shows them: look, then delete."
    ),
    "hidden_rows": gettext_lazy("Select the whole sheet, unhide all rows, and delete what should not go out."),
    "hidden_columns": gettext_lazy("Select the whole sheet, unhide all columns, and delete what should not go out."),
    "pivot_cache": _AS_VALUES,
    "data_model": _AS_VALUES,
    "external_values": gettext_lazy("In Excel: Data, Edit links, Break link. Or paste what is shown as values."),
    "personal_rows": gettext_lazy("See whether a person can be recognised in a row, alone or with others."),
    "tracked_changes": gettext_lazy("In Word: Review, accept or reject all changes. Then save."),
    "comments": gettext_lazy("Delete all comments, then save."),
    "hidden_text": _INSPECT,
    "hidden_slides": _INSPECT,
    "speaker_notes": _INSPECT,
    "embedded_files": gettext_lazy("Send each file by itself, so that each can be looked into."),
    "covered_text": _TAKE_OUT,
    "unseen_text": _TAKE_OUT,
    "unapplied_redactions": _TAKE_OUT,
    "cropped_text": gettext_lazy("Print it into a new PDF."),
    "earlier_version": gettext_lazy(
        "Print it into a new PDF: what was added to the old file leaves the old words in it."
    ),
    "location": gettext_lazy("Save a copy without its properties."),
    "addresses": gettext_lazy("Send its words in a letter, or print it into a PDF without the addresses."),
    "redacted_words": gettext_lazy(
        "No rule alters a file. Put one without these words in its place, withdraw it, or say why it may stay."
    ),
    "macros": gettext_lazy("Save it in a format without macros, such as .xlsx or .docx."),
    "sealed": gettext_lazy("Send the files by themselves, or in a ZIP file."),
    "not_looked_into": gettext_lazy("Send it in a format that everybody can open: PDF, Word, Excel or CSV."),
    "locked": gettext_lazy("Send it without the password."),
    "unreadable": gettext_lazy("Open it, save it again, and send that. It may be damaged."),
    "too_much": gettext_lazy("Send it in smaller parts."),
}
_OF_A_PICTURE = gettext_lazy("The new file is the picture alone.")
_OF_A_FILM = gettext_lazy("The new file has the same pictures and sounds, and nothing that was noted beside them.")
_OF_A_LETTER = gettext_lazy("The new file is its words, with addresses masked. Files in it are left out.")
_OF_A_BOOK = gettext_lazy("The new file is made of its visible cells, without formulas and formats.")
# What a cleaned file is made of, by the kind of the old one.
MADE_OF = {
    "xlsx": _OF_A_BOOK,
    "xlsm": _OF_A_BOOK,
    "pdf": gettext_lazy("The new file is made of pictures of its pages: its words cannot be searched any more."),
    "jpg": _OF_A_PICTURE,
    "png": _OF_A_PICTURE,
    "heic": gettext_lazy("The new file is the picture alone, as a JPEG, which every computer can show."),
    "mp4": _OF_A_FILM,
    "mov": _OF_A_FILM,
    "m4a": _OF_A_FILM,
    "3gp": _OF_A_FILM,
    "eml": _OF_A_LETTER,
    "msg": _OF_A_LETTER,
}
# With these nobody knows what is in the file, so that nothing is known to be hidden in it.
UNKNOWN = frozenset(("not_scanned", "sealed", "not_looked_into", "locked", "unreadable", "too_much"))
# Findings of which the number says something.
COUNTED = {"hidden_rows", "personal_rows", "tracked_changes", "comments", "hidden_text", "pivot_cache"}
PAGES = {"covered_text", "unseen_text", "cropped_text", "unapplied_redactions"}


@dataclass(frozen=True, slots=True)
class Found:
    """``title`` says what it is, ``about`` names what it is about; ``holds``: the file waits because of it.

    ``hint``: how a file without it is made; "" where there is nothing to say.
    """

    title: str
    about: str
    holds: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """``can_clean``: a file without what was found can be made; ``may_vouch``: its sender may say why it is public.

    ``is_unknown``: it is held only because nothing here could look into it. ``made_of``: what a clean one would be.
    """

    found: tuple[Found, ...]
    holds: bool
    can_clean: bool
    may_vouch: bool
    is_unknown: bool = False
    made_of: str = ""


def found_in(rows: Iterable[dict], *, extension: str) -> FoundInFile:
    """Packed findings in words, those that hold the file first."""
    found = sorted(unpack(rows), key=lambda one: not one.holds)
    holding = [one for one in found if one.holds]
    return FoundInFile(
        found=tuple(_said(one) for one in found),
        holds=bool(holding),
        can_clean=can_clean(extension, found),
        may_vouch=bool(holding) and all(one.may_be_vouched_for for one in holding),
        is_unknown=bool(holding) and all(one.code in UNKNOWN for one in holding),
        made_of=str(MADE_OF.get(extension, "")),
    )


def _said(one: Finding) -> Found:
    hint = str(HINTS.get(one.code, "")) if one.holds else ""
    return Found(str(TITLES.get(one.code, one.code)), _about(one), one.holds, hint)


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
