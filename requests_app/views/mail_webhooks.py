"""Where a mail provider brings letters: Anymail's views behind the secret, with bodies as big as a letter may be.

The secret is asked before a byte of the body is read. Where the provider offers the letter as it came, its
bytes are kept aside for the receiver: Anymail hands it on taken apart and put together again.
"""

import base64
import functools
import json
import threading
from collections.abc import Callable
from types import SimpleNamespace

from anymail.exceptions import AnymailImproperlyInstalled
from anymail.utils import get_request_basic_auth
from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.postal import PostalInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

from ..actions.inbound import LetterTooBig, note_too_big

View = Callable[..., HttpResponse]
# A letter in base64 within JSON, and what the provider says about it.
_SWELLS, _BESIDE = 1.5, 1024 * 1024
_MOST_FIELDS = 1000
# A letter of 40 MB takes up to 520 MB here, several copies of it in text and in JSON. So a process takes one call of
# over this many bytes at a time; another waits so long (seconds), and is then asked to come again.
_LARGE = 4 * 1024 * 1024
ONE_WAITS = 15.0
_room = threading.BoundedSemaphore(1)


def longest_body() -> int:
    """The most bytes of one call: a letter of the largest size as any provider packs it."""
    return int(settings.MAX_LETTER_BYTES * _SWELLS) + _BESIDE


def guarded(view: View) -> View:
    """The view for whoever knows the secret; anybody else is sent away unread."""

    @functools.wraps(view)
    def check(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if refused := _refused(request):
            return refused
        size = int(request.META["CONTENT_LENGTH"])
        is_large = size > _LARGE
        if is_large and not _room.acquire(timeout=ONE_WAITS):
            return HttpResponse("Please bring it again later.", status=503, headers={"Retry-After": "60"})
        try:
            _read(request, size)
            return view(request, *args, **kwargs)
        except LetterTooBig:
            # Brought again, it would be as big: a person hears of it instead.
            note_too_big("webhook")
            return HttpResponse("The letter is too big.", status=413, content_type="text/plain")
        finally:
            if is_large:
                _room.release()

    check.csrf_exempt = True
    return check


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to a call that is not let in, whose body is not read; None where it is."""
    given = request.META.get("HTTP_AUTHORIZATION")
    if not given:
        # Some providers send what stands in the address only when asked for it.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhook"'})
    known = settings.ANYMAIL["WEBHOOK_SECRET"]
    secrets = [known] if isinstance(known, str) else known
    told = get_request_basic_auth(request) or ""
    if not any(constant_time_compare(told, secret) for secret in secrets):
        return HttpResponse("That is not the secret.", status=400, content_type="text/plain")
    size = request.META.get("CONTENT_LENGTH") or ""
    if not size.isdigit():
        return HttpResponse(status=411)
    if int(size) > longest_body():
        note_too_big("webhook")
        return HttpResponse("The letter is too big.", status=413, content_type="text/plain")
    return None


def _read(request: HttpRequest, size: int) -> None:
    """Read the body here, since Django's own limit is for what people type into forms."""
    request._body = request.read(size)
    if request.content_type == "multipart/form-data":
        request.parse_file_upload = functools.partial(_form, request)


def _form(request: HttpRequest, meta: dict, data) -> tuple[QueryDict, MultiValueDict]:
    """The fields and files of a form (RFC 7578), of any size; Django's parser refuses fields over 5 MB.

    ``request.raw_fields`` keeps each field's bytes: a letter in one is not always UTF-8.
    """
    _kind, options = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
    fields, files = QueryDict(mutable=True), MultiValueDict()
    request.raw_fields = {}
    boundary = options.get("boundary", "").encode("ascii", "replace")
    if not boundary:
        return fields, files
    for part in (b"\r\n" + data.read()).split(b"\r\n--" + boundary, _MOST_FIELDS)[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        if part.startswith(b"--") or not found:
            continue
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        _kind, named = parse_header_parameters(headers.get("content-disposition", ""))
        name = named.get("name", "")
        if "filename" in named:
            kind = headers.get("content-type", "application/octet-stream")
            files.appendlist(name, SimpleUploadedFile(named["filename"] or "file", content, kind.split(";")[0].strip()))
        else:
            fields.appendlist(name, content.decode("utf-8", "replace"))
            request.raw_fields[name] = content
    return fields, files


class AmazonSESLetters(AmazonSESInboundWebhookView):
    """Letters that come within the notification need nothing of Amazon's library, which may not be installed.

    Without it a subscription is confirmed by hand, and letters that lie in S3 cannot be read.
    """

    def __init__(self, **kwargs) -> None:
        try:
            super().__init__(**kwargs)
        except AnymailImproperlyInstalled:
            self.auto_confirm_enabled = False
            self.session_params = self.client_params = {}
            self.kms_key_id, self.chunk_size = None, _BESIDE
            AnymailBaseWebhookView.__init__(self, **kwargs)


class SparkPostLetters(SparkPostInboundWebhookView):
    """A letter in base64 may be of any charset: Anymail takes it for UTF-8 and would fail on others, for ever."""

    def esp_to_anymail_event(self, event_class: str, event: dict, raw_event: dict):
        content, raw = event.get("content") or {}, None
        if content.get("email_rfc822_is_base64"):
            raw = base64.b64decode(content["email_rfc822"])
            readable = {"email_rfc822": raw.decode("utf-8", "replace"), "email_rfc822_is_base64": False}
            event = {**event, "content": readable}
        made = super().esp_to_anymail_event(event_class, event, raw_event)
        made.message.raw = raw
        return made


class PostalLetters(PostalInboundWebhookView):
    """The same for Postal."""

    def parse_events(self, request: HttpRequest) -> list:
        told, raw = json.loads(request.body), None
        if told.get("base64") is True:
            raw = base64.b64decode(told["message"])
            told |= {"message": raw.decode("utf-8", "replace"), "base64": False}
        events = super().parse_events(SimpleNamespace(body=json.dumps(told).encode()))
        for event in events:
            event.message.raw = raw
        return events
