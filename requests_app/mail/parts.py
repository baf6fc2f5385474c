"""The parts of a letter as the standard parser cuts them, read by what senders write rather than by the grammar."""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesFeedParser

from . import transfer
from .decoding import decode_header_text
from .names import file_name
from .parameters import value_and_parameters

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_SLICE = 1 << 18
_LOOKED_AT = 64_000
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_NO_FIELD = re.compile(rb"(?m)^(?=[^\r\n])(?![!-9;-~]{1,200}:|[ \t])")
_SURE_FIELD = re.compile(
    rb"(?mi)^(?:content-type|content-transfer-encoding|mime-version|from|to|subject|date|message-id|received)[ \t]*:"
)
# A type that is only half of one, or a program's own word for it.
_SHORT_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "text/htm": "text/html"}
_SHORT_TYPES |= {"text/text": "text/plain", "text/ascii": "text/plain", "multipart": "multipart/mixed"}
_SHORT_TYPES |= {"text/plaintext": "text/plain", "text/x-plain": "text/plain", "application/xhtml+xml": "text/html"}


class Part(Message):
    """A part, or the whole letter. Headers are read raw: the standard way loses bytes beyond ASCII."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._read: dict[str, tuple[str, dict[str, str]]] = {}
        self._index: dict[str, list[str]] = {}
        self._indexed = 0
        self.given: bytes | None = None  # content that is already decoded

    def raws(self, name: str) -> list[str]:
        """Each value of a header as it came, in order."""
        if self._indexed != len(self._headers):
            self._index = {}
            for key, value in self._headers:
                self._index.setdefault(key.lower(), []).append(str(value))
            self._indexed = len(self._headers)
        return self._index.get(name.lower(), [])

    def raw(self, name: str) -> str:
        return next(iter(self.raws(name)), "")

    def parameters(self, name: str) -> tuple[str, dict[str, str]]:
        if name not in self._read:
            self._read[name] = value_and_parameters(self.raw(name))
        return self._read[name]

    @property
    def kind(self) -> str:
        """The declared content type; where it names none, text/plain, as the standard says (RFC 2045, 5.2)."""
        said = self.parameters("content-type")[0].replace(" ", "")
        said = _SHORT_TYPES.get(said, said)
        if not said:
            return self.get_default_type()
        return said if _TYPE.fullmatch(said) else "application/octet-stream"

    @property
    def disposition(self) -> str:
        return self.parameters("content-disposition")[0]

    @property
    def charset(self) -> str:
        return self.parameters("content-type")[1].get("charset", "")

    @property
    def name(self) -> str:
        """The file name that the part gives, "" without one."""
        said = [self.parameters("content-disposition")[1].get("filename", "")]
        said.append(self.parameters("content-type")[1].get("name", ""))
        if not any(said):
            described = decode_header_text(self.raw("content-description"))
            location = self.raw("content-location").rpartition("/")[2]
            identity = self.raw("content-id").strip(" <>").partition("@")[0]
            said += [one for one in (described, location, identity) if re.fullmatch(r"\S.{0,120}\.[A-Za-z]{3,4}", one)]
        return file_name(*said)

    @property
    def words(self) -> str:
        """The payload as it came, "" for a part of parts; bytes beyond ASCII as surrogates."""
        return self._payload if isinstance(self._payload, str) else ""

    def children(self) -> list["Part"]:
        return self._payload if isinstance(self._payload, list) else []

    def content(self, notes: list[str]) -> bytes:
        """The decoded bytes of a leaf. Its payload is let go, so that a large file stands in memory once."""
        if self.given is None:
            is_text = self.kind.startswith("text/")
            self.given = transfer.decode(self.words, self.raw("content-transfer-encoding"), notes, is_text=is_text)
            self._payload = ""
        return self.given


def tree(raw: bytes | memoryview) -> Part:
    """The letter's parts. Fed in slices: given whole, the standard parser copies a letter several times over."""
    parser = BytesFeedParser(_factory=Part)
    view = memoryview(_with_single_breaks(raw))
    start = _beginning(bytes(view[:_LOOKED_AT]))
    head = _mended_head(bytes(view[start : start + _LOOKED_AT]))
    if head is not None:
        parser.feed(head)
        start += _LOOKED_AT
    for at in range(start, len(view), _SLICE):
        parser.feed(bytes(view[at : at + _SLICE]))
    return _mended(parser.close())


def _with_single_breaks(raw: bytes | memoryview) -> bytes | memoryview:
    """A program on the way doubled each break: its first line would be all of the header, and its lines stand apart."""
    head = bytes(raw[:_LOOKED_AT])
    return bytes(raw).replace(b"\r\r\n", b"\r\n") if head.count(b"\r\r\n") * 2 > head.count(b"\n") else raw


def _beginning(head: bytes) -> int:
    """Where the letter begins: behind a byte order mark, blank lines and a mailbox's separator."""
    match = re.match(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:\r\n|\r|\n))*(?:>?From (?!:)\S+ [^\r\n]*(?:\r\n|\r|\n))?", head)
    begins = match.end() if match else 0
    # A text that only begins with blank lines is no letter with a header.
    return begins if re.match(rb"[!-9;-~]{1,76}[ \t]*:", head[begins : begins + 200]) else 0


def _mended_head(head: bytes) -> bytes | None:
    """The letter's first bytes with its header mended, None where nothing is to be mended.

    "Subject : x" has a blank too many, and a folded line that lost its blank would end the header.
    """
    end = _BLANK_LINE.search(head)
    lines = head[: end.start() if end else len(head)]
    if not _NO_FIELD.search(lines):
        return None
    mended = re.sub(rb"(?m)^([!-9;-~]{1,76})[ \t]+:", rb"\1:", lines)
    broken = [match.start() for match in _NO_FIELD.finditer(mended)]
    if broken and broken[0] and _SURE_FIELD.search(mended, broken[-1]):
        mended = re.sub(_NO_FIELD, b" ", mended)
    return mended + head[len(lines) :] if mended != lines else None


def _mended(part: Part) -> Part:
    """Multiparts whose boundary is missing, misspelt or within an encoding are cut by the boundary that they use."""
    for one in [part, *part.walk()] if part.is_multipart() else [part]:
        if one.kind.startswith("multipart/") and not one.is_multipart():
            _cut_again(one)
    return part


def _cut_again(part: Part) -> None:
    body = part.words
    if transfer.encoding_of(part.raw("content-transfer-encoding")):
        body = transfer.decode(body, part.raw("content-transfer-encoding"), [], is_text=True).decode(
            "ascii", "surrogateescape"
        )
    match = re.search(
        r"(?:^|\n)--([^\s-][^\r\n]{0,200}?|-[^\r\n]{1,200}?)[ \t]*\r?\n(?:Content-|\r?\n)", body[:_LOOKED_AT], re.I
    )
    if not match:
        return
    parser = BytesFeedParser(_factory=Part)
    parser.feed(b'Content-Type: multipart/mixed; boundary="%s"\n\n' % match[1].encode("utf-8", "surrogateescape"))
    parser.feed(body.encode("utf-8", "surrogateescape"))
    again = parser.close()
    if again.is_multipart():
        part.set_payload(again.get_payload())
        part.preamble, part.epilogue = again.preamble, again.epilogue


def later_parts(part: Part) -> Iterator[Part]:
    """Parts that stand behind the boundary that was to close a multipart: some programs close too early."""
    behind = part.epilogue or ""
    boundary = part.parameters("content-type")[1].get("boundary", "")
    if boundary and f"\n--{boundary}" in "\n" + behind:
        parser = BytesFeedParser(_factory=Part)
        parser.feed(f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'.encode("utf-8", "surrogateescape"))
        parser.feed(behind.encode("utf-8", "surrogateescape"))
        part.epilogue = ""
        yield from parser.close().children()


def source(part: Part) -> bytes:
    """A letter or part as it came, put together from its parts: the standard way folds and recodes headers anew."""
    return "".join(_source(part)).encode("utf-8", "surrogateescape")


def _source(part: Part) -> Iterator[str]:
    yield from (f"{name}: {value}\n" for name, value in part.raw_items())
    yield "\n"
    if not part.is_multipart():
        yield part.words
    elif part.kind.startswith("multipart/"):
        boundary = part.parameters("content-type")[1].get("boundary") or "boundary"
        yield part.preamble or ""
        for child in part.children():
            yield f"\n--{boundary}\n" if part.preamble or child is not part.children()[0] else f"--{boundary}\n"
            yield from _source(child)
        yield f"\n--{boundary}--\n{part.epilogue or ''}"
    else:
        for child in part.children():
            yield from _source(child)


def group_of(raw: bytes) -> Part:
    """Header fields alone, such as a group of a delivery report."""
    parser = BytesFeedParser(_factory=Part)
    parser.feed(raw)
    return parser.close()


def plain_part(kind: str, name: str, content: bytes) -> Part:
    """A part of our own making, for what a container held. ``name`` is safe already."""
    part = Part()
    part["Content-Type"] = kind
    part._read["content-disposition"] = ("attachment" if name else "", {"filename": name} if name else {})
    part.given = content
    return part
