"""Mail that the demo caught, and a sample of every letter. These routes exist in embedded mode only."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from foitracker import mailbox

from ..demo import letters as samples
from ..mail.parse import parse
from ..publishing.links import find
from .access import public_page

SHOWN = 200


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """The caught letters, newest first."""
    letters = [
        {**vars(row), "when": moment(row.at), "from_name": parseaddr(row.sender)[0] or row.sender}
        for row in mailbox.messages(settings.HOME, limit=SHOWN)
    ]
    return render(request, "dev/mail.html", {"letters": letters, "lmtp_port": settings.LMTP_PORT})


@require_safe
@public_page
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """One caught letter as text, its links clickable, and how to answer it."""
    try:
        raw = mailbox.read(settings.HOME, number)
    except FileNotFoundError:
        raise Http404 from None
    read = parse(raw)
    caught = next((row for row in mailbox.messages(settings.HOME, limit=10_000) if row.id == number), None)
    context = {
        "number": number,
        "letter": read,
        "caught": caught,
        "when": moment(caught.at) if caught else None,
        "text": with_links(read.text),
        "headers": [(name, value) for name, value in read.headers if name != "subject"],
        "answerable": f"@{settings.MAIL_DOMAIN}" in (read.from_address or "") and "no-reply" not in read.from_address,
        "lmtp_port": settings.LMTP_PORT,
        "home": settings.HOME,
    }
    return render(request, "dev/letter.html", context)


@require_safe
@public_page
def letters(request: HttpRequest) -> HttpResponse:
    """Every kind of letter that the site sends, with sample data."""
    return render(request, "dev/letters.html", {"letters": [samples.sample(name) for name in samples.names()]})


@require_safe
@public_page
def sample_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One kind of letter with sample data, as its reader gets it."""
    try:
        shown = samples.sample(name)
    except KeyError:
        raise Http404 from None
    known = samples.names()
    at = known.index(name)
    context = {
        "letter": shown,
        "text": with_links(shown.body, leads_nowhere=samples.is_sample),
        "before": known[at - 1] if at else "",
        "after": known[at + 1] if at + 1 < len(known) else "",
    }
    return render(request, "dev/sample_letter.html", context)


def moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


def with_links(text: str, *, leads_nowhere: Callable[[str], bool] = lambda _address: False) -> SafeString:
    """The text, escaped, with each address of a page as a link in full; as soft words where it leads nowhere."""
    pieces, at = [], 0
    for link in find(text):
        pieces.append((format_html("{}", text[at : link.start]),))
        shown = text[link.start : link.end]
        if leads_nowhere(link.href):
            pieces.append((format_html('<span class="soft">{}</span>', shown),))
        else:
            pieces.append((format_html('<a href="{}">{}</a>', link.href, shown),))
        at = link.end
    pieces.append((format_html("{}", text[at:]),))
    return format_html_join("", "{}", pieces)
