"""Proximal gradient with backtracking: FistaLS."""

import math

import numpy as np

from ._blocks import add_scaled, dot
from ._tables import check_start, number, truth

__all__ = ["FistaLS"]


def FistaLS(f, g, pl, xinit, params=None):
    """Minimise ``f(x) + g(x)`` by FISTA (or ISTA) with a backtracking line search.

    Parameters
    ----------
    f : callable
        The smooth part: ``f(x)`` is the value, ``f(x, 'dx')`` the value and the gradient.
    g : callable
        The part that is not smooth: ``g(x)`` is the value.
    pl : callable
        ``pl(x, L)`` moves x in place to the minimum of ``g(z) + L/2 |z - x|^2``.
    xinit : ndarray
        Receives the solution.
    params : mapping, optional
        ``L`` (0.1, one over the step), ``Lstep`` (1.5, its factor in the line search), ``maxiter`` (50), ``maxline``
        (20), ``errthres`` (1e-4, on the progress), ``doFistaUpdate`` (False: ISTA), ``verbose`` (False).
        The last ``L``, ``xkm``, ``y`` and ``ply`` are written into it.

    Returns
    -------
    y, history
        The solution and, for each iteration, a dict of ``nline``, ``L``, ``F``, ``Fply``, ``Gply`` and ``Q`` (``xk``
        and ``y`` too where verbose).

    Notes
    -----
    Lua: optim/fista.lua. As there, the default is ISTA, whatever its documentation says, and the search begins at 0:
    the values in `xinit` do not matter. `optim.fista` is the same function.
    """
    params = {} if params is None else params
    check_start(xinit, params)
    run = _Fista(f, g, pl, xinit, params)
    history: list = []
    while True:
        run.line_search()
        run.accelerate()
        history.append(run.record(len(history)))
        converged = len(history) > 1 and abs(history[-1]["F"] - history[-2]["F"]) <= run.tolerance
        if converged or len(history) >= run.max_iter:
            np.copyto(xinit, run.y)
            return run.y, history


class _Fista:
    def __init__(self, f, g, pl, x, params):
        self.f, self.g, self.pl, self.params = f, g, pl, params
        self.L = number(params, "L", 0.1)
        self.growth = number(params, "Lstep", 1.5)
        self.max_iter = number(params, "maxiter", 50)
        self.max_line = number(params, "maxline", 20)
        self.tolerance = number(params, "errthres", 1e-4)
        self.accelerated = truth(params.get("doFistaUpdate"))
        self.verbose = truth(params.get("verbose"))
        # we start from all zeros
        self.x = x
        self.x_before, self.y, self.ply = (_zeros(params, key, x) for key in ("xkm", "y", "ply"))
        self.t = 1.0
        self.value = math.inf

    def line_search(self):
        """Find a new point that improves on y."""
        fy, gradient = self.f(self.y, "dx")
        fy = float(fy)
        self.nline = 0
        done = False
        while not done:
            # take a step in gradient direction of the smooth function, solve for the minimum of the auxiliary problem
            np.copyto(self.ply, self.y)
            add_scaled(self.ply, -1 / self.L, gradient)
            self.pl(self.ply, self.L)
            np.copyto(self.x, self.ply)
            value = float(self.f(self.ply))
            # Q(beta,y) = F(y) + <beta-y , Grad(F(y))> + L/2||beta-y||^2
            np.subtract(self.ply, self.y, self.ply)
            slope, bend = dot(gradient, self.ply), self.L / 2 * dot(self.ply, self.ply)
            self.Q = fy + slope + bend
            if self.verbose:
                print(
                    f"nline={self.nline:d} L={self.L:g} fply={value:g} Q={self.Q:g} fy={fy:g} Q2={slope:g} Q3={bend:g}"
                )
            if value <= self.Q:
                done = True
            elif self.nline >= self.max_line:
                np.copyto(self.x, self.x_before)  # no better point: stay at the one before
                done = True
            else:
                self.L *= self.growth
            self.nline += 1

    def accelerate(self):
        """Go to the next y."""
        t = 0.0
        if self.accelerated:
            t = (1 + math.sqrt(1 + 4 * self.t * self.t)) / 2
            np.subtract(self.x_before, self.x, self.x_before)
            np.copyto(self.y, self.x)
            add_scaled(self.y, (1 - self.t) / t, self.x_before)
            np.copyto(self.x_before, self.x)
        else:
            np.copyto(self.y, self.x)
        self.t = t

    def record(self, iteration):
        """Return what happened in this iteration."""
        smooth, other = float(self.f(self.y)), float(self.g(self.y))
        if self.verbose:
            print(f"iter={iteration:d} eold={self.value:g} enew={smooth + other:g}")
        self.value = smooth + other
        self.params["L"] = self.L
        entry = {"nline": self.nline, "L": self.L, "F": self.value, "Fply": smooth, "Gply": other, "Q": self.Q}
        if self.verbose:
            entry.update(xk=self.x.copy(), y=self.y.copy())
        return entry


def _zeros(params, key, x):
    """Return ``params[key]`` as an array like `x`, filled with zeros."""
    array = params.get(key)
    if not isinstance(array, np.ndarray) or array.shape != x.shape or array.dtype != x.dtype:
        array = params[key] = np.empty_like(x)
    array[...] = 0
    return array
