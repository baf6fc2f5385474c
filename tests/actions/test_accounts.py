"""Accounts that wait for their address to be confirmed, and how long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import accounts
from requests_app.models import User

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


@pytest.fixture
def claimed():
    """Somebody whose letters came with a thread long ago signs up now; the address is not confirmed yet."""
    User.objects.create_user(
        None, public_name="C. Obi", claim_email="obi@people.example", created_at=timezone.now() - LONG_AGO
    )
    user = accounts.welcome(user=User(email="obi@people.example", password="!"), name="Chidi Obi", now=timezone.now())
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    return user


def test_given_an_old_person_who_signed_up_today_when_purged_then_their_link_still_works(claimed):
    assert accounts.purge_unconfirmed(now=timezone.now()) == 0

    assert claimed.emailaddress_set.exists()


def test_given_an_old_person_who_never_confirmed_when_purged_then_they_stand_as_before(claimed):
    assert accounts.purge_unconfirmed(now=timezone.now() + timedelta(days=8)) == 1

    claimed.refresh_from_db()
    assert (claimed.email, claimed.claim_email) == (None, "obi@people.example")
    assert not claimed.emailaddress_set.exists()
