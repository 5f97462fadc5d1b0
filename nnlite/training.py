"""Training as the manual of nn teaches it first: StochasticGradient."""

import numpy as np

from .core.criterion import Criterion
from .core.generator import default_generator
from .core.lua_format import lua_format
from .core.module import Module

__all__ = ["StochasticGradient"]


class StochasticGradient:
    """Stochastic gradient descent, one example at a time: ``StochasticGradient(module, criterion).train(dataset)``.

    Parameters
    ----------
    module : Module
    criterion : Criterion

    Attributes
    ----------
    learningRate : float, 0.01
    learningRateDecay : float, 0
        After epoch k the rate is ``learningRate / (1 + (k + 1) learningRateDecay)``, k counted from 1.
    maxIteration : int, 25
        Number of epochs; 0 for no end.
    shuffleIndices : bool, True
        Whether the examples come in a random order, the same in every epoch.
    verbose : bool, True
        Whether the error of each epoch is printed.
    hookExample : callable, optional
        Called as ``hookExample(self, example)`` after each example.
    hookIteration : callable, optional
        Called as ``hookIteration(self, iteration, currentError)`` after each epoch.

    Notes
    -----
    Lua: nn/StochasticGradient.lua. The dataset is a Python object: ``dataset.size()`` (or ``len``) examples,
    ``dataset[i]`` a pair ``[input, target]``, i counted from 0. One permutation is drawn even where ``shuffleIndices``
    is off, as in Lua.
    """

    torch_typename = "nn.StochasticGradient"
    hookExample = None
    hookIteration = None

    def __init__(self, module: Module, criterion: Criterion):
        self.learningRate = 0.01
        self.learningRateDecay = 0
        self.maxIteration = 25
        self.shuffleIndices = True
        self.module = module
        self.criterion = criterion
        self.verbose = True

    def train(self, dataset):
        """Train on `dataset` for ``maxIteration`` epochs."""
        iteration = 1
        rate = self.learningRate
        size = dataset.size() if hasattr(dataset, "size") else len(dataset)
        order = np.asarray(default_generator.randperm(size)) - 1
        if not self.shuffleIndices:
            order.sort()
        print("# StochasticGradient: training")
        while True:
            error = self._epoch(dataset, order, rate)
            if self.hookIteration is not None:
                self.hookIteration(self, iteration, error)
            if self.verbose:
                print("# current error =", lua_format("%.14g", error))
            iteration += 1
            rate = self.learningRate / (1 + iteration * self.learningRateDecay)
            if 0 < self.maxIteration < iteration:
                print("# StochasticGradient: you have reached the maximum number of iterations")
                print("# training error =", lua_format("%.14g", error))
                break

    def _epoch(self, dataset, order, rate):
        """Visit all examples once and return the mean loss."""
        module, criterion = self.module, self.criterion
        error = 0.0
        for index in order:
            example = dataset[index]
            input, target = example[0], example[1]
            error += criterion.forward(module.forward(input), target)
            module.updateGradInput(input, criterion.updateGradInput(module.output, target))
            module.accUpdateGradParameters(input, criterion.gradInput, rate)
            if self.hookExample is not None:
                self.hookExample(self, example)
        return error / len(order)

    def __repr__(self):
        return self.torch_typename
