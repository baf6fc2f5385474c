"""The names that senders give character sets, and what those names mean in practice."""

import codecs
import re

# What senders call by a name that Python does not know, and families where only the larger set is safe: nobody
# who writes iso-8859-1 or gb2312 keeps to it. The WHATWG Encoding Standard reads the same way.
_MEANT = {
    **dict.fromkeys(("iso88591", "latin1", "l1", "usascii", "ascii", "ansix341968", "cp819", "ibm819"), "cp1252"),
    **dict.fromkeys(("windows1252", "cp1252", "xansi", "ansi", "ansi1252", "xcp1252", "msansi"), "cp1252"),
    **dict.fromkeys(
        ("gb2312", "gb231280", "gbk", "xgbk", "cngb", "euccn", "cp936", "windows936", "gb18030"), "gb18030"
    ),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "ksx1001", "windows949", "xwindows949", "uhc"), "cp949"),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "windows31j", "mskanji", "ms932", "cp932"), "cp932"),
    **dict.fromkeys(("iso2022jp", "csiso2022jp", "iso2022jpms", "cp50220", "cp50221", "cp50222"), "iso2022_jp_ext"),
    **dict.fromkeys(("hz", "hzgb2312"), "hz"),
    **dict.fromkeys(("utf7", "unicode11utf7", "xunicode20utf7", "csunicode11utf7"), "utf-7"),
    **dict.fromkeys(("utf8", "utf8mb4", "unicode11utf8", "cp65001", "windows65001", "xutf8", "utf8n"), "utf-8"),
    **dict.fromkeys(("unicode", "utf16", "ucs2", "iso10646ucs2", "utf16le", "ucs2le"), "utf-16-le"),
    **dict.fromkeys(("unicodefffe", "utf16be"), "utf-16-be"),
    **dict.fromkeys(("iso88598i", "iso88598e", "iso88598", "windows1255"), "cp1255"),
    **dict.fromkeys(("iso88599", "latin5", "windows1254"), "cp1254"),
    **dict.fromkeys(("iso885911", "tis620", "windows874", "xwindows874"), "cp874"),
    **dict.fromkeys(("big5", "xbig5", "cp950", "windows950", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("xmacroman", "macintosh", "mac", "xmac"), "mac_roman"),
    **dict.fromkeys(("xeucjp", "eucjp", "ujis"), "euc_jp"),
    "xmaccyrillic": "mac_cyrillic",
    "koi8": "koi8_r",
}
# Said where the sender's program did not know either.
_NO_NAME = re.compile(r"^(?:x-?)?(?:unknown|user-?defined|default|none|binary|8-?bit|7-?bit|auto|null|undefined)\b")
_BURIED = re.compile(
    r"utf[-_ ]?(?:8|7|16(?:[bl]e)?)|iso[-_ ]?8859[-_ ]?\d{1,2}|iso-2022-(?:jp|kr)"
    r"|(?:windows|cp)[-_ ]?(?:125\d|874|93[26]|949)|gb[-_ ]?(?:18030|2312|k)|big5"
    r"|shift[-_]?jis|euc[-_](?:jp|kr)|koi8[-_][ru]|us-ascii",
)
# Codecs that Python has for other purposes than reading a text.
_NOT_FOR_TEXT = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap"}


def codec_for(charset: str | None) -> str:
    """The name of Python's codec for what a sender wrote after ``charset=``; "" where that names nothing.

    Quotation marks, punctuation and words that ran into the name are taken off: ``"utf-8;"``, ``utf-8"http-equiv``.
    """
    said = (charset or "")[:200].strip(" \t\r\n'\"<>;,").lower().removeprefix("charset=").strip(" '\"")
    if not said or _NO_NAME.match(said):
        return ""
    first = re.split(r"[\s;,<>\"'?*]", said, maxsplit=1)[0]
    for name in (first, *(match[0] for match in _BURIED.finditer(said))):
        if meant := _MEANT.get(re.sub(r"[^a-z0-9]", "", name)):
            return meant
        if (known := _known(name)) and known not in _NOT_FOR_TEXT:
            return known
    return ""


def _known(name: str) -> str:
    for each in (name, re.sub(r"[ _]", "-", name), re.sub(r"^(windows|cp|iso|ibm)[-_ ]?(?=\d)", r"\1-", name)):
        try:
            info = codecs.lookup(each)
        except (LookupError, ValueError, UnicodeError):
            continue
        # Python counts hex and rot13 among its codecs; a private flag is how bytes.decode tells them apart.
        return info.name.replace("-", "_") if getattr(info, "_is_text_encoding", True) else ""
    return ""
