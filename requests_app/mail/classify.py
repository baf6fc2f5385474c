"""What sort of letter came: a person's reply, a machine's answer, or a letter of ours that came back."""

import re
from dataclasses import dataclass
from enum import StrEnum

from .parse import ParsedEmail


class Sort(StrEnum):
    REPLY = "reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class Bounce:
    """What could not be delivered. ``permanent``: nobody will try again, whatever the reason was."""

    permanent: bool
    recipients: tuple[str, ...] = ()
    original_message_id: str | None = None


@dataclass(frozen=True)
class Kind:
    """``kind`` with, for a bounce, what bounced; ``why`` is the reason in English, for staff.

    ``delivered``: a report of success, for every recipient that it names. Relayed is none: the letter went on to
    where nobody reports.
    """

    kind: Sort
    bounce: Bounce | None = None
    why: str = ""
    delivered: bool = False


_DAEMON = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?daemon|microsoftexchange\w+)(?:[+.-].*)?@", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"^(?:undeliver(?:able|ed)|(?:mail )?delivery (?:status notification|(?:has )?failed|failure|report"
    r"|delayed|problem)|mail delivery (?:failed|failure|subsystem|system)|mail system error|returned (?:e-?mail|mail)"
    r"|failure notice|non[- ]?delivery|message (?:not delivered|undeliverable|could not be delivered)"
    r"|could not send message|warning: (?:could not send|message .{0,60}delayed)|failed delivery|nondeliverable)",
    re.IGNORECASE,
)
_BOUNCE_WORDS = re.compile(
    r"could not be delivered|couldn['’]t be delivered|wasn['’]t able to deliver|unable to deliver"
    r"|delivery (?:has )?failed|has not yet been delivered|undeliverable|permanent(?: fatal)? error"
    r"|did not reach the following recipient|delivery to the following recipient|user unknown"
    r"|mailbox (?:is )?(?:full|unavailable)|no such user",
    re.IGNORECASE,
)
_DELAY_WORDS = re.compile(
    r"has not (?:yet )?been delivered|not yet been delivered|will (?:be retried|keep trying|continue to (?:try|be))"
    r"|delayed|no action is required|still (?:being )?(?:tried|retried)|temporar(?:y|ily)"
    r"|this is a warning message only|will be (?:attempted|tried) again",
    re.IGNORECASE,
)
_FINAL_WORDS = re.compile(
    r"permanent|giving up|given up|no further attempts|user unknown|no such user|does not exist|\b5\.\d{1,3}\.\d{1,3}\b"
    r"|\b55[0-9][ -]",
    re.IGNORECASE,
)
_COPY_BEGINS = re.compile(
    r"^(?:-{2,}.{0,40}(?:copy of|original|below this line|returned message|unsent message).*"
    r"|received: .*|return-path: .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]")
_AUTOMATIC_SUBJECT = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|matic response|acknowledge?ment)|autoreply|auto:"
    r"|automated (?:reply|response|acknowledge?ment|message)|out[- ]of[- ](?:the )?office|away from (?:the|my) office"
    r"|i am (?:currently )?(?:out of (?:the )?office|on (?:annual )?leave)|on (?:annual|maternity|sick) leave"
    r"|ateb awtomatig|ymateb awtomatig|allan o['’]r swyddfa)"
    r"|\bis (?:currently )?out of (?:the )?office\b|\bout of (?:the )?office (?:auto|reply|notice)",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"^(?:re|fw|fwd|aw)\s{0,3}:", re.IGNORECASE)


def classify(letter: ParsedEmail) -> Kind:
    """The sort of a letter. Doubt makes it a reply: a person reads replies, and nobody reads the others."""
    return (
        _by_report(letter)
        or _by_failed_header(letter)
        or _by_prose(letter)
        or _by_automation(letter)
        or Kind(Sort.REPLY, why="nothing says that a machine wrote it")
    )


def _by_report(letter: ParsedEmail) -> Kind | None:
    """RFC 3464. Delivered and relayed are successes, not bounces; RFC 8098 receipts are only automatic."""
    groups = [dict(group) for group in letter.delivery_status]
    if any("disposition" in group for group in groups):
        return Kind(Sort.AUTOMATIC, why="a receipt that says the letter was displayed or deleted")
    recipients = [group for group in groups if "final-recipient" in group or "action" in group]
    if not recipients:
        return None
    failed = [group for group in recipients if _failed(group)]
    if failed:
        return _bounce(letter, True, failed, "a delivery report says failed")
    delayed = [group for group in recipients if _delayed(group)]
    if delayed:
        return _bounce(letter, False, delayed, "a delivery report says delayed")
    arrived = all(group.get("action", "").strip().lower().startswith(_ARRIVED) for group in recipients)
    why = "a delivery report that says the letter arrived or was passed on"
    return Kind(Sort.AUTOMATIC, why=why, delivered=arrived)


# "expanded": it reached its address, and went on from there to those behind it (RFC 3464, 2.3.3).
_ARRIVED = ("delivered", "expanded")


def _failed(group: dict[str, str]) -> bool:
    action = group.get("action", "").strip().lower()
    return action.startswith("failed") or (not action and group.get("status", "").strip().startswith("5"))


def _delayed(group: dict[str, str]) -> bool:
    action = group.get("action", "").strip().lower()
    return action.startswith("delayed") or (not action and group.get("status", "").strip().startswith("4"))


def _bounce(letter: ParsedEmail, permanent: bool, groups: list[dict[str, str]], why: str) -> Kind:
    addresses = (
        _typed_address(group.get("final-recipient", "")) or _typed_address(group.get("original-recipient", ""))
        for group in groups
    )
    unique = tuple(dict.fromkeys(address for address in addresses if address))
    return Kind(Sort.BOUNCE, Bounce(permanent, unique, letter.returned_message_id or None), why)


def _typed_address(value: str) -> str:
    """The address of "rfc822; someone@there.example"; "" where it is of another type or empty."""
    match = _ADDRESS.search(value.rpartition(";")[2])
    return match[0] if match else ""


def _by_failed_header(letter: ParsedEmail) -> Kind | None:
    """Exim names the recipients in a header of its own, and says in words whether it goes on trying."""
    value = letter.header("x-failed-recipients")
    if value is None:
        return None
    recipients = tuple(dict.fromkeys(_ADDRESS.findall(value)))
    permanent = not _only_delayed(letter.subject + "\n" + letter.text[:4000])
    return Kind(Sort.BOUNCE, Bounce(permanent, recipients, _named_original(letter)), "X-Failed-Recipients")


def _by_prose(letter: ParsedEmail) -> Kind | None:
    from_machine = bool(_DAEMON.match(letter.from_address)) or _null_return_path(letter)
    if not from_machine or _ANSWERS.match(letter.subject):
        return None
    own_words = _before_copy(letter.text)
    says_so = _BOUNCE_WORDS.search(own_words)
    if not (_BOUNCE_SUBJECT.match(letter.subject) or (says_so and _DAEMON.match(letter.from_address))):
        return None
    ours = {letter.from_address.lower()}
    recipients = tuple(
        dict.fromkeys(a for a in _ADDRESS.findall(own_words) if a.lower() not in ours and not _DAEMON.match(a))
    )
    permanent = not _only_delayed(letter.subject + "\n" + own_words)
    return Kind(Sort.BOUNCE, Bounce(permanent, recipients, _named_original(letter)), "a mail server says so in words")


def _by_automation(letter: ParsedEmail) -> Kind | None:
    submitted = (letter.header("auto-submitted") or "").split(";")[0].strip().lower()
    if submitted.startswith("auto-generated") and letter.attachments:
        # Case systems send real answers this way; a letter with files is for a person to read.
        return None
    if submitted and submitted != "no":
        return Kind(Sort.AUTOMATIC, why=f"Auto-Submitted: {submitted}")
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"):
        value = letter.header(name)
        if value is not None and value.strip().lower() not in ("no", "false", "0"):
            return Kind(Sort.AUTOMATIC, why=f"{name} is set")
    if (letter.header("precedence") or "").strip().lower() in ("auto_reply", "auto-reply"):
        return Kind(Sort.AUTOMATIC, why="Precedence: auto_reply")
    if "autoresponder" in (letter.header("x-post-messageclass") or "").lower():
        return Kind(Sort.AUTOMATIC, why="X-POST-MessageClass says autoresponder")
    if _AUTOMATIC_SUBJECT.search(letter.subject):
        return Kind(Sort.AUTOMATIC, why="the subject says so")
    bulk = (letter.header("precedence") or "").strip().lower() in ("bulk", "junk")
    if bulk and letter.header("x-auto-response-suppress") is not None and not letter.attachments:
        return Kind(Sort.AUTOMATIC, why="Precedence: bulk, and asks for no automatic answer")
    if _null_return_path(letter) and not letter.attachments:
        return Kind(Sort.AUTOMATIC, why="it has no return path")
    return None


def _null_return_path(letter: ParsedEmail) -> bool:
    value = letter.header("return-path")
    return value is not None and value.strip() in ("", "<>")


def _only_delayed(text: str) -> bool:
    return bool(_DELAY_WORDS.search(text)) and not _FINAL_WORDS.search(text)


def _before_copy(text: str) -> str:
    """What the server says itself, before the copy of our letter."""
    match = _COPY_BEGINS.search(text)
    return text[: match.start() if match else len(text)][:4000]


def _named_original(letter: ParsedEmail) -> str | None:
    if letter.returned_message_id:
        return letter.returned_message_id
    match = re.search(r"^message-id:\s{0,5}<([^<>\s]{1,900})>", letter.text[:200_000], re.IGNORECASE | re.MULTILINE)
    return match[1] if match else letter.in_reply_to or None
