"""Whether a letter's sender is who its From says: by the trusted server's word, and by the signatures themselves."""

from functools import partial

import pytest

from requests_app.mail import trust
from requests_app.mail.auth_results import results
from requests_app.mail.dns_records import NotAnswered, resolver_at, texts
from requests_app.mail.trust import PASSED, UNKNOWN, Standing, Verdict
from tests.letters import letter
from tests.name_server import answering
from tests.signing import key_of, records_of, signed

OURS = "mx.site.example"
FOI = "foi@council.gov.uk"
RECEIVED = f"Received: from mail.council.gov.uk (mail.council.gov.uk [192.0.2.7]) by {OURS} with ESMTPS; today\r\n"


def failed(*checks: str) -> Verdict:
    return Verdict(Standing.FAILED, checks)


def heard(said: str, sender: str = FOI, **how) -> Verdict | None:
    head = f"{RECEIVED}Authentication-Results: {OURS};{said}\r\nFrom: {sender}\r\n\r\nText"
    return trust.heard(head.encode(), sender=sender, server=OURS, **how)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (" dmarc=pass header.from=council.gov.uk", PASSED),
        (" dkim=pass header.d=council.gov.uk", PASSED),
        (" dkim=pass header.d=mail.council.gov.uk", PASSED),
        (" dkim=pass header.i=@council.gov.uk", PASSED),
        (" spf=pass smtp.mailfrom=bounces+1=reply.example@council.gov.uk", PASSED),
        (" spf=pass smtp.mailfrom=mail.council.gov.uk; dkim=fail header.d=council.gov.uk", PASSED),
        (" spf=fail smtp.mailfrom=council.gov.uk; dkim=pass header.d=council.gov.uk", PASSED),
        (" dkim=fail header.d=council.gov.uk; dkim=pass header.d=council.gov.uk", PASSED),
        (" spf=pass smtp.helo=mail.council.gov.uk", PASSED),
        # Others' domains vouch for nothing.
        (" dkim=pass header.d=trader.example", UNKNOWN),
        (" spf=pass smtp.mailfrom=trader.example", UNKNOWN),
        (" spf=pass smtp.mailfrom=trader.example smtp.helo=council.gov.uk", UNKNOWN),
        (" dkim=pass header.d=gov.uk", UNKNOWN),
        (" dkim=pass header.d=other.gov.uk", UNKNOWN),
        (" dkim=fail header.d=trader.example; spf=softfail smtp.mailfrom=trader.example", UNKNOWN),
        (" dmarc=pass", UNKNOWN),
        (" dmarc=none header.from=council.gov.uk; spf=none smtp.mailfrom=council.gov.uk; dkim=none", UNKNOWN),
        (" spf=neutral smtp.mailfrom=council.gov.uk", UNKNOWN),
        (" dmarc=bestguesspass header.from=council.gov.uk", UNKNOWN),
        # What the domain offers does not hold.
        (" dmarc=fail header.from=council.gov.uk", failed("dmarc")),
        (" dmarc=permerror", failed("dmarc")),
        (" dmarc=permerror; dkim=pass header.d=council.gov.uk", PASSED),
        (" dmarc=permerror header.from=council.gov.uk", UNKNOWN),
        (" dmarc=fail (p=none) header.from=council.gov.uk; spf=pass smtp.mailfrom=council.gov.uk", failed("dmarc")),
        (" dmarc=fail header.from=council.gov.uk; dmarc=pass header.from=council.gov.uk", failed("dmarc")),
        (" dmarc=pass header.from=trader.example", failed("dmarc")),
        (" spf=fail smtp.mailfrom=council.gov.uk", failed("spf")),
        (" spf=softfail smtp.mailfrom=council.gov.uk; dkim=none", failed("spf")),
        (" spf=softfail smtp.mailfrom=council.gov.uk; dkim=pass header.d=trader.example", failed("spf")),
        (" dkim=fail header.d=council.gov.uk", failed("dkim")),
        (" dkim=permerror (no key) header.d=council.gov.uk", failed("dkim")),
        (" dkim=fail header.d=council.gov.uk; spf=fail smtp.mailfrom=council.gov.uk", failed("dkim", "spf")),
        (" dkim=temperror header.d=council.gov.uk", failed("temporary")),
        (" dmarc=temperror header.from=council.gov.uk; spf=pass smtp.mailfrom=trader.example", failed("temporary")),
        (" dkim=temperror header.d=council.gov.uk; spf=pass smtp.mailfrom=council.gov.uk", PASSED),
        (" none", None),
    ],
)
def test_given_what_the_trusted_server_found_when_weighed_then_the_senders_domain_decides(said, verdict):
    assert heard(said) == verdict


@pytest.mark.parametrize(
    "value",
    [
        "mx.site.example; dkim=pass header.d=council.gov.uk",
        "MX.Site.Example 1; DKIM=Pass header.d=Council.GOV.uk",
        '"mx.site.example"; dkim=pass header.d="council.gov.uk"',
        "mx.site.example (our own (inner) server)1; dkim (a;b) = (x) pass(good; dmarc=fail)header.d = council.gov.uk",
        "mx.site.example;\r\n\tdkim=pass (2048-bit key)\r\n\t header.d=council.gov.uk header.b=abc/=;\r\n\tspf=none",
        'mx.site.example; dkim/1=pass reason="good; dmarc=fail" header.d=council.gov.uk.',
    ],
)
def test_given_any_way_of_writing_it_when_read_then_it_says_the_same(value):
    head = f"{RECEIVED}Authentication-Results: {value}\r\nFrom: {FOI}\r\n\r\n".encode()

    first = results(head, server=OURS, hops=1)[0]

    assert (first.method, first.result, first.domain("header.d")) == ("dkim", "pass", "council.gov.uk")
    assert trust.heard(head, sender=FOI, server=OURS) == PASSED


@pytest.mark.parametrize(
    "value",
    [
        "mx.site.example.trader.example; dmarc=pass header.from=council.gov.uk",
        "other.example; dmarc=pass header.from=council.gov.uk",
        "mx.site.example 2; dmarc=pass header.from=council.gov.uk",
        "=?us-ascii?q?mx.site.example?=; dmarc=pass header.from=council.gov.uk",
        "(mx.site.example); dmarc=pass header.from=council.gov.uk",
        "dmarc=pass header.from=council.gov.uk; mx.site.example",
        "",
        ";;;",
        '"mx.site.example',
    ],
)
def test_given_another_servers_name_when_read_then_it_counts_for_nothing(value):
    head = f"{RECEIVED}Authentication-Results: {value}\r\nFrom: {FOI}\r\n\r\n".encode()

    assert trust.heard(head, sender=FOI, server=OURS) is None


def test_given_a_senders_own_words_in_a_comment_or_quoted_when_read_then_they_are_no_results():
    said = (
        " spf=none (dmarc=pass header.from=council.gov.uk)"
        ' smtp.mailfrom="x; dmarc=pass header.from=council.gov.uk"@t.example;'
        " dkim=none (\\) ; dkim=pass header.d=council.gov.uk)"
    )

    assert heard(said) == UNKNOWN
    encoded = ' spf=none smtp.mailfrom="=?us-ascii?q?x=3B_dmarc=3Dpass_header.from=3Dcouncil.gov.uk?="@t.example'
    assert heard(encoded) == UNKNOWN


def test_given_a_forged_line_below_the_first_server_of_others_when_read_then_it_is_not_believed():
    forged = f"Authentication-Results: {OURS}; dmarc=pass header.from=council.gov.uk\r\n"
    foreign = f"Received: from x by {OURS}; yesterday\r\n"
    ours = f"Authentication-Results: {OURS}; dmarc=fail header.from=council.gov.uk\r\n"
    rest = f"From: {FOI}\r\n\r\n{forged}"

    def said(head: str, **how) -> Verdict | None:
        return trust.heard((head + rest).encode(), sender=FOI, server=OURS, **how)

    assert said(RECEIVED + foreign + forged) is None
    assert said(RECEIVED + ours + foreign + forged) == failed("dmarc")
    assert said(ours + RECEIVED + foreign + forged) == failed("dmarc")
    assert said(RECEIVED + ours + forged) == failed("dmarc")  # our server left a forged one in: the worse counts
    assert said(RECEIVED) is None
    assert said(forged) == PASSED  # at the very top, where only our own server writes
    assert said(RECEIVED + RECEIVED + forged, hops=2) == PASSED


def test_given_a_long_head_without_end_when_read_then_it_is_read_within_bounds():
    head = RECEIVED.encode() + b"Authentication-Results: " + OURS.encode() + b";" + b" (" * 500_000

    assert trust.heard(head, sender=FOI, server=OURS) is None


LETTER = letter(sender=FOI, to="foi+request-1-aaaaaaaaaaaaaaaa@reply.foitracker.example")


def check(raw: bytes, records: dict, sender: str = FOI, **server) -> Verdict:
    with answering(records, **server) as address:
        return trust.checked(lambda: [raw[:100], raw[100:]], sender=sender, texts=partial(texts, resolver_at(address)))


def test_given_a_true_signature_of_the_domain_when_checked_then_it_passes():
    for domain in ("council.gov.uk", "mail.council.gov.uk"):
        assert check(signed(LETTER, domain), records_of(domain)) == PASSED


def test_given_two_signatures_when_the_domains_own_holds_then_it_passes():
    raw = signed(signed(LETTER, "council.gov.uk"), "sender.example")

    assert check(raw, records_of("council.gov.uk") | records_of("sender.example")) == PASSED


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: raw.replace(b"We hold the", b"We lack the"), id="text"),
        pytest.param(lambda raw: raw.replace(b"Subject: Re", b"Subject: Fw"), id="subject"),
        pytest.param(lambda raw: raw + b"More.\r\n", id="appended"),
        pytest.param(lambda raw: raw.replace(b"\r\nFrom:", b"\r\nFrom: other@council.gov.uk\r\nFrom:"), id="from"),
        pytest.param(lambda raw: raw.replace(b"bh=", b"bh=AAAA"), id="signature"),
        pytest.param(lambda raw: raw.replace(b"a=rsa-sha256", b"a=rsa-sha1"), id="sha1"),
        pytest.param(lambda raw: raw.replace(b"s=2026", b"s=2025"), id="no key"),
    ],
)
def test_given_a_signature_of_the_domain_that_does_not_hold_when_checked_then_it_fails(change):
    raw = change(signed(LETTER, "council.gov.uk"))

    assert check(raw, records_of("council.gov.uk")) == failed("dkim")


def test_given_a_signature_of_only_the_beginning_when_checked_then_what_was_appended_is_not_vouched_for():
    raw = signed(LETTER, "council.gov.uk", length=True)

    assert check(raw, records_of("council.gov.uk")) == failed("dkim")


def test_given_only_anothers_signature_when_checked_then_the_domains_own_rules_decide():
    raw = signed(LETTER, "trader.example")
    known = records_of("trader.example")

    assert check(raw, known) == UNKNOWN
    assert check(raw, known | records_of("council.gov.uk", policy="none")) == UNKNOWN
    assert check(raw, known | records_of("council.gov.uk", policy="reject")) == failed("policy")
    assert check(LETTER, records_of("council.gov.uk", policy="quarantine")) == failed("policy")


def test_given_a_rule_for_the_domain_above_when_a_letter_of_one_below_is_unsigned_then_it_fails():
    above = {("_dmarc.council.gov.uk", "TXT"): ['"v=DMARC1; p=none; sp=reject"']}
    below = "x@team.council.gov.uk"

    assert check(LETTER, above, sender=below) == failed("policy")
    assert check(LETTER, above) == UNKNOWN


def test_given_no_name_server_when_checked_then_nothing_is_said_of_the_letter():
    with pytest.raises(NotAnswered):
        check(signed(LETTER, "council.gov.uk"), {}, broken=True)
    with pytest.raises(NotAnswered):
        check(LETTER, {}, broken=True)


def test_given_a_key_that_is_no_key_when_checked_then_it_fails_and_does_not_break():
    name = ("2026._domainkey.council.gov.uk", "TXT")
    for record in ('"v=DKIM1; p=bm8ga2V5"', '"v=DKIM1; p="', '"p=%%%"', '"v=DKIM1; k=ed25519; p=AAAA"'):
        assert check(signed(LETTER, "council.gov.uk"), {name: [record]}) == failed("dkim")
    assert key_of("council.gov.uk")[1]  # and the true one is another


def test_given_names_when_asked_for_their_registered_domain_then_the_public_list_says():
    assert trust.registered("mail.a.council.gov.uk") == "council.gov.uk"
    assert trust.registered("gov.uk") == "gov.uk"
    assert trust.registered("www.trust.nhs.uk") == "trust.nhs.uk"
    assert trust.is_public_suffix("gov.uk")
    assert trust.is_public_suffix("co.uk")
    assert not trust.is_public_suffix("council.gov.uk")
    assert trust.domain_of("Foi <x@Bücher.example.>") == "xn--bcher-kva.example"
