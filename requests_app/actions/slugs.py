"""Addresses of requests that are no longer in use: moved ones redirect, removed ones are gone."""

import hashlib

from ..models import FOIRequest, RetiredSlug


def slug_hash(slug: str) -> str:
    """By which a removed slug is recognised without being kept."""
    return hashlib.sha256(slug.encode()).hexdigest()


def retire_slug(foi_request: FOIRequest, new_slug: str, *, is_gone: bool) -> None:
    """Give the request a new address. The old one redirects, or (``is_gone``) answers 410 and is not kept."""
    RetiredSlug.objects.update_or_create(
        slug_hash=slug_hash(foi_request.slug),
        defaults={"slug": "" if is_gone else foi_request.slug, "foi_request": foi_request, "is_gone": is_gone},
    )
    foi_request.slug = new_slug
    foi_request.save(update_fields=["slug"])
