"""Optimizer steps to be timed, gradient given: the same update by optimlite and by PyTorch.

Each function returns a step without arguments, ready to be called over and over; the caller times it, one library to a
process. `TARGETS` says what share of PyTorch's time a step may take.
"""

import numpy as np

# name: optimlite's method and config, PyTorch's class and arguments
METHODS = {
    "sgd": ("sgd", {}, "SGD", {}),
    "sgd-momentum": (
        "sgd",
        {"momentum": 0.9, "dampening": 0, "weightDecay": 1e-4},
        "SGD",
        {"momentum": 0.9, "weight_decay": 1e-4},
    ),
    "sgd-nesterov": (
        "sgd",
        {"momentum": 0.9, "dampening": 0, "nesterov": True},
        "SGD",
        {"momentum": 0.9, "nesterov": True},
    ),
    "nag": ("nag", {"momentum": 0.9}, "SGD", {"momentum": 0.9, "nesterov": True}),
    "adam": ("adam", {}, "Adam", {}),
    "adamax": ("adamax", {}, "Adamax", {}),
    "adagrad": ("adagrad", {}, "Adagrad", {}),
    "adadelta": ("adadelta", {}, "Adadelta", {}),
    "rmsprop": ("rmsprop", {}, "RMSprop", {}),
    "asgd": ("asgd", {}, "ASGD", {}),
    "rprop": ("rprop", {}, "Rprop", {}),
}
SMALL, LARGE = 1_000, 10_000_000
IMPLEMENTATIONS = ("default", "foreach", "fused")

# (size, method): share of PyTorch's default implementation, and of its fastest one, that a step may take
TARGETS = {(SMALL, name): (0.2 if name in ("adam", "rmsprop", "rprop") else 0.35, None) for name in METHODS}
TARGETS |= {(LARGE, "adam"): (0.5, 1.0), (LARGE, "rmsprop"): (0.5, 1.0), (LARGE, "sgd-momentum"): (0.6, 1.0)}


def arrays(size):
    """Return parameters and a gradient, float32, the same for both libraries."""
    random = np.random.default_rng(1)
    return random.standard_normal(size, np.float32), 1e-3 * random.standard_normal(size, np.float32)


def nnlite_step(name, size):
    """Return a step of optimlite."""
    import optimlite as optim

    method, config, _, _ = METHODS[name]
    optimize, state = getattr(optim, method), {}
    config = config if method in ("asgd", "rprop", "adadelta") else {"learningRate": 1e-4, **config}
    x, g = arrays(size)
    given = g.copy()

    def feval(x):
        if name == "sgd-nesterov":  # writes into the gradient, which would grow without end
            np.copyto(g, given)
        return 0.0, g

    return lambda: optimize(feval, x, config, state)


def torch_step(name, size, implementation="default"):
    """Return a step of PyTorch in one of its implementations, or ``None`` where it has no such one."""
    import torch

    _, _, method, arguments = METHODS[name]
    x, g = (torch.from_numpy(array) for array in arrays(size))
    x.requires_grad_()
    x.grad = g
    choice = {} if implementation == "default" else {implementation: True}
    try:
        return getattr(torch.optim, method)([x], lr=1e-4, **arguments, **choice).step
    except (TypeError, RuntimeError):
        return None
