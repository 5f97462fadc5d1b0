"""Training does not leak: memory stays what it was."""

import gc
import resource
import tracemalloc

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch


def training_step():
    """Return a function that takes one step of the digit demo's kind."""
    model = nn.Sequential().add(nn.Reshape(16)).add(nn.Linear(16, 8)).add(nn.Tanh()).add(nn.Linear(8, 3))
    model.add(nn.LogSoftMax())
    criterion = nn.ClassNLLCriterion()
    params, gradient = model.getParameters()
    x, t = torch.randn(5, 4, 4), np.array([1, 2, 3, 1, 2])
    state = {"learningRate": 0.01, "momentum": 0.9, "weightDecay": 1e-4}

    def feval(_):
        gradient.fill(0)
        loss = criterion.forward(model.forward(x), t)
        model.backward(x, criterion.backward(model.output, t))
        return loss, gradient

    return lambda: optim.sgd(feval, params, state)


def test_twenty_thousand_steps_keep_no_memory():
    step = training_step()
    for _ in range(200):
        step()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.take_snapshot()
        for _ in range(2000):
            step()
        gc.collect()
        grown = sum(row.size_diff for row in tracemalloc.take_snapshot().compare_to(before, "filename"))
    finally:
        tracemalloc.stop()
    assert grown < 64_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(18_000):
        step()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # kilobytes
