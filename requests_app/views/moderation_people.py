"""People: find one, suspend or restore the account, change the public name."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import moderation
from ..forms import moderation_decide as decide
from ..models import NotAllowed
from ..selectors import moderation_people
from .access import staff_only


@staff_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """``?q=``: words of a name or address, or a number."""
    query = request.GET.get("q", "")[:200]
    context = {"query": query, "found": moderation_people.find(query), "section": "moderation"}
    return render(request, "moderation/people.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person; each button is a decision of its own."""
    page = moderation_people.load(number)
    if page is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    kinds = {
        **({"restore": decide.RestoreForm} if page.sanction else {"suspend": decide.SuspendForm}),
        "rename": decide.RenameForm,
    }
    shown = {name: form(request.POST if name == do else None, prefix=name) for name, form in kinds.items()}
    if do in shown and shown[do].is_valid():
        deed = {"suspend": moderation.suspend, "restore": moderation.restore, "rename": moderation.rename}[do]
        try:
            deed(user=page.person, actor=request.user, now=timezone.now(), **shown[do].cleaned_data)
        except NotAllowed as error:
            shown[do].add_error(None, str(error))
        else:
            messages.success(
                request,
                {
                    "suspend": _("The account is suspended. It shows on every page at once."),
                    "restore": _("The account is open again."),
                    "rename": _("The public name is changed."),
                }[do],
            )
            return redirect("moderation:person", number=number)
    elif do and do not in shown:
        messages.info(request, _("Somebody has decided about this account meanwhile. This is how it stands now."))
        return redirect("moderation:person", number=number)
    context = {"page": page, "forms": shown, "tried": shown.get(do), "section": "moderation"}
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/person.html", context, status=422 if bad else 200)
