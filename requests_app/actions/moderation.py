"""Everything staff decide, in one place to import from; each part has its own file."""

from .address_resend import correct_address_and_resend
from .cases import close_case, close_cases_about, decide, open_case, take_case, thing_type_of
from .concealment import hide, settle_files, show_again
from .mail_decisions import (
    discard_held_letter,
    file_held_letter,
    retry_job,
    set_request_address,
)
from .reports import answer_site_message, settle_report
from .sanctions import rename, restore, suspend

__all__ = [
    "answer_site_message",
    "close_case",
    "close_cases_about",
    "correct_address_and_resend",
    "decide",
    "discard_held_letter",
    "file_held_letter",
    "hide",
    "open_case",
    "rename",
    "restore",
    "retry_job",
    "set_request_address",
    "settle_files",
    "settle_report",
    "show_again",
    "suspend",
    "take_case",
    "thing_type_of",
]
