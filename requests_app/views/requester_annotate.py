"""Write an annotation: a public remark beside the letters of anybody's request."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from ..actions import correspondence, publishing
from ..forms.requester_compose import AnnotationForm
from ..forms.requester_hints import personal_details
from ..models import FOIRequest, NotAllowed, Prominence
from ..permissions import visible_to
from .access import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def annotate(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; "Preview" shows it as it will stand, "Publish" puts it on the page."""
    found = FOIRequest.objects.filter(visible_to(request.user), prominence=Prominence.PUBLIC)
    foi_request = get_object_or_404(found.select_related("authority"), slug=slug)
    if not request.user.public_name:
        return redirect(f"{reverse('requester:name')}?{urlencode({'next': request.path})}")
    form = AnnotationForm(request.POST if request.method == "POST" else None)
    refused = published = None
    hints = ()
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["body"]
        if request.POST.get("action") == "preview":
            published = publishing.rendered(body, foi_request=None, incoming=False)
            hints = personal_details(body)
        else:
            try:
                annotation = correspondence.annotate(
                    foi_request_id=foi_request.pk, author=request.user, body=body, now=timezone.now()
                )
            except NotAllowed as error:
                refused = str(error)
            else:
                return redirect(reverse("public:request", args=[foi_request.slug]) + f"#{annotation.anchor}")
    has_title = foi_request.title_prominence == Prominence.PUBLIC
    context = {
        "foi_request": foi_request,
        "shown_title": foi_request.title if has_title else foi_request.title_concealed_wording,
        "form": form,
        "refused": refused,
        "published": published,
        "hints": hints,
        "now": timezone.now(),
    }
    return render(request, "requester/annotate.html", context)
