"""The request page printed from shells: what a template prints once in a process, with places for what differs.

The templates stay the only source of the markup. A shell is what a template prints for marks instead of values;
a page then costs one join instead of a walk through its templates. Values are escaped as the template would.
What a template asks about (``{% if %}``) is the shell's shape and part of its key; what it prints is a mark.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache, wraps
from html import escape

from django import template
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from requests_app.exports.clock_picture import ClockPicture
from requests_app.exports.thread import Clock, File, Letter, Remark, RequestPage, Similar
from requests_app.site_facts import site_facts
from requests_app.templatetags.foi import say_day

register = template.Library()

REQUEST_PAGE = "public/request.html"
# A mark is a word between two characters that no text of ours has.
_MARK = re.compile("\ue000([a-z_]+)\ue001")
# Stands for a letter's moment, since the templates' filters want one; printed, it is looked for and marked.
_MOMENT = datetime(9876, 5, 4, 3, 2, 1, tzinfo=UTC)


class Mark(SafeString):
    """The place of a value in a shell."""


def mark(name: str) -> Mark:
    return Mark(f"\ue000{name}\ue001")


class Shell:
    """A printed template cut at its marks."""

    def __init__(self, html: str) -> None:
        html = html.replace(localtime(_MOMENT).isoformat(), mark("moment"))
        html = html.replace(say_day(_MOMENT, "j F Y"), mark("day"))
        self.parts = _MARK.split(html)
        self.places = self.parts[1::2]

    def filled(self, values: dict[str, str]) -> SafeString:
        """The markup with every mark replaced by its value, escaped unless it is safe already."""
        safe = {
            name: value if hasattr(value, "__html__") else escape(str(value))  # as Django's own escape
            for name, value in values.items()
        }
        parts = self.parts.copy()
        parts[1::2] = [safe[name] for name in self.places]
        return mark_safe("".join(parts))  # noqa: S308 - the template's own words, and values escaped above


def kept(size: int) -> Callable:
    """Keep what a function makes, for each shape; while somebody edits templates (``DEBUG``) make it anew."""

    def decorate(make: Callable) -> Callable:
        keeping = lru_cache(maxsize=size)(make)

        @wraps(make)
        def made(*shape):
            return (make if settings.DEBUG else keeping)(*shape)

        return made

    return decorate


def prints(tag: Callable) -> Callable:
    """A tag that prints its argument; a mark stays a mark, so that a shell has one place for what it would print."""

    @register.simple_tag(name=tag.__name__)
    @wraps(tag)
    def printed(value, *more):
        return value if isinstance(value, Mark) else tag(value, *more)

    return printed


def request_page(page: RequestPage) -> SafeString:
    """``public/request.html`` as it is for anybody: no visitor is asked for or known, so none can show in it."""
    shape = (
        page.law,
        page.pill,
        page.clock is not None,
        page.title_withheld,
        page.requester_suspended,
        page.is_imported,
        bool(page.source_url),
        bool(page.similar),
        bool(page.authority_reference),
    )
    return _page_shell(*shape, tuple(site_facts().items()), get_language()).filled(
        {
            "url": page.url,
            "canonical_url": settings.SITE_URL + page.url,
            "number": page.number,
            "title": page.title,
            "status_sentence": page.status_sentence,
            "requester": page.requester,
            "requester_url": page.requester_url,
            "authority": page.authority.name,
            "authority_url": page.authority.url,
            "source_url": page.source_url,
            "authority_reference": page.authority_reference,
            "clock": clock_face(page.clock) if page.clock else "",
            "thread": thread(page.entries),
            "followers": followers_line(page.followers),
            "similar": similar_rows(page.similar),
        }
    )


@kept(256)
def _page_shell(
    law: str,
    pill: object,
    has_clock: bool,
    title_withheld: bool,
    requester_suspended: bool,
    is_imported: bool,
    has_source: bool,
    has_similar: bool,
    has_reference: bool,
    site: tuple[tuple[str, object], ...],
    language: str | None,
) -> Shell:
    page = {name: mark(name) for name in ("url", "number", "title", "status_sentence", "requester", "requester_url")}
    page |= {
        "authority": {"name": mark("authority"), "url": mark("authority_url")},
        "law": law,
        "pill": pill,
        "clock": mark("clock") if has_clock else None,
        "title_withheld": title_withheld,
        "requester_suspended": requester_suspended,
        "is_imported": is_imported,
        "is_public": True,
        "source_url": mark("source_url") if has_source else "",
        "similar": mark("similar") if has_similar else "",
        "authority_reference": mark("authority_reference") if has_reference else "",
        "entries": mark("thread"),
        "followers": mark("followers"),
    }
    context = {"page": page, "canonical_url": mark("canonical_url"), "section": "requests"}
    return Shell(render_to_string(REQUEST_PAGE, dict(site) | context))


@prints
def clock_face(clock: Clock) -> SafeString:
    """The clock as ``components/clock.html`` prints it; kept with the picture, which pages of the same days share."""
    shells = clock.picture.__dict__.setdefault("shells", {}) if clock.picture and not settings.DEBUG else {}
    shape = (bool(clock.why_url), get_language())
    if shape not in shells:
        shells[shape] = _clock_shell(*shape) if clock.picture is None else _clock_printed(clock.picture, shape[0])
    return shells[shape].filled({"sentence": clock.sentence, "why_url": clock.why_url})


@kept(16)
def _clock_shell(has_why: bool, language: str | None) -> Shell:
    return _clock_printed(None, has_why)


def _clock_printed(picture: ClockPicture | None, has_why: bool) -> Shell:
    clock = {"sentence": mark("sentence"), "picture": picture, "why_url": mark("why_url") if has_why else ""}
    return Shell(get_template("components/clock.html").render({"clock": clock}))


@prints
def thread(entries: Iterable[Letter | Remark]) -> SafeString:
    """Letters and annotations, as ``components/letter.html`` and ``components/annotation.html`` print them."""
    return mark_safe("".join(map(_entry, entries)))  # noqa: S308 - shells filled with escaped values


def _entry(entry: Letter | Remark) -> SafeString:
    if entry.is_annotation:
        shell = _entry_shell("annotation", "", False, bool(entry.withheld), False, None, "", get_language())
        values = {}
    else:
        icon = entry.delivery.icon if entry.delivery else None
        shape = (entry.side, bool(entry.kind_label), bool(entry.withheld), bool(entry.files), icon, entry.lang)
        shell = _entry_shell("letter", *shape, get_language(), bool(entry.describe_url), entry.notes)
        values = {
            "kind_label": entry.kind_label,
            "describe_url": entry.describe_url,
            "delivery": entry.delivery.text if entry.delivery else "",
            "files": file_rows(entry.files) if entry.files else "",
        }
    return shell.filled(
        values
        | {
            "anchor": entry.anchor,
            "url": entry.url,
            "who": entry.who,
            "moment": entry.on.isoformat(),  # as the filter date:"c" has it
            "day": say_day(entry.on.date(), "j F Y"),
            "html": entry.html,
            "withheld": entry.withheld,
        }
    )


@kept(256)
def _entry_shell(
    name: str,
    side: str,
    has_label: bool,
    is_withheld: bool,
    has_files: bool,
    icon: str | None,
    lang: str,
    language: str | None,
    can_describe: bool = False,
    notes: tuple[str, ...] = (),
) -> Shell:
    entry = {name: mark(name) for name in ("anchor", "url", "who", "html")} | {
        "side": side,
        "on": _MOMENT,
        "lang": lang,
        "kind_label": mark("kind_label") if has_label else "",
        "withheld": mark("withheld") if is_withheld else "",
        "delivery": {"icon": icon, "text": mark("delivery")} if icon else None,
        "files": mark("files") if has_files else (),
        "describe_url": mark("describe_url") if can_describe else "",
        "notes": notes,
    }
    return Shell(get_template(f"components/{name}.html").render({name: entry}))


@prints
def file_rows(files: Iterable[File]) -> SafeString:
    """The files of a letter, each as ``components/file_row.html`` prints it."""
    rows = (_kept_row(file, get_language()) if isinstance(file, File) else _file_row(file) for file in files)
    return mark_safe("".join(rows))  # noqa: S308 - printed by templates


def _file_row(file: object) -> SafeString:
    return get_template("components/file_row.html").render({"file": file})


@kept(1024)
def _kept_row(file: File, language: str | None) -> SafeString:
    return _file_row(file)


@prints
def similar_rows(similar: Iterable[Similar]) -> SafeString:
    """Other requests in the list beside the thread, each as ``public/request_similar_row.html`` prints it."""
    shell = _similar_shell(get_language())
    rows = (
        shell.filled({"url": other.url, "title": other.title, "authority": other.authority, "label": other.pill.label})
        for other in similar
    )
    return mark_safe("".join(rows))  # noqa: S308 - shells filled with escaped values


@kept(8)
def _similar_shell(language: str | None) -> Shell:
    other = {name: mark(name) for name in ("url", "title", "authority")} | {"pill": {"label": mark("label")}}
    return Shell(get_template("public/request_similar_row.html").render({"other": other}))


@prints
def followers_line(total: int) -> SafeString:
    """How many people follow a request, in a sentence."""
    return _followers(total, get_language())


@kept(256)
def _followers(total: int, language: str | None) -> SafeString:
    return get_template("public/request_followers.html").render({"total": total})
