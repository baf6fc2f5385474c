"""The addresses in a letter, without the detours that mail filters wrap them in.

A filter's detour is longer than the sentence around it, and Outlook's names the reader's own address in it.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

_LONGEST = 2_083
_DETOUR = re.compile(
    r"https?://(?:[\w.-]{1,100}\.safelinks\.protection\.outlook\.com|urldefense\.(?:proofpoint\.com|com|us)"
    r"|linkprotect\.cudasvc\.com)/[^\s<>\"\]]{1,4000}",
    re.IGNORECASE,
)


def unwrapped(address: str) -> str:
    """Where an address leads, read from the address itself and never asked of anybody; else the address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if host.endswith(".safelinks.protection.outlook.com"):
            inner = parse_qs(parts.query).get("url", [""])[0]
        elif host == "urldefense.proofpoint.com" and parts.path.startswith("/v2/"):
            inner = unquote(parse_qs(parts.query).get("u", [""])[0].translate(str.maketrans("-_", "%/")))
        elif host.startswith("urldefense.") and parts.path.startswith("/v3/__"):
            inner = re.sub(r"^(https?):/(?!/)", r"\1://", address.partition("/v3/__")[2].partition("__;")[0])
            inner = "" if "*" in inner else inner  # letters that it took out stand elsewhere, in a code of its own
        elif host == "linkprotect.cudasvc.com":
            inner = parse_qs(parts.query).get("a", [""])[0]
        elif host in ("www.google.com", "www.google.co.uk") and parts.path == "/url":
            query = parse_qs(parts.query)
            inner = (query.get("q") or query.get("url") or [""])[0]
        else:
            return address
    except ValueError:
        return address
    return inner if re.match(r"https?://[^\s<>\"]+$", inner) and len(inner) <= _LONGEST else address


def unwrap_in(text: str) -> str:
    """The text, with each detour in it replaced by where it leads."""
    if "safelinks" not in text and "urldefense" not in text and "cudasvc" not in text:
        return text
    return _DETOUR.sub(lambda match: unwrapped(match[0]), text)


class Links:
    """The numbered links of one text, listed where the part of the letter that they stand in ends."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def mark(self, href: str, said: str) -> str:
        """What stands behind the words of a link: " [1]", " <jo@x.example>", or "" where the words say it all."""
        href = re.sub(r"[\s\x00-\x1f]", "", href) if href[:5].lower() != "mailto" else href.strip()
        scheme, _, rest = href.partition(":")
        scheme = scheme.lower()
        if not said.strip() or scheme not in ("http", "https", "ftp", "mailto"):
            return ""
        if scheme == "mailto":
            address = unquote(rest.split("?", 1)[0])
            return "" if not address or address.lower() in said.lower() or len(address) > 320 else f" <{address}>"
        href = unwrapped(href)
        if len(href) > _LONGEST or _bare(href) == _bare(said):
            return ""
        return f" [{self._numbers.setdefault(href, len(self._numbers) + 1)}]"

    def due(self) -> list[str]:
        """The lines of links that were not listed yet."""
        new = [f"[{number}] {href}" for href, number in self._numbers.items() if number > self._listed]
        self._listed = len(self._numbers)
        return new


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?|^ftp://", "", address.strip().lower()).rstrip("/")
