"""Measuring time: Timer, tic, toc."""

import time

from ..core.timer import Timer

__all__ = ["Timer", "tic", "toc"]


def tic() -> float:
    """Return the time of day in seconds. Lua: ``torch.tic()``."""
    return time.time()


def toc(start: float) -> float:
    """Return the seconds since `tic`. Lua: ``torch.toc(start)``."""
    return time.time() - start
