"""Every route as every visitor, reading and writing, against one table. A route that is not in the table fails."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator

import pytest
from allauth.account.urls import urlpatterns as account_routes
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests import sweep_site
from tests.sweep_site import SECRETS, Site

pytestmark = pytest.mark.django_db

ROLES = "anonymous stranger requester officer other_officer staff suspended_requester suspended_staff".split()
# o shown · r done, or sent on to another page · l asked to sign in · u words to mend (4xx) · s suspended, with words
# 4 not there · g gone · m not by this method
CODES = {200: "o", 403: "s", 404: "4", 405: "m", 409: "u", 410: "g", 422: "u", 429: "u", 400: "u"}
TABLE = """
#                                   GET: anonymous, stranger, requester, officer, officer of another, staff,
#                                   suspended requester, suspended staff; then the same for POST
public:home                            oooooooo mmmmmmmm
public:robots                          oooooooo mmmmmmmm
public:healthz                         oooooooo mmmmmmmm
public:readyz                          oooooooo mmmmmmmm
public:list                            oooooooo mmmmmmmm
public:list_as                         oooooooo mmmmmmmm
public:list_tab                        rrrrrrrr mmmmmmmm
public:search                          oooooooo mmmmmmmm
public:search_as                       oooooooo mmmmmmmm
public:authorities                     oooooooo mmmmmmmm
public:authorities_csv                 oooooooo mmmmmmmm
public:body                            oooooooo mmmmmmmm
public:body_as                         oooooooo mmmmmmmm
public:about_body                      oooooooo mmmmmmmm
public:person                          oooooooo mmmmmmmm
public:help                            oooooooo mmmmmmmm
public:unsuitable                      oooooooo oooooooo
public:help_page                       oooooooo mmmmmmmm
public:calculator                      oooooooo mmmmmmmm
public:calculator_as                   oooooooo mmmmmmmm
public:calendar_feed                   oooooooo mmmmmmmm
requester:calendar                     looooooo looooooo
authority:calendar                     l44o4444 l44o4444
public:contact                         oooooooo rrrrrrrr
public:contact_sent                    oooooooo mmmmmmmm
public:file open                       oooooooo oooooooo
public:file hidden                     44oo4oo4 44oo4oo4
public:file held                       44444o44 44444o44
public:file of hidden letter           44oo4oo4 44oo4oo4
public:file_text open                  oooooooo oooooooo
public:file_text_json open             oooooooo oooooooo
public:page open                       oooooooo oooooooo
public:file_text hidden                44oo4oo4 44oo4oo4
public:file_text_json hidden           44oo4oo4 44oo4oo4
public:page hidden                     44oo4oo4 44oo4oo4
public:file_text held                  44444o44 44444o44
public:file_text_json held             44444o44 44444o44
public:page held                       44444o44 44444o44
requester:choose                       ooooooss mmmmmmmm
requester:authority_search             oooooooo mmmmmmmm
requester:similar_while_writing        oooooooo mmmmmmmm
requester:private_way                  oooooooo mmmmmmmm
requester:private                      44o444ss 44r444ss
requester:preview                      44o444ss 44r444ss
requester:discard                      mmmmmmmm 44r444r4
requester:write                        ooooooss rrrrrrss
requester:autosave                     mmmmmmmm ooooooss
requester:confirm                      oooooooo orrrrrrr
requester:requests                     looooooo mmmmmmmm
requester:account                      looooooo mmmmmmmm
requester:name                         lrrrrrrr lrrrrrss
requester:follow_authority             looooooo lrrrrrss
requester:unfollow_authority           lmmmmmmm lrrrrrrr
requester:following                    looooooo lmmmmmmm
requester:mark_read                    lmmmmmmm lrrrrrrr
requester:change_follow                lmmmmmmm l4r444r4
requester:unsubscribe                  oooooooo oooooooo
requester:stop_reminders               oooooooo oooooooo
requester:choose_reminders             lmmmmmmm lrrrrrrr
authority:inbox                        ooorrooo ooorrooo
authority:ask                          oooooooo mmmmmmmm
authority:ask_for                      oooooooo oooooooo
authority:invitation                   oooooooo lggggggg
authority:draft_file                   l44o4444 l44mm444
authority:preview_file                 l44mm444 l44r4444
authority:authority_inbox              l44o4444 l44o4444
authority:link                         oooooooo oooooooo
authority:choose_reminders             l44mm444 l44r4444
moderation:queue                       l4444o44 l4444m44
moderation:case report                 l4444o44 l4444r44
moderation:case held                   l4444o44 l4444r44
moderation:case file                   l4444o44 l4444r44
moderation:letter_bytes                l4444o44 l4444m44
moderation:clock                       l4444o44 l4444m44
moderation:mail                        l4444o44 l4444m44
moderation:held                        l4444o44 l4444o44
moderation:people                      l4444o44 l4444m44
moderation:person                      l4444o44 l4444r44
moderation:request                     l4444o44 l4444m44
moderation:hide                        l4444o44 l4444r44
moderation:request_clock               l4444o44 l4444r44
authority:school_days                  l44o4444 l44r4444
moderation:redactions                  l4444o44 l4444r44
moderation:redaction                   l4444o44 l4444r44
moderation:authorities                 l4444o44 l4444m44
moderation:authority                   l4444o44 l4444r44
moderation:bank_holidays               l4444o44 l4444r44
moderation:withdraw_bank_holiday       l4444o44 l4444r44
public:request open                    oooooooo oooooooo
public:request_json open               oooooooo oooooooo
public:request_atom open               oooooooo oooooooo
public:request_text open               oooooooo oooooooo
public:request_zip open                oooooooo oooooooo
public:deadline open                   oooooooo oooooooo
public:deadline_ics open               oooooooo mmmmmmmm
public:details open                    oooooooo oooooooo
public:report open                     oooooooo oooooooo
public:similar open                    oooooooo oooooooo
requester:sent open                    oooooooo mmmmmmmm
requester:withdraw open                l4o444ss l4r444ss
requester:annotate open                loooooss lrrrrrss
requester:follow open                  looooooo lrrrrrss
requester:unfollow open                lmmmmmmm lrrrrrrr
requester:take_back open               l4o444o4 l4u444ss
requester:next_steps open              l4o444o4 mmmmmmmm
requester:complaint open               l4o444o4 mmmmmmmm
requester:complaint_pdf open           l4o444o4 mmmmmmmm
requester:complaint_zip open           l4o444o4 mmmmmmmm
requester:follow_up open               l4o444ss l4r444ss
requester:follow_up_autosave open      mmmmmmmm l4o444ss
requester:follow_up_preview open       l4r444ss l4r444ss
requester:fee_paid open                l4o444ss l4u444ss
requester:do_not_agree open            l4o444ss l4r444ss
requester:describe open                loo4ooss lrr4rrss
authority:case open                    l44o4444 l44r4444
authority:preview open                 l44o4444 l44r4444
authority:published open               l44o4444 l44r4444
authority:describe open                l44o4444 l44r4444
authority:fee_received open            l44o4444 l44u4444
public:request parties                 44oo4oo4 44oo4oo4
public:request_json parties            44oo4oo4 44oo4oo4
public:request_atom parties            44oo4oo4 44oo4oo4
public:request_text parties            44oo4oo4 44oo4oo4
public:request_zip parties             44oo4oo4 44oo4oo4
public:deadline parties                44oo4oo4 44oo4oo4
public:deadline_ics parties            44oo4oo4 mmmmmmmm
public:details parties                 44oo4oo4 44oo4oo4
public:report parties                  44oo4oo4 44oo4oo4
public:similar parties                 44oo4oo4 44oo4oo4
requester:sent parties                 44oo4oo4 mmmmmmmm
requester:withdraw parties             l4o444ss l4r444ss
requester:annotate parties             l44444ss l44444ss
requester:follow parties               l4oo4oo4 l4rr4rss
requester:unfollow parties             lmmmmmmm l4rr4rr4
requester:take_back parties            l4o444o4 l4u444ss
requester:next_steps parties           l4o444o4 mmmmmmmm
requester:complaint parties            l4o444o4 mmmmmmmm
requester:complaint_pdf parties        l4o444o4 mmmmmmmm
requester:complaint_zip parties        l4o444o4 mmmmmmmm
requester:follow_up parties            l4o444ss l4r444ss
requester:follow_up_autosave parties   mmmmmmmm l4o444ss
requester:follow_up_preview parties    l4r444ss l4r444ss
requester:fee_paid parties             l4o444ss l4u444ss
requester:do_not_agree parties         l4o444ss l4r444ss
requester:describe parties             l4o444ss l4r444ss
authority:case parties                 l44o4444 l44r4444
authority:preview parties              l44r4444 l44r4444
authority:published parties            l44o4444 l44r4444
authority:describe parties             l44o4444 l44r4444
authority:fee_received parties         l44o4444 l44u4444
public:request nobody                  44444o44 44444o44
public:request_json nobody             44444o44 44444o44
public:request_atom nobody             44444o44 44444o44
public:request_text nobody             44444o44 44444o44
public:request_zip nobody              44444o44 44444o44
public:deadline nobody                 44444o44 44444o44
public:deadline_ics nobody             44444o44 mmmmmmmm
public:details nobody                  44444o44 44444o44
public:report nobody                   44444o44 44444o44
public:similar nobody                  44444o44 44444o44
requester:sent nobody                  44444o44 mmmmmmmm
requester:withdraw nobody              l44444ss l44444ss
requester:annotate nobody              l44444ss l44444ss
requester:follow nobody                l4444o44 l4444rss
requester:unfollow nobody              lmmmmmmm l4444r44
requester:take_back nobody             l4444444 l44444ss
requester:next_steps nobody            l4444444 mmmmmmmm
requester:complaint nobody             l4444444 mmmmmmmm
requester:complaint_pdf nobody         l4444444 mmmmmmmm
requester:complaint_zip nobody         l4444444 mmmmmmmm
requester:follow_up nobody             l44444ss l44444ss
requester:follow_up_autosave nobody    mmmmmmmm l44444ss
requester:follow_up_preview nobody     l44444ss l44444ss
requester:fee_paid nobody              l44444ss l44444ss
requester:do_not_agree nobody          l44444ss l44444ss
requester:describe nobody              l44444ss l44444ss
authority:case nobody                  l4444444 l4444444
authority:preview nobody               l4444444 l4444444
authority:published nobody             l4444444 l4444444
authority:describe nobody              l4444444 l4444444
authority:fee_received nobody          l4444444 l4444444
"""
# What a page may write without anybody's doing: rendered copies, the message that was shown, counters of tries.
WRITTEN_ANYWAY = {"requests_app_pagecopy", "django_session", "cache_entries"}
REFUSED = set("ls4gm")
# Opening the page of a request that one follows marks it as read; nobody else's row moves.
MARKS_READ = {"public:request": "requests_app_follow", "public:body": "requests_app_follow"}
# Their address is the proof, and mail programs send no cookie.
NO_FORM_TOKEN = {"requester:unsubscribe", "requester:stop_reminders", "authority:link"}
# Routes of the account pages that need more than a name: a key out of a letter.
WITH_KEY = {
    "account_confirm_email": "/account/confirm-email/no-such-key/",
    "account_reset_password_from_key": "/account/password/reset/key/1-no-such-key/",
}
# The account pages, which are allauth's in our clothes: by GET for nobody in particular and for somebody signed in.
ACCOUNT_TABLE = """
account_change_password                  lo
account_confirm_email                    oo
account_confirm_login_code               lr
account_email                            lo
account_email_verification_sent          oo
account_inactive                         oo
account_login                            or
account_logout                           ro
account_reauthenticate                   lo
account_request_login_code               or
account_reset_password                   oo
account_reset_password_done              oo
account_reset_password_from_key          oo
account_reset_password_from_key_done     oo
account_set_password                     lr
account_signup                           or
"""


def table() -> dict[str, tuple[str, str]]:
    """Route, perhaps with a variant → what each role gets by GET, and by POST."""
    rows = (line.rsplit(maxsplit=2) for line in TABLE.strip().splitlines() if not line.startswith("#"))
    return {name.strip(): (get, post) for name, get, post in rows}


def expected(role: str) -> dict[str, tuple[str, str]]:
    at = ROLES.index(role)
    return {name: (get[at], post[at]) for name, (get, post) in table().items()}


def routes(patterns=None, namespace: str = "") -> Iterator[str]:
    """The name of every route of the site; the back office's own and allauth's are not walked here."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin" and str(entry.pattern) not in ("account/", "anymail/"):
                yield from routes(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def code_of(response) -> str:
    if response.status_code in (301, 302):
        return "l" if response.url.startswith("/account/login/") else "r"
    return CODES.get(response.status_code, str(response.status_code))


def text_of(response) -> str:
    """What the visitor can read in an answer, the files inside a zip and the headers included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    if response.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join([*map(str.encode, archive.namelist()), *map(archive.read, archive.namelist())])
    return content.decode(errors="replace") + response.get("Content-Disposition", "") + response.get("Location", "")


def rows_written() -> dict[str, int]:
    """How many rows this test's transaction has written in each table so far, undone ones too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: count for name, count in cursor.fetchall() if name not in WRITTEN_ANYWAY}


@pytest.fixture
def site(settings, tmp_path) -> Site:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return sweep_site.build()


def visitor(site: Site, role: str) -> Client:
    client = Client()
    user = site.people[role]
    if role == "suspended_requester":
        sweep_site.suspend(user, by=site.people["staff"])
    if user is not None:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def writes(act: Callable[[], object]) -> set[str]:
    """The tables in which this writes, be it undone afterwards."""
    before = rows_written()
    act()
    return {table for table, _count in set(rows_written().items()) - set(before.items())}


def walk(client: Client, site: Site, role: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """What this visitor gets at each address; and every rule that was broken on the way."""
    reads, posts, broken = {}, {}, []

    def look(response, name: str, method: str) -> str:
        shown = text_of(response)
        broken.extend(
            f"{method} {name} shows “{word}” to {role}"
            for word, readers in SECRETS.items()
            if role not in readers and word in shown
        )
        return code_of(response)

    def read(names: Iterable[str]) -> None:
        reads.update({name: look(client.get(site.addresses[name]), name, "GET") for name in names})

    def post(names: Iterable[str]) -> None:
        for name in names:
            with transaction.atomic():
                body = site.bodies.get(name) or site.bodies.get(name.split()[0]) or {}
                posts[name] = look(client.post(site.addresses[name], body), name, "POST")
                transaction.set_rollback(True)

    marking = [name for name in site.addresses if name.split()[0] in MARKS_READ]
    quiet = [name for name in site.addresses if name not in marking]
    # All at once, since it is cheap; one by one only to name the culprit.
    if writes(lambda: read(quiet)):
        broken += [f"GET {name} as {role} writes {t}" for name in quiet if (t := writes(lambda n=name: read([n])))]
    if (tables := writes(lambda: read(marking))) - set(MARKS_READ.values()):
        broken.append(f"GET of pages that mark as read as {role} writes {tables}")
    refused = [name for name, (_get, code) in expected(role).items() if code in REFUSED and name in site.addresses]
    post(name for name in site.addresses if name not in refused)
    if writes(lambda: post(refused)):
        broken += [
            f"refused POST {name} as {role} writes {t}" for name in refused if (t := writes(lambda n=name: post([n])))
        ]
    return {name: (reads[name], posts[name]) for name in site.addresses}, broken


@pytest.mark.parametrize("role", ROLES)
def test_given_a_visitor_when_every_route_is_tried_then_the_table_says_what_happens(role, site):
    table_says = expected(role)

    got, broken = walk(visitor(site, role), site, role)

    assert broken == []
    assert {name: (codes, table_says.get(name)) for name, codes in got.items() if table_says.get(name) != codes} == {}


def test_every_route_is_in_the_table_and_its_address_leads_to_it(site):
    walked = {name.split()[0] for name in table()}

    assert walked == {name for name in routes() if not name.startswith("dev:")}
    assert set(table()) == set(site.addresses)
    for name, address in site.addresses.items():
        assert resolve(address.partition("?")[0]).view_name == name.split()[0]


def test_given_no_token_of_a_form_when_posted_then_every_route_refuses_but_those_whose_address_is_the_proof(site):
    client = Client(enforce_csrf_checks=True)
    client.force_login(site.people["staff"], "allauth.account.auth_backends.AuthenticationBackend")

    taken = {name.split()[0] for name, address in site.addresses.items() if client.post(address).status_code != 403}

    assert taken == NO_FORM_TOKEN


def test_the_account_pages_say_who_may_see_them(site):
    names = {entry.name for entry in account_routes}
    got = {}

    for name in names:
        address = WITH_KEY.get(name) or reverse(name)
        codes = [code_of(visitor(site, role).get(address)) for role in ("anonymous", "stranger")]
        got[name] = "".join(codes)

    assert got == dict(line.split() for line in ACCOUNT_TABLE.strip().splitlines())
