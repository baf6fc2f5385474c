"""The decorators of views/access.py: one audience each, and what a suspension closes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from requests_app.models import Decision, DecisionKind, ReasonCode, Sanction
from requests_app.views.access import officer_only, public_page, signed_in, staff_only
from tests.factories import make_officer, make_staff, make_user

pytestmark = pytest.mark.django_db


def view(request):
    return HttpResponse("in")


def ask(decorated, user=None, method="get"):
    request = getattr(RequestFactory(), method)("/some/page?x=1")
    request.user = user or AnonymousUser()
    return decorated(request)


def suspended(user):
    decision = Decision.objects.create(
        kind=DecisionKind.SUSPEND, actor=make_staff(), reason_code=ReasonCode.SPAM, thing_type="user", thing_id=user.pk
    )
    Sanction.objects.create(
        user=user, reason_code=ReasonCode.SPAM, public_wording="Advertising, again.", started_by=decision
    )
    return user


@pytest.mark.parametrize("guard", [signed_in, officer_only, staff_only])
def test_the_signed_out_go_to_the_sign_in_page_and_back(guard):
    assert ask(guard(view)).url == "/account/login/?next=/some/page%3Fx%3D1"
    assert ask(guard(view), method="post").url == "/account/login/?next=/some/page"


def test_strangers_do_not_learn_that_a_page_exists():
    for guard in (officer_only, staff_only):
        with pytest.raises(Http404):
            ask(guard(view), make_user())
    with pytest.raises(Http404):
        ask(officer_only(view), make_staff())
    with pytest.raises(Http404):
        ask(staff_only(view), make_officer().user)


def test_each_audience_comes_in():
    assert ask(public_page(view)).content == b"in"
    assert ask(signed_in(view), make_user()).content == b"in"
    assert ask(officer_only(view), make_officer().user).content == b"in"
    assert ask(staff_only(view), make_staff()).content == b"in"


def test_a_former_officer_is_a_stranger():
    officer = make_officer()
    officer.ended_at = officer.started_at
    officer.save()

    with pytest.raises(Http404):
        ask(officer_only(view), officer.user)


@pytest.mark.parametrize(
    "guard, method, closed",
    [
        (signed_in, "get", False),
        (signed_in, "post", True),
        (signed_in(writes=True), "get", True),
        (signed_in(writes=False), "post", False),
        (public_page, "post", False),
        (public_page(writes=True), "get", True),
    ],
)
def test_a_suspension_closes_what_writes_and_says_why(guard, method, closed):
    response = ask(guard(view), suspended(make_user()), method)

    assert response.status_code == (403 if closed else 200)
    assert (b"Advertising, again." in response.content) == closed


def test_suspended_officers_read_and_suspended_staff_are_strangers():
    officer = make_officer()
    suspended(officer.user)

    assert ask(officer_only(view), officer.user).status_code == 200
    assert ask(officer_only(view), officer.user, "post").status_code == 403
    with pytest.raises(Http404):
        ask(staff_only(view), suspended(make_staff()))


def test_every_view_says_its_audience():
    assert [guard(view).audience for guard in (public_page, signed_in, officer_only, staff_only)] == [
        "public",
        "signed_in",
        "officer",
        "staff",
    ]
