"""How a letter within a letter is announced in the text: words of another, and no quotation to be folded."""

_RULE = "═" * 24


def announce(subject: str, sender: str, date: str) -> str:
    """The lines before an enclosed letter's text, as mail programs write them; what is "" is left out.

    Behind a rule that no mail program draws, and the subject first, so that they are not taken for a quotation's.
    """
    fields = (("Subject", subject), ("From", sender), ("Date", date))
    return "\n".join([_RULE, *(f"{name}: {said}" for name, said in fields if said)])


def begins(line: str) -> bool:
    """Whether an enclosed letter begins on this line."""
    return line == _RULE
