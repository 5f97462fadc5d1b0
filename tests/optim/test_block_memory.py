"""A step of a large model makes no temporaries of its size."""

import tracemalloc

import numpy as np
import pytest
from objectives import first_order, labels

import optimlite as optim
from optimlite import _compiled

CASES = [case for case in first_order() if case[0] != "rprop" or "niter" not in case[1]]


@pytest.mark.parametrize(("name", "config"), CASES, ids=list(labels(CASES)))
def test_a_step_needs_only_blocks(name, config, monkeypatch):
    monkeypatch.setattr(_compiled, "_loops", dict)  # the compiled loops need nothing at all
    n = 6_000_000
    config = {key: np.resize(value, n) if np.ndim(value) else value for key, value in config.items()}
    x, g, state = np.ones(n, np.float32), np.full(n, 1e-3, np.float32), {}
    optimize = getattr(optim, name)
    optimize(lambda x: (0.0, g), x, config, state)
    tracemalloc.start()
    try:
        optimize(lambda x: (0.0, g), x, config, state)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < x.nbytes / 3
    assert sum(value.nbytes for value in state.values() if np.ndim(value)) <= 2 * x.nbytes
