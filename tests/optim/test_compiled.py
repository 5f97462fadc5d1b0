"""The compiled loops of large updates (extra fast) give the bits of the updates on whole arrays."""

import numpy as np
import pytest
from objectives import first_order, labels, steps

from optimlite import _compiled

CASES = first_order()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "config"), CASES, ids=list(labels(CASES)))
def test_same_bits(name, config, dtype, monkeypatch):
    pytest.importorskip("numba")
    n = 40_000
    config = {key: np.resize(value, n) if np.ndim(value) else value for key, value in config.items()}
    results = []
    for loops in (_compiled._loops(), {}):
        monkeypatch.setattr(_compiled, "_loops", lambda loops=loops: loops)
        x, state = np.linspace(-1, 2, n).astype(dtype), {}
        steps(name, x, dict(config), state, 3)
        results.append({"x": x, **state})
    for key, value in results[0].items():
        np.testing.assert_array_equal(value, results[1][key], err_msg=key, strict=True)


def test_without_numba_there_are_no_loops(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "numba", None)
    _compiled._loops.cache_clear()
    try:
        x = np.zeros(40_000)
        assert _compiled.twin(steps, (x,), ()) is None
        assert _compiled._loops() == {}
    finally:
        _compiled._loops.cache_clear()
