"""Which parts of a letter are its words, and which are files, in any nesting of multiparts."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from . import uuencoded
from .decoding import decode_bytes
from .flowed import unenriched, unflow
from .html_text import html_to_text
from .invitations import summary
from .names import file_name
from .octets import scrub
from .parts import Part, later_parts, plain_part, tree
from .signed import NotSigned, content_of
from .web_links import unwrap_in

_DEEPEST = 100
_MOST_PARTS = 2_000
_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext")
_UNWANTED = ("text/x-amp-html", "text/watch-html", "application/applefile")
_SIGNATURES = {"application/pkcs7-signature": "S/MIME", "application/x-pkcs7-signature": "S/MIME"}
_SIGNATURES |= {"application/pgp-signature": "PGP"}
_OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
# Exchange gives this name to words that stand behind a file in the letter.
_EXCHANGE_WORDS = re.compile(r"ATT\d{5,6}\.(?:txt|html?)", re.IGNORECASE)
_PICTURE_MARK = re.compile(r"[ \t]?\[cid:[^\]\s]{1,200}\]")
# Some systems send a page and call it plain.
_HTML_BEGINS = re.compile(r"\s{0,20}(?:<!doctype html\b[^<]{0,300})?<html\b[^<]{0,500}>", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^<>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_ARMOUR = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,40}: [^\n]{0,200}\n)*\n(.*?)"
    r"^-----BEGIN PGP SIGNATURE-----\n(?:[^\n]{0,200}\n)*?-----END PGP SIGNATURE-----$",
    re.DOTALL | re.MULTILINE,
)
_MARKUP_BEGINS = re.compile(r"\s{0,20}<(?:div|p|table|body|head|meta|font|span|center)\b[^<>]{0,500}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_FEW_WORDS = 60
_MANY_WORDS = 400
_LOOKED_AT = 400_000
_TAG = re.compile(r"<(?:style\b[^<]*+(?:<(?!/style)[^<]*+)*+</style\s{0,5}>|[^<>]{0,8000}+>)", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"</(?:p|div|td|tr|table|span|font|body|html|b|a)>", re.IGNORECASE)
# Beyond this a text is no letter: it is read so far, and goes whole beside it as a file.
_LARGEST_TEXT = 4_000_000


@dataclass
class Piece:
    """Words that stand together, plain or as HTML."""

    words: str
    is_html: bool = False

    @cached_property
    def readable(self) -> str:
        return html_to_text(self.words) if self.is_html else self.words


@dataclass
class Content:
    """What a part holds: its words in order, and its files, each with the kind of multipart that it stands in."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[tuple[Part, str]] = field(default_factory=list)

    def plain(self) -> str:
        return joined(piece.words for piece in self.pieces if not piece.is_html)

    def has_html(self) -> bool:
        return any(piece.is_html and piece.words.strip() for piece in self.pieces)

    def readable(self) -> str:
        return joined(piece.readable for piece in self.pieces)


@dataclass
class Letter:
    """What the walk through one letter's parts collects besides."""

    notes: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    parts: int = 0
    is_cut: bool = False


def joined(texts: Iterable[str]) -> str:
    """The texts as paragraphs of one, the blank ones left out."""
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def words_of(top: Part, letter: Letter) -> tuple[str, list[tuple[Part, str]]]:
    """The letter's text, and the parts that are files. Several texts follow one another as they stand."""
    content = _gather(top, letter, depth=0, within="")
    pieces = _without_repeats(content.pieces, letter)
    text = joined(piece.readable for piece in pieces)
    if not text:
        text = _named_words(content.files, letter)
    for each in letter.calendars:
        if each.split("\n", 1)[0] not in text:
            text = joined((text, each))
    return text, content.files


def is_stub(text: str, readable: Callable[[], str], markup: str = "") -> bool:
    """Whether a plain text is only a placeholder, such as "your program cannot show HTML", for ``readable()``.

    Also where it is the beginning or the footer alone of what ``markup`` says, or holds the markup itself.
    """
    words = len(text.split())
    if len(_CLOSING_TAG.findall(text[:20_000])) > 4:
        return bool(readable().strip())
    if words >= _FEW_WORDS:
        # Counted roughly first: reading the HTML of every letter would cost more than all the rest.
        if words >= _MANY_WORDS or len(_TAG.sub(" ", markup[:_LOOKED_AT]).split()) <= 3 * words + 10:
            return False
    return len(readable().split()) > 3 * words + 10


def _gather(part: Part, letter: Letter, *, depth: int, within: str) -> Content:
    letter.notes += [defect_words(defect) for defect in part.defects]
    letter.parts += 1
    kind = part.kind
    opaque = kind in _OPAQUE or (kind == "application/octet-stream" and part.name.lower().endswith(".p7m"))
    if opaque and (inside := _signed_letter(part, letter)) is not None and depth < _DEEPEST:
        return _gather(inside, letter, depth=depth + 1, within=within)
    if not part.is_multipart() or kind.startswith("message/") or depth >= _DEEPEST:
        return _leaf(part, letter, within)
    inside_of = kind if kind.startswith("multipart/") else within
    children = []
    for child in [*part.children(), *later_parts(part)]:
        if letter.parts >= _MOST_PARTS:
            letter.notes.append(f"more than {_MOST_PARTS} parts: the rest was left out")
            break
        children.append(_gather(child, letter, depth=depth + 1, within=inside_of))
    files = [file for child in children for file in child.files]
    if kind == "multipart/alternative":
        content = Content(_chosen(children, letter), files)
    else:
        content = Content([piece for child in children for piece in child.pieces], files)
    if not content.files and not content.readable().strip():
        content.pieces += [Piece(words) for words in _around(part) if words.strip()]
    return content


def defect_words(defect: Exception) -> str:
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(defect).__name__.removesuffix("Defect")).lower()
    return f"badly formed: {words}"


def _around(part: Part) -> Iterator[str]:
    """Words outside every part, where a multipart has nothing else to say."""
    for words in (part.preamble, part.epilogue):
        yield decode_bytes((words or "").encode("utf-8", "surrogateescape"), None)[0]


def _chosen(children: list[Content], letter: Letter) -> list[Piece]:
    """Of alternatives the plain one, unless it is only a stub; several plain ones where each says something else."""
    plains: list[Piece] = []
    for child in children:
        if not child.has_html():
            texts = [" ".join(piece.words.split()) for piece in plains]
            plains += [p for p in child.pieces if p.words.strip() and " ".join(p.words.split()) not in texts]
    richest = next((child for child in reversed(children) if child.has_html()), None)
    if richest is None:
        return plains
    text = joined(piece.words for piece in plains)
    if not text:
        return richest.pieces
    markup = "".join(piece.words for piece in richest.pieces if piece.is_html)
    if is_stub(text, richest.readable, markup):
        letter.notes.append("the plain text was only a stub: the HTML was read")
        return richest.pieces
    return plains


def _without_repeats(pieces: list[Piece], letter: Letter) -> list[Piece]:
    """Without HTML that only says again what a plain piece said: alternatives written one after the other."""
    plain = joined(piece.words for piece in pieces if not piece.is_html)
    if not plain or not any(piece.is_html for piece in pieces):
        return pieces
    said = set(re.findall(r"\w+", plain.lower()))
    kept = []
    for piece in pieces:
        words = re.findall(r"\w+", piece.readable.lower()) if piece.is_html else []
        if len(words) >= 5 and sum(word in said for word in words) >= 0.97 * len(words):
            letter.notes.append("the HTML says what the plain text says: it was left out")
            continue
        kept.append(piece)
    return kept


def _named_words(files: list[tuple[Part, str]], letter: Letter) -> str:
    """Some systems make a file of the letter itself: one shown within it, or without a name, is read as well."""
    texts = [part for part, _ in files if part.kind in _TEXTS and not part.is_multipart()]
    shown = [part for part in texts if not part.disposition.startswith("attachment")]
    for part in (*shown, *(part for part in texts if not part.name)):
        if words := _decoded(part, letter, []).readable.strip("\n"):
            return words
    return ""


def _leaf(part: Part, letter: Letter, within: str) -> Content:
    kind = part.kind
    if kind in _UNWANTED and (within == "multipart/alternative" or kind == "application/applefile"):
        return Content()
    if kind in _SIGNATURES and within == "multipart/signed":
        letter.signed.append(_SIGNATURES[kind])
        return Content()
    if kind in ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification"):
        letter.reports.append(part)
    if kind == "message/partial":
        letter.notes.append("one piece of a letter that was sent in several: kept as a file")
    if kind == "application/pgp-encrypted" or "enveloped" in part.parameters("content-type")[1].get("smime-type", ""):
        letter.notes.append("encrypted: it cannot be read here")
    if kind == "text/calendar" or part.name.lower().endswith(".ics"):
        said = summary(decode_bytes(part.content(letter.notes), part.charset or "utf-8")[0])
        letter.calendars += [said] if said else []
    if not _is_words(part, kind):
        return Content(files=[(part, within)])
    found: list[tuple[Part, str]] = []
    piece = _decoded(part, letter, found)
    if piece.is_html and piece.words.strip():
        letter.html.append(piece.words)
    return Content([piece], found)


def _is_words(part: Part, kind: str) -> bool:
    if kind.startswith("multipart/"):
        return not part.is_multipart()
    if kind == "application/octet-stream":
        # A type that is no type: the sender's program knew no better, and its words are words.
        named = part.parameters("content-type")[0]
        if named == kind or part.name or part.disposition or "/" in named[:-1].strip("/"):
            return False
        return not re.search(r"[\x00-\x08\x0e-\x1f]", part.words[:4000])
    if kind not in _TEXTS:
        return False
    if _EXCHANGE_WORDS.fullmatch(part.name):
        return True
    return not part.disposition.startswith("attachment") and not part.name


def _decoded(part: Part, letter: Letter, found: list[tuple[Part, str]]) -> Piece:
    # A multipart without its boundary arrives here as one text.
    kind = part.kind
    content = part.content(letter.notes)
    if len(content) > _LARGEST_TEXT and b"\nbegin " not in content:
        name = "letter.html" if kind == "text/html" else "letter.txt"
        found.append((plain_part(kind, name, content), ""))
        letter.notes.append(f"the text was cut after {_LARGEST_TEXT} bytes: the whole is a file beside it")
        content, letter.is_cut = content[:_LARGEST_TEXT], True
    charset = part.charset or (_charset_within(content) if kind == "text/html" else "")
    text, note = decode_bytes(content, charset)
    letter.notes += [note] if note else []
    if kind == "text/html" or _is_page(text):
        return Piece(text, is_html=True)
    text = _without_armour(text, letter)
    text, files = uuencoded.take_out(text)
    for one in files:
        found.append((plain_part("application/octet-stream", file_name(one.name) or "file", one.content), ""))
        letter.notes += [] if one.whole else ["a uuencoded file has no end"]
    if kind in ("text/enriched", "text/richtext"):
        text = unenriched(text)
    text = _unescaped(text)
    parameters = part.parameters("content-type")[1]
    if kind == "text/plain" and parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    return Piece(unwrap_in(_PICTURE_MARK.sub("", text)) if "[cid:" in text or "://" in text else text)


def _is_page(text: str) -> bool:
    """Whether a text that is called plain is HTML."""
    if _HTML_BEGINS.match(text):
        return True
    return bool(_MARKUP_BEGINS.match(text)) and len(_CLOSING_TAG.findall(text[:20_000])) > 1


def _unescaped(text: str) -> str:
    """A plain text that was escaped as for HTML; one ampersand that stands for itself, and it was not."""
    entities = _ENTITY.findall(text) if "&" in text else ()
    return scrub(html.unescape(text)) if entities and len(entities) == text.count("&") else text


def _charset_within(content: bytes) -> str:
    """The character set that an HTML page names itself, where its header names none."""
    match = _META.search(content[:4_000])
    return match[1].decode("ascii") if match else ""


def _without_armour(text: str, letter: Letter) -> str:
    """The words of a text signed with PGP within itself (RFC 9580, 7), with what stands before and behind."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in text:
        return text
    match = _ARMOUR.search(text)
    if not match:
        return text
    letter.signed.append("PGP")
    words = re.sub(r"(?m)^- ", "", match[1])
    return joined((text[: match.start()], words, text[match.end() :]))


def _signed_letter(part: Part, letter: Letter) -> Part | None:
    """The letter within an opaque S/MIME signature; None for one that is encrypted or broken, which stays a file."""
    try:
        inside = tree(content_of(part.content(letter.notes)))
    except NotSigned:
        letter.notes.append("encrypted, or a signature without its content: it cannot be read here")
        return None
    letter.signed.append("S/MIME")
    return inside
