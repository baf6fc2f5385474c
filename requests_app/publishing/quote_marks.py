"""The marks by which mail programs announce a quotation, in English and Welsh."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """Lines ``start`` to ``body`` (exclusive) announce that the lines from ``body`` on repeat another letter."""

    start: int
    body: int
    forwarded: bool = False


class _Attribution:
    """ "On 4 July 2011, Liz R wrote:", also wrapped over up to four lines."""

    _begins = re.compile(r"\s{0,3}(?:On|Ar)\s.{0,300}$")
    _ends = re.compile(r"(?:wrote|writes|said|ysgrifennodd)(?:.{0,80})?:\s{0,5}$", re.IGNORECASE)
    _short = re.compile(r"\s{0,3}(?!On\s)\S.{0,99}\s(?:wrote|writes|ysgrifennodd):\s{0,5}$")
    _has_digit = re.compile(r"\d")

    def length(self, lines: Sequence[str], at: int) -> int:
        """How many lines the attribution takes, 0 when there is none here."""
        if self._short.match(lines[at]) and at + 1 < len(lines):
            after = lines[at + 1] if lines[at + 1].strip() else lines[min(at + 2, len(lines) - 1)]
            return int(after.startswith((">", " >")))
        if not self._begins.match(lines[at]):
            return 0
        for i in range(at, min(at + 4, len(lines))):
            if not lines[i].strip():
                return 0
            if self._ends.search(lines[i][-200:]):
                return i - at + 1 if any(self._has_digit.search(lines[j]) for j in range(at, i + 1)) else 0
        return 0


ATTRIBUTION = _Attribution()

SCORE = re.compile(r"\s{0,3}([-_*=#~])(?:\s?\1){7,}\s{0,20}$")
SIGN_OFF = re.compile(
    r"\s{0,8}(?:yours(?:\s(?:sincerely|faithfully|truly))?|(?:with\s)?(?:(?:kind|kindest|best|warm)\s)?regards"
    r"|best\swishes|many\sthanks|thanks|thank\syou|sincerely|yn\s(?:gywir|ddiffuant)|cofion(?:\scynnes)?)"
    r"[\s.,!]{0,10}$",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"scanned (?:for|by) (?:\w+ ){0,3}virus|virus[- ](?:free|scanning service)|checked for (?:\w+ ){0,4}viruses"
    r"|swept (?:for|by)|\bMessageLabs\b|intended recipient|received this (?:e-?mail|message|communication|transmission)"
    r"(?: and any attachments?)? in error|intended (?:solely |only |exclusively )?for (?:the (?:use of the )?)?"
    r"(?:addressee|named (?:addressee|recipient)|individual or entity|person(?:\(s\))? (?:to whom|or organi))"
    r"|consider the environment before printing",
    re.IGNORECASE,
)

_ORIGINAL = re.compile(r"\s{0,3}[-_]{2,}\s*(?:original (?:message|appointment)|neges wreiddiol)\s*[-_]{2,}\s*$", re.I)
_FORWARDED = re.compile(
    r"\s{0,3}-{2,}\s*(?:forwarded (?:message|by)\b|neges a anfonwyd ymlaen).{0,200}$"
    r"|\s{0,3}begin forwarded message:\s*$",
    re.IGNORECASE,
)
_COPY = re.compile(r"\s{0,3}-{2,}\s*this is a copy of (?:the|your) message.{0,80}$", re.IGNORECASE)
GROUPWISE = re.compile(r"\s{0,3}>>> .{1,200}\d{1,2}[/:.]\d{2}.{0,40}>>>\s*$")
_FIELD = re.compile(
    r"\s{0,3}\*{0,2}(from|sent|date|to|cc|subject|reply-to|importance|attachments"
    r"|oddi wrth|anfonwyd|dyddiad|at|pwnc)\*{0,2}\s{0,3}:\*{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_SENDER_FIELDS = {"from", "oddi wrth"}
_OTHER_FIELDS = {"sent", "date", "to", "subject", "anfonwyd", "dyddiad", "at", "pwnc"}
_GSI = re.compile(r"\s{0,3}communications via the gsi\b", re.IGNORECASE)
_REFERENCES = re.compile(r"\s{0,3}references\s*$", re.IGNORECASE)
_VISIBLE_LINKS = re.compile(r"\s{0,3}(?:visible links|\[?1[.\]]\s{0,3}\S*(?:://|www\.))", re.IGNORECASE)


def marks_in(lines: Sequence[str]) -> Iterator[Mark]:
    """Each announcement in order. Lines quoted by ">" may be among them; the caller knows which."""
    at = 0
    while at < len(lines):
        mark = _mark_at(lines, at)
        if mark:
            yield mark
        at = mark.body if mark else at + 1


def is_trailer(lines: Sequence[str], at: int) -> bool:
    """Whether the list of a letter's own links, or the notice of the government network, begins on this line."""
    if _GSI.match(lines[at]):
        return True
    return bool(_REFERENCES.match(lines[at])) and any(
        _VISIBLE_LINKS.match(line) for line in lines[at + 1 : at + 4] if line.strip()
    )


def _mark_at(lines: Sequence[str], at: int) -> Mark | None:
    line = lines[at]
    if not line or line.isspace():
        return None
    forwarded = bool(_FORWARDED.match(line))
    if forwarded or _ORIGINAL.match(line) or _COPY.match(line):
        return Mark(at, _after_header(lines, at + 1), forwarded)
    if GROUPWISE.match(line):
        return Mark(at, at + 1)
    if SCORE.match(line) and (body := _header_block(lines, at + 1)):
        return Mark(at, body)
    if body := _header_block(lines, at):
        return Mark(at, body)
    if length := ATTRIBUTION.length(lines, at):
        return Mark(at, at + length)
    return None


def _after_header(lines: Sequence[str], at: int) -> int:
    """Index after the header fields that may follow, at once or after blank lines."""
    start = at
    while start < min(at + 3, len(lines)) and not lines[start].strip():
        start += 1
    return _header_block(lines, start) or at


def _header_block(lines: Sequence[str], at: int) -> int:
    """Index after a block of From, Sent, To and Subject lines, 0 when there is none here.

    A field may be wrapped: up to four lines that are no field may follow it. Two fields besides the sender
    are asked for, since a letter may well begin a line with "From:".
    """
    first = _FIELD.match(lines[at]) if at < len(lines) else None
    if not first or first[1].lower() not in _SENDER_FIELDS:
        return 0
    fields = set()
    end = at
    i = at + 1
    while i < min(at + 24, end + 6, len(lines)):
        field = _FIELD.match(lines[i])
        if field:
            fields.add(field[1].lower())
            end = i
        elif not lines[i].strip() and not (i + 1 < len(lines) and _FIELD.match(lines[i + 1])):
            break
        i += 1
    return end + 1 if len(fields & _OTHER_FIELDS) >= 2 else 0
