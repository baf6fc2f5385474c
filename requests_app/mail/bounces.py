"""Letters of ours that came back: by the machine-readable report, by Exim's header, by a mail server's own words."""

import re

from ..publishing import enclosed
from .kinds import Bounce, Kind, Sort
from .parse import ParsedEmail

_I = re.IGNORECASE
DAEMON = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|mail-?router|microsoftexchange\w+|bounces?"
    r"|mail-?delivery(?:-?system)?)"
    r"(?:[+.-].*)?@",
    _I,
)
_DAEMON_NAME = re.compile(
    r"^(?:mail (?:delivery|administrator|router)|system administrator|(?:internet )?mail delivery|mailer[- ]daemon"
    r"|delivery sub"
    r"|microsoft outlook$|postmaster)",
    _I,
)
_SUBJECT = re.compile(
    r"^(?:\[postmaster\] ?)?(?:undeliver(?:able|ed)|(?:e-?mail |mail |message )?delivery (?:status notification"
    r"|(?:has )?failed|failure"
    r"|report|(?:is |was )?delayed|problem|incomplete|error)|mail delivery (?:failed|failure|subsystem|system)"
    r"|mail system error"
    r"|returned (?:e-?mail|mail|to sender)|failure notice|non[- ]?delivery|message (?:not delivered|undeliverable"
    r"|could not be delivered"
    r"|delayed)|could not send message|warning: (?:could not send|message .{0,60}delayed)|failed (?:delivery|mail)"
    r"|nondeliverable"
    r"|delayed mail|rejected:|message you sent blocked|unzustellbar|nicht zustellbar|non remis"
    r"|échec de (?:la )?remise|niedostarczaln"
    r"|nie można dostarczyć|onbestelbaar|no se puede entregar|non recapitabile|não foi possível entregar"
    r"|olevererbart|ej levererbart"
    r"|ikke leveret|methwyd (?:â )?danfon|ni ellir danfon)",
    _I,
)
_WORDS = re.compile(
    r"could not be (?:delivered|sent)|couldn['’]t be delivered|wasn['’]t (?:able to deliver|delivered)|(?:was"
    r"|were) not delivered"
    r"|unable to deliver|not able to deliver|delivery (?:has )?failed|has(?: not|n['’]t) (?:yet )?been delivered"
    r"|undeliverable"
    r"|permanent(?: fatal)? error|did not reach (?:the following|some or all|all|any|its)"
    r"|delivery to the following recipient"
    r"|user unknown|mailbox (?:is )?(?:full|unavailable)|over (?:its )?quota|no such user"
    r"|temporary problem delivering|address not found"
    r"|message blocked",
    _I,
)
_DELAYS = re.compile(
    r"has(?: not|n['’]t) (?:yet )?been delivered|not yet been delivered|will (?:be retried|retry|keep trying"
    r"|continue to (?:try|be))"
    r"|delayed|no action is required|still (?:being )?(?:tried|retried)|temporar(?:y|ily)"
    r"|this is a warning (?:message )?only"
    r"|will be (?:attempted|tried) again|do not need to resend|could not send message for past|transient non-fatal"
    r"|delivery incomplete",
    _I,
)
_GIVEN_UP = re.compile(
    r"(?<!fails )permanent|giving up|given up|no further attempts|user unknown|no such user|does not exist"
    r"|address not found"
    r"|(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\.\d)|\b55[0-9][ -]|has failed|could not be delivered within|expired",
    _I,
)
_FULL = re.compile(
    r"(?:mailbox|inbox|quota|account) (?:is |has )?(?:currently )?(?:full|exceeded)|over (?:its |the "
    r"|their )?(?:storage )?quota|quota exceeded"
    r"|exceeded (?:its |the |their )?(?:storage|quota|mailbox)|4\.2\.2|insufficient (?:system )?storage",
    _I,
)
_FULL_FOR_GOOD = re.compile(r"(?<![\d.])5\.2\.2(?![\d.])|\b552[ -]")
_COPY_BEGINS = re.compile(
    r"^(?:-{2,}.{0,40}(?:copy of|original|below this line|returned message|unsent message|message follows).*"
    r"|original message headers:?.*|received: .*|return-path: .*)$",
    _I | re.MULTILINE,
)
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]")
_ADDRESS_FIRST = re.compile(
    r"^[ \t>*•-]{0,20}(?:to:?\s{1,3}|recipient:?\s{1,3})?[<\"'(]{0,2}(?:mailto:|smtp:)?(" + ADDRESS.pattern + ")",
    re.M | _I,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\.\d)")
_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+")
_LONGEST_WORDS = 300
Groups = list[dict[str, str]]
_REPLIES = re.compile(r"^(?:re|fw|fwd|aw|wg|tr|odp|ymateb)\s{0,3}:", _I)
# "expanded": it reached its address, and went on from there to those behind it (RFC 3464, 2.3.3).
_ARRIVED = ("delivered", "expanded")


def by_report(letter: ParsedEmail) -> Kind | None:
    """RFC 3464. Delivered and relayed are successes, not bounces; RFC 8098 receipts are only automatic.

    A report that a person attached to a letter of theirs is a file.
    """
    if not (letter.content_type == "multipart/report" or letter.report_type or from_machine(letter)):
        return None
    groups = [dict(group) for group in letter.delivery_status]
    if any("disposition" in group for group in groups):
        return Kind(Sort.AUTOMATIC, why="a receipt that says the letter was displayed or deleted")
    recipients = [group for group in groups if "final-recipient" in group or "action" in group]
    if not recipients:
        return None
    failed = [group for group in recipients if _action(group, "failed", "5")]
    if failed:
        return _reported(letter, any(map(_is_permanent, failed)), True, failed, groups, "a delivery report says failed")
    delayed = [group for group in recipients if _action(group, "delayed", "4")]
    if delayed:
        return _reported(letter, False, False, delayed, groups, "a delivery report says delayed")
    arrived = all(group.get("action", "").strip().lower().startswith(_ARRIVED) for group in recipients)
    why = "a delivery report that says the letter arrived or was passed on"
    return Kind(Sort.AUTOMATIC, why=why, delivered=arrived, server=_server(groups, recipients[0]) if arrived else "")


def _action(group: dict[str, str], name: str, status: str) -> bool:
    action = group.get("action", "").strip().lower()
    return action.startswith(name) or (not action and group.get("status", "").strip().startswith(status))


def _is_permanent(group: dict[str, str]) -> bool:
    """Failed is final for this letter; for the address it is not where its mailbox was full, RFC 3463 X.2.2."""
    told = _STATUS.search(group.get("status", ""))
    code = told.groups() if told else None
    if code is None or code[1:] == ("0", "0"):
        more = _STATUS.search(group.get("diagnostic-code", ""))
        code = more.groups() if more else code
    if code is not None and code[1:] == ("2", "2"):
        return code[0] == "5"
    if code is None or code[1:] == ("0", "0"):
        words = group.get("diagnostic-code", "")
        return not (_FULL.search(words) and not _FULL_FOR_GOOD.search(words))
    return True


def _reason(groups: Groups, about: dict[str, str]) -> str:
    """Status code, the other server's words and its name, as far as the report has them (RFC 3464, 2.3.4 to 2.3.6)."""
    status = _STATUS.match(about.get("status", "").strip())
    kind, divided, words = about.get("diagnostic-code", "").partition(";")
    said = " ".join((words if divided else kind).split())[:_LONGEST_WORDS]
    server = _server(groups, about)
    reason = ": ".join(filter(None, (status[0] if status else "", said)))
    return f"{reason} ({server})" if reason and server else reason


def _server(groups: Groups, about: dict[str, str]) -> str:
    """The server that took or refused the letter: the remote one, else the one that reports; "" for no host's name."""
    reporting = next((group["reporting-mta"] for group in groups if "reporting-mta" in group), "")
    for field in (about.get("remote-mta", ""), reporting):
        kind, divided, name = field.partition(";")
        host = (name if divided else kind).strip().partition(" ")[0].rstrip(".").lower()
        if _HOST.fullmatch(host):
            return host
    return ""


def _reported(letter: ParsedEmail, permanent: bool, given_up: bool, about: Groups, groups: Groups, why: str) -> Kind:
    """What the report says ``about`` some of those that the letter was for."""
    addresses = (
        _typed_address(group.get("final-recipient", "")) or _typed_address(group.get("original-recipient", ""))
        for group in about
    )
    unique = tuple(dict.fromkeys(address for address in addresses if address))
    original = letter.returned_message_id or None
    return Kind(Sort.BOUNCE, Bounce(permanent, unique, original, given_up, _reason(groups, about[0])), why)


def _typed_address(value: str) -> str:
    """The address of "rfc822; someone@there.example"; "" where it is of another type or empty."""
    match = ADDRESS.search(value.rpartition(";")[2])
    return match[0] if match else ""


def by_failed_header(letter: ParsedEmail) -> Kind | None:
    """Exim names the recipients in a header of its own, and says in words whether it goes on trying."""
    value = letter.header("x-failed-recipients")
    if value is None:
        return None
    recipients = tuple(dict.fromkeys(ADDRESS.findall(value)))
    return _worded(letter, enclosed.before(letter.text)[:4000], recipients, "X-Failed-Recipients")


def by_prose(letter: ParsedEmail) -> Kind | None:
    """A mail server that says so in words only, as the older ones do."""
    if not from_machine(letter) or _REPLIES.match(letter.subject):
        return None
    words = _before_copy(letter.text)
    says_so = _WORDS.search(words)
    is_daemon = DAEMON.match(letter.from_address) or _DAEMON_NAME.match(letter.from_name)
    if not (_SUBJECT.match(letter.subject) or (says_so and is_daemon)):
        return None
    return _worded(letter, words, _recipients_in(words, letter), "a mail server says so in words")


def _worded(letter: ParsedEmail, words: str, recipients: tuple[str, ...], why: str) -> Kind:
    told = letter.subject + "\n" + words
    given_up = not _DELAYS.search(told) or bool(_GIVEN_UP.search(told))
    only_full = bool(_FULL.search(told)) and not _FULL_FOR_GOOD.search(told)
    return Kind(Sort.BOUNCE, Bounce(given_up and not only_full, recipients, _named_original(letter), given_up), why)


def _recipients_in(words: str, letter: ParsedEmail) -> tuple[str, ...]:
    """Whom it did not reach: addresses that begin a line, else every address, less the sender's and ours."""
    not_meant = {address.lower() for address in (letter.from_address, *letter.to, *letter.delivered_to)}
    for found in (_ADDRESS_FIRST.findall(words), ADDRESS.findall(words)):
        meant = [one for one in found if one.lower() not in not_meant and not DAEMON.match(one)]
        if meant:
            return tuple(dict.fromkeys(meant))
    return ()


def from_machine(letter: ParsedEmail) -> bool:
    return bool(DAEMON.match(letter.from_address) or _DAEMON_NAME.match(letter.from_name)) or null_return_path(letter)


def null_return_path(letter: ParsedEmail) -> bool:
    value = letter.header("return-path")
    return value is not None and value.strip() in ("", "<>")


def _before_copy(text: str) -> str:
    """What the server says itself, before the copy of our letter."""
    own = enclosed.before(text)
    match = _COPY_BEGINS.search(own)
    return own[: match.start() if match else len(own)][:4000]


def _named_original(letter: ParsedEmail) -> str | None:
    if letter.returned_message_id:
        return letter.returned_message_id
    match = re.search(r"^message-id:\s{0,5}<([^<>\s]{1,900})>", letter.text[:200_000], re.IGNORECASE | re.MULTILINE)
    return match[1] if match else letter.in_reply_to or None
