"""Which words of "more time" a form offers: each law knows one ground for it, or none."""

from collections.abc import Iterable, Mapping

from ..law.regimes import REGIMES
from ..models import Description

Choice = tuple[str, str]


def offered(choices: Iterable[Choice], *, regime: str, grounds: Mapping[str, str], no_ground: str) -> list[Choice]:
    """The choices for a request under this law: its own ground in plain words, and any other reason.

    ``grounds``: words by the kind of extension that a law has. Where it has none there is one choice,
    ``no_ground``, that changes no date.
    """
    rules = REGIMES.get(regime)
    words = grounds.get(rules.extension) if rules else None
    named = {Description.MORE_TIME: words} if words else {Description.MORE_TIME_OTHER: no_ground}
    return [(value, named.get(value, label)) for value, label in choices if words or value != Description.MORE_TIME]
