"""Conjugate gradients: cg."""

import math

import numpy as np

from ._blocks import add_scaled, dot, update
from ._tables import check_start, evaluate, number, tables

__all__ = ["cg"]


def cg(opfunc, x, config=None, state=None):
    """Nonlinear conjugate gradients (Polack-Ribiere) with a cubic line search: Rasmussen's ``minimize``.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``maxIter`` (20, evaluations per line search), ``maxEval`` (1.25 maxIter, in all), ``rho`` (0.01) and ``sig``
        (0.5, the Wolfe conditions), ``int`` (0.1) and ``ext`` (3, how far to interpolate and extrapolate), ``ratio``
        (100, the largest growth of the step).
    state : mapping, optional
        Stays as it is: nothing is kept between calls.

    Returns
    -------
    x, fs, evaluations
        `x` itself, the value at the start and after each line search that succeeded, and how often `opfunc` was called.

    Notes
    -----
    Lua: optim/cg.lua. As there, the first line search that fails ends the call, at the point before it. Torch's scratch
    fields ``df0`` to ``df3``, ``x0`` and ``s`` are not kept in the state.
    """
    config, state = tables(config, state)
    check_start(x, config)
    search = _Search(opfunc, x, config)
    search.evaluate()
    search.fs.append(search.f2)
    f1, df1 = search.f2, search.df2.copy()
    # initial search direction, slope and step
    search.s = -df1
    d1 = -dot(search.s, search.s)
    z1 = 1 / (1 - d1)
    with np.errstate(all="ignore"):
        while search.evaluations < abs(search.max_eval):
            start = x.copy()
            if not search.minimise(f1, d1, z1):
                np.copyto(x, start)  # Torch means to try the steepest descent once, but 0 is true in Lua
                break
            f1 = search.f2
            search.fs.append(f1)
            d2 = search.turn(df1)
            z1 = float(search.z1 * min(search.ratio, np.float64(d1) / (d2 - 1e-320)))
            d1 = d2
    return x, search.fs, search.evaluations


class _Search:
    """The direction ``s``, the step ``z1`` along it, and value, gradient and slope there (``f2``, ``df2``, ``d2``)."""

    def __init__(self, opfunc, x, config):
        self.opfunc, self.x = opfunc, x
        self.rho = number(config, "rho", 0.01)
        self.sig = number(config, "sig", 0.5)
        self.int = number(config, "int", 0.1)
        self.ext = number(config, "ext", 3.0)
        self.max_iter = number(config, "maxIter", 20.0)
        self.ratio = number(config, "ratio", 100.0)
        self.max_eval = number(config, "maxEval", self.max_iter * 1.25)
        self.df2 = np.empty_like(x)
        self.fs = []
        self.evaluations = 0

    def evaluate(self):
        f, g = evaluate(self.opfunc, self.x)
        self.f2 = np.float64(f)  # divides by zero as Lua does
        np.copyto(self.df2, g)
        self.evaluations += 1

    def step(self, z):
        """Go on along the direction by `z`."""
        add_scaled(self.x, float(z), self.s)
        self.evaluate()
        self.d2 = np.float64(dot(self.df2, self.s))

    def too_far(self):
        """Return whether the point is too high or the slope too steep upwards."""
        return self.f2 > self.f1 + self.z1 * self.rho * self.d1 or self.d2 > -self.sig * self.d1

    def minimise(self, f1, d1, z1):
        """Search along the direction from value `f1`, slope `d1`, by step `z1` first; return whether it succeeded."""
        self.f1, self.d1, self.z1 = f1, d1, z1
        self.step(z1)
        left = min(self.max_iter, self.max_eval - self.evaluations)
        # point 3 equals point 1
        self.f3, self.d3, self.z3 = np.float64(f1), np.float64(d1), -np.float64(z1)
        self.limit = -1.0
        while True:
            while self.too_far() and left > 0:
                self.limit = self.z1
                z2 = self.interpolation()
                self.z1 = self.z1 + z2
                self.step(z2)
                left -= 1
                self.z3 = self.z3 - z2
            if self.too_far():
                return False
            if self.d2 > self.sig * self.d1:
                return True
            if left == 0:
                return False
            z2 = self.extrapolation()
            if left < 0 and not (math.isfinite(z2) and self.z1 + z2 != self.z1):
                return False  # a maxEval that is not whole never counts down to 0: Torch searches on for ever
            self.f3, self.d3, self.z3 = self.f2, self.d2, -z2
            self.z1 = self.z1 + z2
            self.step(z2)
            left -= 1

    def cubic(self):
        """Return the coefficients of the cubic through points 2 and 3."""
        a = 6 * (self.f2 - self.f3) / self.z3 + 3 * (self.d2 + self.d3)
        b = 3 * (self.f3 - self.f2) - self.z3 * (self.d3 + 2 * self.d2)
        return a, b

    def interpolation(self):
        """Return the step to the minimum between points 2 and 3."""
        z3 = self.z3
        if self.f2 > self.f1:
            z2 = z3 - (0.5 * self.d3 * z3 * z3) / (self.d3 * z3 + self.f2 - self.f3)
        else:
            a, b = self.cubic()
            z2 = (np.sqrt(b * b - a * self.d2 * z3 * z3) - b) / a
        if not math.isfinite(z2):
            z2 = z3 / 2
        return max(min(z2, self.int * z3), (1 - self.int) * z3)

    def extrapolation(self):
        """Return the step to the minimum beyond point 2."""
        a, b = self.cubic()
        z1, z3, limit = self.z1, self.z3, self.limit
        z2 = -self.d2 * z3 * z3 / (b + np.sqrt(b * b - a * self.d2 * z3 * z3))
        if not math.isfinite(z2) or z2 < 0:
            return z1 * (self.ext - 1) if limit < -0.5 else (limit - z1) / 2
        if limit > -0.5 and z2 + z1 > limit:
            return (limit - z1) / 2
        if limit < -0.5 and z2 + z1 > z1 * self.ext:
            return z1 * (self.ext - 1)
        if z2 < -z3 * self.int:
            return -z3 * self.int
        if limit > -0.5 and z2 < (limit - z1) * (1 - self.int):
            return (limit - z1) * (1 - self.int)
        return z2

    def turn(self, df1):
        """Set the next direction, update the gradient `df1` before it, and return the slope."""
        df2, s = self.df2, self.s
        beta = np.float64(dot(df2, df2) - dot(df2, df1)) / dot(df1, df1)
        update(_combine, (s, df2), 0, float(beta))
        np.copyto(df1, df2)
        slope = dot(df1, s)
        if slope > 0:
            np.negative(df1, s)
            slope = -dot(s, s)
        return slope


def _combine(s, df2, beta):
    np.multiply(s, beta, s)
    np.subtract(s, df2, s)
