"""Derivatives checked by finite differences: the functions of ``nn.Jacobian``.

A Jacobian has a row for each element of the input (or of a parameter) and a column for each element of the output.
Lua: nn/Jacobian.lua.
"""

import os
import tempfile

import numpy as np

from . import torch
from .core.args import given
from .core.tables import Table
from .core.tensor_types import default_dtype

__all__ = [
    "backward",
    "backwardDiagHessian",
    "backwardUpdate",
    "forward",
    "forwardUpdate",
    "linearModuleDiagHessian",
    "testAllUpdate",
    "testDiagHessian",
    "testDiagHessianBias",
    "testDiagHessianInput",
    "testDiagHessianWeight",
    "testIO",
    "testJacobian",
    "testJacobianParameters",
    "testJacobianUpdateParameters",
]


def backward(module, input, param=None, dparam=None):
    """Return the Jacobian by backpropagation: of the input or, with its gradient `dparam`, of the parameter `param`."""
    columns = []
    for unit in unit_gradients(module, input):
        module.zeroGradParameters()
        gradient = module.updateGradInput(input, unit)
        module.accGradParameters(input, unit)
        columns.append(np.array(gradient if param is None else dparam).reshape(-1))
    return np.stack(columns, 1).astype(default_dtype())


def backwardUpdate(module, input, param):
    """Return what `param` becomes by an update of rate 1, a column for each element of the output."""
    parameters = module.parameters()[0]
    kept = [parameter.copy() for parameter in parameters]
    columns = []
    for unit in unit_gradients(module, input):
        module.zeroGradParameters()
        module.updateGradInput(input, unit)
        module.accUpdateGradParameters(input, unit, 1)
        columns.append(param.flatten())
        for parameter, old in zip(parameters, kept, strict=True):
            parameter[...] = old
    return np.stack(columns, 1).astype(default_dtype())


def forward(module, input, param=None, perturbation=None):
    """Return the Jacobian of the input, or of the array `param`, by central differences of step 1e-6 unless told."""
    step = given(perturbation, 1e-6)
    return differences(module, input, given(param, input), step)


def forwardUpdate(module, input, param, perturbation=None):
    """Return `param` minus the central differences: what an update of rate 1 makes of it."""
    return param.reshape(-1, 1) - forward(module, input, param, perturbation)


def testJacobian(module, input, minval=None, maxval=None, perturbation=None):
    """Fill `input` at random and return the largest error of the gradient with respect to it."""
    randomize(input, minval, maxval)
    expected = forward(module, input, input, perturbation)
    return largest(expected - backward(module, input))


def testJacobianParameters(module, input, param, dparam, minval=None, maxval=None, perturbation=None):
    """Fill `input` and `param` at random and return the largest error of the gradient of `param`."""
    randomize(input, minval, maxval)
    randomize(param, minval, maxval)
    found = backward(module, input, param, dparam)
    return largest(forward(module, input, param, perturbation) - found)


def testJacobianUpdateParameters(module, input, param, minval=None, maxval=None, perturbation=None):
    """Fill `input` and `param` at random and return the largest error of an update of `param`."""
    randomize(input, minval, maxval)
    randomize(param, minval, maxval)
    found = backwardUpdate(module, input, param)
    return largest(forwardUpdate(module, input, param, perturbation) - found)


def backwardDiagHessian(module, input, diagHessianParamName):
    """Return the field of that name after backpropagating second derivatives of 1 (see `nnlite.hessian`)."""
    ones = np.ones_like(module.forward(input))
    module.diagHessianWeight.fill(0)
    module.diagHessianBias.fill(0)
    module.updateDiagHessianInput(input, ones)
    module.accDiagHessianParameters(input, ones)
    return getattr(module, diagHessianParamName)


def linearModuleDiagHessian(module, input, gradParamName):
    """Return the sum of squared derivatives of the outputs: for a linear module the diagonal of the Hessian."""
    total = 0
    for unit in unit_gradients(module, input):
        module.zeroGradParameters()
        module.updateGradInput(input, unit)
        module.accGradParameters(input, unit)
        total = total + getattr(module, gradParamName) ** 2
    return np.reshape(total, -1)


def testDiagHessian(module, input, gradParamName, diagHessianParamName, minval=None, maxval=None):
    """Fill `input` at random and return the largest error of a field of second derivatives."""
    randomize(input, minval, maxval)
    module.initDiagHessianParameters()
    found = backwardDiagHessian(module, input, diagHessianParamName).copy()
    return largest(found.reshape(-1) - linearModuleDiagHessian(module, input, gradParamName))


def testDiagHessianInput(module, input, minval=None, maxval=None):
    """Return the largest error of ``diagHessianInput``."""
    return testDiagHessian(module, input, "gradInput", "diagHessianInput", minval, maxval)


def testDiagHessianWeight(module, input, minval=None, maxval=None):
    """Return the largest error of ``diagHessianWeight``."""
    return testDiagHessian(module, input, "gradWeight", "diagHessianWeight", minval, maxval)


def testDiagHessianBias(module, input, minval=None, maxval=None):
    """Return the largest error of ``diagHessianBias``."""
    return testDiagHessian(module, input, "gradBias", "diagHessianBias", minval, maxval)


def testIO(module, input, minval=None, maxval=None):
    """Save and load `module` and return by how much its output and its gradInput change: ``(forward, backward)``."""
    before = input.copy()
    gradOutput = np.zeros_like(module.forward(input))
    randomize(gradOutput, minval, maxval)
    output, gradient = _run(module, input, gradOutput.copy())
    module.clearState()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "module.t7")
        torch.save(path, module)
        loaded = torch.load(path)
    output_after, gradient_after = _run(loaded, before, gradOutput)
    return largest(output - output_after), largest(gradient - gradient_after)


def testAllUpdate(module, input, weight, gradWeight):
    """Return the errors of each way to update the field `weight`, alone and shared by two clones: a table by method."""
    lr = torch.uniform(0.1, 1)
    plain = module.clone()
    start = getattr(plain, weight).copy()
    gradOutput = torch.rand(*plain.forward(input).shape)
    _step([plain], input, gradOutput, lr, accumulate=True)
    gradient, updated = getattr(plain, gradWeight), getattr(plain, weight)
    at_once = module.clone()
    at_once.forward(input)
    _step([at_once], input, gradOutput, lr, accumulate=False)
    errors = Table()
    errors["accGradParameters"] = _distance(start - lr * gradient, updated)
    errors["accUpdateGradParameters"] = _distance(getattr(at_once, weight), updated)
    for name, accumulate in (("accGradParameters [shared]", True), ("accUpdateGradParameters [shared]", False)):
        one, two = module.clone(), module.clone()
        two.share(one, weight)
        for twin in (one, two):
            twin.forward(input)
        _step([one, two], input, gradOutput, lr, accumulate)
        errors[name] = sum(_distance(start - 2 * lr * gradient, getattr(twin, weight)) for twin in (one, two))
    return errors


def unit_gradients(module, input):
    """Run `module` forward and yield, for each element of its output, a gradient that is 1 there and 0 elsewhere."""
    unit = np.zeros_like(module.forward(input))
    for index in np.ndindex(unit.shape):
        unit.fill(0)
        unit[index] = 1
        yield unit


def differences(module, input, array, step):
    """Return the central differences of the output with respect to each element of `array`, which is restored."""
    rows = []
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept - step
        below = np.array(module.forward(input)).reshape(-1)
        array[index] = kept + step
        rows.append((np.reshape(module.forward(input), -1) - below) / (2 * step))
        array[index] = kept
    return np.stack(rows).astype(default_dtype())


def randomize(array, minval, maxval):
    """Fill `array` with uniform random numbers, from -2 to 2 unless told otherwise."""
    low, high = given(minval, -2), given(maxval, 2)
    array[...] = (torch.rand(array.size) * (high - low) + low).reshape(array.shape)


def _run(module, input, gradOutput):
    output = module.forward(input).copy()
    module.zeroGradParameters()
    module.updateGradInput(input, gradOutput)
    module.accGradParameters(input, gradOutput)
    return output, module.gradInput.copy()


def _step(modules, input, gradOutput, lr, accumulate):
    """Take a step with each module; the gradients of all come before the steps, because weights may be shared."""
    for module in modules:
        if accumulate:
            module.zeroGradParameters()
        module.updateGradInput(input, gradOutput)
        if accumulate:
            module.accGradParameters(input, gradOutput)
    for module in modules:
        if accumulate:
            module.updateParameters(lr)
        else:
            module.accUpdateGradParameters(input, gradOutput, lr)


def largest(array):
    """Return the largest absolute value."""
    return float(np.abs(array).max(initial=0))


def _distance(a, b):
    return float(np.linalg.norm(np.reshape(a - b, -1)))
