"""Recognise attachments by what is in them, and give them names that are safe to serve and to publish."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import filetype

from .redaction import LABELS, MaskLabels, Rule, apply_rules, mask

LONGEST_NAME = 120
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_OCTETS = "application/octet-stream"

# extension → (content type, label). The first extension of a content type is its own.
_KINDS: dict[str, tuple[str, str]] = {
    "pdf": ("application/pdf", "PDF"),
    "docx": (f"{_OOXML}.wordprocessingml.document", "Word document"),
    "doc": ("application/msword", "Word document"),
    "docm": ("application/vnd.ms-word.document.macroenabled.12", "Word document with macros"),
    "xlsx": (f"{_OOXML}.spreadsheetml.sheet", "Excel spreadsheet"),
    "xls": ("application/vnd.ms-excel", "Excel spreadsheet"),
    "xlsm": ("application/vnd.ms-excel.sheet.macroenabled.12", "Excel spreadsheet with macros"),
    "pptx": (f"{_OOXML}.presentationml.presentation", "PowerPoint presentation"),
    "ppt": ("application/vnd.ms-powerpoint", "PowerPoint presentation"),
    "odt": ("application/vnd.oasis.opendocument.text", "OpenDocument text"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet"),
    "odp": ("application/vnd.oasis.opendocument.presentation", "OpenDocument presentation"),
    "rtf": ("application/rtf", "Rich text document"),
    "csv": ("text/csv", "CSV table"),
    "txt": ("text/plain", "Text file"),
    "html": ("text/html", "Web page"),
    "xml": ("application/xml", "XML data"),
    "json": ("application/json", "JSON data"),
    "ics": ("text/calendar", "Calendar entry"),
    "vcf": ("text/vcard", "Contact card"),
    "eml": ("message/rfc822", "E-mail message"),
    "msg": ("application/vnd.ms-outlook", "Outlook message"),
    "dat": ("application/ms-tnef", "Outlook package"),
    "p7s": ("application/pkcs7-signature", "Signature"),
    "asc": ("application/pgp-signature", "Signature"),
    "zip": ("application/zip", "ZIP archive"),
    "7z": ("application/x-7z-compressed", "7-Zip archive"),
    "rar": ("application/vnd.rar", "RAR archive"),
    "gz": ("application/gzip", "Compressed file"),
    "jpg": ("image/jpeg", "JPEG picture"),
    "png": ("image/png", "PNG picture"),
    "gif": ("image/gif", "GIF picture"),
    "tif": ("image/tiff", "TIFF picture"),
    "bmp": ("image/bmp", "Bitmap picture"),
    "webp": ("image/webp", "WebP picture"),
    "heic": ("image/heic", "HEIC picture"),
    "avif": ("image/avif", "AVIF picture"),
    "svg": ("image/svg+xml", "SVG drawing"),
    "mp3": ("audio/mpeg", "Sound recording"),
    "wav": ("audio/x-wav", "Sound recording"),
    "m4a": ("audio/mp4", "Sound recording"),
    "mp4": ("video/mp4", "Video"),
    "3gp": ("video/3gpp", "Video"),
    "mov": ("video/quicktime", "Video"),
    "exe": ("application/vnd.microsoft.portable-executable", "Program"),
}
_ALIASES = {"jpeg": "jpg", "tiff": "tif", "htm": "html", "xhtml": "html", "text": "txt", "log": "txt", "elf": "exe"}
_ALIASES |= {"oft": "msg", "heif": "heic", "m4v": "mp4"}
_BY_TYPE = {kind[0]: extension for extension, kind in reversed(_KINDS.items())}
_BY_TYPE |= {"text/xml": "xml", "application/x-pdf": "pdf", "text/rtf": "rtf", "image/jpg": "jpg", "text/x-csv": "csv"}
_BY_TYPE |= {"application/excel": "xls", "application/x-zip-compressed": "zip", "text/x-vcard": "vcf"}
# What a name may decide only when the content agrees that it is text, or an old Office file.
_TEXT = {"csv", "txt", "html", "xml", "json", "ics", "vcf", "eml", "rtf", "svg", "asc"}
_OLE = {"doc", "xls", "ppt", "msg"}
_STREAMS = (("__properties_version1.0", "msg"), ("WordDocument", "doc"), ("Workbook", "xls"))
_STREAMS += (("PowerPoint Document", "ppt"),)
_ZIP_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_ZIP_FLAVOURS = {"docx": {"docx", "docm"}, "xlsx": {"xlsx", "xlsm"}, "pptx": {"pptx"}}
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class FileKind:
    """What a file is. ``label`` is English, for gettext."""

    content_type: str
    extension: str
    label: str

    @property
    def proven(self) -> str:
        """The extension where the content bears it out, else "": a name by itself says nothing about what is in it."""
        return "" if self.content_type == _OCTETS else self.extension


def recognise(name: str, declared_type: str, content: bytes) -> FileKind:
    """What the file is by its content, then its name, then what the sender declared. Opens nothing. Never raises."""
    by_name = _extension(name)
    extension = _by_content(content, by_name) or _by_name(content, by_name) or _by_declaration(content, declared_type)
    if extension in _KINDS:
        content_type, label = _KINDS[extension]
        return FileKind(content_type, extension, label)
    return FileKind(_OCTETS, by_name, "File")


def extension_for(content_type: str) -> str:
    """The usual extension of a content type, without its dot; "" where it has none."""
    return _BY_TYPE.get(content_type, "")


def may_show_inline(kind: FileKind) -> bool:
    """Whether a browser may open the file on our pages. It may not: everything is a download."""
    return False


def safe_name(
    name: str,
    *,
    rules: Iterable[Rule] = (),
    labels: MaskLabels = LABELS,
    fallback: str = "file",
    known: Iterable[str] = (),
) -> str:
    """The name without path, controls, tricks of direction or addresses; 1 to 120 characters, extension kept.

    ``rules`` are redactions, as for the letter the file came with, and ``known`` addresses, as for mask().
    """
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()[:4000])
    name = re.split(r"[\\/]", name)[-1]
    # Format characters (Cf) hold the direction overrides with which "exe.pdf" hides that it ends in "exe".
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co", "Cn"))
    # What cannot stand at the end would hide the extension before it.
    name = re.sub(r'[<>:"|?*\s.]+$', "", apply_rules(name, rules))
    stem, dot, extension = name.rpartition(".")
    if not dot or not re.fullmatch(r"\w{1,10}", extension):
        stem, extension = name, ""
    masked = mask(stem, labels, known=known)
    if extension and mask(f"{masked}.{extension}", labels, known=known) != f"{masked}.{extension}":
        # The end of an address or number, such as "jo@x.example", is no extension.
        masked, extension = mask(name, labels, known=known), ""
    stem = masked
    stem = " ".join(_NOT_IN_NAMES.sub(" ", stem).split()).strip(". ")
    if not stem or _RESERVED.match(stem):
        stem = f"{fallback} {stem}".strip()
    extension = extension.lower()
    room = LONGEST_NAME - (len(extension) + 1 if extension else 0)
    stem = stem[:room].rstrip(". ")
    return f"{stem}.{extension}" if extension else stem


def unique_names(names: Iterable[str]) -> list[str]:
    """The names in order, later ones numbered where two would collide on a disk that ignores letter case."""
    taken: set[str] = set()
    next_number: dict[str, int] = {}
    out = []
    for name in names:
        candidate = name
        stem, dot, extension = name.rpartition(".")
        stem, suffix = (stem, dot + extension) if stem else (name, "")
        while candidate.lower() in taken:
            next_number[name.lower()] = number = next_number.get(name.lower(), 1) + 1
            tail = f" ({number}){suffix}"
            candidate = stem[: LONGEST_NAME - len(tail)] + tail
        taken.add(candidate.lower())
        out.append(candidate)
    return out


def human_size(n: int) -> str:
    """ "512 bytes", "84 kB", "1.2 MB": thousands, as shops and file managers count."""
    if n < 1000:
        return "1 byte" if n == 1 else f"{n} bytes"
    for limit, unit in ((999_500, "kB"), (999_950_000, "MB")):
        if n < limit:
            size = n / (1000 if unit == "kB" else 1_000_000)
            return f"{size:.0f} {unit}" if unit == "kB" else f"{size:.1f} {unit}".replace(".0 ", " ")
    return f"{n / 1_000_000_000:.1f} GB".replace(".0 ", " ")


def _extension(name: str) -> str:
    match = re.search(r"\.([A-Za-z0-9]{1,10})\s*$", name[-200:])
    extension = match[1].lower() if match else ""
    return _ALIASES.get(extension, extension)


def _by_content(content: bytes, by_name: str) -> str:
    if content[:1024].lstrip().startswith(b"%PDF-") or content.startswith(b"\xef\xbb\xbf%PDF-"):
        return "pdf"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return by_name if by_name in _OLE else _by_streams(content)
    if content.startswith(b"PK\x03\x04"):
        return _by_zip(content, by_name)
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"\x78\x9f\x3e\x22"):
        return "dat"
    guess = filetype.guess(content[:8192]) if content else None
    extension = _ALIASES.get(guess.extension, guess.extension) if guess else ""
    return extension if extension in _KINDS else ""


def _by_streams(content: bytes) -> str:
    """Which program wrote an old compound file, by the names of the streams in it; "" for one of another program."""
    for stream, extension in _STREAMS:
        if stream.encode("utf-16-le") in content:
            return extension
    return ""


def _by_zip(content: bytes, by_name: str) -> str:
    """Which of the formats that are ZIP files inside. Names only: nothing is unpacked but a short type note."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:5000]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return _BY_TYPE.get(said, "" if said.startswith(_ODF) else "zip")
    except Exception:  # cut off, encrypted or lying: the name may still say which office wrote it
        return by_name if any(by_name in flavours for flavours in _ZIP_FLAVOURS.values()) else "zip"
    for folder, extension in _ZIP_PARTS:
        if any(name.startswith(folder) for name in names):
            return by_name if by_name in _ZIP_FLAVOURS[extension] else extension
    # Other programs pack theirs in the same way: drawings of Visio, sheets of XPS.
    return "" if "[Content_Types].xml" in names else "zip"


def _by_name(content: bytes, by_name: str) -> str:
    return by_name if by_name in _TEXT and _is_text(content) else ""


def _by_declaration(content: bytes, declared_type: str) -> str:
    extension = _BY_TYPE.get(declared_type.split(";")[0].strip().lower(), "")
    if extension in _TEXT or not extension:
        return (extension or "txt") if content and _is_text(content) else ""
    # A type that has a signature, and whose signature was not there, is not believed.
    return extension if extension in ("p7s", "msg", "dat", "heic") else ""


def _is_text(content: bytes) -> bool:
    sample = content[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample)
