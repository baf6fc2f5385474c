"""Automatic letters that no header gives away: words written once for everybody who should write.

They greet nobody by name, and say that somebody is away, that an address is used no more, or what happens "if your
message is" of some kind, which only one who has not read it would say.
"""

import re

_I = re.IGNORECASE
_FEW_WORDS = 150
_A_NOTE = 20
_LONGEST_AWAY = 1200  # characters
_LONGEST_UNREAD = 2000
_GREETS_BY_NAME = re.compile(
    r"\b(?:[Dd]ear|[Hh]i|[Hh]ello|[Aa]nnwyl)[ ,]{1,2}(?!(?:[Ss]ir|[Mm]adam|[Aa]ll|[Tt]here|[Cc]olleagues?|[Ss]ender"
    r"|[Cc]ustomer|[Aa]pplicant|[Rr]equest[eo]r|[Ee]veryone|[Tt]eam|[Cc]orrespondent|[Ee]nquirer|[Rr]esident|[Tt]hank"
    r"|[Ii]\b|[Ii]['’]m|[Yy]ou|[Ww]e\b|[Oo]ur|[Mm]y|[Tt]his|[Pp]lease|[Cc]urrently)\b)[A-Z]"
)
_DAYS = r"(?:mon|tue|wed|thu|fri|sat|sun)\w*"
_AWAY = re.compile(
    r"\b(?:(?:i|we)(?: am|['’]m| are|['’]re| (?:will|shall) be|['’]ll be)|currently|(?:is|are)) "
    r"(?:currently |now |presently |also |both |all )?(?:out of (?:the )?office|away|off (?:sick|work|until|on|today"
    r"|this|for)"
    r"|on (?:a period of )?(?:\w+ )?(?:leave|jury (?:service|duty)|holiday|vacation|strike|secondment"
    r"|career break|sabbatical)|not (?:in"
    r"|at) (?:the office|work|my desk)|in court"
    r"|travelling|attending|at a conference|taking part in (?:industrial|strike)|not working"
    r"|working (?:from home|(?:reduced|fewer|limited|part[- ]time)\b)"
    r"|closed (?:from|until"
    r"|for|over|between|today)|reading or responding)"
    rf"|\bi (?:only |normally |usually )?work (?:part|term|on|{_DAYS}|alternate|compressed|from {_DAYS})"
    r"|\bmy (?:normal |usual )?(?:working|office) (?:days|hours|pattern|week)\b|\bi (?:do not"
    rf"|don['’]t) work (?:on )?{_DAYS}"
    r"|\b(?:limited|no|intermittent|little) access to (?:my )?e-?mails?"
    r"|\b(?:i have|['’]ve|has|i) (?:now |recently )?(?:left|retired from|moved on from) (?:the|my|this|our|[A-Z])"
    r"|\bno longer (?:work|employed|with the|in (?:this|the) (?:post|role|team))"
    r"|\bthis (?:e-?mail|mailbox|inbox|account|address)(?: address| account| box)? (?:will (?:not|no longer) be"
    r"|(?:is|has been|will be) (?:no longer"
    r"|not|now|being|closed|discontinued|retired))"
    r"|\b(?:our|my) (?:new e-?mail address is|e-?mail address has)|\b(?:office|offices|university|college|council"
    r"|school|team"
    r"|department|trust) (?:is|are|will be) (?:now |currently )?closed (?:from|until|for|over|between|today"
    rf"|on {_DAYS} \d)",
    _I,
)
_THEN = re.compile(
    r"\b(?:return|back (?:on|in|at)|urgent|in my absence|until|while i am|(?:no|limited|without) access|respond"
    r"|repl(?:y|ies)|get back to you|pick (?:this|it|your|up)|re-?open"
    r"|(?:please|instead) (?:contact|e-?mail|use|re-?direct|direct|forward|send|write|ring|call|speak|update|note)"
    r"|instead|update your|auto-?respon|be dealt with)",
    _I,
)
_UNREAD = re.compile(
    r"\bif (?:your (?:e-?mail|message|enquiry|query|request|correspondence) (?:is|relates|concerns|regards|has)"
    r"|you (?:have|['’]ve)|you['’]ve|you (?:are|['’]re) (?:reporting|making|contacting|writing|e-?mailing|requesting"
    r"|seeking|submitting|an?)|you['’]re (?:reporting|making|contacting|writing|e-?mailing|requesting|submitting)"
    r"|this is (?:a|an|about|urgent|regarding))\b"
    r"|\bthis (?:e-?mail|mailbox|inbox|account|address)(?: address| account)? is (?:only |being )?(?:monitored|checked"
    r"|staffed)",
    _I,
)
# Days, times, telephone numbers and periods: any other figure in so short a letter may be the answer.
_OF_NO_WEIGHT = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*(?:,? \d{4})?"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* (?:\d{4}|\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?)\b"
    r"|\b\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\b\d{1,2}(?:[:.]\d{2})? ?(?:am|pm|hrs)?\b|\b(?:19|20)\d{2}\b"
    r"|\+?\d[\d ()-]{7,16}\d|\b(?:ext|extension|x|tel|telephone)\.?:? ?\d{3,6}"
    r"|\b\d{1,3}(?:[- ]\d{1,3})? (?:working |calendar |business |school )?(?:days?|weeks?|hours?|minutes)",
    _I,
)


def says_away_to_all(words: str) -> bool:
    """Whether words without any automatic header tell whoever writes that somebody is away, or an address is not read.

    ``words`` are a letter's own on one line. The caller makes sure that no answer is in them.
    """
    if len(words) > _LONGEST_AWAY or not (found := _AWAY.search(words[:400])) or not _is_for_all(words):
        return False
    count = len(words.split())
    return count < _A_NOTE or (count < _FEW_WORDS and bool(_THEN.search(words, found.end())))


def says_unread(words: str) -> bool:
    """Whether they say what will happen "if your message is" of some kind: written before the message was read."""
    return len(words) < _LONGEST_UNREAD and bool(_UNREAD.search(words)) and _is_for_all(words)


def _is_for_all(words: str) -> bool:
    return not _GREETS_BY_NAME.search(words[:120]) and not re.search(r"\d{2}", _OF_NO_WEIGHT.sub(" ", words))
