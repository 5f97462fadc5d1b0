"""Derivatives of modules with sparse input, checked by finite differences: the functions of ``nn.SparseJacobian``.

As `nnlite.jacobian`, for an input of rows ``(index, value)``: only the values are disturbed and differentiated.
Lua: nn/SparseJacobian.lua.
"""

import numpy as np

from . import jacobian
from .core.tensor_types import default_dtype
from .jacobian import backwardUpdate, forwardUpdate, testAllUpdate, testIO

__all__ = [
    "backward",
    "backwardUpdate",
    "forward",
    "forwardUpdate",
    "testAllUpdate",
    "testIO",
    "testJacobian",
    "testJacobianParameters",
    "testJacobianUpdateParameters",
]


def backward(module, input, param=None, dparam=None):
    """Return the Jacobian by backpropagation, of the values of the input or of a parameter."""
    if param is not None:
        return jacobian.backward(module, input, param, dparam)
    columns = []
    for unit in jacobian.unit_gradients(module, input):
        module.zeroGradParameters()
        gradient = module.updateGradInput(input, unit)
        module.accGradParameters(input, unit)
        columns.append(gradient[:, 1].copy())
    return np.stack(columns, 1).astype(default_dtype())


def forward(module, input, param=None):
    """Return the Jacobian by central differences, of the values of the input or of a parameter."""
    return jacobian.differences(module, input, input[:, 1] if param is None else param, 1e-6)


def testJacobian(module, input, minval=None, maxval=None):
    """Fill the values of `input` at random and return the largest error of the gradient with respect to them."""
    jacobian.randomize(input[:, 1], minval, maxval)
    return jacobian.largest(forward(module, input) - backward(module, input))


def testJacobianParameters(module, input, param, dparam, minval=None, maxval=None):
    """Fill `input` and `param` at random and return the largest error of the gradient of `param`."""
    jacobian.randomize(input[:, 1], minval, maxval)
    jacobian.randomize(param, minval, maxval)
    found = backward(module, input, param, dparam)
    return jacobian.largest(forward(module, input, param) - found)


def testJacobianUpdateParameters(module, input, param, minval=None, maxval=None):
    """Fill `input` and `param` at random and return the largest error of an update of `param`."""
    jacobian.randomize(input[:, 1], minval, maxval)
    jacobian.randomize(param, minval, maxval)
    found = backwardUpdate(module, input, param)
    return jacobian.largest(forwardUpdate(module, input, param) - found)
