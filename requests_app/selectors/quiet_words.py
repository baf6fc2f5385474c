"""Until when a thread on which nobody writes takes letters: in words for everybody, and for the two whom it touches."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from ..exports.thread import LettersTaken, RequestPage
from ..law.days import london_day
from ..models import OPEN
from ..publishing.quiet import Quiet, Taken

WORDS = {
    Taken.ASKING: gettext_lazy(
        "If nobody writes here, letters from addresses that we do not know are taken until %(strangers)s, and after"
        " %(anybody)s a person looks at each letter first."
    ),
    Taken.KNOWN: gettext_lazy(
        "Nobody has written here for six months. Since %(since_strangers)s only letters from addresses that the"
        " authority is known to answer from are published at once, and after %(anybody)s a person looks at each first."
    ),
    Taken.NOBODY: gettext_lazy(
        "Nobody has written here for two years. Since %(since_anybody)s a person looks at each letter before it is"
        " published."
    ),
}
OPENS_ANEW = gettext_lazy("A further letter from the person who asked opens it anew.")
OPENS_ANEW_OWN = gettext_lazy("A further letter from you opens it anew.")
OFFICERS_OWN = gettext_lazy("This is about e-mail: what you answer here is published at once in any case.")
TITLES = {
    Taken.ASKING: gettext_lazy("Letters from new addresses are taken until %(strangers)s"),
    Taken.KNOWN: gettext_lazy("Letters from new addresses wait for our staff"),
    Taken.NOBODY: gettext_lazy("Every letter that comes now waits for our staff"),
}
# So long ahead of its date an open request says the rule where nobody overlooks it.
NEAR = timedelta(days=30)


def letters_taken(page: RequestPage, *, today: date) -> str:
    """The rule and its days, ahead and after; "" for a thread that takes no letters, or where the rule is off."""
    quiet = _quiet(page)
    return f"{_filled(WORDS, quiet, today)} {OPENS_ANEW}" if quiet else ""


def letters_taken_for(page: RequestPage, *, today: date) -> LettersTaken | None:
    """The same for the requester or an officer of the authority; None for others. No query.

    It is said loud while an answer is waited for and the first date is near or past.
    """
    quiet = _quiet(page) if page.is_own or page.can_answer else None
    if quiet is None:
        return None
    return LettersTaken(
        title=_filled(TITLES, quiet, today),
        text=f"{_filled(WORDS, quiet, today)} {OPENS_ANEW_OWN if page.is_own else OFFICERS_OWN}",
        is_loud=page.status in OPEN and today > quiet.strangers_until - NEAR,
    )


def _quiet(page: RequestPage) -> Quiet | None:
    if page.is_imported or not settings.OLD_THREADS_CLOSE:
        return None
    letters = [london_day(entry.on) for entry in page.entries if not entry.is_annotation]
    return Quiet(max(letters)) if letters else None


def _filled(words: Mapping[Taken, str], quiet: Quiet, today: date) -> str:
    days = {
        "strangers": quiet.strangers_until,
        "anybody": quiet.anybody_until,
        "since_strangers": quiet.strangers_until + timedelta(days=1),
        "since_anybody": quiet.anybody_until + timedelta(days=1),
    }
    return str(words[quiet.taken(today)]) % {name: date_format(day, "j F Y") for name, day in days.items()}
