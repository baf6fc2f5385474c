"""Paths of public pages, for rows printed by the dozen; a test holds them to the routes."""

from django.utils.text import slugify


def foi_request(slug: str) -> str:
    return f"/request/{slug}"


def authority(slug: str) -> str:
    return f"/body/{slug}"


def person(number: int, name: str) -> str:
    """The number with the name as decoration, as ``User.slug`` has it."""
    return f"/user/{number}-{slugify(name)}".rstrip("-")
