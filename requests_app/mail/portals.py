"""Letters that bring no answer but the way to one: a secure message to be opened, a portal to log in to."""

import re

from ..publishing.hinted import Hinted
from . import cues
from .parse import ParsedAttachment, ParsedEmail

_I = re.IGNORECASE
_THING = (
    r"(?:response|reply|answer|message|e-?mail|documents?|letter|files?|information|correspondence|attachments?"
    r"|update)"
)
_SAYS = re.compile(
    # It has come, and lies elsewhere.
    rf"\b(?:sent you|received|have|been sent|contains) an? (?:new )?(?:secure|encrypted|protected"
    rf"|confidential) (?:e-?mail|message|file|document|package|link)"
    rf"|\bto (?:view|read|open|access|retrieve|see|download) (?:your |the |this |it\b|our )?(?:secure |encrypted "
    rf"|protected |full )?(?:{_THING})?.{{0,60}}"
    rf"\b(?:log ?in|sign ?in|logging in|signing in|register|create an account|portal|secure (?:site|service"
    rf"|workspace|link|mail)|one[- ]time (?:passcode|code)|click)"
    rf"|\b(?:log(?:ging)? ?(?:in|on)(?:to)?|sign(?:ing)? ?in(?:to)?|register(?:ing)?|visit|go to|access(?:ing)?"
    rf"|click(?:ing)?)\b.{{0,100}}"
    rf"\bto (?:view|read|access|download|retrieve|see|open) (?:your|the|this|our|it\b) ?(?:full |secure |encrypted "
    rf"|council['’]s )?(?:{_THING})?"
    rf"|\b{_THING} (?:to \w+ (?:\w+ ){{0,3}})?(?:is|are|has been|have been|was) (?:now )?(?:available|uploaded"
    rf"|placed|published|posted|ready|sent to you|shared|waiting)"
    rf".{{0,80}}\b(?:portal|my account|your account|secure|log ?in|sign ?in|workspace|egress|galaxkey|sharepoint"
    rf"|onedrive)"
    rf"|\b(?:via|through|using|by|in) (?:our |the |a )?(?:secure (?:e-?mail|message|file transfer|portal|messaging)"
    rf"|egress|galaxkey|mimecast|cryptshare|zivver)\b.{{0,120}}"
    rf"\b(?:open|read|view|access|download|retrieve|log|register)"
    r"|\b(?:shared|sent) (?:with you )?(?:an? |the |\d+ )?(?:secure |encrypted )?(?:files?|folders?|documents?"
    r"|package) (?:with|to|for) you"
    r"|\bmewngofnod\w+.{0,100}\b(?:ymateb|neges|dogfen)",
    _I,
)
# Without one of these words a link "to view our answer" is a link to a public page.
_DOOR = Hinted(
    r"\b(?:log(?:ging|ged)? ?(?:in|on)\b|sign(?:ing|ed)? ?in\b|register|passw|passcode|account|portal|encrypted"
    r"|protected"
    r"|secure (?:e-?mail|message|link|site|file|service|workspace|document)|egress|galaxkey|mimecast|cryptshare"
    r"|zivver"
    r"|mewngofnod)",
    hints=(
        "account cryptshare egress encrypted galaxkey log mewngofnod mimecast passcode passw portal protected "
        "register secure sign zivver"
    ),
)
_PRODUCTS = Hinted(
    r"\bswitch\.egress\.com|\breader\.egress\.com|\bmanager\.galaxkey|\bsecure[\w-]{0,20}\.mimecast\.com"
    r"|\bmimecast secure messaging"
    r"|\bencrypted with office 365|\bmicrosoft purview message encryption"
    r"|\bread the message\b.{0,200}\bone[- ]time passcode"
    r"|\bhas sent you a protected message|\begress (?:secure|protect|workspace)|\bgalaxkey secure"
    r"|\bcryptshare transfer|\bzivver\.com",
    hints="mimecast cryptshare egress encrypted galaxkey protected purview passcode zivver",
)
_AHEAD = re.compile(
    r"\b(?:will|when|should you|track|progress|status of|submit|make a (?:new )?request|privacy|complain\w*"
    r"|if you (?:have|wish|want|would))\b",
    _I,
)
_SEALED = re.compile(
    r"(?:message(?:_v\d)?\.rpmsg|securedoc\w{0,40}\.html?|securemessage\w{0,20}\.html?|(?:secure"
    r"|encrypted)[ _-]?(?:message|e-?mail)\w{0,20}\.html?"
    r"|.{1,80}\.(?:gxk|switch|egress|p7m))",
    _I,
)
_MOST_WORDS = 260
# A letter that gives anything itself is an answer, whatever else lies elsewhere.
_GIVES = re.compile(
    r"\b(?:do|does)(?: not|n['’]t) hold\b|\bhold no\b|\bas follows\b|\bexempt under\b|£ ?\d|\bthere (?:is|are|was"
    r"|were) (?:\d|no )"
    r"|\bthe (?:answer|figure|total|number) (?:is|was)\b",
    _I,
)


def is_behind_portal(letter: ParsedEmail, words: str) -> bool:
    """Whether the answer itself is not in the letter and not in its files, but behind the authority's own door."""
    files = cues.files_of(letter)
    if files:
        return all(map(_is_sealed, files))
    if len(words.split()) > _MOST_WORDS or _GIVES.search(words):
        return False
    if _PRODUCTS.search(words):
        return True
    if not _DOOR.search(words):
        return False
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", words)
    return any(_SAYS.search(sentence) and not _AHEAD.search(sentence) for sentence in sentences)


def _is_sealed(file: ParsedAttachment) -> bool:
    # An S/MIME letter that is only encrypted; a signed one was opened by the reader.
    return bool(_SEALED.fullmatch(file.name))
