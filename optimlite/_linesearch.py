"""Line search: lswolfe, polyinterp."""

import numpy as np

from ._blocks import add_scaled, dot
from ._tables import evaluate, number, truth

__all__ = ["lswolfe", "polyinterp"]


def lswolfe(opfunc, x, t, d, f, g, gtd, options=None):
    """Find a step ``t`` along ``d`` that satisfies the strong Wolfe conditions.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        Where the search begins; moved in place to where it ends.
    t : float
        The first step to try.
    d : ndarray
        A direction of descent.
    f, g, gtd : float, ndarray, float
        The value and the gradient at `x`, and the slope ``g d``.
    options : mapping, optional
        ``c1`` (1e-4, sufficient decrease), ``c2`` (0.9, curvature), ``tolX`` (1e-9, least progress), ``maxIter`` (20),
        ``verbose`` (False).

    Returns
    -------
    f, g, x, t, evaluations
        The value and the gradient at the new `x`, `x` itself, the step, and how often `opfunc` was called.

    Notes
    -----
    Lua: optim/lswolfe.lua. Steps and values inside the bracket have the dtype of `x`.
    """
    options = {} if options is None else options
    search = _Wolfe(opfunc, x, d, float(f), g, float(gtd), options)
    search.evaluate(float(t))
    search.bracket()
    search.zoom()
    return search.finish()


class _Wolfe:
    """One line search: a bracket of one or two steps with their values and gradients."""

    def __init__(self, opfunc, x, d, f, g, gtd, options):
        self.opfunc, self.x, self.d, self.f, self.g, self.gtd = opfunc, x, d, f, g, gtd
        self.c1 = number(options, "c1", 1e-4)
        self.c2 = number(options, "c2", 0.9)
        self.tol_x = number(options, "tolX", 1e-9)
        self.max_iter = number(options, "maxIter", 20)
        self.verbose = truth(options.get("verbose"))
        self.start = x.copy()
        self.evaluations = self.iterations = 0
        self.done = False

    def evaluate(self, t):
        """Go to step `t` from the start."""
        self.t = t
        np.copyto(self.x, self.start)
        add_scaled(self.x, t, self.d)
        f, self.g_new = evaluate(self.opfunc, self.x)
        self.f_new = float(f)
        self.gtd_new = dot(self.g_new, self.d)
        self.evaluations += 1

    def bracket(self):
        """Bracket a step that satisfies the conditions, by extrapolation."""
        t_prev, f_prev, g_prev, gtd_prev = 0.0, self.f, self.g.copy(), self.gtd
        while self.iterations < self.max_iter:
            # check conditions
            too_high = self.f_new > self.f + self.c1 * self.t * self.gtd
            if too_high or (self.iterations > 1 and self.f_new >= f_prev):
                return self.enclose((t_prev, f_prev, g_prev))
            if abs(self.gtd_new) <= -self.c2 * self.gtd:
                self.done = True
                return self.enclose()
            if self.gtd_new >= 0:
                return self.enclose((t_prev, f_prev, g_prev))
            # interpolate
            nearest = self.t + 0.01 * (self.t - t_prev)
            points = [[t_prev, f_prev, gtd_prev], [self.t, self.f_new, self.gtd_new]]
            t, _ = polyinterp(np.array(points, self.x.dtype), nearest, self.t * 10)
            # next step
            t_prev, f_prev, g_prev, gtd_prev = self.t, self.f_new, self.g_new.copy(), self.gtd_new
            self.evaluate(t)
            self.iterations += 1
        # reached max nb of iterations
        return self.enclose((0.0, self.f, self.g))

    def enclose(self, *others):
        """Make the bracket of other points and the present one."""
        points = [*others, (self.t, self.f_new, self.g_new)]
        dtype = self.x.dtype
        self.ts = np.array([t for t, _, _ in points], dtype)
        self.fs = np.array([f for _, f, _ in points], dtype)
        self.gs = [g.copy() for _, _, g in points]

    def low(self):
        """Return the position of the least value in the bracket; NaN is least, as in Torch."""
        return int(np.argmin(self.fs))

    def zoom(self):
        """Refine the bracket until a point satisfies the conditions."""
        stuck = False
        while not self.done and self.iterations < self.max_iter:
            low = self.low()
            f_low = float(self.fs[low])
            t, stuck = self.trial(stuck)
            self.evaluate(t)
            self.iterations += 1
            self.replace(low, f_low)
            if not self.done and abs((float(self.ts[0]) - float(self.ts[1])) * self.gtd_new) < self.tol_x:
                break

    def trial(self, stuck):
        """Return a step inside the bracket, and whether it makes insufficient progress."""
        points = [[t, f, dot(g, self.d)] for t, f, g in zip(self.ts, self.fs, self.gs, strict=True)]
        t = polyinterp(np.array(points, self.x.dtype))
        left, right = float(self.ts.min()), float(self.ts.max())
        if not right > left or not min(right - t, t - left) / (right - left) < 0.1:
            return t, False
        if not (stuck or t >= right or t <= left):
            return t, True
        if abs(t - right) < abs(t - left):
            return right - 0.1 * (right - left), False
        return left + 0.1 * (right - left), False

    def replace(self, low, f_low):
        """Put the present point into the bracket."""
        high = 1 - low
        if self.f_new > self.f + self.c1 * self.t * self.gtd or self.f_new >= f_low:
            # Armijo condition not satisfied or not lower than lowest point
            self.set(high)
            return
        if abs(self.gtd_new) <= -self.c2 * self.gtd:
            self.done = True
        elif self.gtd_new * (float(self.ts[high]) - float(self.ts[low])) >= 0:
            # old low becomes new high
            self.ts[high], self.fs[high] = self.ts[low], self.fs[low]
            np.copyto(self.gs[high], self.gs[low])
        self.set(low)

    def set(self, at):
        self.ts[at], self.fs[at] = self.t, self.f_new
        np.copyto(self.gs[at], self.g_new)

    def finish(self):
        """Go to the best point of the bracket."""
        if self.verbose and self.iterations == self.max_iter:
            print("<optim.lswolfe> ", "reached max number of iterations", sep="\t")
        low = self.low()
        t = float(self.ts[low])
        np.copyto(self.x, self.start)
        add_scaled(self.x, t, self.d)
        return float(self.fs[low]), self.gs[low], self.x, t, self.evaluations


def polyinterp(points, xminBound=None, xmaxBound=None):
    """Return where the polynomial through `points` is least.

    Parameters
    ----------
    points : ndarray, (n, 3)
        Positions, values and slopes.
    xminBound, xmaxBound : float, optional
        Where to look; by default between the points.

    Returns
    -------
    minPos or (minPos, fmin)
        The position alone for two points and no bounds (a cubic in closed form), else the position and the value.

    Notes
    -----
    Lua: optim/polyinterp.lua. Points that determine no polynomial give the middle of the bounds; Torch raises.

    Examples
    --------
    >>> polyinterp(np.array([[0, 1, -1], [1, 0.8, 0.5]]))
    0.61952385715238...
    """
    points = np.asarray(points)
    if points.dtype.kind != "f":
        points = points.astype(np.float64)
    if points.ndim != 2 or points.shape[1] != 3:
        raise ValueError(f"polyinterp: points of shape (n, 3) expected, got shape {points.shape}")
    with np.errstate(all="ignore"):
        if len(points) == 2 and xminBound is None and xmaxBound is None:
            return _cubic(points.astype(np.float64))
        left = float(points[:, 0].min() if xminBound is None else xminBound)
        right = float(points[:, 0].max() if xmaxBound is None else xmaxBound)
        return _lowest(points, left, right)


def _cubic(points):
    """Return the minimum of the cubic through two points, kept between them."""
    low = int(np.argmin(points[:, 0]))
    (x1, f1, g1), (x2, f2, g2) = points[low], points[1 - low]
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    d2 = np.sqrt(d1 * d1 - g1 * g2)
    if np.isnan(d2):
        return float(points[:, 0].mean())
    t = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    t = t if t > x1 else x1  # a NaN becomes the first point, as in Lua
    return float(t if t < x2 else x2)


def _lowest(points, left, right):
    """Return the lowest of the bounds, the points and the critical points of the polynomial."""
    coefficients = _fit(points)
    coefficients[np.abs(coefficients) <= 1e-12] = 0
    order = len(coefficients) - 1
    slopes = coefficients[:-1] * np.arange(order, 0, -1, dtype=points.dtype)
    candidates = np.concatenate([np.array([left, right], points.dtype), points[:, 0]])
    if np.isfinite(slopes).all():
        candidates = np.concatenate([candidates, _real_roots(slopes)])
    # default to bisection if no critical point is valid
    best, lowest = (left + right) / 2, np.inf
    for x in map(float, candidates):
        if left <= x <= right:
            value = 0.0
            for power, coefficient in zip(range(order, -1, -1), coefficients, strict=True):
                value += float(coefficient) * x**power
            if value < lowest:
                best, lowest = x, value
    return best, lowest


def _fit(points):
    """Return the coefficients, highest power first, of the polynomial with these values and slopes."""
    from scipy.linalg import lapack  # loaded on the first line search only: it takes a while

    n = 2 * len(points)
    x = points[:, :1].astype(np.float64)
    powers = np.arange(n - 1, -1, -1)
    values = x**powers
    slopes = np.zeros_like(values)
    slopes[:, :-1] = powers[:-1] * x ** powers[1:]
    matrix = np.concatenate([values, slopes]).astype(points.dtype)
    (gels,) = lapack.get_lapack_funcs(["gels"], [matrix])
    _, solution, info = gels(matrix, points[:, 1:].T.reshape(-1, 1))
    if info != 0:
        return np.full(n, np.nan, points.dtype)
    return solution[:n, 0]


def _real_roots(c):
    """Return the real roots of a polynomial, highest power first, by the eigenvalues of its companion matrix."""
    c = np.where(np.abs(c) < 1e-12, 0, c)
    (nonzero,) = np.nonzero(c)
    if len(nonzero) == 0:
        return c[:0]
    zeros = len(c) - 1 - nonzero[-1]
    c = c[nonzero[0] : nonzero[-1] + 1]
    n = len(c) - 1
    found = c[:0]
    if n > 0:
        companion = np.eye(n, k=-1, dtype=c.dtype)
        companion[0] = -c[1:] / c[0]
        found = np.linalg.eigvals(companion)
        found = found[found.imag == 0].real
    return np.concatenate([found, np.zeros(zeros, c.dtype)])
