"""How two processes share the suite: file by file, the long ones first, all of the browser's journeys in one."""

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class FileByFile(LoadScopeScheduling):
    """A process takes a file at a time, in the order of ``longest_first``, so that what a file shares is made once.

    The journeys are taken as one file: they share a whole site, which takes long to start.
    """

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Journeys, files with a test marked slow, all others; so that neither process ends long before the other."""
    items = list(items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    return sorted(items, key=lambda item: (not item.nodeid.startswith(JOURNEYS), item.path not in slow))
