"""What `check --deploy` says of the DNS records of the domain that letters leave from; asked of a real name server."""

import pytest

from requests_app.checks import mail_records
from requests_app.mail.dns_records import NotAnswered, lacking, resolver_at
from tests.name_server import answering, whole

DOMAIN = "reply.foi.example"


def asked(records: dict, *, selector: str = "2026") -> list[str]:
    with answering(records) as server:
        return [kind for kind, _said in lacking(DOMAIN, selector, resolver_at(server))]


def test_given_every_record_then_nothing_is_lacking():
    assert asked(whole(DOMAIN, "2026")) == []


@pytest.mark.parametrize(
    ("name", "kind", "lacks"),
    [
        (DOMAIN, "MX", "MX"),
        (DOMAIN, "TXT", "SPF"),
        (f"2026._domainkey.{DOMAIN}", "TXT", "DKIM"),
        (f"_dmarc.{DOMAIN}", "TXT", "DMARC"),
    ],
)
def test_given_one_record_missing_then_it_is_named(name, kind, lacks):
    records = whole(DOMAIN, "2026")
    del records[name, kind]

    assert asked(records) == [lacks]


@pytest.mark.parametrize(
    ("name", "texts", "lacks"),
    [
        (DOMAIN, ['"v=spf10 mx"'], ["SPF"]),
        (DOMAIN, ['"v=spf1 mx -all"', '"v=spf1 a -all"'], ["SPF"]),
        (DOMAIN, ['"V=SPF1"'], []),
        (f"2026._domainkey.{DOMAIN}", ['"v=DKIM1; k=rsa; p="'], ["DKIM"]),
        (f"2026._domainkey.{DOMAIN}", ['"p=MIIBIjAN"'], []),
        (f"_dmarc.{DOMAIN}", ['"v=DMARC2; p=none"'], ["DMARC"]),
    ],
)
def test_records_count_as_receivers_read_them(name, texts, lacks):
    assert asked(whole(DOMAIN, "2026") | {(name, "TXT"): texts}) == lacks


def test_a_policy_of_the_domain_above_speaks_for_this_one():
    records = whole(DOMAIN, "2026")
    records["_dmarc.foi.example", "TXT"] = records.pop((f"_dmarc.{DOMAIN}", "TXT"))

    assert asked(records) == []


def test_an_address_record_is_enough_for_mail_to_arrive():
    records = whole(DOMAIN, "2026")
    del records[DOMAIN, "MX"]

    assert asked(records | {(DOMAIN, "A"): ["192.0.2.7"]}) == []


def test_without_a_selector_it_says_what_to_set():
    with answering(whole(DOMAIN, "2026")) as server:
        ((kind, said),) = lacking(DOMAIN, "", resolver_at(server))

    assert kind == "DKIM" and said.startswith("DKIM_SELECTOR is not set")


def test_given_a_server_that_fails_then_nothing_is_said_of_the_records():
    with answering({}, broken=True) as server, pytest.raises(NotAnswered):
        list(lacking(DOMAIN, "2026", resolver_at(server)))


@pytest.mark.parametrize("address", ["name.example", "127.0.0.1:port", "127.0.0.1:99999", "::1::x"])
def test_a_resolver_is_an_address(address):
    with pytest.raises(ValueError):
        resolver_at(address)


class TestTheCheck:
    @pytest.fixture(autouse=True)
    def deployed(self, settings):
        settings.EMBEDDED, settings.MAIL_DOMAIN, settings.DKIM_SELECTOR = False, DOMAIN, "2026"

    def test_each_missing_record_is_a_warning_with_a_number_of_its_own(self, settings):
        with answering({(DOMAIN, "MX"): [f"10 mail.{DOMAIN}."]}) as settings.DNS_RESOLVER:
            found = mail_records(None)

        assert [warning.id for warning in found] == ["foitracker.W003", "foitracker.W004", "foitracker.W005"]

    def test_a_server_that_fails_is_one_warning(self, settings):
        with answering({}, broken=True) as settings.DNS_RESOLVER:
            (warning,) = mail_records(None)

        assert warning.id == "foitracker.W006" and "are not checked" in warning.msg

    def test_a_resolver_that_is_no_address_is_an_error(self, settings):
        settings.DNS_RESOLVER = "ns.example"

        (error,) = mail_records(None)

        assert error.id == "foitracker.E100"

    def test_the_demonstration_asks_nobody(self, settings):
        settings.EMBEDDED, settings.DNS_RESOLVER = True, "ns.example"

        assert mail_records(None) == []
