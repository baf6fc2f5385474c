"""One request: hide any part of it from the public or from all, and show it again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import moderation
from ..forms import moderation_decide as decide
from ..models import NotAllowed
from ..selectors import moderation_request
from .access import staff_only


@staff_only
@require_safe
def foi_request(request: HttpRequest, number: int) -> HttpResponse:
    """Everything of the request that can be hidden, and what was decided about it before."""
    page = moderation_request.load(number)
    if page is None:
        raise Http404
    return render(request, "moderation/request.html", {"page": page, "section": "moderation"})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """Hide one thing, or show it again: reason and public wording, one Decision, at once everywhere."""
    page = moderation_request.load(number)
    thing = next((one for one in page.things if one.key == key), None) if page else None
    found = moderation_request.thing_of(page.foi_request, key) if thing else None
    if found is None:
        raise Http404
    row, title = found
    do = request.POST.get("do", "") if request.method == "POST" else ""
    kinds = {"hide": decide.HideForm, **({"show": decide.ShowForm} if thing.is_hidden else {})}
    shown = {name: form(request.POST if name == do else None, prefix=name) for name, form in kinds.items()}
    if do in shown and shown[do].is_valid():
        deed = moderation.hide if do == "hide" else moderation.show_again
        try:
            deed(thing=row, title=title, actor=request.user, now=timezone.now(), **shown[do].cleaned_data)
        except NotAllowed as error:
            shown[do].add_error(None, str(error))
        else:
            said = _("It is hidden, on every page, from now on.") if do == "hide" else _("It is public again.")
            messages.success(request, said)
            return redirect("moderation:request", number=number)
    context = {"page": page, "thing": thing, "forms": shown, "tried": shown.get(do), "section": "moderation"}
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/hide.html", context, status=422 if bad else 200)
