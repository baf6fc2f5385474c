"""Write to the people who run the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ..actions.contact import write_to_us
from ..forms.contact import ContactForm
from ..models import NotAllowed
from .access import public_page
from .throttle import wait


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The form; open to suspended people too, who may ask us to look again."""
    user = request.user if request.user.is_authenticated else None
    known = {"name": user.public_name, "email": user.email} if user else {}
    about = request.GET.get("about", "").replace("\x00", "")[:200]
    form = ContactForm(request.POST or None, initial={**known, "subject": about})
    if request.method != "POST" or not form.is_valid():
        return render(request, "public/contact.html", {"form": form}, status=422 if form.errors else 200)
    said = form.cleaned_data
    try:
        # The limit on all messages together must not be for one place to use up.
        if user is None and (slow_down := wait(request, "contact", most=10, minutes=60)):
            raise NotAllowed(slow_down)
        if not said["website"]:
            write_to_us(
                name=said["name"],
                email=said["email"],
                subject=said["subject"],
                text=said["text"],
                sender=user,
                now=timezone.now(),
            )
    except NotAllowed as error:
        form.add_error(None, str(error))
        return render(request, "public/contact.html", {"form": form}, status=429)
    return redirect("public:contact_sent")  # reloading must not send it again


@public_page
@require_safe
def contact_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/contact_sent.html")
