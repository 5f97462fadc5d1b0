"""Threads: slices from the shape alone, exceptions, errstate, nesting, fork, scratch memory."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from nnlite.kernels import parallel


@pytest.fixture(params=[1, 2, 5])
def threads(request):
    before = parallel.get_num_threads()
    parallel.set_num_threads(request.param)
    yield request.param
    parallel.set_num_threads(before)


@pytest.fixture
def two_threads():
    before = parallel.get_num_threads()
    parallel.set_num_threads(2)
    yield
    parallel.set_num_threads(before)


def eight(count=8):
    return [slice(i, i + 1) for i in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 100, 1023])
@pytest.mark.parametrize("cost", [0, 1, 1e4, 1e5, 1e9])
def test_slices_cover_the_range_in_order(count, cost):
    slices = parallel.split(count, cost)
    assert [i for s in slices for i in range(count)[s]] == list(range(count))
    lengths = [s.stop - s.start for s in slices]
    assert max(lengths) - min(lengths) <= 1
    assert len(slices) & (len(slices) - 1) == 0


def test_little_work_stays_in_one_slice():
    assert parallel.split(1000, cost=10) == [slice(0, 1000)]
    assert len(parallel.split(1000, cost=1000)) == 16


def test_slices_do_not_depend_on_the_number_of_threads(threads):
    assert parallel.split(64, 1e5) == [slice(i, i + 1) for i in range(64)]


def test_results_come_in_slice_order(threads):
    assert parallel.each(lambda s: s.start, eight(50)) == list(range(50))


def test_partial_sums_are_added_in_order_and_scaled():
    big, small = np.float32(2**24), np.float32(1)
    totals = [np.full(3, value) for value in (big, small, -big)]  # big + small is big
    assert parallel.add_up(totals, 3).tolist() == [0, 0, 0]
    assert parallel.add_up([np.full(3, value) for value in (big, -big, small)], 3).tolist() == [3, 3, 3]


def test_several_threads_work_at_once(two_threads):
    together = threading.Barrier(2, timeout=30)
    names = parallel.each(lambda s: (together.wait(), threading.get_ident())[1], eight(2))
    assert len(set(names)) == 2
    assert threading.get_ident() in names


def test_an_exception_reaches_the_caller_whole(threads):
    class Broken(Exception):
        pass

    ended = []

    def work(s):
        if s.start in {3, 6}:
            raise Broken(f"slice {s.start}")
        ended.append(s.start)

    with pytest.raises(Broken, match="slice 3") as caught:
        parallel.each(work, eight())
    assert any(entry.name == "work" for entry in caught.traceback)
    assert parallel.each(lambda s: s.start, eight()) == list(range(8))
    if threads > 1:
        assert sorted(ended) == [0, 1, 2, 4, 5, 7]


def test_errstate_of_the_caller_holds_in_every_slice(threads):
    zero = np.zeros(8)
    with np.errstate(divide="ignore"):
        parallel.each(lambda s: 1 / zero[s], eight())
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        parallel.each(lambda s: 1 / zero[s], eight())


def test_a_slice_that_splits_its_own_work_runs_it_itself(threads):
    def outer(s):
        me = threading.get_ident()
        return set(parallel.each(lambda _: threading.get_ident(), eight())) == {me}

    if threads > 1:
        assert all(parallel.each(outer, eight()))


def test_threads_of_the_user_may_share_the_pool(two_threads):
    results = {}

    def user(number):
        for _ in range(50):
            results[number] = parallel.each(lambda s: s.start * number, eight())

    users = [threading.Thread(target=user, args=(number,)) for number in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    assert results == {number: [i * number for i in range(8)] for number in range(4)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_starts_its_own_threads():
    script = """if True:
        import os, sys
        from nnlite.kernels import parallel
        parallel.set_num_threads(3)
        slices = [slice(i, i + 1) for i in range(8)]
        parallel.each(lambda s: s, slices)
        child = os.fork()
        ok = parallel.each(lambda s: s.start, slices) == list(range(8))
        if child == 0:
            os._exit(0 if ok else 1)
        sys.exit(os.waitpid(child, 0)[1])
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=60)


def test_blas_is_held_at_one_thread():
    script = """if True:
        import numpy, threadpoolctl
        from nnlite.kernels import parallel
        parallel.each(lambda s: s, [slice(0, 1)])
        assert {pool['num_threads'] for pool in threadpoolctl.threadpool_info()} == {1}
    """
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@pytest.mark.parametrize(("value", "printed"), [("3", "3"), ("", None)])
def test_environment_sets_the_number_of_threads(value, printed):
    script = "from nnlite.kernels import parallel; print(parallel.get_num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
        env=os.environ | {"NNLITE_NUM_THREADS": value},
    )
    assert 1 <= int(done.stdout) <= os.cpu_count() if printed is None else done.stdout.strip() == printed


@pytest.mark.parametrize("number", [0, -2, "many", None])
def test_a_number_of_threads_is_a_positive_integer(number):
    with pytest.raises(ValueError, match=r"number of threads: a positive integer expected, got"):
        parallel.set_num_threads(number)


def test_scratch_is_kept_by_tag_and_bounded(monkeypatch):
    parallel.release_scratch()
    first = parallel.scratch((10, 10), np.float32, "a")
    assert first.shape == (10, 10)
    assert first.dtype == np.float32
    assert first.ctypes.data % 64 == 0
    assert np.shares_memory(first, parallel.scratch((5, 20), np.float32, "a"))
    assert not np.shares_memory(first, parallel.scratch((10, 10), np.float32, "b"))
    monkeypatch.setattr(parallel, "SCRATCH_LIMIT", 1000)
    big = parallel.scratch((2000,), np.uint8, "c")
    assert not np.shares_memory(big, parallel.scratch((2000,), np.uint8, "c"))


def test_scratch_of_every_thread_can_be_released(two_threads):
    together = threading.Barrier(2, timeout=30)

    def work(s):
        together.wait()
        parallel.scratch((100,), np.float64, "released")

    parallel.each(work, eight(2))
    assert sum("released" in arena for arena in parallel._arenas) >= 2
    parallel.release_scratch()
    assert not any(parallel._arenas)
