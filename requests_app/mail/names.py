"""What the files of a letter are called, and what they are: the sender's name where it gave one that can be used."""

import re
import unicodedata

from ..publishing.files import extension_for, recognise, unique_names

__all__ = ["file_name", "kind_of", "made_up_name", "numbered", "with_extension"]

_PATH = re.compile(r"^[A-Za-z]:|\\|^/|(?:^|/)\.\.?/")
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_TYPED = re.compile(r".\.[A-Za-z0-9]{1,10}$")
_OCTETS = "application/octet-stream"
# A letter in parts has types of its own, which say more than what the bytes look like.
_KEPT = re.compile(r"(?:message|multipart)/|text/rfc822-headers$")
_STEMS = {"image": "picture", "audio": "recording", "video": "video"}
_OWN_NAMES = {"message/delivery-status": "delivery report.txt", "text/calendar": "invitation.ics"}
_OWN_NAMES |= {"message/disposition-notification": "receipt.txt", "text/rfc822-headers": "headers.txt"}


def file_name(*said: str) -> str:
    """The best of the names that a sender gave a file, safe to show; "" where none of them is one.

    The first wins, unless it lost letters on its way or has no extension and a later one has.
    """
    names = [name for name in (_clean(each) for each in said) if name]
    return min(names, key=lambda name: (("\ufffd" in name or "??" in name), not _TYPED.search(name)), default="")


def _clean(said: str) -> str:
    """Without path, controls, direction marks; a stroke in a reference such as "FOI 12/34" becomes a dash."""
    said = unicodedata.normalize("NFC", said.encode("utf-8", "replace").decode()[:2000]).strip()
    said = re.split(r"[\\/]", said)[-1] if _PATH.search(said) else said.replace("/", "-")
    said = "".join(c for c in said if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co", "Cn"))
    lost = said.count("?") > 1
    said = " ".join((said if lost else _FORBIDDEN.sub(" ", said)).split()).strip(". ")
    stem, dot, extension = said.rpartition(".")
    if dot and len(extension) <= 10:
        return stem[: 254 - len(extension)].rstrip(". ") + "." + extension if stem.strip(". ") else said
    return said[:255]


def kind_of(name: str, declared: str, content: bytes) -> str:
    """The content type by what is in the file, then its name, then what was declared."""
    if _KEPT.match(declared):
        return declared
    if not content:
        return declared or _OCTETS
    found = recognise(name, declared, content).content_type
    # A type without a signature that we know cannot be contradicted.
    return declared if found == _OCTETS and declared and not extension_for(declared) else found


def made_up_name(kind: str, number: int, subject: str = "") -> str:
    """A name for a file that came without: by its type, or by the subject of the letter that it is."""
    if kind == "message/rfc822":
        return f"{_clean(subject)[:100] or f'message {number}'}.eml"
    if kind in _OWN_NAMES:
        return _OWN_NAMES[kind]
    extension = extension_for(kind)
    return f"{_STEMS.get(kind.partition('/')[0], 'attachment')} {number}" + (f".{extension}" if extension else "")


def with_extension(name: str, kind: str) -> str:
    """The name, with the extension of its type where it has none."""
    extension = extension_for(kind)
    return name if _TYPED.search(name) or not extension else f"{name}.{extension}"


def numbered(names: list[str]) -> list[str]:
    """The names in order, told apart where two are the same: "report.pdf", "report (2).pdf"."""
    return unique_names(names)
