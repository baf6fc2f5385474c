"""Plain text of a letter → what the public reads, once as text and once as HTML."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from . import links, quoting
from .own_details import OwnDetails
from .redaction import LABELS, MaskLabels, Rule, apply_rules, mask
from .sanitise import clean

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LEADING = re.compile(r"^[ \t]+", re.MULTILINE)
_COLUMNS = re.compile(r"(?<=\S)(?: {3,}|\t+ *)(?=\S)")
_PARAGRAPHS = re.compile(r"\n(?:[ \t]*\n)+")
_DEEPEST_INDENT = 24
# The sanitiser's time grows faster than what it is given: it gets a letter in pieces of about this size.
_PIECE = 20_000
_LONGEST_PARAGRAPH = 400  # lines


@dataclass(frozen=True)
class Published:
    """A letter as published: masked and redacted.

    ``text`` is all of it (search, JSON, plain text); ``visible_text`` leaves out the folded quotations (excerpts
    and mails); ``html`` is safe to print as it is, quotations folded in place.
    """

    text: str
    visible_text: str
    html: str


def render_letter(
    text: str,
    *,
    sent_texts: Iterable[str] = (),
    thread_texts: Iterable[str] = (),
    us: Iterable[str] = (),
    rules: Iterable[Rule] = (),
    quoted_label: str = "show quoted sections",
    mask_labels: MaskLabels = LABELS,
    known: Iterable[str] = (),
    own: OwnDetails | None = None,
) -> Published:
    """The letter masked, its links clickable and short, its quotations folded.

    ``sent_texts`` are our own letters of the thread as they are published, ``thread_texts`` theirs, ``us`` the
    requester's names: see quoting.split(). ``rules`` are redactions, applied before masking so that they see what
    staff saw. ``known`` and ``own``: see redaction.mask(). Raises RuleRefused for a rule that cannot be used,
    RuleFailed for one that takes too long: then nothing of it may be published.
    """
    how = {"rules": tuple(rules), "mask_labels": mask_labels, "known": tuple(known), "own": own}
    published = published_text(text, **how)
    segments = quoting.split(published, sent_texts, thread_texts=thread_texts, us=us)
    html = "\n".join(filter(None, (_segment_html(segment, quoted_label) for segment in segments)))
    return Published(text=published, visible_text=quoting.visible(segments), html=html)


def plain_text(text: str) -> str:
    """The whole text as rules see it: composed letters, plain line breaks, no control characters, no wrapped links."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return links.unwrap(_CONTROLS.sub("", text))


def published_text(
    text: str,
    *,
    rules: Iterable[Rule] = (),
    mask_labels: MaskLabels = LABELS,
    known: Iterable[str] = (),
    own: OwnDetails | None = None,
) -> str:
    """The whole text, quotations included, redacted and masked."""
    return mask(apply_rules(plain_text(text), rules), mask_labels, known=known, own=own).strip("\n")


def published_line(
    text: str,
    *,
    rules: Iterable[Rule] = (),
    mask_labels: MaskLabels = LABELS,
    known: Iterable[str] = (),
    own: OwnDetails | None = None,
) -> str:
    """One line, such as a title or a sender's name, redacted and masked."""
    return " ".join(published_text(text, rules=rules, mask_labels=mask_labels, known=known, own=own).split())


def _segment_html(segment: quoting.Segment, quoted_label: str) -> str:
    inner = _paragraphs_html(segment.text)
    if not inner or not segment.quoted:
        return inner
    summary = f"<summary>{escape(quoted_label)}</summary>"
    return f'<details class="quoted">{summary}\n<div>\n{inner}\n</div>\n</details>'


def _paragraphs_html(text: str) -> str:
    """The text as clean HTML paragraphs."""
    pieces: list[str] = []
    waiting: list[str] = []
    size = 0
    for paragraph in _paragraphs(text):
        waiting.append(f"<p>{_inline_html(_keep_columns(paragraph))}</p>")
        size += len(waiting[-1])
        if size > _PIECE:
            pieces.append(clean("\n".join(waiting)))
            waiting, size = [], 0
    pieces.append(clean("\n".join(waiting)))
    return "\n".join(filter(None, pieces))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in _PARAGRAPHS.split(text):
        lines = paragraph.strip("\n").rstrip().split("\n")
        for start in range(0, len(lines), _LONGEST_PARAGRAPH):
            part = "\n".join(lines[start : start + _LONGEST_PARAGRAPH])
            if part.strip():
                yield part


def _inline_html(text: str) -> str:
    out: list[str] = []
    done = 0
    for link in links.find(text):
        out.append(_text_html(text[done : link.start]))
        href = escape(link.href, quote=True)
        out.append(f'<a href="{href}" rel="nofollow ugc noopener">{escape(link.shown)}</a>')
        done = link.end
    out.append(_text_html(text[done:]))
    return "".join(out)


def _keep_columns(text: str) -> str:
    """Indents and the columns of a typed table keep their width: HTML would close them up."""
    text = _LEADING.sub(lambda m: _hard_blanks(m[0], 1), text)
    if "   " not in text and "\t" not in text:
        return text
    return _COLUMNS.sub(lambda m: _hard_blanks(m[0], 2), text)


def _hard_blanks(blanks: str, least: int) -> str:
    return "\u00a0" * min(max(len(blanks.expandtabs(4)), least), _DEEPEST_INDENT)


def _text_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>\n")
