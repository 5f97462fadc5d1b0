"""optimlite: Torch's optim on NumPy. ``x, fs, ... = optim.name(opfunc, x, config, state)``."""

from ._adagrad import adadelta, adagrad, rmsprop
from ._adam import adam, adamax
from ._asgd import asgd
from ._nag import nag
from ._rprop import rprop
from ._sgd import sgd

__all__ = ["adadelta", "adagrad", "adam", "adamax", "asgd", "nag", "rmsprop", "rprop", "sgd"]
