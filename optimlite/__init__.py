"""optimlite: Torch's optim on NumPy. ``x, fs, ... = optim.name(opfunc, x, config, state)``."""

from ._sgd import sgd

__all__ = ["sgd"]
