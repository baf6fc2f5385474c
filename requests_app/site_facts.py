"""Who runs the site and what it is called: what every page and every letter may say."""

from django.conf import settings


def site_facts() -> dict[str, object]:
    """Names, addresses and links from the settings; nothing about any visitor."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_ADDRESS": settings.OPERATOR_ADDRESS,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "REGULATOR_NAME": settings.REGULATOR_NAME,
        "REGULATOR_URL": settings.REGULATOR_URL,
        "SCOTTISH_COMMISSIONER_NAME": settings.SCOTTISH_COMMISSIONER_NAME,
        "SCOTTISH_COMMISSIONER_URL": settings.SCOTTISH_COMMISSIONER_URL,
        "EMBEDDED": settings.EMBEDDED,
    }
