"""Hide a thing from the public, or from all; show it again. At once, everywhere, and always with a reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..mail import compose
from ..models import (
    Annotation,
    Attachment,
    Decision,
    DecisionKind,
    Direction,
    FOIRequest,
    Message,
    NotAllowed,
    PageCopy,
    Prominence,
    ReasonCode,
    Release,
    RetiredSlug,
    User,
)
from .cases import decide, thing_type_of
from .file_release import release_after_check, settle_check
from .notice_plan import look_again
from .publication import record, touch
from .references import fold_reference
from .slugs import retire_slug

Thing = FOIRequest | Message | Attachment | Annotation


@transaction.atomic
def hide(
    *,
    thing: Thing,
    reason_code: str,
    public_wording: str,
    from_all: bool,
    actor: User,
    now: datetime,
    title: bool = False,
    staff_note: str = "",
) -> Decision:
    """Hide a request, letter, file or annotation; with ``title``, only the title of a request.

    The two parties still see it and can answer, unless ``from_all``. A hidden title also leaves the page's
    address: the old one answers 410 and its words are not kept. Hiding what is hidden changes reason,
    wording and reach. Raises NotAllowed without a reason or without words for the public.
    """
    public_wording = public_wording.strip()
    if not public_wording:
        raise NotAllowed(_("Write what the public will read in place of what you hide."))
    foi_request, thing = _lock(thing)
    decision = decide(
        DecisionKind.HIDE,
        actor=actor,
        thing=thing,
        reason_code=reason_code,
        now=now,
        foi_request=foi_request,
        public_wording=public_wording,
        staff_note=staff_note,
        from_all=from_all,
    )
    prominence = Prominence.NOBODY if from_all else Prominence.PARTIES
    _set(thing, prominence, reason_code, public_wording, title=title)
    _remind_again(thing, title=title, now=now)
    if title:
        _leave_old_addresses(foi_request)
    _finish(foi_request, thing, "hidden", decision, actor, now, title=title)
    _tell_author(foi_request, thing, public_wording, actor, title=title)
    return decision


@transaction.atomic
def show_again(
    *,
    thing: Thing,
    actor: User,
    now: datetime,
    reason_code: str = ReasonCode.RESTORED,
    public_wording: str = "",
    title: bool = False,
    staff_note: str = "",
) -> Decision:
    """Make a hidden thing public again. A file that was withdrawn or held is released, once its check has ended.

    Addresses that are gone stay gone.
    """
    foi_request, thing = _lock(thing)
    decision = decide(
        DecisionKind.SHOW,
        actor=actor,
        thing=thing,
        reason_code=reason_code,
        now=now,
        foi_request=foi_request,
        public_wording=public_wording,
        staff_note=staff_note,
    )
    _set(thing, Prominence.PUBLIC, "", "", title=title)
    _remind_again(thing, title=title, now=now)
    # A file whose own check has not ended is public after it.
    if isinstance(thing, Attachment) and (thing.release in (Release.HELD, Release.WITHDRAWN) or thing.checking_until):
        settle_check(thing, decision=decision, now=now)
        release_after_check(Attachment.objects.filter(pk=thing.pk))
    _finish(foi_request, thing, "shown_again", decision, actor, now, title=title)
    return decision


@transaction.atomic
def settle_files(
    *, message_id: int, release: str, reason_code: str, public_wording: str, actor: User, now: datetime
) -> list[Decision]:
    """Decide about the files that an authority took down for a check: release all again, or withdraw all.

    One Decision for each file. Withdrawing needs words for the public, and reaches files that became public
    again because the check took too long. The letter's text is not touched.
    """
    withdrawing = release == Release.WITHDRAWN
    if withdrawing and not public_wording.strip():
        raise NotAllowed(_("Write what the public will read in place of the files."))
    message = Message.objects.get(pk=message_id)
    foi_request, message = _lock(message)
    waiting = list(message.attachments.filter(release__in=[Release.CHECKING, Release.HELD]))
    if not withdrawing:
        waiting = [file for file in waiting if file.release == Release.HELD or file.checking_until]
    if withdrawing and not waiting:
        waiting = list(message.attachments.filter(release=Release.PUBLIC))
    decisions = []
    for file in waiting:
        decision = decide(
            DecisionKind.HIDE if withdrawing else DecisionKind.SHOW,
            actor=actor,
            thing=file,
            reason_code=reason_code,
            now=now,
            foi_request=foi_request,
            public_wording=public_wording.strip() if withdrawing else "",
        )
        if withdrawing:
            settle_check(file, decision=decision, now=now)
            file.release, file.checking_until = Release.WITHDRAWN, None
        if withdrawing or file.prominence == Prominence.PUBLIC:  # one that staff hid itself keeps its reason
            file.concealed_reason = reason_code if withdrawing else ""
            file.concealed_wording = public_wording.strip() if withdrawing else ""
        file.save(update_fields=["release", "checking_until", "concealed_reason", "concealed_wording"])
        if not withdrawing:
            release_after_check(Attachment.objects.filter(pk=file.pk))
        _finish(foi_request, file, "hidden" if withdrawing else "shown_again", decision, actor, now)
        decisions.append(decision)
    return decisions


def _lock(thing: Thing) -> tuple[FOIRequest, Thing]:
    """The request first, always, then the thing as it is under that lock."""
    if isinstance(thing, FOIRequest):
        foi_request = FOIRequest.objects.select_for_update().get(pk=thing.pk)
        return foi_request, foi_request
    owner = thing.message.foi_request_id if isinstance(thing, Attachment) else thing.foi_request_id
    foi_request = FOIRequest.objects.select_for_update().get(pk=owner)
    return foi_request, type(thing).objects.get(pk=thing.pk)


def _set(thing: Thing, prominence: str, reason_code: str, wording: str, *, title: bool) -> None:
    prefix = "title_" if title else ""
    fields = {
        f"{prefix}prominence": prominence,
        f"{prefix}concealed_reason": reason_code,
        f"{prefix}concealed_wording": wording,
    }
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields))


def _remind_again(thing: Thing, *, title: bool, now: datetime) -> None:
    """Of a request that its parties may see again they are reminded again."""
    if isinstance(thing, FOIRequest) and not title and thing.prominence != Prominence.NOBODY:
        look_again(Q(pk=thing.pk), reason="hidden", now=now)


def _leave_old_addresses(foi_request: FOIRequest) -> None:
    """Neither the present nor an earlier address may go on saying the title's words."""
    RetiredSlug.objects.filter(foi_request=foi_request, is_gone=False).update(slug="", is_gone=True)
    plain = f"request-{foi_request.pk}"
    if foi_request.slug != plain:
        retire_slug(foi_request, plain, is_gone=True)


def _tell_author(foi_request: FOIRequest, thing: Thing, public_wording: str, actor: User, *, title: bool) -> None:
    """Whoever wrote it learns what was hidden and why, and how to object. Officers see it on the page.

    Nobody is told who hid it themselves. An annotation's author is no party, so a hidden title is not named to them.
    """
    kind = "title" if title else thing_type_of(thing)
    letter = thing.message if isinstance(thing, Attachment) else thing
    if isinstance(letter, Message) and letter.direction != Direction.OUTGOING:
        return
    author = foi_request.requester if isinstance(letter, FOIRequest) else letter.author
    if author is None or author == actor:
        return
    compose.post(
        "hidden_by_staff",
        to=author,
        foi_request=foi_request,
        context={"kind": kind, "public_wording": public_wording, **_for_no_party(foi_request, kind)},
    )


def _for_no_party(foi_request: FOIRequest, kind: str) -> dict[str, str]:
    if kind != "annotation":
        return {}
    hidden = {foi_request.prominence, foi_request.title_prominence} != {Prominence.PUBLIC}
    return {
        "shown_title": _("a request") if hidden else foi_request.title,
        "why": _("You get this because you wrote an annotation on this site."),
    }


def _finish(
    foi_request: FOIRequest,
    thing: Thing,
    kind: str,
    decision: Decision,
    actor: User,
    now: datetime,
    *,
    title: bool = False,
) -> None:
    named = {"message": Message, "attachment": Attachment, "annotation": Annotation}
    about = {name: thing for name, model in named.items() if isinstance(thing, model)}
    record(
        foi_request,
        kind,
        at=now,
        actor=actor,
        decision=decision,
        thing="title" if title else thing_type_of(thing),
        thing_id=thing.pk,
        reason=str(decision.reason_code),
        **about,
    )
    if isinstance(thing, Message) and thing.written_reference:
        fold_reference(foi_request)
    # The stored copy would never be served under the old version; what it says should not lie about either.
    PageCopy.objects.filter(foi_request=foi_request).delete()
    touch(foi_request)
