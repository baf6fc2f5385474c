"""Take a letter back in the minutes before it leaves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions.take_back import letter_to_take_back, take_back_letter
from ..models import FOIRequest, NotAllowed
from ..permissions import requested_by, visible_to
from .access import signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the letter that still waits and a button; POST takes it back and opens it as a draft."""
    own = FOIRequest.objects.filter(requested_by(request.user)).filter(visible_to(request.user))
    foi_request = get_object_or_404(own, slug=slug)
    letter = letter_to_take_back(foi_request)
    if request.method == "POST" and letter is not None and request.POST.get("letter") == str(letter.pk):
        try:
            take_back_letter(message_id=letter.pk, actor=request.user, now=timezone.now())
        except NotAllowed as error:
            messages.error(request, str(error))
            return redirect("public:request", slug)
        messages.success(request, _("Taken back. The authority has not had your letter; it is among your drafts."))
        return redirect("requester:requests")
    if letter is None and request.method != "POST" and foi_request.is_imported:
        raise Http404
    context = {"foi_request": foi_request, "letter": letter}
    return render(request, "requester/take_back.html", context, status=409 if request.method == "POST" else 200)
