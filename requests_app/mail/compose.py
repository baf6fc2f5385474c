"""Letters of ours, rendered into the outbox. Opens no socket: ``actions.delivery`` does the sending."""

import json
import re
from datetime import datetime, timedelta
from email.headerregistry import Address
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.template import Context, engines
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import FOIRequest, InboundEmail, Message, MessageKind, NotAllowed, OutboundEmail, Standing, User
from ..prepared import Prepared
from ..queue import enqueue
from ..site_facts import site_facts
from .addresses import make_bounce, new_token
from .filled import Filling
from .tokens import address_of
from .wrapping import wrap

# Rows of these carry a requester's own letter.
LETTER_TEMPLATES = ("request_letter", "follow_up")
# Said by software: no out-of-office reply is wanted (RFC 3834).
AUTOMATIC_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
# So many rows saved together are announced to workers, a few in one message; more are left to the sweep of the outbox.
NUDGED_EACH, NUDGED_TOGETHER = 20, 2
_VARYING = (
    ("id", "bigint"),
    ("template", "text"),
    ("foi_request_id", "bigint"),
    ("message_id", "bigint"),
    ("to_user_id", "bigint"),
    ("to_address", "text"),
    ("from_header", "text"),
    ("reply_to", "text"),
    ("envelope_from", "text"),
    ("subject", "text"),
    ("body", "text"),
    ("rfc_message_id", "text"),
    ("bounce_token", "text"),
    ("not_before", "timestamptz"),
)
_NAMES = ", ".join([name for name, _cast in _VARYING] + ["headers"])
_INSERT_MANY = Prepared(
    f"INSERT INTO {OutboundEmail._meta.db_table} ({_NAMES}, created_at, state, attempts, server_reply,"  # noqa: S608
    " last_error, maybe_twice, bounce_reason)"
    f" SELECT {_NAMES}::jsonb, $1, 'queued', 0, '', '', false, ''"
    f" FROM unnest({', '.join(f'${number}' for number in range(2, len(_VARYING) + 3))}) AS rows ({_NAMES})",
    *("timestamptz", *(f"{cast}[]" for _name, cast in _VARYING), "text[]"),
)
_NUMBERS = Prepared(
    f"SELECT nextval(pg_get_serial_sequence('{OutboundEmail._meta.db_table}', 'id')) FROM generate_series(1, $1)",  # noqa: S608
    "integer",
)
_SPACES = re.compile(r"\s+")


def post(
    template: str,
    *,
    to: User | str,
    foi_request: FOIRequest | None = None,
    message: Message | None = None,
    context: dict | None = None,
    filling: Filling | None = None,
    not_before: datetime | None = None,
    kind: str = "person",
    headers: dict[str, str] | None = None,
) -> OutboundEmail | None:
    """Put one letter into the outbox, in the caller's transaction, and nudge a worker after commit.

    Renders ``templates/mail/<template>/subject.txt`` and ``body.txt``. ``kind`` is the kind of our
    address that replies go to: "request" (letters of the requester), "notice" (to authorities) or
    "person" (to people). None when nothing may be sent: the request is imported or being imported, or
    the person has no address.
    """
    row = prepare(
        template,
        to=to,
        foi_request=foi_request,
        message=message,
        context=context,
        filling=filling,
        not_before=not_before,
        kind=kind,
        headers=headers,
    )
    if row is not None:
        row.save(force_insert=True)
        hand_over(row)
    return row


def post_together(*letters: dict) -> None:
    """``post`` for several letters of one transaction: the same, with one look at the numbers and one INSERT.

    Each is the keywords of ``post``, with its first argument as ``template``.
    """
    numbers = iter(outbox_numbers(len(letters)) if letters else ())
    made = [prepare(**letter, number=next(numbers)) for letter in letters]
    insert_many([columns_of(row) for row in made if row is not None])


def columns_of(row: OutboundEmail) -> dict[str, object]:
    """An unsaved row as ``insert_many`` takes it."""
    return {name: getattr(row, name) for name in [name for name, _cast in _VARYING] + ["headers"]}


def prepare(
    template: str,
    *,
    to: User | str,
    foi_request: FOIRequest | None = None,
    message: Message | None = None,
    context: dict | None = None,
    filling: Filling | None = None,
    not_before: datetime | None = None,
    kind: str = "person",
    headers: dict[str, str] | None = None,
    number: int | None = None,
) -> OutboundEmail | None:
    """The row that ``post`` would save, for callers that save many at once and hand each over themselves.

    Numbers, tokens and addresses are fixed here; one query, or none with a ``number`` of outbox_numbers(). With a
    ``filling`` the template is not rendered anew for this letter, and ``context`` is not asked.
    """
    if foi_request is not None and (foi_request.importing or foi_request.is_imported):
        return None
    user = to if isinstance(to, User) else None
    address = (user.email or "") if user else str(to).strip()
    if not address or (user and user.closed_at):
        return None
    if filling is not None:
        subject, body = filling.letter(template)
    else:
        words = {**site_facts(), "foi_request": foi_request, "message": message, "user": user, **(context or {})}
        if foi_request is not None:
            words.setdefault("request_url", page_url(foi_request))
        subject, body = render(template, words)
    fields = fields_of(
        template,
        subject,
        body,
        address=address,
        user_id=user.pk if user else None,
        foi_request=foi_request,
        message=message,
        kind=kind,
        headers=headers,
        number=number or outbox_numbers(1)[0],
        not_before=not_before or timezone.now(),
    )
    return OutboundEmail(**fields)


def fields_of(
    template: str,
    subject: str,
    body: str,
    *,
    address: str,
    user_id: int | None,
    foi_request: FOIRequest | None,
    kind: str,
    number: int,
    not_before: datetime,
    message: Message | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, object]:
    """The columns of the outbox's row for words that are rendered already, by name; no query.

    Of ``foi_request`` only ``pk``, ``reply_token`` and ``requester_id`` are read.
    """
    token = new_token()
    sender, reply_to = _sender(kind, foi_request, message, user_id)
    return {
        "id": number,
        "template": template,
        "foi_request_id": foi_request.pk if foi_request is not None else None,
        "message_id": message.pk if message is not None else None,
        "to_user_id": user_id,
        "to_address": address,
        "from_header": sender[:500],
        "reply_to": reply_to,
        "envelope_from": make_bounce(number, token, settings.MAIL_DOMAIN),
        "subject": _SPACES.sub(" ", subject).strip()[:500],
        "body": wrap(body),
        "headers": {**({} if kind == "request" else AUTOMATIC_HEADERS), **(headers or {})},
        "rfc_message_id": f"<{number}.{new_token()}@{settings.MAIL_DOMAIN}>",
        "bounce_token": token,
        "not_before": not_before,
    }


def insert_many(rows: list[dict[str, object]]) -> None:
    """Save rows of fields_of() with one statement; workers hear of a few in pairs, of many at once, after commit."""
    if not rows:
        return
    columns = [[row[name] for row in rows] for name, _cast in _VARYING]
    columns.append([json.dumps(row["headers"]) for row in rows])
    now = timezone.now()
    with connection.cursor() as cursor:
        _INSERT_MANY.execute(cursor, now, *columns)
    if len(rows) <= NUDGED_EACH:
        due = [row["id"] for row in rows if row["not_before"] <= now]
        for start in range(0, len(due), NUDGED_TOGETHER):
            enqueue("requests_app.send_mail", *due[start : start + NUDGED_TOGETHER])
    else:
        enqueue("requests_app.send_waiting_mail")


def post_letter(message: Message, *, not_before: datetime | None = None) -> OutboundEmail | None:
    """Send a requester's letter to the authority's request address, not before the given moment.

    Without one, it waits for the minutes in which it can be taken back.

    Raises NotAllowed where no address of the authority is known.
    """
    foi_request = message.foi_request
    if foi_request.importing or foi_request.is_imported:
        return None
    address = foi_request.authority.addresses.filter(is_request_address=True).first()
    if address is None:
        raise NotAllowed(
            _("We do not know an e-mail address for %(authority)s yet. Your letter is kept; please write to us.")
            % {"authority": foi_request.authority.name}
        )
    first = message.kind == MessageKind.REQUEST
    return post(
        LETTER_TEMPLATES[0 if first else 1],
        to=address.email,
        foi_request=foi_request,
        message=message,
        kind="request",
        context={
            "letter_name": letter_name(foi_request.regime),
            "report_url": page_url(foi_request) + "/report",
            "answer_url": answer_url(foi_request),
        },
        headers={} if first else _thread_headers(message),
        not_before=not_before or timezone.now() + timedelta(minutes=settings.TAKE_BACK_MINUTES),
    )


def letter_name(regime: str) -> str:
    """What such a letter is called; nothing says "Freedom of Information request" where that law does not apply."""
    if regime.startswith(Standing.FOIA) or regime == Standing.FOISA:
        return _("Freedom of Information request")
    if regime in (Standing.EIR, Standing.EIR_SCOTLAND):
        return _("Environmental information request")
    return _("Request for information")


def page_url(foi_request: FOIRequest) -> str:
    """The request's public page, in full."""
    return f"{settings.SITE_URL}/request/{foi_request.slug}"


def answer_url(foi_request: FOIRequest) -> str:
    """Where an officer answers the request on the web."""
    return f"{settings.SITE_URL}/inbox/request/{foi_request.pk}/"


def outbox_numbers(count: int) -> list[int]:
    """The numbers of the next ``count`` rows, so that envelope senders can name them before they exist."""
    with connection.cursor() as cursor:
        _NUMBERS.execute(cursor, count)
        return [number for (number,) in cursor.fetchall()]


def hand_over(row: OutboundEmail) -> None:
    """Nudge a worker after commit; one that has to wait is found by the sweep."""
    if row.not_before <= timezone.now():
        enqueue("requests_app.send_mail", row.pk)


def render(template: str, words: dict) -> tuple[str, str]:
    """Subject and body of this letter in the site's language, not wrapped; ``words`` hold the facts of the site too."""
    engine = engines["django"].engine
    with translation.override(settings.LANGUAGE_CODE):
        # Plain text: escaping for HTML would print "&amp;" to people.
        subject, body = (
            engine.get_template(f"mail/{template}/{part}.txt").render(Context(words, autoescape=False))
            for part in ("subject", "body")
        )
    return subject, body


def _sender(
    kind: str, foi_request: FOIRequest | None, message: Message | None, to_user_id: int | None
) -> tuple[str, str]:
    """The From header and the Reply-To ("" for none) of a letter."""
    name = message.author_name if kind == "request" and message else settings.MAIL_FROM_NAME
    to_requester = to_user_id is not None and foi_request is not None and to_user_id == foi_request.requester_id
    if foi_request is not None and (kind != "person" or to_requester):
        return _mailbox(name, address_of(foi_request, kind, settings.MAIL_DOMAIN)), ""
    return _mailbox(name, f"no-reply@{settings.MAIL_DOMAIN}"), settings.CONTACT_EMAIL


def _mailbox(name: str, address: str) -> str:
    return f"{_shown(name)}<{address}>" if _shown(name) else address


@lru_cache(maxsize=256)
def _shown(name: str) -> str:
    """A name as a header shows it, quoted where that is needed, with the space after it; empty for no name."""
    clean = "".join(char for char in _SPACES.sub(" ", name).strip()[:150] if char.isprintable())
    return str(Address(display_name=clean, addr_spec="a@b.example")).removesuffix("<a@b.example>") if clean else ""


def _thread_headers(message: Message) -> dict[str, str]:
    """In-Reply-To and References, so that mail programs show one conversation."""
    sent = OutboundEmail.objects.filter(
        foi_request_id=message.foi_request_id, template__in=LETTER_TEMPLATES, message__at__lte=message.at
    ).exclude(message_id=message.pk)
    ids = list(sent.order_by("id").values_list("rfc_message_id", flat=True)[:20])
    came = InboundEmail.objects.filter(message__foi_request_id=message.foi_request_id, message__at__lte=message.at)
    last = came.order_by("-received_at").values_list("message_id", flat=True).first()
    if last and len(last) < 250 and not _SPACES.search(last):
        ids.append(last if last.startswith("<") else f"<{last}>")
    return {"In-Reply-To": ids[-1], "References": " ".join(ids)} if ids else {}
