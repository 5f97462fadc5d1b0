"""nnlite's threads: split, each, add_up, scratch, release_scratch, hold_blas, get_num_threads, set_num_threads.

NumPy releases the GIL, so a kernel cuts its batch into slices and hands them to Python threads::

    def tanh(x, out):
        each(lambda s: np.tanh(x[s], out=out[s]), split(len(x), cost=4 * x[0].size))

How many slices there are depends on the shape alone, never on the number of threads: partial results added in slice
order have the same bits on one core and on sixteen.
"""

import contextvars
import os
import queue
import threading
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

__all__ = [
    "LEAST_ITEM",
    "add_up",
    "each",
    "get_num_threads",
    "hold_blas",
    "release_scratch",
    "scratch",
    "set_num_threads",
    "split",
]

# A slice of this many nanoseconds pays for its hand-off (10 to 20 microseconds) and touches about half an L2 cache.
GRAIN = 50_000
# Least nanoseconds of an item of many NumPy calls: every call lets the GIL go, and two threads that make calls of a few
# microseconds wait for each other more than they compute (measured: longer calls matter more than the L2 cache).
LEAST_ITEM = 2_000_000
# Bytes of scratch memory that a thread keeps between calls; what does not fit is allocated anew every time.
SCRATCH_LIMIT = 1 << 25
# How often a thread that ran out of slices looks (once in 4 microseconds) for the end of the others before it sleeps.
# Looking more often would make the others wait for the GIL.
SPINS = 25


def split(count: int, cost: float, grain: float = GRAIN) -> list[slice]:
    """Return ``range(count)`` as slices of nearly equal length, from the shape alone.

    Parameters
    ----------
    count : int
        Number of items (samples, rows, ...).
    cost : float
        Rough nanoseconds one core needs for one item. As a guide, per float32 element: 0.3 for each array a memory
        pass reads or writes, 1 for a comparison or division, 5 for ``exp`` or ``tanh``; a matrix product takes
        ``m * n * k / 40``.
    grain : float
        Least cost of one slice. Below two grains there is a single slice, and `each` uses no thread. The number of
        slices is a power of two, because threads come in such numbers.
    """
    number = min(int(count * cost / grain), count)
    if number < 2:
        return [slice(0, count)]
    number = 1 << (number.bit_length() - 1)
    return [slice(i * count // number, (i + 1) * count // number) for i in range(number)]


def each(function, slices) -> list:
    """Return ``[function(s) for s in slices]``, computed on nnlite's threads.

    The calling thread takes its share, and slices go to whoever is free. The workers see the caller's ``np.errstate``.
    Everything runs in the calling thread if there is one slice or one thread, or if the caller is a slice itself. An
    exception of a slice (of the first one, if several fail) is raised here when all have ended.
    """
    hold_blas()
    helpers = min(len(slices), get_num_threads()) - 1
    if helpers < 1 or _local.busy:
        return [function(s) for s in slices]
    job = _Job(function, slices)
    _pool.start(helpers)
    for _ in range(helpers):
        _pool.jobs.put(job)
    job.run()
    job.wait()
    if job.errors:
        try:
            raise job.errors[min(job.errors)]
        finally:
            del job
    return job.results


def add_up(totals, scale=1) -> np.ndarray:
    """Return `scale` times the sum of arrays that `each` returned, in their order; the first of them holds it."""
    total = totals[0]
    for other in totals[1:]:
        total += other
    if scale != 1:
        total *= scale
    return total


def get_num_threads() -> int:
    """Return how many threads `each` uses: ``NNLITE_NUM_THREADS`` or the number of physical cores, unless set."""
    global _num_threads
    if _num_threads is None:
        _num_threads = _checked(os.environ.get("NNLITE_NUM_THREADS") or _physical_cores())
    return _num_threads


def set_num_threads(number: int) -> None:
    """Set how many threads `each` uses, the calling one included. Results do not depend on it."""
    global _num_threads
    _num_threads = _checked(number)


def hold_blas() -> None:
    """Hold the BLAS libraries loaded so far at one thread, for the whole process. Only the first call does anything.

    Two thread pools that compete for the cores spin against each other for milliseconds at a time.
    """
    global _blas_is_held
    if not _blas_is_held:
        _blas_is_held = True
        threadpool_limits(limits=1, user_api="blas")


def scratch(shape, dtype, tag: str = "") -> np.ndarray:
    """Return an uninitialised array that belongs to the calling thread until it asks for the same `tag` again.

    A kernel uses it inside one slice and keeps no reference. Whatever one thread keeps is bounded by `SCRATCH_LIMIT`.
    """
    dtype = np.dtype(dtype)
    size = dtype.itemsize
    for length in shape:
        size *= length
    memory = _local.arena.get(tag)
    if memory is None or len(memory) < size:
        memory = _aligned(size)
        _local.arena.keep(tag, memory)
    return np.ndarray(shape, dtype, memory)


def release_scratch() -> None:
    """Free the scratch memory of all threads."""
    for arena in _arenas:
        arena.clear()


class _Job:
    """Slices of one call of `each`; whoever is free takes the next one (``next`` of an iterator is atomic)."""

    def __init__(self, function, slices):
        self.function = function
        self.slices = slices
        self.results = [None] * len(slices)
        self.errors: dict = {}
        self.context = contextvars.copy_context()
        self.indices = iter(range(len(slices)))
        self.unfinished = iter(range(len(slices) - 1))
        self.finished = threading.Lock()
        self.finished.acquire()

    def run(self):
        _local.busy = True
        try:
            for index in self.indices:
                try:
                    self.results[index] = self.function(self.slices[index])
                except BaseException as error:  # it is raised again in the calling thread
                    self.errors[index] = error
                if next(self.unfinished, None) is None:
                    self.finished.release()
        finally:
            _local.busy = False

    def wait(self):
        # Waking a sleeping thread takes 30 microseconds, the other slices mostly less: look first, without the GIL.
        for _ in range(SPINS):
            if self.finished.acquire(blocking=False):
                return
            np.negative(_spin, out=_spin)
        self.finished.acquire()


class _Pool:
    """Worker threads that wait for jobs on one queue."""

    def __init__(self):
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.size = 0
        self.lock = threading.Lock()

    def start(self, number):
        if self.size < number:
            with self.lock:
                while self.size < number:
                    self.size += 1
                    threading.Thread(target=_work, args=(self.jobs,), name=f"nnlite-{self.size}", daemon=True).start()


def _work(jobs):
    while True:
        job = jobs.get()
        job.context.copy().run(job.run)
        del job  # arrays must not live on until the next call


class _Arena(dict):
    """Scratch memory of one thread by tag."""

    def keep(self, tag, memory):
        self.pop(tag, None)
        while self and sum(map(len, self.values())) + len(memory) > SCRATCH_LIMIT:
            self.pop(next(iter(self)))
        if len(memory) <= SCRATCH_LIMIT:
            self[tag] = memory


class _Local(threading.local):
    def __init__(self):
        self.busy = False
        self.arena = _Arena()
        _arenas.append(self.arena)


def _aligned(size):
    """Return bytes that start on a cache line."""
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size]


def _checked(number):
    try:
        count = int(number)
    except (TypeError, ValueError):
        count = 0
    if count < 1:
        raise ValueError(f"number of threads: a positive integer expected, got {number!r}")
    return count


def _physical_cores():
    """Count cores this process may run on, two hyperthreads being one."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count()
    cores = set()
    for cpu in os.sched_getaffinity(0):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.add(siblings.read_text() if siblings.exists() else cpu)
    return len(cores)


def _forget_workers():
    """A forked child has none of its parent's threads."""
    global _pool, _local
    _pool = _Pool()
    _arenas.clear()
    _local = _Local()


_arenas: list[_Arena] = []
_local = _Local()
_pool = _Pool()
_spin = np.zeros(1 << 16, np.float32)
_num_threads: int | None = None
_blas_is_held = False
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_workers)
