"""What is put into the letters that say that a letter of the authority has come: to the requester, and to itself."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..models import FOIRequest, Message
from .compose import answer_url, page_url
from .filled import Filling


def to_requester(foi_request: FOIRequest, message: Message) -> Filling:
    """For ``response_received``. No query where the request came with its authority."""
    return Filling(
        {
            "foi_request.title": foi_request.title,
            "foi_request.authority.name": foi_request.authority.name,
            "request_url": page_url(foi_request),
            "message.anchor": message.anchor,
            "message.pk": str(message.pk),
            "arrived_on": said_moment(message.at),
        },
        {"message.behind_portal": message.behind_portal},
    )


def to_authority(foi_request: FOIRequest, message: Message, *, files: int, take_down_link: str) -> Filling:
    """For ``response_receipt``; ``take_down_link`` is "" where there is none."""
    values = {
        "foi_request.title": foi_request.title,
        "foi_request.title_as_written": foi_request.title_as_written,
        "request_url": page_url(foi_request),
        "message.anchor": message.anchor,
        "arrived_on": said_moment(message.at),
        "answer_url": answer_url(foi_request),
        "take_down_link": take_down_link,
        "foi_request.written_reference": foi_request.written_reference,
    }
    flags = {"files": files, "message.behind_portal": message.behind_portal}
    return Filling({name: value for name, value in values.items() if value}, flags)


def said_moment(at: datetime) -> str:
    """ "16 June 2011 at 10:12", London time, in the site's language."""
    return _said_minute(at.replace(second=0, microsecond=0), settings.LANGUAGE_CODE)


@lru_cache(maxsize=256)
def _said_minute(at: datetime, language: str) -> str:
    with translation.override(language):
        moment = localtime(at)
        return _("%(day)s at %(time)s") % {"day": date_format(moment, "j F Y"), "time": date_format(moment, "H:i")}
