"""allauth's seams: its letters leave through our outbox, and what was written before an account is kept with it."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .actions import accounts, drafting
from .mail import compose
from .models import User
from .permissions import is_staff


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are people with a public name and no user name; a letter may wait for theirs to be confirmed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Try again, or ask for a code by e-mail below."
        ),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, or ask for a code by e-mail below."),
        "incorrect_code": _("This is not the code that we sent. Look at the newest e-mail and try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not the password you use now. Try again."),
        "rate_limited": _("That was too often in a short time. Wait five minutes and try again."),
        "same_as_current": _("This is what you have now. Write a new one."),
    }

    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """A new account with its name and the rules it accepted; the letter that waits is bound to it."""
        user = super().save_user(request, user, form, commit=False)
        now = timezone.now()
        with transaction.atomic():
            user = accounts.welcome(user=user, name=form.cleaned_data["public_name"], now=now)
            drafting.bind_to_signup(user=user, cookie_hash=_cookie_hash(request), now=now)
        request.session.pop("signup_name", None)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        if getattr(request, "password_dropped", False):
            user.refresh_from_db(fields=["password"])  # the session is signed with what is stored
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        """What this browser wrote before signing in now belongs to the person."""
        request.waiting_draft = drafting.claim_drafts(user=user, cookie_hash=_cookie_hash(request))
        response = super().post_login(request, user, **kwargs)
        if drafting.COOKIE in request.COOKIES:
            response.delete_cookie(drafting.COOKIE, samesite="Lax")
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the letter that waits to go out, where there is one; else to where this person works."""
        if draft := getattr(request, "waiting_draft", None):
            return reverse("requester:preview", args=[draft.pk])
        if is_staff(request.user):
            return reverse("moderation:queue")
        if request.user.is_authenticated and request.user.officer_roles.serving().exists():
            return reverse("authority:inbox")
        return settings.LOGIN_REDIRECT_URL

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation) -> str:
        """Our own page, which shows the letter that goes out with the confirmation."""
        return settings.SITE_URL + reverse("requester:confirm", args=[emailconfirmation.key])

    def get_email_verification_redirect_url(self, email_address) -> str:
        return reverse("requester:requests") if self.request.user.is_authenticated else settings.LOGIN_URL

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Through the outbox like every other letter: ``account/email/login_code`` is ``mail/account_login_code``."""
        words = {key: value for key, value in context.items() if key not in ("request", "ip", "user_agent")}
        with transaction.atomic():
            compose.post(f"account_{template_prefix.rpartition('/')[2]}", to=email, context=words)


@receiver(email_confirmed)
def drop_a_strangers_password(request: HttpRequest, email_address: EmailAddress, **kwargs) -> None:
    """Somebody confirms by a code an account that was never confirmed: its password may be a stranger's, who
    signed up with their address and waits. The link in the first mail shows name and letter instead.
    """
    records = get_authentication_records(request, email_address.user)
    if records and records[-1]["method"] == "code":
        accounts.drop_password_at_first_confirmation(email_address_id=email_address.pk)
        request.password_dropped = True


def _cookie_hash(request: HttpRequest) -> str:
    return drafting.hash_of(request.COOKIES.get(drafting.COOKIE, ""))
