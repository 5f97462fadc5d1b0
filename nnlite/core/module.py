"""The base of every module: Module, debug."""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..kernels import arithmetic
from ..kernels.parallel import release_scratch
from . import check, node
from .args import given
from .base import Base
from .buffers import clear, empty
from .flatten import flatten, flatten_arrays
from .steps import Steps
from .tables import arrays_in

__all__ = ["Module", "check_forwarded", "debug"]

_debugging = False
_forwarded: WeakKeyDictionary = WeakKeyDictionary()


def debug(enabled: bool = True) -> None:
    """Let ``backward`` check that its input is the one last given to ``forward`` (off by default: it costs time)."""
    global _debugging
    _debugging = enabled


class Module(Steps, Base):
    """A function with parameters that can be run forward and backward.

    A subclass overrides ``updateOutput(input)``, ``updateGradInput(input, gradOutput)`` and, if it has parameters,
    ``accGradParameters(input, gradOutput, scale)``; everything else is built on these three.

    Attributes
    ----------
    output, gradInput : ndarray or table
        Results of the last forward and backward call: buffers that the next call overwrites. ``gradInput = None``
        tells modules with parameters to skip the gradient of their input.
    weight, bias, gradWeight, gradBias : ndarray or None
        The parameters and their accumulated gradients, where a module has them.
    train : bool or None
        Whether the module is in training mode; ``None``, like ``True``, until `training` or `evaluate` is called.

    Notes
    -----
    Lua: nn/Module.lua. New gradient buffers are zero (in Torch they are uninitialised memory).

    Examples
    --------
    A module of one's own:

    >>> class Double(nn.Module):
    ...     def updateOutput(self, input):
    ...         self.output = 2 * input
    ...         return self.output
    ...
    ...     def updateGradInput(self, input, gradOutput):
    ...         self.gradInput = 2 * gradOutput
    ...         return self.gradInput
    >>> nn.Jacobian.testJacobian(Double(), torch.rand(3)) < 1e-7
    True
    """

    _state: tuple[str, ...] = ("output", "gradInput")
    weight: Any = None
    bias: Any = None
    gradWeight: Any = None
    gradBias: Any = None
    train: bool | None = None
    shared: bool | None = None

    def __init__(self) -> None:
        super().__init__()
        self.output: Any = empty()
        self.gradInput: Any = empty()

    def forward(self, input):
        """Return the output for `input`: ``updateOutput``."""
        if _debugging:
            for module in self.listModules():
                _forwarded.pop(module, None)
            _forwarded[self] = input
        return self.updateOutput(input)

    def backward(self, input, gradOutput, scale=None):
        """Return the gradient of the input and accumulate `scale` (default 1) times that of the parameters."""
        check_forwarded(self, input)
        scale = given(scale, 1)
        self.updateGradInput(input, gradOutput)
        self.accGradParameters(input, gradOutput, scale)
        return self.gradInput

    def updateOutput(self, input):
        """Compute, store and return ``output``."""
        return self.output

    def updateGradInput(self, input, gradOutput):
        """Compute, store and return ``gradInput``; `input` is the one `updateOutput` saw last."""
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        """Add `scale` times the gradient of the parameters to ``gradWeight``, ``gradBias``, ..."""

    def backwardUpdate(self, input, gradOutput, lr):
        """Return the gradient of the input and update the parameters: a step of rate `lr` without gradient buffers."""
        self.updateGradInput(input, gradOutput)
        self.accUpdateGradParameters(input, gradOutput, lr)
        return self.gradInput

    def accUpdateGradParameters(self, input, gradOutput, lr):
        """Update the parameters by ``-lr`` times their gradient for this input."""
        if self.shared:
            self.sharedAccUpdateGradParameters(input, gradOutput, lr)
        else:
            self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def defaultAccUpdateGradParameters(self, input, gradOutput, lr):
        """Accumulate ``-lr`` times the gradient straight into ``weight`` and ``bias``."""
        kept = {name: self.__dict__[name] for name in ("gradWeight", "gradBias") if name in self.__dict__}
        try:
            for name in kept:
                self.__dict__[name] = getattr(self, "weight" if name == "gradWeight" else "bias")
            self.accGradParameters(input, gradOutput, -lr)
        finally:
            self.__dict__.update(kept)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        """Update parameters that other modules share: through the gradient buffers."""
        if self.parameters() is not None:
            self.zeroGradParameters()
            self.accGradParameters(input, gradOutput, 1)
            self.updateParameters(lr)

    def parameters(self):
        """Return ``(parameters, gradients)``, two lists of arrays, or None for a module without parameters."""
        if self.weight is None and self.bias is None:
            return None
        parameters = [p for p in (self.weight, self.bias) if p is not None]
        return parameters, [g for g in (self.gradWeight, self.gradBias) if g is not None]

    def getParameters(self):
        """Return ``(flat, gradFlat)``: all parameters and all gradients as two vectors that the modules look into.

        Every parameter becomes a view of the vectors, so that writing to ``flat`` in place changes the model. Shared
        parameters appear once. Called again it returns the same vectors; called on a part of a network whose
        parameters are one range of them, that slice. The arrays that were replaced become read-only.
        """
        both = self.parameters()
        return flatten(self, *([], []) if both is None else both)

    @staticmethod
    def flatten(parameters):
        """Return one vector for a list of arrays, and put views of it into the list. The replaced become read-only."""
        return flatten_arrays(Module, parameters)

    def zeroGradParameters(self):
        """Set all gradients of parameters to zero."""
        both = self.parameters()
        if both is not None:
            for gradient in both[1]:
                gradient.fill(0)

    def updateParameters(self, learningRate):
        """Take a step ``p <- p - learningRate * gradient`` in place."""
        both = self.parameters()
        if both is None:
            return
        parameters, gradients = both
        if len(parameters) != len(gradients):
            need = f"updateParameters: a gradient for each of {len(parameters)} parameters"
            hint = "after accUpdateOnly only accUpdateGradParameters works"
            raise check.refusal(self, need, f"{len(gradients)} ({hint})")
        for parameter, gradient in zip(parameters, gradients, strict=True):
            arithmetic.add_scaled(gradient, -float(learningRate), parameter)

    def training(self):
        """Switch to training mode."""
        self.train = True

    def evaluate(self):
        """Switch to evaluation mode."""
        self.train = False

    def share(self, mlp, *names):
        """Look at the arrays `names` (``'weight'``, ``'bias'``, ...) of `mlp` from now on; return self."""
        for name in names:
            if getattr(self, name, None) is not None:
                setattr(self, name, getattr(mlp, name))
                self.shared = mlp.shared = True
        return self

    def clone(self, *names) -> Any:
        """Return a deep copy that shares the arrays `names` with this module."""
        if not names:
            return super().clone()
        held = [(m, name, m.__dict__[name]) for m in self.listModules() for name in names if name in m.__dict__]
        try:
            for module, name, _ in held:
                module.__dict__[name] = empty()
            copied = super().clone()
        finally:
            for module, name, array in reversed(held):
                module.__dict__[name] = array
        return copied.share(self, *names)

    def reset(self, stdv=None):
        """Draw the parameters anew; a module without parameters does nothing."""

    def apply(self, callback):
        """Call ``callback(module)`` for this module and all below it, parents first."""
        callback(self)
        for module in given(self.modules, ()):
            module.apply(callback)

    def listModules(self):
        """Return this module and all below it, parents first; of a recurrent one not the copies for later steps."""
        return [self, *(below for module in given(self.modules, ()) for below in module.listModules())]

    def findModules(self, typename, container=None):
        """Return ``(modules, containers)``: all modules whose type name is `typename`, and what holds each of them."""
        nodes, containers = [], []
        if self.torch_typename == typename:
            nodes.append(self)
            containers.append(given(container, self))
        for module in given(self.modules, ()):
            below, holders = module.findModules(typename, self)
            nodes += below
            containers += holders
        return nodes, containers

    def replace(self, callback):
        """Return ``callback(self)`` after the modules below were replaced likewise; assign the result."""
        out = callback(self)
        for i, module in enumerate(given(self.modules, ())):
            self.modules[i] = module.replace(callback)
        return out

    def clearState(self):
        """Empty all buffers and scratch memory (before saving, say) and return self."""
        release_scratch()
        return clear(self, *self._state)

    def _dtype(self) -> np.dtype | None:
        array = self.bias if self.weight is None else self.weight
        return None if array is None else array.dtype

    def __call__(self, *arguments):
        """Build a graph node when called with nodes or nothing (nngraph), else run forward, with a gradient backward.

        ``module(input)`` returns the output, ``module(input, gradOutput)`` returns ``(output, gradInput)``.
        """
        if node.are_nodes(arguments):
            return node.Node.of(self, *arguments)
        input, *gradient = arguments
        self.forward(input)
        if not gradient:
            return self.output
        return self.output, self.backward(input, *gradient)

    def __neg__(self):
        return self()

    def __rsub__(self, previous):
        return self(previous) if isinstance(previous, list | tuple) else NotImplemented


def check_forwarded(module, input):
    """Raise, while debugging, if `input` is not what ``module.forward`` saw last, by identity or by value."""
    if not _debugging or module not in _forwarded:
        return
    last = _forwarded[module]
    if last is input:
        return
    before, now = list(arrays_in(last)), list(arrays_in(input))
    if len(before) != len(now) or not all(map(np.array_equal, before, now)):
        raise ValueError(f"{module.torch_typename}: backward on another input than the last one given to forward")
