"""The threads kernels run on: setnumthreads, getnumthreads, getnumcores."""

import os

from ..core.args import given
from ..kernels.parallel import get_num_threads, set_num_threads

__all__ = ["getnumcores", "getnumthreads", "setnumthreads"]


def setnumthreads(n: int) -> None:
    """Let kernels use n threads. Lua: ``torch.setnumthreads(n)``."""
    set_num_threads(n)


def getnumthreads() -> int:
    """Return how many threads kernels use. Lua: ``torch.getnumthreads()``."""
    return get_num_threads()


def getnumcores() -> int:
    """Return how many processors there are. Lua: ``torch.getnumcores()``."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else given(os.cpu_count(), 1)
