"""Steps from running means of squared gradients and steps: adadelta."""

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, tables

__all__ = ["adadelta"]


def adadelta(opfunc, x, config=None, state=None):
    """AdaDelta: ``x -= d`` with ``d = sqrt(A + eps) / sqrt(V + eps) df/dx``.

    ``V`` and ``A`` are running means of the squares of ``df/dx`` and ``d``.

    Arguments and results as in `adagrad`; the config has ``rho`` (0.9, how much the means keep), ``eps`` (1e-6) and
    ``weightDecay`` (0), but no learning rate; the state has ``accDelta`` (``A``) beside ``paramVariance``. Lua:
    optim/adadelta.lua.
    """
    # (0) get/update state
    if config is None and state is None:
        print("no state table, ADADELTA initializing")
    config, state = tables(config, state)
    evals = counter(state, "evalCounter")
    if evals == 0:
        check_start(x, config)
    rho = number(config, "rho", 0.9)
    eps = number(config, "eps", 1e-6)
    decay = number(config, "weightDecay", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (2), (3) weight decay, update
    variance = memory(state, "paramVariance", x, scratch=("paramStd", "delta"))
    deltas = memory(state, "accDelta", x)
    numbers = constants(x.dtype, rho, 1 - rho, eps)
    update(_adadelta_step, (x, g, variance, deltas), 2, decay, *numbers)

    # (4) update evaluation counter
    state["evalCounter"] = evals + 1
    return x, [f]


def _adadelta_step(x, g, variance, deltas, s, r, decay, rho, rest, eps):
    add_decay(x, g, s, decay)
    np.multiply(variance, rho, variance)
    np.multiply(g, rest, s)
    np.multiply(s, g, s)
    np.add(variance, s, variance)
    np.add(variance, eps, s)
    np.sqrt(s, s)
    np.add(deltas, eps, r)
    np.sqrt(r, r)
    np.divide(r, s, r)
    np.multiply(r, g, r)
    np.subtract(x, r, x)
    np.multiply(deltas, rho, deltas)
    np.multiply(r, rest, s)
    np.multiply(s, r, s)
    np.add(deltas, s, deltas)
