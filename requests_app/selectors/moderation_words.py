"""Codes that staff read, in words."""

from django.utils.translation import gettext_lazy as _

from ..mail.route import REASONS
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


def held_reason(code: str) -> str:
    """Why a letter is held; the code itself where it is a new one."""
    return str(REASONS.get(code, code))


def report_reason(code: str) -> str:
    """What a reporter chose."""
    return str(REPORTED.get(code, code))


def decided_reason(code: str) -> str:
    """The reason of a Decision."""
    return str(dict(ReasonCode.choices).get(code, code))
