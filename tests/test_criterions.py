"""The contracts of a criterion, checked on every line of the table in tests/cases."""

import copy
import pickle

import numpy as np
import pytest

import nnlite as nn
from cases import CRITERIONS, Case, arrays
from comparing import close, copied, single, slopes, spread
from nnlite import torch
from nnlite.core.tables import arrays_in


def each_case(check):
    """Run `check(line)` on every line of the table that does not name it as false by design."""
    name = check.__name__.removeprefix("test_")
    lines = [line for line in CRITERIONS if name not in line.without]
    return pytest.mark.parametrize("line", lines, ids=[line.id for line in lines])(check)


def target(line):
    return arrays(line.target, 1)


def loss(criterion, x, t):
    torch.manualSeed(5)
    value = criterion.forward(x, t)
    return float(value[0] if isinstance(value, tuple) else value)


def run(criterion, x, t):
    value = loss(criterion, x, t)
    torch.manualSeed(5)
    return value, copied(criterion.backward(x, t))


@each_case
def test_gradient(line: Case):
    criterion, x, t = line.make(), line.arrays(), target(line)
    _, gradient = run(criterion, x, t)
    inputs = [a for a in arrays_in(x) if a.dtype.kind == "f"]
    for array, got in zip(inputs, arrays_in(gradient), strict=True):
        close(got, slopes(lambda: loss(criterion, x, t), array), 1e-7, "gradInput")


@each_case
def test_untouched(line: Case):
    criterion, x, t = line.make(), line.arrays(), target(line)
    before = copied([x, t])
    run(criterion, x, t)
    close([x, t], before, 0)


@each_case
def test_strides(line: Case):
    x, t = line.arrays(), target(line)
    close(run(line.make(), spread(x), spread(t)), run(line.make(), x, t), 1e-10)


@each_case
def test_float32(line: Case):
    x, t = line.arrays(), target(line)
    want, gradient = run(line.make(), x, t)
    got, single_gradient = run(line.make().float(), single(x), single(t))
    assert got == pytest.approx(want, rel=1e-4, abs=1e-5)
    for a, b in zip(arrays_in(single_gradient), arrays_in(gradient), strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, 1e-3, 1e-5)


@each_case
def test_buffers(line: Case):
    criterion, x, t = line.make(), line.arrays(), target(line)
    run(criterion, x, t)
    before = list(arrays_in(criterion.gradInput))
    run(criterion, x, t)
    for a, b in zip(before, arrays_in(criterion.gradInput), strict=True):
        assert a is b or np.shares_memory(a, b)


@each_case
def test_copies(line: Case):
    criterion, x, t = line.make(), line.arrays(), target(line)
    want = run(criterion, x, t)
    for twin in (criterion.clone(), copy.deepcopy(criterion), pickle.loads(pickle.dumps(criterion))):
        close(list(run(twin, x, t)), list(want))
    assert criterion.clearState() is criterion
    close(list(run(criterion, x, t)), list(want))


@each_case
def test_t7(line: Case):
    criterion, x, t = line.make(), line.arrays(), target(line)
    want = run(criterion, x, t)
    twin = torch.deserialize(torch.serialize(criterion))
    assert type(twin) is type(criterion)
    close(list(run(twin, x, t)), list(want))


@each_case
def test_errors(line: Case):
    x, t = line.arrays(), target(line)
    bad = [None, "text"]
    if isinstance(x, np.ndarray):
        bad += [np.concatenate([x, x], 0), x.astype(str)]
    for wrong in bad:
        with pytest.raises((ValueError, TypeError), match=r"nn\."):
            line.make().forward(wrong, t)


def test_every_public_class_has_a_line():
    made = {type(line.make()) for line in CRITERIONS}
    names = [name for name in nn.__all__ if isinstance(getattr(nn, name), type)]
    public = {getattr(nn, name) for name in names if issubclass(getattr(nn, name), nn.Criterion)}
    bases = {nn.Criterion, nn.AbstractSequencerCriterion}
    assert sorted(cls.__name__ for cls in public - made - bases) == []


@pytest.mark.parametrize("cast", [True, False])
def test_conversions_reach_target_modules(cast):
    """As in Lua, whose Criterion converts all that is in its fields, whatever castTarget says."""
    criterion = nn.ModuleCriterion(nn.MSECriterion(), nn.Tanh(), nn.Sigmoid(), cast).float()
    assert criterion.castTarget is cast
    assert criterion.targetModule.type() == "torch.FloatTensor"
