"""Until when a thread on which nobody writes takes letters, in words for everybody."""

from datetime import date, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import RequestPage
from ..law.days import london_day
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


def letters_taken(page: RequestPage, *, today: date) -> str:
    """The rule and its days, ahead and after; "" for a thread that takes no letters, or where the rule is off."""
    if page.is_imported or not settings.OLD_THREADS_CLOSE:
        return ""
    letters = [london_day(entry.on) for entry in page.entries if not entry.is_annotation]
    if not letters:
        return ""
    quiet = Quiet(max(letters))
    days = {
        "strangers": quiet.strangers_until,
        "anybody": quiet.anybody_until,
        "since_strangers": quiet.strangers_until + timedelta(days=1),
        "since_anybody": quiet.anybody_until + timedelta(days=1),
    }
    said = WORDS[quiet.taken(today)] % {name: date_format(day, "j F Y") for name, day in days.items()}
    return said + " " + _("A further letter from the person who asked opens it anew.")
