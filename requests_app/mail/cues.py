"""What a letter's own words say about it: that it answers, that it only acknowledges, that somebody is away.

The words are searched with their line breaks closed up. Two strengths of answer are told apart, because a machine's
own mark outweighs a passing "attached" and must never outweigh "we do not hold this".
"""

import re

from ..publishing import enclosed, quoting
from ..publishing.hinted import Hinted
from ..publishing.known_words import Parties
from .decoding import decode_addresses
from .parse import ParsedAttachment, ParsedEmail

_LONGEST = 20_000
_I = re.IGNORECASE

# Said outright: the letter brings something, or says that there is nothing.
_BRINGS = re.compile(
    r"\bplease find (?:(?:the|our|my) )?(?:attached|enclosed|herewith)|\bplease find (?:below )?(?:our|the"
    r"|my) (?:response|reply|"
    r"answers?|information|letter)|\b(?:responses?|reply|answers?|decision|information|figures"
    r"|letter) (?:to \w+ (?:\w+ )?)?(?:is|are) "
    r"(?:as follows|attached|enclosed|(?:set out |given |shown )?below)|\b(?:i|we) (?:have )?(?:attach"
    r"|enclose)(?:d\b|\b)"
    r"|\battached (?:is|are|you will find)\b|\b(?:response|reply|answer|letter|decision|spreadsheet|document"
    r"|information) attached\b"
    r"|\b(?:here|this|below|following) (?:is|are) (?:our|my|the (?:\S+ )?(?:response|reply|answers?|information"
    r"|figures))\b"
    r"|\b(?:do|does|did)(?: not|n['’]t) hold\b|\b(?:hold|holds|held) no (?:such |relevant "
    r"|recorded )?(?:information|record|data"
    r"|document)|\bno (?:recorded )?information (?:is|was) held|\b(?:is|are|was|were) not held\b"
    r"|\bymateb (?:i['’]ch cais )?(?:ynghlwm|isod)|\bnid yw\b.{0,60}\byn dal\b|\bynghlwm\b",
    _I,
)
# The letter gives information, refuses it, asks something or asks for time, unless it only says what may happen.
_DECIDES = re.compile(
    r"\b(?:can|able to) (?:now )?confirm (?!receipt|your|(?:that )?(?:your|(?:we|i) (?:have )?(?:received|logged)"
    r"|you )|safe|the receipt)"
    r"|\binformation (?:that )?you (?:have )?(?:requested|asked for|seek|sought) (?:is|are|was) (?:exempt|attached"
    r"|below|as"
    r"|published|(?:already |publicly )?available|held|withheld|not|set|provided|enclosed|shown)"
    r"|\b(?:have|has|been|is|are|be) (?:decided to |partly |being )?(?:withheld|withhold|refused?|disclosed"
    r"|declined)\b"
    r"|\bwe (?:are )?(?:withhold|refus|disclos|rel(?:y|ying) on)|\bappl(?:y|ies|ied) (?:the )?(?:exemption"
    r"|exception|section)"
    r"|\brequest (?:has (?:now )?been|is now|was) (?:completed?|closed|answered|successful|unsuccessful)"
    r"|\bin (?:answer|response|reply) to (?:your )?questions?\b|\byour questions? (?:is|are) answered"
    r"|\b(?:please|could you|can you|would you|need you to|ask you to) (?:please |kindly )?(?:clarify|specify"
    r"|narrow|reduce)"
    r"|\b(?:require|need|seek)(?:ing)? (?:some )?(?:more |further |additional )?(?:clarification"
    r"|information from you|information about|detail)"
    r"|\b(?:require|need)(?:ing)? (?:some )?(?:more|further|additional) (?:information|time)|\b(?:issu\w+|enclos\w+"
    r"|is) a fees? notice"
    r"|\b(?:exceeds|would exceed|estimate\w*) .{0,40}\b(?:limit|hours)|\bextend(?:ing|ed)? the (?:time|deadline"
    r"|period)"
    r"|\b(?:need|require)\w* (?:more|further|additional|extra) time|\bbalance of the public interest"
    r"|\bpublic interest (?:test|in)\b"
    r"|\b(?:need|require|ask|want)(?:s|ed)? you to (?:confirm|provide|send|tell|give|supply|state|explain)"
    r"|\bbefore we (?:can|are able to) (?:process|proceed|answer|deal|start|begin|go)|\bon hold\b"
    r"|\bplease (?:confirm|provide|supply|let us have|send us|give us) (?:your|the|us|a|an|more|further|details)\b",
    _I,
)
_DOUBTS = re.compile(r"\b(?:if|whether|unless|until we know)\b", _I)
_MAY_HAPPEN = re.compile(
    r"\b(?:if|whether|unless|may|might|sometimes|normally|should you|where (?:we|the|it|you|this|information)"
    r"|when (?:we|you)"
    r"|in (?:some|certain|exceptional|complex) (?:cases|circumstances)|will (?!not)|would be (?:able|grateful)"
    r"|can (?:also )?(?:be|take))\b",
    _I,
)
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z\d(“\"])")
# Besides, what stands in answers and rarely in acknowledgements.
_MAY_ANSWER = re.compile(
    r"\b(?:attached|enclosed|enclosure|appendix|annex|schedule of|spreadsheet)\b"
    r"|\b(?:we|council|trust|force|department|university|school|authority)"
    r" (?:has|have|had|spent|paid|holds?|received|recorded|employs?|issued|made)"
    r" (?:£|\d[\d,.]*+(?! (?:working|school|calendar|business|days|hours|weeks))|a total|no |none|approximately"
    r"|about|some|all )"
    r"|£ ?\d|\b(?:section|s\.|regulation|exemption) ?(?:1[24]|2[1-9]|3\d|4[0-4])\b|(?<!if )\b(?:is|are) exempt\b"
    r"|\b(?:total|figures?|answer|a ?\d{1,2}|q ?\d{1,2}|question \d{1,2}) ?[:=]"
    r"|\bthe (?:\w+ )?(?:answer|figure|total|number|cost)s? (?:(?:that )?you (?:asked|requested|wanted)[\w ]{0,20})?"
    r"(?:is|are|was|were)\b|\b(?:there|these) (?:are|is|were|was) (?:\d|no\b(?! (?:charge|fee|need|guarantee))|none)"
    r"|\bsee (?:our|the) (?:answer|response|reply|letter)\b"
    r"|\bour (?:answer|response|reply)\b(?! (?:will|should|within|is (?:due|sent|ready)|by|no later|in|when"
    r"|as soon))",
    _I,
)
# An answer speaks of itself, or stands behind its question.
_ANSWERS_THERE = re.compile(
    r"\b(?:with|of|about|by) this (?:response|reply|answer|decision|refusal)\b"
    r"|\?\s{1,3}(?:£ ?\d|\d{3}|\d+(?![\d.)])|(?:yes|no|none|nil|n/a)\b(?! later)|not (?:held|recorded|applicable))",
    _I,
)
_ACKNOWLEDGES = re.compile(
    r"\bthank(?:s| you)(?: very much)? for (?:your|contacting|writing|getting in touch|submitting|e-?mailing|making"
    r"|the (?:e-?mail|request))"
    r"|\b(?:has|have|was|were|is) (?:now |safely |successfully )?(?:been )?(?:received|logged|registered"
    r"|acknowledged|passed to|"
    r"forwarded to|allocated|assigned|recorded as|submitted)|\bwe (?:have )?received your|\backnowledge?(?:ment|s"
    r"|ing)?\b"
    r"|\bconfirm(?:s|ing|ation of)? (?:safe )?(?:receipt|that (?:we have|your|we received))"
    r"|\b(?:will|shall|aim to|endeavour to|expect to|hope to|should|can expect|normally) (?:be )?(?:respond|repl"
    r"|answer|process|"
    r"contact|get back|be in touch|deal|provide|send|receive|hear|reviewed)\w*"
    r"|\bwithin (?:the (?:next )?)?(?:\d{1,2}|five|ten|fifteen|twenty|statutory) (?:working|school|business|days)"
    r"|\bdiolch am\b|\bbyddwn yn (?:ymateb|ateb|cysylltu)|\bo fewn \w+ (?:o )?ddiwrnod|\bcydnabod"
    r"|\bwedi (?:dod i law|(?:ei|cael ei) dd?erbyn)",
    _I,
)
_AWAY = Hinted(
    r"\b(?:i am|i['’]m|i will be|i shall be|i['’]ll be|is|am) (?:currently |now |presently "
    r"|also )?(?:out of (?:the )?office|away\b"
    r"|off (?:work|sick)|(?:on|taking) (?:\w+ )?(?:leave|holiday|vacation|secondment)|not in (?:the office|work)"
    r"|working (?:part|reduced))"
    r"|\bout of (?:the )?office (?:until|from|on|at|today|this|and)|\b(?:on|taking) (?:annual|maternity|paternity"
    r"|sick|parental|study"
    r"|compassionate|adoption) leave\b|\b(?:will )?(?:return(?:ing)?|be back|back)(?: to| in| at)? (?:the office"
    r"|work|on (?:mon|tues|wednes|thurs|"
    r"fri|\d))|\bno longer (?:work|with|employed|at\b|monitor)|\b(?:i )?(?:do not|don['’]t) work (?:on )?(?:mon"
    r"|tues|wednes|thurs|fri)"
    r"|\b(?:limited|no|intermittent|not have) access to (?:my )?e-?mails?|\bnon[- ]working day\b|\bnicht (?:im büro"
    r"|im hause|erreichbar)"
    r"|\babwesen|\babsente? (?:du|jusqu|de mon)|\bactuellement absente?\b|\bpoza biurem|\bnieobecn"
    r"|\bfuera de la oficina|\bfuori (?:ufficio|sede)"
    r"|\bafwezig\b|\bniet op kantoor|\bfrånvaro|\binte på kontoret|\b(?:ude af|ikke på) kontoret"
    r"|\ballan o['’]r swyddfa|\bar (?:wyliau|gyfnod)"
    r"|\bi ffwrdd o|\bfora d[oe] escritório|\bas oifig\b",
    hints=(
        "access escritório kontoret work absent abwesen afwezig oifig away back erreichbar frånvaro fuera "
        "fuori gyfnod holiday ffwrdd büro hause leave nieobecn niet longer not off out poza swyddfa return "
        "secondment vacation wyliau"
    ),
)
_MACHINE = Hinted(
    r"\b(?:this|the following) (?:e-?mail |message |response |acknowledge?ment )?(?:is|was) an? (?:automat(?:ed"
    r"|ic)(?:ally generated)?|auto[- ]?"
    r"(?:generated|matic|reply|response|responder)|system[- ]generated|computer[- ]generated)"
    r"|\b(?:has been|was|is) (?:sent automatically|automatically (?:sent|generated|created)|generated automatically"
    r"|auto[- ]generated"
    r"|(?:sent|generated) (?:from|by) an? (?:automat|un-?monitored|computer|system))"
    r"|\b(?:do not|don['’]t) (?:reply|respond)(?: directly)? to (?:this|the) "
    r"|\b(?:un-?monitored|(?:not|isn['’]t) (?:actively |routinely |regularly )?monitored)\b"
    r"|\bplease (?:do not|don['’]t) reply\b"
    r"|\bautomat(?:ed|ic) (?:reply|response|acknowledge?ment|receipt|confirmation)\b"
    r"|\b(?:ateb|neges|ymateb|e-?bost) awtomatig|\bpeidiwch ag ateb",
    hints="awtomatig reply respond automat computer generated matic monitored peidiwch response system",
)
_TABLE_LINE = re.compile(r"^[^\t|\n]{1,80}(?:[\t|][^\t|\n]{0,80}){1,30}$", re.MULTILINE)
_FURNITURE = re.compile(
    r"(?:image|picture|logo|banner|footer|header|signature|icon|outlook|facebook|twitter|linkedin|att)[\w .-]{0,60}"
    r"\.(?:png|jpe?g|gif|bmp|svg|webp)",
    _I,
)
_NO_FILES = frozenset(
    (
        "application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys"
        " text/vcard text/x-vcard text/directory text/calendar message/delivery-status text/rfc822-headers"
        " message/disposition-notification"
    ).split()
)
_SMALL_PICTURE = 40_000  # bytes; a scanned page is larger


def own_words(letter: ParsedEmail) -> str:
    """What the letter says itself, without what it quotes, on one line.

    A letter that it encloses counts: an answer may come so. One that we wrote does not.
    """
    us = addressed_to(letter)
    own, *others = enclosed.parts(letter.text[: 3 * _LONGEST])
    parties = Parties(us)
    theirs = (part for part in others if not parties.is_us(enclosed.sender_of(part)))
    return flat("\n".join([quoting.visible(quoting.split(own, us=us)), *theirs]))


def addressed_to(letter: ParsedEmail) -> tuple[str, ...]:
    """Names and addresses of those whom it is written to, by which a letter that it repeats can be told as theirs."""
    named = decode_addresses([letter.header("to")])
    return tuple(dict.fromkeys(one for one in (*letter.to, *(name for name, _address in named)) if one))


def flat(text: str) -> str:
    return " ".join(text[:_LONGEST].split())


def files_of(letter: ParsedEmail) -> tuple[ParsedAttachment, ...]:
    """Attachments that may carry an answer: not logos, signatures and visiting cards."""
    return tuple(file for file in letter.attachments if not _is_furniture(file))


def _is_furniture(file: ParsedAttachment) -> bool:
    if file.content_type in _NO_FILES or file.name.lower().endswith((".vcf", ".p7s", ".asc")):
        return True
    picture = file.content_type.startswith("image/") or file.declared_type.startswith("image/")
    return picture and file.size < _SMALL_PICTURE and bool(_FURNITURE.fullmatch(file.name))


def answers(words: str) -> bool:
    """Whether it surely does more than acknowledge: tells, refuses, asks, or takes more time."""
    for sentence in _SENTENCE.split(words):
        if _BRINGS.search(sentence) and not _DOUBTS.search(sentence):
            return True
        if _DECIDES.search(sentence) and not _MAY_HAPPEN.search(sentence):
            return True
    return False


def may_answer(words: str, text: str) -> bool:
    """Whether it may do more than acknowledge; ``text`` is the letter with its lines, for tables."""
    certain = (sentence for sentence in _SENTENCE.split(words) if not _MAY_HAPPEN.search(sentence))
    if answers(words) or any(map(_MAY_ANSWER.search, certain)) or _ANSWERS_THERE.search(words):
        return True
    return len(_TABLE_LINE.findall(text[:_LONGEST])) > 3


def acknowledges(words: str) -> bool:
    return bool(_ACKNOWLEDGES.search(words))


def says_away(words: str) -> bool:
    return bool(_AWAY.search(words))


def says_machine(words: str) -> bool:
    return bool(_MACHINE.search(words))
