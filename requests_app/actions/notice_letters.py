"""The one letter of a day to one person or authority, from the parts that there are for it."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from ..models import Audience
from ..site_facts import site_facts
from .digests import News, news_follows, words_of
from .following import token_for
from .notice_check import Recipient, Row
from .notice_words import SWITCHABLE, Part, settings_url
from .reminder_switches import Stop, headers_for, stop_url

# A letter says so much of each; the rest is counted, and is on the site.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """Rendered. ``about``: the request whose address of ours it leaves from, so that what comes back to it is held."""

    template: str
    subject: str
    body: str
    headers: dict[str, str]
    about: Row | None = None


def letter_to_authority(recipient: Recipient, parts: list[tuple[Row, Part]]) -> Letter:
    """One reminder by itself; several as sections of one letter, from the notice address of the first request.

    Those before a date can be stopped with one click.
    """
    kinds = tuple(sorted({part.kind for _row, part in parts if part.kind in SWITCHABLE[Audience.AUTHORITY]}))
    url = stop_url(Stop(None, recipient.number, kinds))
    if len(parts) == 1:
        return _alone(*parts[0], url)
    words = {"optional": bool(url), "unsubscribe_url": url, "inbox_url": f"{settings.SITE_URL}/inbox/"}
    return replace(_together("daily_authority", parts, words, url), about=parts[0][0])


def letter_to_person(recipient: Recipient, parts: list[tuple[Row, Part]], news: News | None) -> Letter:
    """Reminders and what happened to what the person follows; news alone look as they always did."""
    rhythms = tuple(news.rhythms) if news else ()
    url = stop_url(Stop(recipient.number, None, tuple(sorted({part.kind for _row, part in parts})), rhythms))
    if not parts and news:
        if len(rhythms) == 1:
            url = f"{settings.SITE_URL}/unsubscribe/{token_for(news_follows(news))}"
        words = words_of(news)
        return _together("follow_digest", [], words | {"unsubscribe_url": url}, url)
    if len(parts) == 1 and news is None:
        return _alone(*parts[0], url)
    words = {"unsubscribe_url": url, "requests_url": f"{settings.SITE_URL}/my/requests/"}
    if news:
        words |= words_of(news) | {"total": len(parts) + len(news.items)}
    return _together("daily_requester", parts, words | {"settings_url": settings_url()}, url)


def _alone(row: Row, part: Part, url: str) -> Letter:
    subject, body = part.whole(url)
    return Letter(part.template, subject, body, headers_for(url), row if row.get("foi_request_id") else None)


def _together(template: str, parts: list[tuple[Row, Part]], words: dict[str, object], url: str) -> Letter:
    shown = parts[:SHOWN]
    context = {
        **site_facts(),
        "sections": [{"heading": part.heading, "text": part.text()} for _row, part in shown],
        "left_out": len(parts) - len(shown),
        "total": len(parts),
        **words,
    }
    engine = engines["django"].engine
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = (
            engine.get_template(f"mail/{template}/{name}.txt").render(Context(context, autoescape=False))
            for name in ("subject", "body")
        )
    return Letter(template, subject, body, headers_for(url))
