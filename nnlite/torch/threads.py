"""The threads kernels run on: setnumthreads, getnumthreads."""

from ..kernels.parallel import get_num_threads, set_num_threads

__all__ = ["getnumthreads", "setnumthreads"]


def setnumthreads(n: int) -> None:
    """Let kernels use n threads. Lua: ``torch.setnumthreads(n)``."""
    set_num_threads(n)


def getnumthreads() -> int:
    """Return how many threads kernels use. Lua: ``torch.getnumthreads()``."""
    return get_num_threads()
