"""One site and one browser for all journeys; what a journey wrote is gone before the next one begins."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from foitracker import mailbox
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import User
from tests import factories
from tests.journeys.site import CHROMIUM_ARGUMENTS, RunningSite, chromium, running

PATIENCE = 20_000  # milliseconds; a busy machine must not fail a journey


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys/" in item.nodeid or item.path.parent.name == "journeys":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="package")
def running_site(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[RunningSite]:
    """The site's processes; for a module with the parameter "postfix" one behind Postfix, in place of the other."""
    home = tmp_path_factory.mktemp("site")
    by_postfix = getattr(request, "param", None) == "postfix"
    with django_db_blocker.unblock(), running(home, by_postfix=by_postfix) as site:
        yield site


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(running_site, transactional_db, settings) -> RunningSite:
    """The running site, empty but for the bank holidays; factories of this test keep files where it looks for them."""
    settings.SITE_URL = running_site.url
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": running_site.files},
        },
    }
    cache.clear()  # counters of tries
    seed_bank_holidays()
    for caught in mailbox.folder(running_site.home).glob("*.*"):
        caught.unlink()  # letters of an earlier journey to the same people
    return running_site


@pytest.fixture
def visit(browser, site) -> Iterator[Callable[..., Page]]:
    """A page of a new visitor, with cookies of their own; keyword arguments as for a browser context."""
    contexts: list[BrowserContext] = []

    def begin(**options) -> Page:
        context = browser.new_context(base_url=site.url, locale="en-GB", timezone_id="Europe/London", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        return page

    expect.set_options(timeout=PATIENCE)
    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(visit) -> Callable[..., Page]:
    """A page of this person, signed in through the form; without one, of a new visitor who is not."""

    def begin(user: User, **options) -> Page:
        page = visit(**options)
        page.goto("/account/login/")
        page.get_by_label("E-mail address").fill(user.email)
        page.get_by_label("Password").fill(factories.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    return begin


@pytest.fixture
def signed_in_as(visit) -> Callable[..., Page]:
    """The same without the form: the session is put into the cookies."""

    def begin(user: User, **options) -> Page:
        page = visit(**options)
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": "localhost", "path": "/"}]
        )
        return page

    return begin
