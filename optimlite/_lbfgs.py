"""Limited-memory BFGS: lbfgs."""

import numpy as np

from ._blocks import add_scaled, dot, norm1, update
from ._tables import check_start, counter, evaluate, number, tables, truth

__all__ = ["lbfgs"]


def lbfgs(opfunc, x, config=None, state=None):
    """Limited-memory BFGS: ``x += t d`` with ``d = -H df/dx``, ``H`` from the last ``nCorrection`` steps.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``maxIter`` (20, iterations per call), ``maxEval`` (1.25 maxIter), ``tolFun`` (1e-5, on the sum of
        ``|df/dx|``), ``tolX`` (1e-9, on the sum of ``|t d|`` and on the progress), ``nCorrection`` (100),
        ``learningRate`` (1, the step, from the second iteration on), ``lineSearch`` (such as `lswolfe`) with its
        ``lineSearchOptions``, ``verbose`` (False).
    state : mapping, optional
        Where the history lives; the config by default. Its fields are ``funcEval``, ``nIter``, ``d``, ``t``,
        ``Hdiag``, ``g_old``, ``f_old``, and the lists ``old_dirs``, ``old_stps`` and ``ro`` (arrays will do).

    Returns
    -------
    x, fs, evaluations
        `x` itself, the values met, the first one before any step, and how often `opfunc` was called. Without a line
        search the last iteration does not evaluate where it arrived.

    Notes
    -----
    Lua: optim/lbfgs.lua. Its pools of buffers are not kept in the state. Where the default type is Float, Torch
    rounds ``ro`` and the coefficients of the recursion to float32; here they are doubles.
    """
    config, state = tables(config, state)
    if counter(state, "funcEval") == 0:
        check_start(x, config)
    state["nIter"] = counter(state, "nIter")
    search = _Search(opfunc, x, config, state)
    # evaluate initial f(x) and df/dx, check optimality of the initial point
    search.evaluate()
    if norm1(search.g) <= search.tol_fun:
        search.say("optimality condition below tolFun")
        return x, search.fs
    search.recall()
    for n in range(1, search.max_iter + 1):
        state["nIter"] += 1
        search.find_direction()
        # check that progress can be made along that direction
        slope = dot(search.g, search.d)
        if slope > -search.tol_x:
            break
        search.move(slope, last=n == search.max_iter)
        reason = "reached max number of iterations" if n == search.max_iter else search.reason_to_stop()
        if reason is not None:
            search.say(reason)
            break
    search.save()
    return x, search.fs, search.evaluations


class _Search:
    """One call of lbfgs: the point, its gradient, and what the state remembers."""

    def __init__(self, opfunc, x, config, state):
        self.opfunc, self.x, self.state = opfunc, x, state
        self.max_iter = int(number(config, "maxIter", 20))
        self.max_eval = number(config, "maxEval", self.max_iter * 1.25)
        self.tol_fun = number(config, "tolFun", 1e-5)
        self.tol_x = number(config, "tolX", 1e-9)
        self.corrections = int(number(config, "nCorrection", 100))
        self.learning_rate = number(config, "learningRate", 1.0)
        self.line_search = config.get("lineSearch")
        self.options = config.get("lineSearchOptions")
        self.verbose = truth(config.get("verbose"))
        self.fs = []
        self.evaluations = 0
        self.spare = None

    def say(self, text):
        if self.verbose:
            print("<optim.lbfgs> ", text, sep="\t")

    def evaluate(self):
        f, self.g = evaluate(self.opfunc, self.x)
        self.f = float(f)
        self.count(1)
        self.fs.append(self.f)

    def count(self, evaluations):
        self.evaluations += evaluations
        self.state["funcEval"] = counter(self.state, "funcEval") + evaluations

    def recall(self):
        """Take over from the state what the last call left there."""
        state = self.state
        if state.get("old_dirs") is None:
            self.say("creating recyclable direction/step/history buffers")
        self.d, self.g_old = state.get("d"), state.get("g_old")
        self.t, self.h_diag, self.f_old = (number(state, key, None) for key in ("t", "Hdiag", "f_old"))
        self.dirs, self.stps, ro = (state.get(key) for key in ("old_dirs", "old_stps", "ro"))
        self.dirs, self.stps = ([] if old is None else list(old) for old in (self.dirs, self.stps))
        if ro is None or len(ro) != len(self.dirs):
            self.ro = [1 / dot(y, s) for y, s in zip(self.stps, self.dirs, strict=True)]
        else:
            self.ro = [float(value) for value in ro]

    def save(self):
        """Leave in the state what the next call needs."""
        self.state.update(old_dirs=self.dirs, old_stps=self.stps, ro=self.ro, d=self.d, g_old=self.g_old)
        for key, value in (("t", self.t), ("Hdiag", self.h_diag), ("f_old", self.f_old)):
            if value is not None:
                self.state[key] = value

    def find_direction(self):
        """Set ``d`` to minus the approximate inverse Hessian times the gradient."""
        if self.state["nIter"] == 1:
            self.d = -self.g
            self.dirs, self.stps, self.ro = [], [], []
            self.h_diag = 1.0
        else:
            self.remember()
            self.recursion()
        if self.g_old is None:
            self.g_old = self.g.copy()
        else:
            np.copyto(self.g_old, self.g)
        self.f_old = self.f

    def remember(self):
        """Store the last step and the change of the gradient, if the curvature along it is positive."""
        y, s = (np.empty_like(self.g), np.empty_like(self.g)) if self.spare is None else self.spare
        self.spare = None
        update(_difference, (y, self.g, self.g_old), 0)
        update(_multiple, (s, self.d), 0, self.t)
        ys = dot(y, s)
        if ys > 1e-10:
            if len(self.dirs) == self.corrections:
                self.spare = self.stps.pop(0), self.dirs.pop(0)
                self.ro.pop(0)
            self.dirs.append(s)
            self.stps.append(y)
            self.ro.append(1 / ys)
            self.h_diag = ys / dot(y, y)
        else:
            self.spare = y, s

    def recursion(self):
        """Multiply minus the gradient by the inverse Hessian, in the memory of the direction before."""
        q = self.d
        update(_multiple, (q, self.g), 0, -1.0)
        al = []
        for s, y, ro in zip(reversed(self.dirs), reversed(self.stps), reversed(self.ro), strict=True):
            al.append(dot(s, q) * ro)
            add_scaled(q, -al[-1], y)
        update(_multiple, (q, q), 0, self.h_diag)
        for s, y, ro in zip(self.dirs, self.stps, self.ro, strict=True):
            add_scaled(q, al.pop() - dot(y, q) * ro, s)

    def move(self, slope, last):
        """Take a step along the direction."""
        # reset the initial guess for the step size
        self.t = self.learning_rate
        if self.state["nIter"] == 1:
            total = norm1(self.g)
            self.t *= 1.0 if total <= 1 else 1 / total
        if callable(self.line_search):
            self.f, self.g, _, self.t, evaluations = self.line_search(
                self.opfunc, self.x, self.t, self.d, self.f, self.g, slope, self.options
            )
            self.f, self.t = float(self.f), float(self.t)
            self.count(evaluations)
            self.fs.append(self.f)
        else:
            add_scaled(self.x, self.t, self.d)
            if not last:  # with noisy data there is no use to evaluate this function at the last point
                self.evaluate()

    def reason_to_stop(self):
        if self.evaluations >= self.max_eval:
            return "max nb of function evals"
        if norm1(self.g) <= self.tol_fun:
            return "optimality condition below tolFun"
        if abs(self.t) * norm1(self.d) <= self.tol_x:
            return "step size below tolX"
        if abs(self.f - self.f_old) < self.tol_x:
            return "function value changing less than tolX"
        return None


def _difference(y, a, b):
    np.subtract(a, b, y)


def _multiple(y, x, factor):
    np.multiply(x, factor, y)
