"""What a single-use link is about, in words, before anybody presses its button."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Attachment, LinkKind, OneTimeLink, Release
from . import paths


@dataclass(frozen=True)
class Button:
    value: str
    label: str
    tone: str = ""


@dataclass(frozen=True)
class LinkPage:
    """``facts`` are (name, value) pairs; ``buttons`` are empty where ``problem`` says why nothing can be done."""

    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    buttons: tuple[Button, ...]
    problem: str = ""
    url: str = ""

    @property
    def choices(self) -> frozenset[str]:
        """The values that may come back."""
        return frozenset(button.value for button in self.buttons)


def load(link: OneTimeLink | None, *, now: datetime) -> LinkPage | None:
    """The page of a link; None where there is no such link. At most four queries."""
    if link is None:
        return None
    make = {
        LinkKind.TAKE_DOWN: _take_down,
        LinkKind.PUBLISH_SENDER: _publish_sender,
        LinkKind.VOUCH_OFFICER: _vouch,
    }[link.kind]
    return make(link, problem_with(link, now))


def problem_with(link: OneTimeLink, now: datetime) -> str:
    """Why a link can do nothing any more, and what to do instead; empty where it can."""
    if link.used_at is not None:
        return _("This link has been used, and works only once. If something is still wrong, write to us.")
    if link.expires_at <= now:
        return _("This link is too old to be used. Write to us, and a person will help you.")
    return ""


def _take_down(link: OneTimeLink, problem: str) -> LinkPage:
    message = link.message
    foi_request = message.foi_request
    # Those too that become public after their check: the link keeps them from it.
    shown = Q(release=Release.PUBLIC) | Q(release=Release.CHECKING, checking_until=None)
    files = Attachment.objects.filter(shown, message=message).values_list("name", flat=True)
    names = tuple(files)
    if not problem and not names:
        problem = _("No file of this letter is public now. To have its text changed, write to us.")
    return LinkPage(
        title=_("Take files down"),
        text=_(
            "Press the button if something in these files should not be public. They are hidden at once for three "
            "working days while a person looks. The link can only hide: it changes nothing else."
        ),
        facts=((_("Request"), foi_request.title), *((_("File"), name) for name in names)),
        buttons=() if problem else (Button("yes", _("Take the files down now"), "danger"),),
        problem=problem,
        url=paths.foi_request(foi_request.slug),
    )


def _publish_sender(link: OneTimeLink, problem: str) -> LinkPage:
    held = link.inbound_email
    foi_request = held.foi_request if held else None
    facts = [(_("Letter from"), link.authority_address.email)]
    if foi_request is not None:
        facts.append((_("About the request"), foi_request.title))
    return LinkPage(
        title=_("Is this your answer?"),
        text=_(
            "A letter reached us from an address that we had not written to, so it is not published yet. If it is "
            "your answer, it is published with its files, and counts from the moment it reached us. Your choice is "
            "remembered for this address."
        ),
        facts=tuple(facts),
        buttons=()
        if problem
        else (Button("yes", _("Yes, publish it")), Button("no", _("No, it is not for the public"), "quiet")),
        problem=problem,
        url=paths.foi_request(foi_request.slug) if foi_request else "",
    )


def _vouch(link: OneTimeLink, problem: str) -> LinkPage:
    invitation = link.invitation
    return LinkPage(
        title=_("Does this person answer requests for you?"),
        text=_(
            "Somebody asks to answer requests for %(authority)s on this site. Say yes only if you know that it is "
            "true: with access they publish answers in your name. Our staff look at it too before access is given."
        )
        % {"authority": invitation.authority.name},
        facts=((_("Name"), invitation.name), (_("E-mail address"), invitation.email)),
        buttons=()
        if problem
        else (Button("yes", _("Yes, this person works for us")), Button("no", _("No, I do not know them"), "quiet")),
        problem=problem,
    )
