"""Readers of what Outlook packs letters into: winmail.dat (TNEF) and saved messages (.msg, .oft).

They run only through :mod:`requests_app.limited`, and load their libraries there. Each gives back one letter: its
``subject, from, to, date, plain, html`` as text, its ``files`` as ``{name, type, cid, blob}`` and its ``letters``,
which have a ``name`` besides. Depth, number and sizes are bounded here, time and memory by the process.
"""

import contextlib
from typing import Any

from ..limited import Answer
from .octets import decode_bytes, scrub

_DEEPEST = 5
_MOST_FILES = 500
_LONGEST_TEXT = 4_000_000
_LARGEST_RTF = 2_000_000


def read_tnef(content: bytes) -> Answer:
    """The letter in a winmail.dat. Raises where the package cannot be opened at all."""
    from tnefparse import TNEF

    blobs: list[bytes] = []
    package = TNEF(content, do_checksum=False)
    letter = _tnef_letter(package, blobs, 0)
    if not _says_anything(letter) and not package.mapiprops and not package.msgprops:
        raise ValueError("nothing in it")
    return Answer(letter, blobs)


def read_msg(content: bytes) -> Answer:
    """The letter in a .msg or .oft. Raises where the file cannot be opened at all."""
    import extract_msg
    from extract_msg.enums import ErrorBehavior

    blobs: list[bytes] = []
    message = extract_msg.openMsg(content, errorBehavior=ErrorBehavior.SUPPRESS_ALL, strict=False)
    letter = _msg_letter(message, blobs, 0)
    if not _says_anything(letter) and not letter["subject"]:
        raise ValueError("nothing in it")
    return Answer(letter, blobs)


def _says_anything(letter: dict[str, Any]) -> bool:
    return any(letter[name] for name in ("plain", "html", "files", "letters"))


def _letter(**found: Any) -> dict[str, Any]:
    blank = {"subject": "", "from": "", "to": "", "date": None, "plain": "", "html": "", "files": [], "letters": []}
    return blank | found


# winmail.dat


def _tnef_letter(tnef: Any, blobs: list[bytes], depth: int) -> dict[str, Any]:
    from tnefparse import properties as mapi

    letter = _letter(plain=_text(tnef.body, tnef.codepage), html=_text(tnef.htmlbody, tnef.codepage))
    if not letter["plain"].strip() and not letter["html"].strip():
        with contextlib.suppress(Exception):
            letter |= _from_rtf(tnef.rtfbody)
    given = {one.name: one for one in tnef.msgprops}
    letter["subject"] = _text(getattr(given.get(tnef.ATTSUBJECT), "data", ""), tnef.codepage)
    for one in tnef.mapiprops:
        with contextlib.suppress(Exception):
            if one.name == mapi.MAPI_SUBJECT and not letter["subject"]:
                letter["subject"] = _text(one.data, tnef.codepage)
            elif one.name == mapi.MAPI_SENT_REPRESENTING_NAME:
                letter["from"] = _text(one.data, tnef.codepage)
            elif one.name == mapi.MAPI_CLIENT_SUBMIT_TIME:
                letter["date"] = one.data.isoformat()
    for one in tnef.attachments[:_MOST_FILES]:
        name = _text(one._name, tnef.codepage)
        with contextlib.suppress(Exception):
            name = _text(one.long_filename(), tnef.codepage) or name
        if hasattr(one, "embed") and depth < _DEEPEST:
            inner = _tnef_letter(one.embed, blobs, depth + 1)
            letter["letters"].append(inner | {"name": name or inner["subject"]})
        elif one.data:
            kinds = {each.name: each for each in one.mapi_attrs}
            kind, cid = (_property(kinds, name) for name in (mapi.MAPI_ATTACH_MIME_TAG, mapi.MAPI_ATTACH_CONTENT_ID))
            letter["files"].append(_file(name, kind, cid, bytes(one.data), blobs))
    return letter


def _property(kinds: dict[int, Any], name: int) -> str:
    with contextlib.suppress(Exception):
        return _text(kinds[name].data, None)
    return ""


# .msg


def _msg_letter(message: Any, blobs: list[bytes], depth: int) -> dict[str, Any]:
    letter = _letter()
    for key, attribute in (("subject", "subject"), ("from", "sender"), ("to", "to"), ("plain", "body")):
        with contextlib.suppress(Exception):
            letter[key] = _text(getattr(message, attribute), None)
    with contextlib.suppress(Exception):
        letter["date"] = message.date.isoformat() if message.date else None
    with contextlib.suppress(Exception):
        letter["html"] = _text(
            message.getStream("__substg1.0_10130102") or message.getStringStream("__substg1.0_1013"), None
        )
    if not letter["plain"].strip() and not letter["html"].strip():
        with contextlib.suppress(Exception):
            letter |= _from_rtf(message.rtfBody)
    for one in list(message.attachments)[:_MOST_FILES]:
        with contextlib.suppress(Exception):
            _msg_attachment(one, letter, blobs, depth)
    return letter


def _msg_attachment(one: Any, letter: dict[str, Any], blobs: list[bytes], depth: int) -> None:
    data = one.data
    name = _text(getattr(one, "longFilename", None) or getattr(one, "shortFilename", None) or one.name or "", None)
    if isinstance(data, bytes) and not data and not name:
        return
    if isinstance(data, bytes):
        cid = _text(getattr(one, "cid", None), None)
        letter["files"].append(_file(name, _text(getattr(one, "mimetype", None), None), cid, data, blobs))
    elif data is not None and depth < _DEEPEST:
        inner = _msg_letter(data, blobs, depth + 1)
        letter["letters"].append(inner | {"name": name or inner["subject"]})


# What both have


def _file(name: str, kind: str, cid: str, content: bytes, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(content)
    return {"name": name, "type": kind, "cid": cid.strip("<>"), "blob": len(blobs) - 1}


def _text(value: Any, codepage: str | None) -> str:
    if isinstance(value, (bytes, bytearray)):
        value = decode_bytes(bytes(value).rstrip(b"\x00"), codepage)[0]
    return scrub(str(value or "").rstrip("\x00")[:_LONGEST_TEXT])


def _from_rtf(rtf: bytes | None) -> dict[str, str]:
    """The text of a rich body: the HTML or text that Outlook wrapped into it, or what the rich text says."""
    if not rtf or len(rtf) > _LARGEST_RTF:
        return {}
    if b"\\fromhtml" in rtf[:2000] or b"\\fromtext" in rtf[:2000]:
        with contextlib.suppress(Exception):
            from RTFDE.deencapsulate import DeEncapsulator

            inside = DeEncapsulator(rtf)
            inside.deencapsulate()
            if inside.content_type == "html":
                return {"html": _text(inside.html, None)}
            return {"plain": _text(inside.text, None)}
    from striprtf.striprtf import rtf_to_text

    return {"plain": rtf_to_text(rtf.decode("latin-1"), errors="replace")[:_LONGEST_TEXT]}


def read_rtf(content: bytes) -> Answer:
    """The text of a rich text document, as ``{"plain": …}`` or ``{"html": …}``."""
    return Answer(_from_rtf(content))
