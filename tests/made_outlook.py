"""Letters as Outlook packs them, built for tests: winmail.dat by its published layout, .msg by extract-msg's writer."""

import io
import struct
from collections.abc import Sequence

_SIGNATURE = 0x223E9F78
_MESSAGE, _ATTACHMENT = 1, 2
_EMBEDDED_MESSAGE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


def tnef(
    *, subject: str = "", body: str = "", html: str = "", rtf: bytes = b"", files: Sequence = (), codepage: int = 1252
) -> bytes:
    """A winmail.dat. ``files`` are (name, bytes), or (name, a winmail.dat) with a third True for a letter in it."""
    properties = b""
    count = 0
    for tag, kind, value in (
        (0x1000, 0x1F, (body + "\0").encode("utf-16-le") if body else b""),
        (0x1013, 0x102, html.encode("cp1252")),
        (0x1009, 0x102, compressed(rtf) if rtf else b""),
    ):
        if value:
            properties += _property(tag, kind, value)
            count += 1
    out = struct.pack("<IH", _SIGNATURE, 1)
    out += _attribute(_MESSAGE, 0x9006, 8, struct.pack("<I", 0x10000))
    out += _attribute(_MESSAGE, 0x9007, 6, struct.pack("<II", codepage, 0))
    if subject:
        out += _attribute(_MESSAGE, 0x8004, 1, subject.encode("cp1252") + b"\0")
    out += _attribute(_MESSAGE, 0x9003, 6, struct.pack("<I", count) + properties)
    for name, content, *letter in files:
        out += _attribute(_ATTACHMENT, 0x9002, 6, b"\0" * 14)
        out += _attribute(_ATTACHMENT, 0x8010, 1, name[:12].encode("cp1252", "replace") + b"\0")
        long_name = _property(0x3707, 0x1F, (name + "\0").encode("utf-16-le"))
        if letter:
            inner = _property(0x3701, 0xD, _EMBEDDED_MESSAGE + content)
            out += _attribute(_ATTACHMENT, 0x9005, 6, struct.pack("<I", 2) + long_name + inner)
        else:
            out += _attribute(_ATTACHMENT, 0x800F, 6, content)
            out += _attribute(_ATTACHMENT, 0x9005, 6, struct.pack("<I", 1) + long_name)
    return out


def compressed(rtf: bytes) -> bytes:
    """Rich text in the wrapping that Outlook stores it in, uncompressed (MS-OXRTFCP, 2.1.3.1.3)."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def _attribute(level: int, name: int, kind: int, content: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def _property(tag: int, kind: int, content: bytes) -> bytes:
    return struct.pack("<HHII", kind, tag, 1, len(content)) + content + b"\0" * (-len(content) % 4)


def msg(*, subject: str = "", sender: str = "", body: str = "", html: bytes = b"", files: Sequence = ()) -> bytes:
    """A saved Outlook message. ``files`` are (name, bytes) or (name, the arguments of another message as a dict)."""
    from extract_msg.ole_writer import OleWriter

    writer = OleWriter()
    _fill(writer, [], subject=subject, sender=sender, body=body, html=html, files=files)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fill(writer, at: list[str], *, subject="", sender="", body="", html=b"", files=()) -> None:
    entries = b""
    words = {"001A": "IPM.Note", "0037": subject, "0C1A": sender, "1000": body}
    for tag, said in words.items():
        content = said.encode("utf-16-le")
        writer.addEntry([*at, f"__substg1.0_{tag}001F"], content)
        entries += struct.pack("<HHIII", 0x1F, int(tag, 16), 6, len(content) + 2, 0)
    if html:
        writer.addEntry([*at, "__substg1.0_10130102"], html)
        entries += struct.pack("<HHIII", 0x102, 0x1013, 6, len(html), 0)
    # Unicode strings throughout (PidTagStoreSupportMask).
    entries += struct.pack("<HHIII", 3, 0x340D, 6, 0x40000, 0)
    head = struct.pack("<8xIIII", 0, len(files), 0, len(files)) + (b"" if at else b"\0" * 8)
    writer.addEntry([*at, "__properties_version1.0"], head + entries)
    if not at:
        for stream in ("00020102", "00030102", "00040102"):
            writer.addEntry(["__nameid_version1.0", f"__substg1.0_{stream}"], b"")
    for number, (name, content) in enumerate(files):
        place = [*at, f"__attach_version1.0_#{number:08X}"]
        is_letter = isinstance(content, dict)
        named = name.encode("utf-16-le")
        writer.addEntry([*place, "__substg1.0_3707001F"], named)
        rows = struct.pack("<HHIII", 0x1F, 0x3707, 6, len(named) + 2, 0)
        rows += struct.pack("<HHIII", 3, 0x3705, 6, 5 if is_letter else 1, 0)
        if is_letter:
            rows += struct.pack("<HHIII", 0xD, 0x3701, 6, 0xFFFFFFFF, 1)
            _fill(writer, [*place, "__substg1.0_3701000D"], **content)
        else:
            writer.addEntry([*place, "__substg1.0_37010102"], content)
            rows += struct.pack("<HHIII", 0x102, 0x3701, 6, len(content), 0)
        writer.addEntry([*place, "__properties_version1.0"], b"\0" * 8 + rows)
