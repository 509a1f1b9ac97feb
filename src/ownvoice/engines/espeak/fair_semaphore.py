"""A semaphore that is passed round in turn, with beginners first."""

import threading
from collections import deque


class FairSemaphore:
    """A counting semaphore whose holders take turns.

    A thread holds it while it makes one piece of sound, and then lets the others go first. Threads that have not made a
    sound yet come first: their listeners wait in silence, while those of the others have something to hear. All others
    come in the order in which they asked.
    """

    def __init__(self, permits: int) -> None:
        """Let that many threads hold the semaphore at a time."""
        self._lock = threading.Lock()
        self._free = permits
        self._beginners: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """The number of threads that wait for a permit."""
        return len(self._beginners) + len(self._others)

    def acquire(self, *, beginner: bool) -> None:
        """Wait for a permit; as a beginner, before all that are not."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            (self._beginners if beginner else self._others).append(gate)
        gate.acquire()

    def release(self) -> None:
        """Pass the permit to the next thread in line."""
        with self._lock:
            waiting = self._beginners or self._others
            if waiting:
                waiting.popleft().release()
            else:
                self._free += 1

    def give_way(self) -> None:
        """Let the threads in line go first, if there are any, and wait for the next turn."""
        if self.waiting:
            self.release()
            self.acquire(beginner=False)
