"""What every template may know of the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Who runs the site and what it is called; nothing about the visitor."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_ADDRESS": settings.OPERATOR_ADDRESS,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "REGULATOR_NAME": settings.REGULATOR_NAME,
        "REGULATOR_URL": settings.REGULATOR_URL,
        "EMBEDDED": settings.EMBEDDED,
    }
