"""Covariance matrix adaptation: cmaes."""

import math

import numpy as np

from nnlite.core.generator import default_generator
from nnlite.kernels import parallel

from ._tables import check_start, given, tables, value_of

__all__ = ["cmaes"]


def cmaes(opfunc, x, config=None, state=None):
    """CMA-ES: samples from a normal distribution whose mean and covariance follow the better half of them.

    Parameters
    ----------
    opfunc : callable
        ``f = opfunc(x)``; a gradient behind the value is ignored.
    x : ndarray
        Where the search begins; not written.
    config, state : mapping, optional
        The state is read first. ``sigma`` (the standard deviation at the start) is demanded; ``maxEval`` (1000 n^2),
        ``ftarget`` (stop at this value), ``popsize`` (4 + 3 ln n), ``min_iterations`` (1), ``verb_disp`` (0: print
        nothing, else every so many iterations).

    Returns
    -------
    best, fs, evaluations
        The best point, flattened; the value at `x`, the best of each generation and the best of all; and the number
        of points sampled.

    Notes
    -----
    Lua: optim/cmaes.lua. Torch raises without ``verb_disp``, and reads the state only.
    """
    config, state = tables(config, state)
    check_start(x, config)

    def option(key, default=None):
        value = given(state.get(key), config.get(key))
        return default if value is None else float(value)

    if option("sigma") is None:
        raise ValueError("cmaes: a number sigma expected in the state or config, got none")
    parallel.hold_blas()
    start = value_of(opfunc(x))
    search = _Search(x, option)
    fs = [start]
    verbosity = option("verb_disp", 0)
    least = option("min_iterations", 1)
    iteration = 0
    while not search.reasons() or iteration < least:
        iteration += 1
        candidates = search.ask()
        values = np.array([value_of(opfunc(candidate.reshape(x.shape))) for candidate in candidates])
        search.tell(candidates, values)
        fs.append(float(search.values[0]))
        if verbosity != 0:
            search.display(verbosity)
    fs.append(search.best_value)
    if verbosity > 0:
        search.conclude(iteration)
    return search.best, fs, search.evaluations


class _Search:
    """Mean, step size, covariance and evolution paths."""

    def __init__(self, x, option):
        n = x.size
        self.n, self.dtype = n, x.dtype
        self.mean = x.reshape(-1).copy()
        self.sigma = option("sigma")
        self.target = option("ftarget")
        self.max_eval = option("maxEval", 1e3 * n**2)
        self.size = int(option("popsize", 4 + math.floor(3 * math.log(n))))
        # selection
        mu = self.size / 2
        weights = math.log(mu + 0.5) - np.log(np.arange(1, int(mu) + 1))
        weights /= weights.sum()
        self.mu_eff = weights.sum() ** 2 / (weights**2).sum()
        self.weights = weights.astype(x.dtype)
        # adaptation
        mu_eff = self.mu_eff
        self.cc = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n)
        self.cs = (mu_eff + 2) / (n + mu_eff + 5)
        self.c1 = 2 / ((n + 1.3) ** 2 + mu_eff)
        self.cmu = min(1 - self.c1, 2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) ** 2 + mu_eff))
        self.damping = 2 * mu_eff / self.size + 0.3 + self.cs
        # state
        self.pc, self.ps = np.zeros(n, x.dtype), np.zeros(n, x.dtype)
        self.B, self.D = np.eye(n, dtype=x.dtype), np.ones(n, x.dtype)
        self.C, self.root = np.eye(n, dtype=x.dtype), np.eye(n, dtype=x.dtype)
        self.evaluations = self.decomposed = 0
        self.values = np.empty(0)
        self.best = self.best_value = self.found = None

    def ask(self):
        """Return ``mean + sigma B D N(0, 1)``, one row for each candidate."""
        if self.evaluations - self.decomposed > self.size / (self.c1 + self.cmu) / self.n / 10:
            self.decomposed = self.evaluations
            self.decompose()
        candidates = np.empty((self.size, self.n), self.dtype)
        for row in candidates:
            z = default_generator.fill_normal(np.empty(self.n, self.dtype)) * self.D
            np.add(self.mean, (self.B @ z) * self.sigma, out=row)
        return candidates

    def decompose(self):
        """Bring scales, axes and ``C^(-1/2)`` up to date with the covariance."""
        from scipy.linalg import lapack  # Torch's routine: NumPy's chooses other signs for the axes

        self.C = np.triu(self.C) + np.triu(self.C, 1).T
        (syev,) = lapack.get_lapack_funcs(["syev"], [self.C])
        squares, self.B, info = syev(self.C, lower=0)
        if info != 0:
            raise ArithmeticError("cmaes: the eigenvalues of the covariance matrix could not be computed")
        with np.errstate(invalid="ignore", divide="ignore"):
            self.D = np.sqrt(squares)
            self.root = (self.B * (1 / self.D)) @ self.B.T

    def tell(self, candidates, values):
        """Move mean, paths, covariance and step size towards the better half of the candidates."""
        self.evaluations += self.size
        before = self.mean
        order = np.argsort(values, kind="stable")
        self.values = values[order]
        chosen = candidates[order[: len(self.weights)]]
        if self.best is None or self.values[0] < self.best_value:
            self.best, self.best_value, self.found = chosen[0].copy(), float(self.values[0]), self.evaluations
        self.mean = chosen.T @ self.weights
        length, h = self.cumulate(self.mean - before)
        self.adapt(chosen.astype(np.float64) - before, length, h)

    def cumulate(self, y):
        """Update the evolution paths by the step of the mean; return the length of one and whether it is short."""
        n, cs, cc, sigma = self.n, self.cs, self.cc, self.sigma
        z = self.root @ y
        c = float((cs * (2 - cs) * self.mu_eff) ** 0.5 / sigma)
        self.ps = self.ps - self.ps * cs + z * c
        length = float((self.ps**2).sum(dtype=np.float64))
        rest = 1 - (1 - cs) ** (2 * self.evaluations / self.size)
        h = 1.0 if length / rest / n < 2 + 4 / (n + 1) else 0.0
        c = float((cc * (2 - cc) * self.mu_eff) ** 0.5 / sigma)
        self.pc = self.pc - self.pc * cc + y * c * h
        return length, h

    def adapt(self, steps, length, h):
        """Update the covariance by the chosen steps and the path, and the step size by the length of its path."""
        c1a = self.c1 - (1 - h * h) * self.c1 * self.cc * (2 - self.cc)
        # added in Torch's order: where eigenvalues are equal, rounding errors choose the axes
        weighted = self.weights[:, None] * steps
        rank_mu = sum(np.multiply.outer(a, b) for a, b in zip(weighted, steps, strict=True)) / self.sigma**2
        pc = self.pc.astype(np.float64)
        change = (-c1a - self.cmu) * self.C.astype(np.float64) + np.outer(self.c1 * pc, pc) + self.cmu * rank_mu
        self.C = (self.C + change).astype(self.dtype)
        self.sigma *= math.exp(min(0.6, (self.cs / self.damping) * (length / self.n - 1) / 2))

    def reasons(self):
        """Return why to stop, an empty dict if there is no reason."""
        found = {}
        if self.evaluations > 0:
            values, longest, shortest = self.values, float(self.D.max()), float(self.D.min())
            if self.evaluations >= self.max_eval:
                found["evals"] = self.max_eval
            if self.target is not None and values[0] <= self.target:
                found["ftarget"] = self.target
            if longest > 1e7 * shortest:
                found["condition"] = 1e7
            if len(values) > 1 and values[-1] - values[0] < 1e-12:
                found["tolfun"] = 1e-12
            if self.sigma * longest < 1e-11:
                found["tolx"] = 1e-11
        return found

    def display(self, every):
        """Print the progress, as Torch does."""
        iteration = self.evaluations / self.size
        if iteration == 1 or iteration % (10 * every) == 0:
            print("evals:\t ax-ratio max(std)   f-value")
        if iteration <= 2 or iteration % every == 0:
            deviation = self.sigma * math.sqrt(self.C.diagonal().max())
            ratio = float(self.D.max()) / float(self.D.min())
            print(f"{self.evaluations}:  {ratio:6.1f} {deviation:8.1e} {self.values[0]:.14g}")

    def conclude(self, iteration):
        """Print why the search ended, and the best point."""
        for reason, value in self.reasons().items():
            print("termination by", reason, "=", f"{value:.14g}", sep="\t")
        print("best f-value =", f"{self.best_value:.14g}", sep="\t")
        print("solution = ")
        print(self.best)
        found = f"{self.found / self.size:.14g}"
        print("best found at iteration: ", found, " , total iterations: ", iteration, sep="\t")
