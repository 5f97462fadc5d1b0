"""Measuring time: Timer."""

import os
import time

from .tables import Table

__all__ = ["Timer"]


class Timer:
    """A stopwatch that runs from its creation.

    Notes
    -----
    Lua: ``torch.Timer()``.

    Examples
    --------
    >>> timer = Timer()
    >>> timer.stop().time().real < 1
    True
    """

    torch_typename = "torch.Timer"

    def __init__(self):
        self._running = True
        self.reset()

    def reset(self) -> "Timer":
        """Forget the time so far; a running timer runs on."""
        self._total = (0.0, 0.0, 0.0)
        self._start = _now()
        return self

    def stop(self) -> "Timer":
        """Stop counting."""
        if self._running:
            self._total = self._elapsed()
            self._running = False
        return self

    def resume(self) -> "Timer":
        """Count on after `stop`."""
        if not self._running:
            self._start = _now()
            self._running = True
        return self

    def time(self) -> Table:
        """Return the seconds counted so far: ``real``, and of the processor ``user`` and ``sys``."""
        return Table(zip(("real", "user", "sys"), self._elapsed() if self._running else self._total, strict=True))

    def _elapsed(self):
        return tuple(total + now - start for total, now, start in zip(self._total, _now(), self._start, strict=True))

    def __repr__(self) -> str:
        return f"torch.Timer [status: {'running' if self._running else 'stopped'}]"


def _now():
    times = os.times()
    return time.perf_counter(), times.user, times.system
