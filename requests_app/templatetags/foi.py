"""Tags that print: days in words, sizes of files, icons. None of them decides or queries."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()

# Drawn on a 20 by 20 field, stroke only; the colour is the text's own.
ICONS = {
    "alert": "M10 2.8 18.2 17H1.8zM10 8v4M10 14.4v.1",
    "bell": "M4.5 14c1-1.2 1.2-2.6 1.2-5a4.3 4.3 0 0 1 8.6 0c0 2.4.2 3.8 1.2 5zM8.5 16.6a1.7 1.7 0 0 0 3 0",
    "calendar": "M3 4.5h14v12.5H3zM3 8.5h14M7 2.5v4M13 2.5v4",
    "check": "M3.5 10.5 8 15l8.5-9.5",
    "clock": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM10 5.6V10l3 2",
    "cross": "M4.5 4.5l11 11M15.5 4.5l-11 11",
    "download": "M10 3v9.5M6 9l4 4 4-4M3.5 17h13",
    "extended": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM6.5 10h7M10 6.5v7",
    "file": "M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16",
    "flag": "M5 18V3h10l-2.5 4L15 11H5",
    "half": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM10 2.5v15M12.5 3.5v13M15 5v10",
    "hidden": "M3 3l14 14M8.2 5.2A8 8 0 0 1 18 10a11 11 0 0 1-2.3 3M5 6.6A11 11 0 0 0 2 10c2.6 4.6 6.4 5.8 10 4.6",
    "image": "M2.5 4h15v12h-15zM2.5 13l4-4 4 4 2.5-2.5 4.5 4.5M13 7.2v.1",
    "info": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM10 9.2v4.6M10 6.2v.1",
    "link": (
        "M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1 1M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1-1"
    ),
    "mail": "M2.5 4.5h15v11h-15zM2.5 5.5 10 11l7.5-5.5",
    "next": "M4 10h12M11 5l5 5-5 5",
    "not-held": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM6.5 10h7",
    "note": "M3 4h14v9.5H9L5.5 17v-3.5H3z",
    "paused": "M7 4.5v11M13 4.5v11",
    "person": "M13 6.5a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM3.5 17c.6-3.4 3-5 6.5-5s5.9 1.6 6.5 5",
    "previous": "M16 10H4M9 5l-5 5 5 5",
    "refused": "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM4.7 4.700l10.6 10.6",
    "search": "M13.5 8.500a5 5 0 1 1-10 0 5 5 0 0 1 10 0zM12.2 12.200l4.8 4.8",
    "table": "M2.5 3.500h15v13h-15zM2.5 8h15M2.5 12.300h15M8 3.500v13",
    "withdrawn": "M4.5 8.500h8a4 4 0 0 1 0 8H7M8 5 4.5 8.5 8 12",
}
FILE_ICONS = {"image": "image", "text/csv": "table", "application/vnd.ms-excel": "table"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline drawing that says nothing by itself: the word beside it carries the meaning.

    An unknown name prints nothing rather than breaking a page.
    """
    path = ICONS.get(name)
    if path is None:
        return mark_safe("")
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="{}"/></svg>', path
    )


@register.simple_tag
def file_icon(content_type: str) -> SafeString:
    """The drawing for a kind of file: a picture, a table, or else a sheet of paper."""
    major = (content_type or "").split("/")[0]
    is_table = "spreadsheet" in (content_type or "")
    return icon("table" if is_table else FILE_ICONS.get(content_type) or FILE_ICONS.get(major, "file"))


def _london_day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return (localtime(value) if is_aware(value) else value).date()
    return value


@lru_cache(maxsize=4096)
def _said(day: date, form: str, language: str | None) -> str:
    """A day in words; kept, because a page says the same few days many times."""
    return date_format(day, form)


def say_day(value: date | datetime | None, form: str) -> str:
    """The day in London of a day or moment, in one of Django's date formats; None is said as nothing."""
    only_day = _london_day(value)
    return _said(only_day, form, get_language()) if only_day else ""


@register.filter
def long_day(value: date | datetime | None) -> str:
    """ "Friday 15 July 2011"; a moment becomes its day in London; None prints nothing."""
    return say_day(value, "l j F Y")


@register.filter
def day(value: date | datetime | None) -> str:
    """ "16 June 2011"; a moment becomes its day in London; None prints nothing."""
    return say_day(value, "j F Y")


@register.filter
def breakable(address: str) -> SafeString:
    """A mail address that a narrow column may break after its "@" and before a dot, and not amid a word."""
    pieces = conditional_escape(address).replace("@", "@<wbr>").replace(".", "<wbr>.")
    return mark_safe(pieces)  # noqa: S308 - escaped above


@register.filter
def short_day(value: date | datetime | None) -> str:
    """ "Fri 15 July", for places where the year is said nearby."""
    return say_day(value, "D j F")


@register.filter
def clock_time(value: datetime | None) -> str:
    """ "16 June 2011 at 10:12", London time; None prints nothing."""
    if value is None:
        return ""
    moment = localtime(value) if is_aware(value) else value
    return gettext("%(day)s at %(time)s") % {"day": day(moment), "time": date_format(moment, "H:i")}


@register.filter
def file_size(size: int | None) -> str:
    """ "84 kB" or "1.2 MB", in thousands as operating systems show them; None prints nothing."""
    if size is None:
        return ""
    if size < 1000:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    if size < 999_500:
        return gettext("%(count)d kB") % {"count": round(size / 1000)}
    return gettext("%(count)s MB") % {"count": f"{size / 1_000_000:.1f}"}
