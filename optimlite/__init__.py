"""optimlite: Torch's optim on NumPy. ``x, fs, ... = optim.name(opfunc, x, config, state)``."""

from . import schedule
from ._adadelta import adadelta
from ._adagrad import adagrad
from ._adam import adam
from ._adamax import adamax
from ._asgd import asgd
from ._cg import cg
from ._checkgrad import checkgrad
from ._cmaes import cmaes
from ._confusion import ConfusionMatrix
from ._de import de
from ._fista import FistaLS
from ._guard import guard
from ._lbfgs import lbfgs
from ._linesearch import lswolfe, polyinterp
from ._logger import Logger
from ._nag import nag
from ._optimizer import Optimizer
from ._rmsprop import rmsprop
from ._rprop import rprop
from ._sgd import sgd
from ._simultaneous import simultaneous

fista = FistaLS  # the name that Torch's documentation uses

__all__ = [
    "ConfusionMatrix",
    "FistaLS",
    "Logger",
    "Optimizer",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "asgd",
    "cg",
    "checkgrad",
    "cmaes",
    "de",
    "fista",
    "guard",
    "lbfgs",
    "lswolfe",
    "nag",
    "polyinterp",
    "rmsprop",
    "rprop",
    "schedule",
    "sgd",
    "simultaneous",
]
