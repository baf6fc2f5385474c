"""Word to the workers that letters wait to be placed, many at once: telling takes longer than storing."""

import threading

from ..queue import nudge

# Seconds in which letters that come after the first are told together: each word costs as much as storing two letters.
# And how many go to one worker at once.
TOGETHER = 0.1
AT_ONCE = 20


class Nudges:
    """add() numbers of letters from any thread; a thread of its own tells the workers of them soon after.

    What is lost here (a process that dies) is found by the sweep: rows are the queue.
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._lock = threading.Lock()
        self._more = threading.Event()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def add(self, numbers: list[int]) -> None:
        with self._lock:
            self._numbers += numbers
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._tell, name="nudges", daemon=True)
                self._thread.start()
        self._more.set()

    def close(self) -> None:
        """Tell what is left, and end."""
        self._is_closed = True
        self._more.set()
        if self._thread is not None:
            self._thread.join(2)

    def _tell(self) -> None:
        pause = threading.Event()
        while not (self._is_closed and not self._numbers):
            self._more.wait()
            self._more.clear()
            with self._lock:
                numbers, self._numbers = self._numbers, []
            for start in range(0, len(numbers), AT_ONCE):
                nudge("requests_app.place_inbound_email", *numbers[start : start + AT_ONCE])
            if not self._is_closed:
                pause.wait(TOGETHER)
