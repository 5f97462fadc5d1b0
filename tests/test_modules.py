"""The contracts of a module, checked on every line of the table in tests/cases."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnlite as nn
from cases import MODULES, Case, case, evaluated
from comparing import close, copied, dot, run, run_both, single, slopes, spread, weights_like
from nnlite import torch
from nnlite.core.tables import arrays_in

TOLERANCE = 1e-7


def each_case(check):
    """Run `check(case)` on every line of the table that does not name it as false by design."""
    name = check.__name__.removeprefix("test_")
    lines = [line for line in MODULES if name not in line.without and (line.batch or name != "batch")]
    return pytest.mark.parametrize("line", lines, ids=[line.id for line in lines])(check)


def parameters(module):
    both = module.parameters()
    return ([], []) if both is None else both


@each_case
def test_gradient(line: Case):
    module, x = line.make(), line.arrays()
    _, grad_input, _ = run_both(module, x)
    weights = weights_like(run(module, x))
    for array, gradient in zip(arrays_in(x), arrays_in(grad_input), strict=True):
        if array.dtype.kind == "f":
            want = slopes(lambda: dot(run(module, x), weights), array)
            close(gradient, want, TOLERANCE, "gradInput")


@each_case
def test_parameters(line: Case):
    module, x = line.make(), line.arrays()
    gradients = run_both(module, x)[2]
    weights = weights_like(run(module, x))
    for array, gradient in zip(parameters(module)[0], gradients, strict=True):
        close(gradient, slopes(lambda: dot(run(module, x), weights), array), TOLERANCE, "gradient of a parameter")


@each_case
def test_scale(line: Case):
    module, x = line.make(), line.arrays()
    output, _, want = run_both(module, x)
    run(module, x)
    module.zeroGradParameters()
    for _ in range(2):
        module.backward(x, weights_like(output), 0.5)
    close(parameters(module)[1], want, 1e-10)


@each_case
def test_untouched(line: Case):
    module, x = line.make(), line.arrays()
    before = copied(x)
    gradient = weights_like(run(module, x))
    gradient_before = copied(gradient)
    run_both(module, x, gradient)
    close(x, before, 0, "input")
    close(gradient, gradient_before, 0, "gradOutput")


@each_case
def test_buffers(line: Case):
    module, x = line.make(), line.arrays()

    def results():
        run_both(module, x)
        return [*arrays_in(module.output), *arrays_in(module.gradInput)]

    for before, after in zip(results(), results(), strict=True):
        assert before is after or np.shares_memory(before, after), "a new array took the place of a buffer"


@each_case
def test_strides(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    gradient = spread(weights_like(want[0]))
    close(run_both(line.make(), spread(x), gradient), want, 1e-10)


@each_case
def test_float32(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    got = run_both(line.make().float(), single(x), single(weights_like(want[0])))
    for a, b in zip(arrays_in(list(got)), arrays_in(list(want)), strict=True):
        assert a.dtype == (np.float32 if b.dtype == np.float64 else b.dtype)
        scale = max(1, np.abs(b).max())
        np.testing.assert_allclose(a / scale, b / scale, 0, 1e-4)


@pytest.mark.parametrize("line", [c for c in MODULES if c.inplace], ids=lambda c: c.inplace)
def test_inplace(line: Case):
    x = line.arrays()
    output, grad_input, gradients = run_both(line.make(), x)
    twin = evaluated(line.inplace)
    torch.manualSeed(5)
    fed = copied(x)
    got = copied(twin.forward(fed))
    close(got, output)
    twin.zeroGradParameters()
    close(twin.backward(fed, weights_like(output)), grad_input)
    close(parameters(twin)[1], gradients)


@each_case
def test_batch(line: Case):
    x = line.arrays()
    output, grad_input, gradients = run_both(line.make(), x)
    weights = weights_like(output)
    module = line.make()
    module.zeroGradParameters()
    for i in range(len(output)):
        torch.manualSeed(5)
        close(module.forward(x[i]), output[i], 1e-10, f"output of sample {i}")
        close(module.backward(x[i], weights[i]), grad_input[i], 1e-10, f"gradInput of sample {i}")
    close(parameters(module)[1], gradients, 1e-9)


@each_case
def test_flat(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    flat, gradient = module.getParameters()
    again = module.getParameters()
    assert again[0] is flat or np.shares_memory(again[0], flat) or not flat.size
    close(run_both(module, x), want, 1e-12)
    for array, vector in ((a, v) for list_, v in zip(parameters(module), (flat, gradient), strict=True) for a in list_):
        assert np.shares_memory(array, vector)
    flat.fill(0.5)
    for array in parameters(module)[0]:
        assert (array == 0.5).all()


@each_case
def test_clone(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    twin = module.clone()
    close(run_both(twin, x), want)
    for a, b in zip(parameters(module)[0], parameters(twin)[0], strict=True):
        assert not np.shares_memory(a, b)
    names = ("weight", "bias", "gradWeight", "gradBias")
    close(run_both(module.clone(*names), x), want)
    assert type(module) is type(twin)
    assert repr(twin) == repr(module)


@each_case
def test_clear(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    assert module.clearState() is module
    close(run_both(module, x), want)


@each_case
def test_type(line: Case):
    module, x = line.make(), line.arrays()
    want = run(module, x)
    assert module.type() == "torch.DoubleTensor"
    assert module.float() is module
    assert module.type() == "torch.FloatTensor"
    assert all(a.dtype == np.float32 for list_ in parameters(module) for a in list_)
    close(run(module.double(), x), want, 1e-4)


@each_case
def test_pickle(line: Case):
    module, x = line.make(), line.arrays()
    module.getParameters()
    want = run_both(module, x)
    for twin in (pickle.loads(pickle.dumps(module)), copy.deepcopy(module)):
        assert twin.getParameters()[0].size == module.getParameters()[0].size
        close(run_both(twin, x), want)


@each_case
def test_t7(line: Case):
    module, x = line.make(), line.arrays()
    want = run_both(module, x)
    for mode in ("binary", "ascii"):
        twin = torch.deserialize(torch.serialize(module, mode), mode)
        assert type(twin) is type(module)
        assert repr(twin) == repr(module)
        close(run_both(twin, x), want)


@each_case
def test_repr(line: Case):
    text = repr(line.make())
    assert text.startswith(("nn.", "nngraph.", "cudnn.", "CReLU()"))
    assert not text.endswith("\n")


def refused_or_computed(module, x):
    """Run `module` on `x`; fail on anything but a result or an error that names a module."""
    before = copied(parameters(module)[0])
    message = "nn."
    try:
        module.forward(x)
    except (ValueError, TypeError) as error:
        message = str(error)
    assert "nn." in message, "the error does not name a module"
    close(parameters(module)[0], before, 0, "parameters")


def disturbed(x):
    """Yield inputs that are not what a module wants: other ranks, sizes, kinds, arities."""
    yield from (None, "text", {}, [])
    if isinstance(x, np.ndarray):
        yield from (x[None, None, None, None], x.reshape(-1), x[..., None], np.concatenate([x, x], -1))
        yield from (x[..., :0], [x, x], x.astype(str))
    elif isinstance(x, list):
        yield from (x[:-1], [*x, x[-1]], x[0], [None, *x[1:]])
        if len(x) > 1 and isinstance(x[1], np.ndarray):
            yield [x[0], x[1][..., None, None], *x[2:]]


@each_case
def test_errors(line: Case):
    for x in disturbed(line.arrays()):
        module = line.make()
        if not parameters(module)[0] or not isinstance(x, np.ndarray) or x.dtype.kind != "U":
            refused_or_computed(module, x)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(shape=st.lists(st.integers(0, 4), max_size=6))
@each_case
def test_shapes(line: Case, shape):
    refused_or_computed(line.make(), np.ones(shape))


def test_every_public_class_has_a_line():
    made = {type(module) for line in MODULES for module in line.make().listModules()[:1]}
    bases = {nn.Module, nn.Container, nn.Elementwise, nn.AbstractRecurrent, nn.AbstractSequencer}
    public = {
        value for name in nn.__all__ if isinstance(value := getattr(nn, name), type) and issubclass(value, nn.Module)
    }
    assert sorted(cls.__name__ for cls in public - made - bases) == []


def test_every_class_has_a_batch_line():
    lines = {}
    for line in MODULES:
        name = line.id.split("(")[0]
        lines[name] = lines.get(name, False) or line.batch or "batch" in line.without
    assert sorted(name for name, good in lines.items() if not good) == []


class OffByAThousandth(nn.Module):
    """``x^2`` with a gradient that is wrong by 0.1 %."""

    def updateOutput(self, input):
        self.output = input**2
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = 2 * input * gradOutput * 1.001
        return self.gradInput


def test_the_checker_notices_a_wrong_gradient(monkeypatch):
    line = case("nn.Wrong()", (2, 3))
    monkeypatch.setattr(nn, "Wrong", OffByAThousandth, raising=False)
    with pytest.raises(AssertionError, match="gradInput"):
        test_gradient(line)


def test_all_ways_to_update_agree_for_weights_that_are_shared():
    torch.manualSeed(1)
    errors = nn.Jacobian.testAllUpdate(nn.Euclidean(3, 2), torch.randn(4, 3), "weight", "gradWeight")
    assert errors["accGradParameters"] < 1e-12
    assert errors["accGradParameters [shared]"] < 1e-12
    errors = nn.Jacobian.testAllUpdate(nn.Linear(3, 2), torch.randn(4, 3), "weight", "gradWeight")
    assert len(errors) == 4
    assert max(errors.values()) < 1e-12


def test_cosine_of_a_vector_steps_as_in_torch():
    module = nn.Cosine(2, 2)
    module.weight[...] = [[1, 2], [-1, 0.5]]
    x = np.array([3.0, 4.0])
    module.forward(x)
    module.backwardUpdate(x, np.array([1.0, -2.0]), 0.1)
    np.testing.assert_allclose(
        module.weight, [[0.78167320225033, 1.5777149483207], [-0.63717203596086, 0.45904000000042]], rtol=1e-12
    )


def test_an_update_keeps_the_shape_of_the_gradient():
    module, x = nn.CReLU(3), torch.randn(2, 3, 2, 2)
    gradient = torch.randn(*module.forward(x).shape)
    assert module.backwardUpdate(x, gradient, 0.1).shape == x.shape


def test_a_bottle_fuses_dimensions_for_shared_parameters():
    module, x = nn.Bottle(nn.Linear(3, 2)), torch.randn(2, 4, 3)
    weight = module.get(1).weight.copy()
    gradient = torch.randn(*module.forward(x).shape)
    module.sharedAccUpdateGradParameters(x, gradient, 0.1)
    step = gradient.reshape(-1, 2).T @ x.reshape(-1, 3)
    np.testing.assert_allclose(module.get(1).weight, weight - 0.1 * step, rtol=1e-12)
