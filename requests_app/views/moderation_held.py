"""The holding pen: one held letter after the other, each placed or put away with one key."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import moderation
from ..actions.filing import read
from ..forms import moderation_decide as decide
from ..models import NotAllowed
from ..selectors import moderation_held
from .access import staff_only
from .moderation_case import request_number

_FORMS = {"file": decide.FileForm, "discard": decide.NoteForm}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest) -> HttpResponse:
    """``?at=`` is the number of the case to show; without it, or where it is settled, the next that waits.

    What a button decides is about the letter that was shown with it: the form names its case.
    """
    do = request.POST.get("do", "") if request.method == "POST" else ""
    page = moderation_held.load(_whole(request.POST.get("case") if do else request.GET.get("at")))
    shown = {name: form(request.POST if name == do else None, prefix=name) for name, form in _FORMS.items()}
    if do in shown and (page is None or page.case.pk != _whole(request.POST.get("case"))):
        messages.error(request, _("Somebody has dealt with that letter already. This is the next one."))
        return redirect(_next(page))
    if do in shown:
        if do == "file" and request.POST.get("guess"):
            shown["file"] = decide.FileForm({"file-foi_request": request.POST["guess"]}, prefix="file")
        if shown[do].is_valid():
            try:
                messages.success(request, _act(do, page, shown[do].cleaned_data, request))
            except NotAllowed as error:
                shown[do].add_error(None, str(error))
            else:
                return redirect(_next(page, past=True))
    context = {
        "page": page,
        "letter": read(page.letter_row)[0] if page else None,
        "forms": shown,
        "tried": shown.get(do),
        "section": "moderation",
    }
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/held.html", context, status=422 if bad else 200)


def _act(do: str, page: moderation_held.HeldPage, words: dict, request: HttpRequest) -> str:
    """File the letter or put it away; gives back what has happened, in words. Raises NotAllowed."""
    by = {"inbound_email_id": page.letter_row.pk, "actor": request.user, "now": timezone.now()}
    if do == "discard":
        moderation.discard_held_letter(**words, **by)
        return _("The letter is put away and not published.")
    message = moderation.file_held_letter(foi_request_id=request_number(words["foi_request"]), **by)
    link = f"/request/{message.foi_request.slug}#{message.anchor}"
    return format_html(_('Published on <a href="{}">{}</a>.'), link, message.foi_request.title)


def _next(page: moderation_held.HeldPage | None, *, past: bool = False) -> str:
    """The letter after this one; those that were left stay behind."""
    at = (page.after if past else page.case.pk) if page else None
    return f"{reverse('moderation:held')}?at={at}" if at else reverse("moderation:held")


def _whole(words: str | None) -> int | None:
    return int(words) if words and words.isdecimal() and len(words) < 18 else None
