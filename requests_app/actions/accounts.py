"""People: the name they are known by, what they agreed to, and accounts that were never confirmed."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from ..models import NotAllowed, User

# How long an account waits for its address to be confirmed; its confirmation link lives as long.
UNCONFIRMED_FOR = timedelta(days=7)


@transaction.atomic
def welcome(*, user: User, name: str, now: datetime) -> User:
    """Store a new account with its public name and what was agreed to.

    Somebody whose letters came here with an imported thread takes over the person that stands for them,
    under the name those letters carry; until the address is confirmed that changes nothing in public.
    """
    imported = (
        User.objects.select_for_update().filter(claim_email__iexact=user.email, email__isnull=True).first()
        if user.email
        else None
    )
    if imported is not None:
        imported.email, imported.password = user.email, user.password
        user = imported
    user.public_name = user.public_name or name
    user.terms_version, user.terms_accepted_at = settings.TERMS_VERSION, now
    user.save()
    return user


@transaction.atomic
def set_name(*, user_id: int, name: str) -> None:
    """Say the public name, once. Later changes are staff's, each with a Decision, since the name is on letters."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.public_name:
        raise NotAllowed(_("Your name is set already. Write to us to change it."))
    user.public_name = name
    user.save(update_fields=["public_name"])


@transaction.atomic
def accept_terms(*, user_id: int, now: datetime) -> None:
    """Record that this person accepted the terms and house rules of today."""
    User.objects.filter(pk=user_id).update(terms_version=settings.TERMS_VERSION, terms_accepted_at=now)


@transaction.atomic
def disown(*, email_address_id: int) -> None:
    """ "This was not me": forget an address that was never confirmed, its draft, and an account with nothing else.

    An account with another, confirmed address only loses this one; a person who came with an imported thread
    stands as before.
    """
    address = EmailAddress.objects.select_for_update().filter(pk=email_address_id, verified=False).first()
    if address is None:
        return
    user = User.objects.select_for_update().get(pk=address.user_id)
    address.delete()
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        return
    user.drafts.filter(sent_as__isnull=True).delete()
    _forget(user)


@transaction.atomic
def drop_password_at_first_confirmation(*, email_address_id: int) -> None:
    """Leave an account whose first address has just been confirmed without a password; codes by mail still work."""
    address = EmailAddress.objects.select_related("user").get(pk=email_address_id)
    if EmailAddress.objects.filter(user=address.user_id, verified=True).exclude(pk=address.pk).exists():
        return
    user = User.objects.select_for_update().get(pk=address.user_id)
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _forget(user: User) -> None:
    if user.is_staff or user.officer_roles.exists():
        return
    if user.claim_email:
        EmailAddress.objects.filter(user=user).delete()
        user.email = None
        user.set_unusable_password()
        user.terms_version, user.terms_accepted_at = "", None
        user.save()
        return
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:  # letters, annotations or decisions stand in the name of this account
        pass


def purge_unconfirmed(*, now: datetime, limit: int = 500) -> int:
    """Forget accounts whose address nobody confirmed in time, their drafts with them. Returns how many were looked at.

    Officers' accounts are made by an invitation and have no such row; they stay.
    """
    too_old = now - UNCONFIRMED_FOR
    # A person who came with an imported thread is older than the account: that begins with accepting the terms.
    young = Q(user__created_at__gt=too_old) | Q(user__terms_accepted_at__gt=too_old)
    waiting = (
        EmailAddress.objects.filter(verified=False)
        .exclude(young)
        .exclude(user__in=EmailAddress.objects.filter(verified=True).values("user"))
    )
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    for number in numbers:
        disown(email_address_id=number)
    return len(numbers)
