"""The diagonal of the Hessian by backpropagation: ``nn.hessian.enable()`` adds second derivatives to the modules.

Enabled modules have ``initDiagHessianParameters()``, ``updateDiagHessianInput(input, diagHessianOutput)`` and
``accDiagHessianParameters(input, diagHessianOutput)``, which fill ``diagHessianInput``, ``diagHessianWeight`` and
``diagHessianBias``. Lua: nn/hessian.lua. Unlike there, ``parameters()`` and ``getParameters()`` stay as they are.
"""

import numpy as np

from .core.buffers import sized
from .core.criterion import Criterion
from .core.module import Module
from .criterions.regression import L1Cost, MSECriterion
from .modules.containers import Sequential
from .modules.linear import Linear
from .modules.pointwise import Sqrt, Square
from .modules.shape import Reshape
from .modules.spatial_convolution import SpatialConvolution, SpatialFullConvolution
from .modules.spatial_convolution_local import SpatialConvolutionLocal
from .modules.spatial_convolution_map import SpatialConvolutionMap, SpatialFullConvolutionMap
from .modules.squashing import Tanh, TanhShrink

__all__ = ["enable"]

GRADIENTS = {"gradWeight": "diagHessianWeight", "gradBias": "diagHessianBias"}


def enable():
    """Add the methods to the classes of nn that have second derivatives; calling it again changes nothing."""
    for cls, (update, accumulate, init) in METHODS.items():
        cls.updateDiagHessianInput = update
        if accumulate is not None:
            cls.accDiagHessianParameters = accumulate
            cls.initDiagHessianParameters = init


def init(module):
    """Make the buffers for the second derivatives of the parameters, zero where they are new."""
    for gradient, second in GRADIENTS.items():
        if getattr(module, gradient) is not None and getattr(module, second, None) is None:
            setattr(module, second, np.zeros_like(getattr(module, gradient)))


def update_linear(*names):
    """Return updateDiagHessianInput for a linear module: its updateGradInput with the weights `names` squared."""

    def update(module, input, diagHessianOutput):
        kept = {name: module.__dict__[name] for name in ("gradInput", *names) if module.__dict__.get(name) is not None}
        try:
            for name in names:
                setattr(module, name, getattr(module, name) ** 2)
            module.gradInput = sized(getattr(module, "diagHessianInput", None), input.shape, input.dtype)
            module.diagHessianInput = module.updateGradInput(input, diagHessianOutput)
        finally:
            module.__dict__.update(kept)
        return module.diagHessianInput

    return update


def accumulate_linear(module, input, diagHessianOutput):
    """Add the second derivatives of the parameters of a linear module: its accGradParameters on the squared input."""
    init(module)
    fields = {gradient: second for gradient, second in GRADIENTS.items() if module.__dict__.get(gradient) is not None}
    kept = {name: module.__dict__[name] for name in ("output", *fields)}
    try:
        for gradient, second in fields.items():
            setattr(module, gradient, getattr(module, second))
        module.output = None  # a buffer of its own: the output of the true input stays
        squared = input * input
        module.forward(squared)
        module.accGradParameters(squared, diagHessianOutput, 1)
    finally:
        module.__dict__.update(kept)


def update_pointwise(module, input, diagHessianOutput):
    """Write ``f'(x)^2`` times the second derivative of the output."""
    kept = module.gradInput
    try:
        module.gradInput = sized(getattr(module, "diagHessianInput", None), input.shape, input.dtype)
        slope = module.updateGradInput(input, np.ones_like(diagHessianOutput))
        slope *= slope
        slope *= diagHessianOutput.reshape(slope.shape)
        module.diagHessianInput = slope
    finally:
        module.gradInput = kept
    return module.diagHessianInput


def update_tanh_shrink(module, input, diagHessianOutput):
    """Add the second derivatives of the two terms of ``x - tanh(x)``."""
    module.diagHessianInput = update_pointwise(module.tanh, input, diagHessianOutput) + diagHessianOutput
    return module.diagHessianInput


def update_reshape(module, input, diagHessianOutput):
    """View the second derivatives in the input's shape."""
    module.diagHessianInput = diagHessianOutput.reshape(input.shape)
    return module.diagHessianInput


def update_mean_squared(criterion, input, target):
    """Fill with 2, divided by the number of elements where the loss is."""
    criterion.diagHessianInput = np.full_like(input, 2 / input.size if criterion.sizeAverage else 2)
    return criterion.diagHessianInput


def update_l1(criterion, input, target=None):
    """Fill with 1, and 0 where the input is 0, as Lua does."""
    criterion.diagHessianInput = (input != 0).astype(input.dtype)
    return criterion.diagHessianInput


def update_sequential(module, input, diagHessianOutput):
    """Run backward through the modules."""
    with module._position() as at:
        for at.index, child, seen in _reversed(module, input):
            diagHessianOutput = child.updateDiagHessianInput(seen, diagHessianOutput)
    module.diagHessianInput = diagHessianOutput
    return diagHessianOutput


def accumulate_sequential(module, input, diagHessianOutput):
    """Run backward through the modules."""
    with module._position() as at:
        for at.index, child, seen in _reversed(module, input):
            child.accDiagHessianParameters(seen, diagHessianOutput)
            diagHessianOutput = getattr(child, "diagHessianInput", None)


def _reversed(module, input):
    """Yield ``(number, module, its input)`` from the last module to the first."""
    inputs = [input, *(child.output for child in module.modules[:-1])]
    for i in range(len(module.modules), 0, -1):
        yield i, module.modules[i - 1], inputs[i - 1]


def init_sequential(module):
    """Make the buffers of all modules."""
    module.applyToModules(lambda child: child.initDiagHessianParameters())


def undefined(module, input, diagHessianOutput=None):
    """Refuse a class whose second derivatives are not known."""
    raise NotImplementedError(f"{module.torch_typename}: updateDiagHessianInput is undefined")


def nothing(module, *arguments):
    """Do nothing: the class has no parameters with second derivatives."""


METHODS = {
    Module: (undefined, nothing, nothing),
    Criterion: (undefined, None, None),
    Sequential: (update_sequential, accumulate_sequential, init_sequential),
    MSECriterion: (update_mean_squared, None, None),
    L1Cost: (update_l1, None, None),
    Linear: (update_linear("weight"), accumulate_linear, init),
    SpatialConvolution: (update_linear("weight"), accumulate_linear, init),
    SpatialConvolutionLocal: (update_linear("weight"), accumulate_linear, init),
    SpatialFullConvolution: (update_linear("weight"), accumulate_linear, init),
    SpatialConvolutionMap: (update_linear("weight", "bias"), accumulate_linear, init),
    SpatialFullConvolutionMap: (update_linear("weight"), accumulate_linear, init),
    Tanh: (update_pointwise, None, None),
    TanhShrink: (update_tanh_shrink, None, None),
    Square: (update_pointwise, None, None),
    Sqrt: (update_pointwise, None, None),
    Reshape: (update_reshape, None, None),
}
