"""A request's letters and annotations as an Atom feed (RFC 4287), newest first."""

import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from .thread import Letter, Remark, RequestPage

# Characters that XML 1.0 cannot carry at all.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_atom(page: RequestPage, *, site: str, site_name: str) -> bytes:
    """The feed in UTF-8. Ids are made of public numbers, so that no change of title repeats an entry."""
    host = site.partition("://")[2]
    newest_first = sorted(page.entries, key=lambda entry: entry.on, reverse=True)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n',
        f"  <id>tag:{_text(host)},2026:request/{page.number}</id>\n",
        f"  <title>{_text(page.title)}</title>\n",
        f"  <subtitle>{_text(page.status_sentence)}</subtitle>\n",
        f"  <updated>{_moment(page.changed_at)}</updated>\n",
        f"  <generator>{_text(site_name)}</generator>\n",
        f"  <link rel={quoteattr('alternate')} href={quoteattr(site + page.url)}/>\n",
        f"  <link rel={quoteattr('self')} href={quoteattr(site + page.url + '.atom')}/>\n",
        *(_entry(entry, host, site) for entry in newest_first),
        "</feed>\n",
    ]
    return "".join(parts).encode()


def _entry(entry: Letter | Remark, host: str, site: str) -> str:
    content = entry.withheld or entry.html
    kind = "text" if entry.withheld else "html"
    return (
        "  <entry>\n"
        f"    <id>tag:{_text(host)},2026:{entry.anchor}</id>\n"
        f"    <title>{_text(entry.who)}</title>\n"
        f"    <author><name>{_text(entry.who)}</name></author>\n"
        f"    <updated>{_moment(entry.on)}</updated>\n"
        f"    <link href={quoteattr(f'{site}{entry.url}#{entry.anchor}')}/>\n"
        f'    <content type="{kind}">{_text(content)}</content>\n'
        "  </entry>\n"
    )


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", str(value)))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
