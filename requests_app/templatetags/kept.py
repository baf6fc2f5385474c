"""Parts of the request page that many pages share: printed once in a process as a shell with places in it.

The templates stay the only source of the markup. A shell is what a template prints for marks instead of values;
a page then costs one join instead of a walk through the template. Values are escaped as the template would.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from requests_app.exports.clock_picture import ClockPicture
from requests_app.exports.thread import Letter, Remark, RequestPage
from requests_app.templatetags.foi import day

register = template.Library()

# A mark is a word between two characters that no text of ours has.
_MARK = re.compile("\ue000([a-z_]+)\ue001")
# Stands for a letter's moment, since the templates' filters want one; printed, it is looked for and marked.
_MOMENT = datetime(9876, 5, 4, 3, 2, 1, tzinfo=UTC)


def mark(name: str) -> str:
    return f"\ue000{name}\ue001"


class Shell:
    """A printed template cut at its marks."""

    def __init__(self, html: str) -> None:
        html = html.replace(localtime(_MOMENT).isoformat(), mark("moment")).replace(day(_MOMENT), mark("day"))
        self.parts = _MARK.split(html)

    def filled(self, values: dict[str, object]) -> SafeString:
        """The markup with every mark replaced by its value, escaped unless it is safe already."""
        parts = list(self.parts)
        parts[1::2] = [str(conditional_escape(values[name])) for name in self.parts[1::2]]
        return mark_safe("".join(parts))  # noqa: S308 - the template's own words, and values escaped above


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
    """``public/<name>.html`` for this page.

    There the page has its address, number, title, status sentence, names and addresses of requester and
    authority to print, and its law, its import and the suspension to ask about.
    """
    page: RequestPage = context["page"]
    make = _page_shell.__wrapped__ if settings.DEBUG else _page_shell
    shape = (name, page.law, page.is_imported, page.requester_suspended)
    shell = make(*shape, context.get("CONTACT_EMAIL", ""), get_language())
    return shell.filled(
        {
            "url": page.url,
            "number": page.number,
            "title": page.title,
            "status_sentence": page.status_sentence,
            "requester": page.requester,
            "requester_url": page.requester_url,
            "authority": page.authority.name,
            "authority_url": page.authority.url,
        }
    )


@lru_cache(maxsize=64)
def _page_shell(
    name: str, law: str, is_imported: bool, is_suspended: bool, contact: str, language: str | None
) -> Shell:
    names = ("url", "number", "title", "status_sentence", "requester", "requester_url")
    page = {name: mark(name) for name in names} | {
        "authority": {"name": mark("authority"), "url": mark("authority_url")},
        "law": law,
        "is_imported": is_imported,
        "requester_suspended": is_suspended,
    }
    return Shell(get_template(f"public/{name}.html").render({"page": page, "CONTACT_EMAIL": contact}))


@register.simple_tag
def thread_entry(entry: Letter | Remark) -> SafeString:
    """A letter or an annotation, as ``components/letter.html`` and ``components/annotation.html`` print it."""
    if entry.is_annotation:
        shape = ("annotation", "", False, bool(entry.withheld), None, "")
    else:
        icon = entry.delivery.icon if entry.delivery else None
        shape = ("letter", entry.side, bool(entry.kind_label), bool(entry.withheld), icon, entry.lang)
        if entry.files:
            return get_template("components/letter.html").render({"letter": entry})
    make = _entry_shell.__wrapped__ if settings.DEBUG else _entry_shell
    return make(*shape, get_language()).filled(
        {
            "anchor": entry.anchor,
            "url": entry.url,
            "who": entry.who,
            "moment": date_format(entry.on, "c"),
            "day": day(entry.on),
            "html": entry.html,
            "withheld": entry.withheld,
            "kind_label": "" if entry.is_annotation else entry.kind_label,
            "delivery": entry.delivery.text if not entry.is_annotation and entry.delivery else "",
        }
    )


@lru_cache(maxsize=64)
def _entry_shell(
    name: str, side: str, has_label: bool, is_withheld: bool, icon: str | None, lang: str, language: str | None
) -> Shell:
    entry = {name: mark(name) for name in ("anchor", "url", "who", "html")} | {
        "side": side,
        "on": _MOMENT,
        "lang": lang,
        "kind_label": mark("kind_label") if has_label else "",
        "withheld": mark("withheld") if is_withheld else "",
        "delivery": {"icon": icon, "text": mark("delivery")} if icon else None,
        "files": (),
    }
    return Shell(get_template(f"components/{name}.html").render({name: entry}))
