"""Everything staff decide, in one place to import from; each part has its own file."""

from .cases import close_case, close_cases_about, decide, open_case, take_case, thing_type_of
from .concealment import hide, settle_files, show_again
from .sanctions import rename, restore, suspend

__all__ = [
    "close_case",
    "close_cases_about",
    "decide",
    "hide",
    "open_case",
    "rename",
    "restore",
    "settle_files",
    "show_again",
    "suspend",
    "take_case",
    "thing_type_of",
]
