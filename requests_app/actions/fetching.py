"""Letters fetched from a mailbox, for those who have only that: stored and committed first, then taken away there."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError

from ..mail import imap
from ..models import CaseKind
from .cases import open_case
from .inbound import LetterTooBig, receive

logger = logging.getLogger(__name__)
# Letters and seconds of one run; the rest waits for the next.
MOST, SECONDS = 500, 120.0


@dataclass(frozen=True)
class Fetched:
    """What one run did. ``left``: letters that stay in the mailbox, because they are too big or cannot be stored."""

    stored: int = 0
    left: int = 0


def account() -> imap.Account | None:
    """The mailbox that the settings name; None where they name none."""
    if not settings.IMAP_HOST:
        return None
    return imap.Account(
        host=settings.IMAP_HOST,
        port=settings.IMAP_PORT,
        user=settings.IMAP_USER,
        password=settings.IMAP_PASSWORD,
        folder=settings.IMAP_FOLDER,
        done_folder=settings.IMAP_DONE_FOLDER,
        security=settings.IMAP_SECURITY,
    )


def fetch_if_configured() -> None:
    """The sweep. A mailbox that is away keeps its letters until the next."""
    where = account()
    if where is None:
        return
    try:
        fetch_mail(where)
    except imap.MailboxAway as error:
        logger.warning("the mailbox cannot be read: %s", error)


def fetch_mail(where: imap.Account, *, most: int = MOST, seconds: float = SECONDS) -> Fetched:
    """Store what lies in the mailbox, oldest first, and take each letter away once it is committed.

    Cut between the two, a letter is found again and is the same letter (``receive``). Letters for none of our
    addresses are held. Raises imap.MailboxAway, and what the database raises while it is away.
    """
    stored = left = 0
    began = time.monotonic()
    with imap.opened(where) as box:
        for number, size in box.letters():
            if stored >= most or time.monotonic() - began > seconds:
                break
            if _store(box, number, size):
                reached("fetched_before_removal")
                box.done_with(number)
                stored += 1
            else:
                left += 1
    if stored or left:
        logger.info("%s letters fetched, %s left in the mailbox", stored, left)
    return Fetched(stored, left)


def _store(box: imap.Mailbox, number: str, size: int) -> bool:
    """Whether the letter is committed; one that cannot be stays where it is, with a case for a person."""
    try:
        if size > settings.MAX_LETTER_BYTES:
            raise LetterTooBig(f"{size} bytes")
        receive(door="imap", recipients=[], envelope_from="", raw=box.content(number), look_in_headers=True)
    except (OperationalError, InterfaceError, *imap.AWAY):
        raise
    except Exception as error:
        logger.error("letter %s of the mailbox could not be stored: %s", number, type(error).__name__)
        open_case(CaseKind.FAILED_JOB, "mailbox", int(number), details={"reason": type(error).__name__})
        return False
    return True


def reached(point: str) -> None:
    """Marks a step; does nothing. A test's own process replaces it to die there."""
