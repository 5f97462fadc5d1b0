"""Resilient backpropagation: rprop."""

import numpy as np

from ._blocks import update
from ._tables import check_start, constants, counter, evaluate, memory, number, tables

__all__ = ["rprop"]


def rprop(opfunc, x, config=None, state=None):
    """Resilient backpropagation: ``x -= sign(df/dx) stepsize``, a step per parameter that grows while signs agree.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``stepsize`` (0.1, at the start), ``etaplus`` (1.2) and ``etaminus`` (0.5, the factors of growth and decline),
        ``stepsizemax`` (50), ``stepsizemin`` (1e-6), ``niter`` (1, steps per call).
    state : mapping, optional
        Where ``delta`` (the gradient before) and ``stepsize`` live; the config by default, whose number
        ``stepsize`` is then replaced by the array.

    Returns
    -------
    x, fs
        `x` itself and the values before each of the ``niter`` updates.

    Notes
    -----
    Lua: optim/rprop.lua. Where the sign changed, the gradient is set to 0 and the parameter waits for a step. A
    gradient of NaN makes the parameter NaN; Torch skips it.
    """
    if config is None and state is None:
        print("no state table RPROP initializing")
    # (0) get/update state
    config, state = tables(config, state)
    start = 0.0
    if state.get("delta") is None:
        check_start(x, config)
        start = number(config, "stepsize", 0.1)
    limits = number(config, "stepsizemin", 1e-6), number(config, "stepsizemax", 50.0)
    factors = number(config, "etaplus", 1.2), number(config, "etaminus", 0.5)
    niter = counter(config, "niter") if config.get("niter") is not None else 1

    fs = []
    for _ in range(niter):
        # (1) evaluate f(x) and df/dx
        f, g = evaluate(opfunc, x)
        if state.get("delta") is None:
            state["stepsize"] = None  # the number, where the state is the config
        delta = memory(state, "delta", x, scratch=("sign",), masks=("psign", "nsign", "zsign", "dminmax"))
        steps = memory(state, "stepsize", x, start)
        update(_rprop_step, (x, g, delta, steps), 1, *constants(x.dtype, *factors, *limits, 0, 1))
        fs.append(f)
    return x, fs


def _rprop_step(x, g, delta, steps, s, etaplus, etaminus, smallest, largest, zero, one):
    # sign of the derivative from the last step to this one
    np.multiply(g, delta, s)
    positive = np.greater(s, zero)
    negative = np.less(s, zero)
    # step size updates
    np.copyto(s, one)
    np.copyto(s, etaplus, where=positive)
    np.copyto(s, etaminus, where=negative)
    np.multiply(steps, s, steps)
    np.minimum(steps, largest, out=steps)
    np.maximum(steps, smallest, out=steps)
    # for dir<0, dfdx=0
    np.copyto(g, zero, where=negative)
    # update weights
    np.sign(g, s)
    np.multiply(s, steps, s)
    np.subtract(x, s, x)
    np.copyto(delta, g)
