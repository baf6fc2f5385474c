"""What can be told of a letter before anybody reads it."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    REPLY = "reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class Bounce:
    """What could not be delivered, and to whom.

    ``permanent``: nothing will change by trying again. ``given_up``: nobody will try again, so the letter has not
    arrived; a full mailbox is given up and not permanent. ``reason``: the report's own, as
    "5.1.1: 550 5.1.1 no such user (mx.there.example)": status code, what the other server said, and which it was;
    empty where the report gives none.
    """

    permanent: bool
    recipients: tuple[str, ...] = ()
    original_message_id: str | None = None
    given_up: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Kind:
    """``kind`` with, for a bounce, what bounced; ``why`` is the reason in English, for staff.

    ``delivered``: a report of success, for every recipient that it names. Relayed is none: the letter went on to
    where nobody reports. ``server``: which mail server took it, as the report names it; may be empty. ``recall``: a
    mail program takes an earlier letter back. ``portal``: the letter only says where its answer can be fetched.
    ``spam``: the trusted filter's reason for calling it spam, "" without one. ``reference``: what the authority calls
    the matter, "" where it does not say.
    """

    kind: Sort
    bounce: Bounce | None = None
    why: str = ""
    delivered: bool = False
    recall: bool = False
    portal: bool = False
    spam: str = ""
    reference: str = ""
    server: str = ""
