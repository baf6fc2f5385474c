"""How a letter within a letter is announced in the text: words of another, and no quotation to be folded."""

_RULE = "═" * 24


def announce(subject: str, sender: str, date: str) -> str:
    """The lines before an enclosed letter's text, as mail programs write them; what is "" is left out.

    Behind a rule that no mail program draws, and the subject first, so that they are not taken for a quotation's.
    """
    fields = (("Subject", subject), ("From", sender), ("Date", date))
    return "\n".join([_RULE, *(f"{name}: {said}" for name, said in fields if said)])


def parts(text: str) -> list[str]:
    """The letter's own words, and the text of each enclosed letter behind its lines of announcement."""
    return f"\n{text}".split(f"\n{_RULE}\n")


def before(text: str) -> str:
    """The letter's own words, before any letter that it encloses."""
    return parts(text)[0].removeprefix("\n")


def sender_of(part: str) -> str:
    """Who an enclosed letter is from, as its announcement says; "" where that says nothing."""
    head = part.split("\n\n", 1)[0]
    return next((line[6:] for line in head.split("\n") if line.startswith("From: ")), "")


def begins(line: str) -> bool:
    """Whether an enclosed letter begins on this line."""
    return line == _RULE
