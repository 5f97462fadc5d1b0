"""The default type: what was given no array is made of it, in every class of the table; gradInput = None."""

import numpy as np
import pytest

import nnlite as nn
from cases import MODULES, Case
from comparing import single
from nnlite import torch
from nnlite.core.args import given
from nnlite.core.tables import arrays_in

# What a line itself gives double arrays or types to.
DOUBLES = ("np.", "torch.DoubleTensor", "Copy(")


@pytest.mark.parametrize(
    "line", [c for c in MODULES if not any(name in c.text for name in DOUBLES)], ids=lambda c: c.id
)
def test_a_model_made_under_float_computes_in_single(line: Case):
    torch.setdefaulttensortype("torch.FloatTensor")
    module = line.make()
    assert module.type() == "torch.FloatTensor"
    for array in arrays_in(list(given(module.parameters(), ()))):
        assert array.dtype == np.float32
    for array in arrays_in([module.forward(single(line.arrays()))]):
        assert array.dtype != np.float64


def test_numbers_and_lists_are_of_the_default_type():
    torch.setdefaulttensortype("torch.FloatTensor")
    assert nn.Constant(3.5).value.dtype == np.float32
    assert nn.Bottle(nn.Linear(4, 3)).inShape.dtype == np.float32
    assert nn.WeightedMSECriterion([1, 2]).weight.dtype == np.float32
    assert nn.ClassNLLCriterion([0.5, 2]).weights.dtype == np.float32
    assert nn.ClassNLLCriterion(np.array([0.5, 2])).weights.dtype == np.float64


def test_a_weight_of_integers_is_converted():
    criterion = nn.WeightedMSECriterion([1, 2, 3])
    assert criterion.forward(np.ones(3), np.ones(3)) == pytest.approx(5 / 3)


@pytest.mark.parametrize("make", [nn.Mul, lambda: nn.Add(3), lambda: nn.CAdd(3), lambda: nn.CMul(3)])
def test_no_gradient_of_the_input_where_none_is_wanted(make):
    module, x = make(), np.array([1.0, -2.0, 3.0])
    module.zeroGradParameters()
    module.gradInput = None
    module.forward(x)
    assert module.backward(x, np.ones(3)) is None
    assert all(gradient.any() for gradient in module.parameters()[1])
