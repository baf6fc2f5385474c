"""Codes that staff read, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ..mail.route import CHECKS, REASONS
from ..models import ReasonCode

REPORTED = {
    "personal": _("Personal information"),
    "defamatory": _("Untrue and harmful"),
    "not_a_request": _("Not a request"),
    "vexatious": _("Misuse"),
    "abusive": _("Abusive"),
    "spam": _("Spam"),
    "copyright": _("Copyright"),
    "other": _("Something else"),
}


def held_reason(code: str, failed: Iterable[str] = ()) -> str:
    """Why a letter is held, and which checks of its sender failed; the code itself where it is a new one."""
    return " ".join([str(REASONS.get(code, code)), *(str(CHECKS[check]) for check in failed if check in CHECKS)])


def report_reason(code: str) -> str:
    """What a reporter chose."""
    return str(REPORTED.get(code, code))


def decided_reason(code: str) -> str:
    """The reason of a Decision."""
    return str(dict(ReasonCode.choices).get(code, code))


BANK_HOLIDAYS = {
    "ends": _("The list of bank holidays ends soon"),
    "address": _("The address of the published list does not begin with https"),
    "unreachable": _("The published list of bank holidays could not be fetched"),
    "elsewhere": _("The address of the published list sends on to another host"),
    "too_long": _("What stands at the address of the published list is too large to be it"),
    "unreadable": _("What stands at the address of the published list is not the list"),
    "contradicts": _("The published list of bank holidays contradicts ours on these days"),
    "refused": _("The published list of bank holidays could not be taken in"),
}


def bank_holidays_reason(code: str) -> str:
    """What is the matter with the list of bank holidays."""
    return str(BANK_HOLIDAYS.get(code, code))


FAILED = {
    "recount": _("Its dates could not be counted anew when the bank holidays changed. The other requests were."),
    "redaction": _("A redaction rule did not hold everywhere. Its page says where."),
    "receipt": _("It could not be noted that the authority has received it."),
}


def failed_reason(code: str) -> str:
    """What could not be done about one request."""
    return str(FAILED.get(code, _("A reminder about it could not be sent.")))
