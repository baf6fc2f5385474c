"""Parts of the request page that many pages share: printed once in a process and kept, for every page pays for them."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from requests_app.exports.clock_picture import ClockPicture
from requests_app.exports.thread import RequestPage

register = template.Library()

# They stand in a kept part where a page's own values go; no text of ours has these characters.
URL, NUMBER, AUTHORITY, AUTHORITY_URL = ("\ue000url\ue001", "\ue000number\ue001", "\ue000body\ue001", "\ue000at\ue001")


@register.simple_tag
def clock_figure(picture: ClockPicture, id: str = "clock") -> SafeString:
    """The clock's drawings and what they show in words; kept with the picture, which pages of the same days share."""
    kept = picture.__dict__.setdefault("kept_html", {})
    key = (id, get_language())
    if key not in kept:
        kept[key] = get_template("components/clock_figure.html").render({"picture": picture, "id": id})
    return kept[key]


@register.simple_tag(takes_context=True)
def page_part(context: Context, name: str) -> SafeString:
    """``public/<name>.html`` for this page, of which only its address, number and authority differ from others."""
    page: RequestPage = context["page"]
    printed = _part.__wrapped__ if settings.DEBUG else _part
    html = printed(name, page.is_imported, context.get("CONTACT_EMAIL", ""), get_language())
    for mark, value in (
        (URL, page.url),
        (NUMBER, page.number),
        (AUTHORITY_URL, page.authority.url),
        (AUTHORITY, page.authority.name),
    ):
        html = html.replace(mark, escape(value))
    return mark_safe(html)  # noqa: S308 - the template escaped its own words, the values are escaped here


@lru_cache(maxsize=64)
def _part(name: str, is_imported: bool, contact: str, language: str | None) -> str:
    authority = {"name": AUTHORITY, "url": AUTHORITY_URL}
    page = {"url": URL, "number": NUMBER, "authority": authority, "is_imported": is_imported}
    return str(get_template(f"public/{name}.html").render({"page": page, "CONTACT_EMAIL": contact}))
