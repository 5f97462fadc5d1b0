"""Watch for NaN and infinity: guard."""

import math

import numpy as np

from ._tables import evaluate

__all__ = ["guard"]

_CHUNK = 1 << 16  # elements that are looked at together


class guard:
    """Wrap `feval` so that the first loss, gradient or parameter that is not finite raises.

    Parameters
    ----------
    feval : callable
        ``f, df/dx = feval(x)``.
    model : Module, optional
        A model whose gradients `feval` computes; the error then names the first module with a bad array.

    Raises
    ------
    FloatingPointError
        From the wrapped function, with the number of its call (the first is 1).

    Examples
    --------
    >>> from optimlite import sgd
    >>> feval = guard(lambda x: (np.log(x[0]), 1 / x))
    >>> _ = sgd(feval, np.array([0.5, -1.0]), {})
    >>> _ = sgd(feval, np.array([0.5, np.inf]), {})
    Traceback (most recent call last):
        ...
    FloatingPointError: step 2: x[1] is inf before the evaluation
    """

    def __init__(self, feval, model=None):
        self.feval, self.model = feval, model
        self.step = 0

    def __call__(self, x):
        self.step += 1
        self._check(x, "x", 0, "before the evaluation")
        f, g = evaluate(self.feval, x)
        if not math.isfinite(f):
            self._check(g, "df/dx", 1, f"and the loss is {float(f):g}")
            raise FloatingPointError(f"step {self.step}: the loss is {float(f):g}; the gradient is finite")
        self._check(g, "df/dx", 1, f"while the loss is {float(f):g}")
        return f, g

    def _check(self, array, name, which, rest):
        at = _first_bad(array)
        if at is None:
            return
        place = None if self.model is None else _find(self.model, which)
        where = "" if place is None else f", in {place}"
        raise FloatingPointError(f"step {self.step}: {name}[{at}] is {array.reshape(-1)[at]:g} {rest}{where}")


def _first_bad(array):
    """Return the first position, in a flat array, of a number that is not finite."""
    flat = array.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        finite = np.isfinite(flat[start : start + _CHUNK])
        if not finite.all():
            return start + int(np.argmin(finite))
    return None


def _find(module, which, path=""):
    """Return the name and place of the first parameter (0) or gradient (1) in the tree that is not finite."""
    children = getattr(module, "modules", None)
    if children is not None:
        for number, child in enumerate(children, 1):
            place = _find(child, which, f" of module {number} of {module.torch_typename}{path}")
            if place is not None:
                return place
        return None
    lists = module.parameters()
    for array in [] if lists is None else lists[which]:
        if _first_bad(array) is not None:
            names = [name for name, value in vars(module).items() if value is array]
            return f"{names[0] if names else 'a parameter'} of {module!r}{path.replace(' of module', ', module', 1)}"
    return None
