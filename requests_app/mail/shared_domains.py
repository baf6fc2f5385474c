"""Domains that many share: no authority may have one opened, whoever asks. The two tables are kept by hand."""

import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .trust import domain_of, is_public_suffix

# Mailboxes for anybody, and those that come with a line at home.
WEBMAIL = frozenset(
    """
    126.com 163.com alice.it aol.co.uk aol.com arcor.de att.net bigpond.com blueyonder.co.uk bt.com btconnect.com
    btinternet.com btopenworld.com comcast.net cox.net dsl.pipex.com duck.com email.com fastmail.co.uk fastmail.com
    fastmail.fm free.fr freeserve.co.uk freenet.de gmail.com gmx.at gmx.co.uk gmx.com gmx.de gmx.net googlemail.com
    hey.com hotmail.co.uk hotmail.com hotmail.fr hushmail.com icloud.com inbox.com laposte.net libero.it list.ru
    live.co.uk live.com lycos.com mac.com mail.com mail.ru mailbox.org mailfence.com me.com mm.st msn.com mweb.co.za
    naver.com ntlworld.com o2.co.uk onetel.com online.no orange.fr orange.net outlook.com outlook.fr pipex.com
    plus.com plus.net plusnet.com pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com rediffmail.com
    riseup.net rocketmail.com runbox.com sbcglobal.net shaw.ca sky.com supanet.com t-online.de talk21.com talktalk.co.uk
    talktalk.net tesco.net tiscali.co.uk tuta.com tuta.io tutanota.com tutanota.de uwclub.net verizon.net virgin.net
    virginmedia.com waitrose.com web.de which.net wow.com yahoo.co.in yahoo.co.uk yahoo.com yahoo.de yahoo.fr
    yahoo.ie yandex.com yandex.ru ymail.com zen.co.uk zoho.com zohomail.com zoho.eu
    """.split()
)
# One domain for many bodies.
SHARED = frozenset(
    """
    cjsm.net gov.scot gov.uk gov.wales gsi.gov.uk gsx.gov.uk gse.gov.uk gcsx.gov.uk justice.gov.uk llyw.cymru mod.gov.uk
    mod.uk mil.uk nhs.net nhs.scot nhs.uk nhs.wales parliament.uk parliament.scot pnn.police.uk police.uk senedd.wales
    digital.nhs.uk service.gov.uk uk.com gb.net sch.uk onmicrosoft.com exchangelabs.com sharepoint.com office365.com
    google.com amazonses.com mailgun.org sendgrid.net mimecast.com messagelabs.com egress.com zendesk.com freshdesk.com
    icasework.com whatdotheyknow.com
    """.split()
)
# Every name below these belongs to the one that provides it.
_BELOW = tuple(
    """
    .onmicrosoft.com .exchangelabs.com .zendesk.com .freshdesk.com .icasework.com .amazonses.com .mailgun.org
    .sendgrid.net .pnn.police.uk .cjsm.net .gsi.gov.uk .gcsx.gov.uk .whatdotheyknow.com
    """.split()
)
_UNIVERSITY = re.compile(r"(?:^|\.)(?:ac|edu)(?:\.[a-z]{2})?$")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Why a domain cannot be opened, in words for staff.
WHY_NOT = {
    "malformed": _("Give the domain alone, such as council.example."),
    "ours": _("This is this site’s own domain."),
    "university": _("A university’s domain is its students’ too. It cannot be opened, even for the university itself."),
    "webmail": _("Anybody can have an address at this domain, so it cannot be opened."),
    "shared": _("Many bodies share this domain, so it cannot be opened for one of them."),
    "suffix": _("This is not one body’s domain: others register names below it."),
}


def why_not(domain: str) -> str:
    """A code of ``WHY_NOT`` where no authority may have this domain opened; "" where one may."""
    if domain != domain_of(domain) or not _DOMAIN.fullmatch(domain):
        return "malformed"
    ours = settings.MAIL_DOMAIN.lower()
    if domain == ours or domain.endswith("." + ours):
        return "ours"
    if _UNIVERSITY.search(domain):
        return "university"
    if domain in WEBMAIL:
        return "webmail"
    if domain in SHARED or domain.endswith(_BELOW):
        return "shared"
    return "suffix" if is_public_suffix(domain) else ""
