"""What the tests of optimlite minimise, and how each method is set to do so."""

import numpy as np

import optimlite as optim

ROSENBROCK_START = [-1.2, 1.0]


def rosenbrock(x):
    """Return the Rosenbrock function of two numbers and its gradient."""
    a, b = float(x[0]), float(x[1])
    t = b - a * a
    return 100 * t * t + (1 - a) ** 2, np.array([-400 * a * t - 2 * (1 - a), 200 * t], x.dtype)


class NoisyQuadratic:
    """``(x - c) A (x - c) / 2`` and a noisy linear term, which `draw` changes: a minibatch at a time."""

    def __init__(self, n=6, seed=0, noise=0.05):
        self.random = np.random.default_rng(seed)
        self.curvature = np.linspace(1, 4, n)
        self.centre = self.random.normal(size=n)
        self.noise = noise
        self.draw()

    def draw(self):
        self.term = self.noise * self.random.normal(size=self.centre.size)
        return self

    def __call__(self, x):
        d = x - self.centre
        return float(d @ (self.curvature * d) / 2 + self.term @ d), self.curvature * d + self.term


def first_order():
    """Return names and configs: two of every first-order method, one with whatever it knows."""
    full = {"learningRateDecay": 0.01, "weightDecay": 0.1}
    vectors = {"learningRates": np.linspace(0.5, 1.5, 7), "weightDecays": np.linspace(0, 0.1, 7)}
    return [
        ("sgd", {"learningRate": 0.1}),
        ("sgd", {"learningRate": 0.1, "momentum": 0.9, **full}),
        ("sgd", {"learningRate": 0.1, "momentum": 0.9, "dampening": 0, "nesterov": True, "weightDecay": 0.1}),
        ("sgd", {"learningRate": 0.1, "momentum": 0.5, **vectors}),
        ("adam", {}),
        ("adam", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, **full}),
        ("adamax", {}),
        ("adamax", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "weightDecay": 0.1}),
        ("adagrad", {"learningRate": 0.1}),
        ("adagrad", {"learningRate": 0.1, **full}),
        ("adadelta", {"rho": 0.8}),
        ("adadelta", {"eps": 1e-3, "weightDecay": 0.1}),
        ("rmsprop", {}),
        ("rmsprop", {"alpha": 0.9, "epsilon": 1e-4, "weightDecay": 0.1, "initialMean": 1}),
        ("nag", {"learningRate": 0.1}),
        ("nag", {"learningRate": 0.1, "momentum": 0.5, "learningRates": vectors["learningRates"], **full}),
        ("asgd", {"eta0": 0.1}),
        ("asgd", {"eta0": 0.1, "lambda": 0.1, "alpha": 0.5, "t0": 2}),
        ("rprop", {"stepsize": 0.1}),
        (
            "rprop",
            {"stepsize": 0.02, "etaplus": 1.5, "etaminus": 0.4, "stepsizemax": 0.1, "stepsizemin": 1e-3, "niter": 2},
        ),
    ]


def labels(cases):
    """Return names for the parameters of a test."""
    seen: dict = {}
    for name, _ in cases:
        seen[name] = seen.get(name, 0) + 1
        yield f"{name}-{seen[name]}"


def bowl(x):
    """Return ``sum(cosh(x - 1))`` and its gradient, computed in double: no two places of the gradient are equal."""
    d = np.asarray(x, np.float64) - 1
    return float(np.cosh(d).sum()), np.sinh(d * np.linspace(0.5, 1.5, d.size).reshape(d.shape)).astype(x.dtype)


def steps(name, x, config, state, count, feval=bowl):
    """Call a method `count` times."""
    for _ in range(count):
        result = getattr(optim, name)(feval, x, config, state)
    return result
