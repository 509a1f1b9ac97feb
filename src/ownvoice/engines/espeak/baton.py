"""Who may run: a few threads at a time, each for one piece of sound, in turn."""

import threading
from collections import deque


class Baton:
    """Some batons that are handed on.

    Whoever holds one makes a piece of sound and hands it on, if anybody waits. Those who have not made a sound yet come
    first: their listeners wait, while those of the others have something to hear. Everybody else comes in turn.
    """

    def __init__(self, batons: int) -> None:
        self._lock = threading.Lock()
        self._free = batons
        self._beginners: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    def take(self, *, beginner: bool) -> None:
        """Wait for a baton."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            (self._beginners if beginner else self._others).append(gate)
        gate.acquire()

    def hand_on(self) -> None:
        """Give a baton to the next who waits."""
        with self._lock:
            waiting = self._beginners or self._others
            if waiting:
                waiting.popleft().release()
            else:
                self._free += 1

    def share(self) -> None:
        """Let the others go first, if there are any, and wait for one's next turn."""
        if self._beginners or self._others:
            self.hand_on()
            self.take(beginner=False)
