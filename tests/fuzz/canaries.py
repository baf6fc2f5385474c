"""What of one letter no public page may show, an address and a mobile number of its own, as people write them."""

from dataclasses import dataclass
from random import Random
from urllib.parse import quote

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvz", "aeiou"


@dataclass(frozen=True)
class Canary:
    """``address`` is ``word.number@drow-number.example``; ``mobile`` eleven digits without blanks."""

    word: str
    address: str
    mobile: str

    @property
    def spaced(self) -> str:
        return f"{self.mobile[:5]} {self.mobile[5:8]} {self.mobile[8:]}"

    @property
    def abroad(self) -> str:
        return f"+44 {self.mobile[1:5]} {self.mobile[5:]}"


def canary(random: Random, number: int) -> Canary:
    word = "".join(random.choice(_CONSONANTS if at % 2 else _VOWELS) for at in range(14))
    mobile = f"07{random.randrange(3, 10)}{random.randrange(10**8):08d}"
    return Canary(word, f"{word}.{number}@{word[::-1]}-{number}.example", mobile)


def sentence(random: Random, bird: Canary) -> str:
    """The two in one of the ways in which people write them."""
    address, mobile, spaced, abroad = bird.address, bird.mobile, bird.spaced, bird.abroad
    local, _, domain = address.partition("@")
    return random.choice(
        (
            f"Write to {address} or ring {mobile}.",
            f"{address}",
            f"Contact: <{address}>, mobile {spaced}",
            f"Mob: {abroad} / E-mail: {address.upper()}",
            f"[mailto:{address}] m:{mobile}",
            f'"Clerk" <{address}>; tel {spaced}',
            f"> On Monday, {address} wrote:\n> call me on {mobile}",
            f"mailto:{local}@{domain}?subject=x tel:{abroad.replace(' ', '')}",
            f"({address})({mobile})",
            f"From: {address}\nSent: Monday\nTo: someone\nSubject: RE: it\n\n{mobile}",
            f"-- \nA. Clerk\n{address}\n{spaced}",
            f"| {address} | {mobile[:5]}-{mobile[5:]} |",
            f"https://forms.example/reply?to={quote(address)}&tel={mobile}",
            f"*{address}* _{address}_ **{spaced}**",
            f"E:{address}M:{spaced}",
            f"{address};{address},{address}",
            f"Please e-mail {local}@\n{domain} today, or {mobile[:5]}\n{mobile[5:]}",
            f"> > {local}\n> > @{domain}",
            f"Email: {local} @ {domain}",
            f"Email: {local}[at]{domain.replace('.', '[dot]')}",
            f"sip:{address};transport=tls / tel:{mobile}",
            f"'{address}' wrote: (0044) {mobile[1:]}",
            f"{address}\t{mobile[:4]} {mobile[4:7]} {mobile[7:]}",
            f"<mailto:{address}|{address}>",
            f"-----Original Message-----\nFrom: Clerk [mailto:{address}]\nSent: 3 June 2011 10:00\nCc: {address}\n\nHi",
        )
    )


def markup(random: Random, bird: Canary) -> str:
    words = sentence(random, bird).replace("<", "&lt;").replace("\n", "<br>")
    address, mobile = bird.address, bird.mobile
    local, _, domain = address.partition("@")
    half = len(local) // 2
    return random.choice(
        (
            f'<p><b>Note</b> {words} <a href="mailto:{address}">write</a></p>',
            f"<p>{words.replace('@', '&#64;')}</p>",
            f'<p>{local}<span>@</span>{domain} <a href="tel:{mobile}">call</a></p>',
            f"<p>{local[:half]}<wbr>{local[half:]}@&#8203;{domain} {mobile[:5]}&nbsp;{mobile[5:]}</p>",
            f'<img alt="{address}" title="{address}" src="cid:{address}"><a href="https://x.example/?e={quote(address)}">a</a>',
            f"<table><tr><td>E-mail</td><td>{address}</td></tr><tr><td>Mobile</td><td>{bird.spaced}</td></tr></table>",
            f"<blockquote cite='mid:{address}'>{words}</blockquote>",
            f"<div class=gmail_quote><div>On Monday &lt;{address}&gt; wrote:</div><p>{words}</p></div>",
            f"<style>/* {address} */</style><script>var a='{address}'</script><!-- {address} {mobile} -->",
            f"<p>{local}&commat;{domain.replace('.', '&period;')} / &#{ord('0')};{mobile[1:]}</p>",
            f"<ul><li>{address}<li>{bird.abroad}</ul><pre>{words}</pre>",
            f"<p>{local[:half]}<b>{local[half:]}</b>@<i>{domain[:9]}</i>{domain[9:]} {mobile[:4]}<b>{mobile[4:]}</b>",
            f'<a href="mailto:{quote(address)}?cc={address}">{address}</a><a href="{address}">x</a>',
            f"<div id=divRplyFwdMsg><b>From:</b> A. Clerk &lt;{address}&gt;<br><b>Sent:</b> 3 June</div>{words}",
            f'<input value="{address}"><textarea>{words}</textarea><select><option>{address}</select>',
            f"<p style='display:none'>{words}</p><p hidden>{address}</p>",
            f"<p>{local}\u00ad@{domain} {'-'.join(mobile)}</p>",
        )
    )
