"""The frame that is the same on every page: printed once per language and kept, since every page pays for it."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.urls import get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

NAMES = ("SITE_NAME", "OPERATOR_NAME", "OPERATOR_ADDRESS")


@register.simple_tag(takes_context=True)
def site_header(context: Context, section: str = "") -> SafeString:
    """The header: says nothing about the visitor but whether "Sign in" has a use."""
    signed_in = bool(getattr(context.get("user"), "is_authenticated", False))
    return _part("header", section or "", signed_in, context)


@register.simple_tag(takes_context=True)
def site_footer(context: Context) -> SafeString:
    """The footer: the same for everybody."""
    return _part("footer", "", False, context)


def _part(name: str, section: str, signed_in: bool, context: Context) -> SafeString:
    site = tuple(str(context.get(key) or "") for key in NAMES)
    printed = _printed.__wrapped__ if settings.DEBUG else _printed
    return printed(name, section, signed_in, site, get_language(), get_urlconf())


@lru_cache(maxsize=64)
def _printed(
    name: str, section: str, signed_in: bool, site: tuple[str, ...], language: str | None, urlconf: str | None
) -> SafeString:
    values = dict(zip(NAMES, site, strict=True)) | {"section": section, "signed_in": signed_in}
    return get_template(f"components/site_{name}.html").render(values)
