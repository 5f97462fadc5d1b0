"""The mistakes people make most often, each with a sentence that helps; nothing is changed by the attempt."""

import warnings

import numpy as np
import pytest

import nnlite as nn
from nnlite import torch


def classifier():
    return nn.Sequential().add(nn.Linear(4, 3)).add(nn.LogSoftMax())


def refused(call, match, kind=ValueError):
    net = classifier()
    flat, gradient = net.getParameters()
    net.zeroGradParameters()
    before = flat.copy()
    with pytest.raises(kind, match=match) as caught:
        call(net)
    np.testing.assert_array_equal(flat, before)
    np.testing.assert_array_equal(gradient, 0)
    return caught.value


def test_wrong_width():
    error = refused(
        lambda net: net.forward(np.ones((2, 5))),
        r"nn.Linear\(4 -> 3\): input.shape\[-1\] == 4 expected, got shape \(2, 5\)",
    )
    assert error.__notes__ == ["in module 1 of nn.Sequential"]


def test_wrong_rank():
    refused(
        lambda net: net.forward(np.ones((2, 2, 4))), r"input with 1 or 2 dimensions expected, got shape \(2, 2, 4\)"
    )


def test_empty_batch():
    refused(lambda net: net.forward(np.ones((0, 4))), r"input with at least one element expected, got shape \(0, 4\)")


def test_float32_into_a_float64_model():
    refused(
        lambda net: net.forward(np.ones((2, 4), np.float32)),
        r"float64 input expected, got float32 \(2, 4\): convert it with .astype\('float64'\), or convert .*\.float\(\)",
        TypeError,
    )


def loss(target, x=None):
    scores = np.log([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]) if x is None else x
    return lambda net: nn.ClassNLLCriterion().forward(scores, target)


@pytest.mark.parametrize(
    ("target", "match"),
    [
        ([0, 1], r"labels from 1 to 3 expected, got 0: labels start at 1 \(add 1 to labels that start at 0\)"),
        ([1, 4], "class labels from 1 to 3 expected, got 4"),
        ([-1, 1], "class labels from 1 to 3 expected, got -1"),
        ([np.nan, 1], "whole numbers as class labels expected, got label nan"),
        ([1.5, 1], "whole numbers as class labels expected, got label 1.5"),
        ([np.inf, 1], "whole numbers as class labels expected, got label inf"),
        (np.eye(3)[:2], r"2 class labels expected, got shape \(2, 3\): for one-hot rows pass target.argmax\(-1\) \+ 1"),
        ([1], r"a target of 2 class labels expected, got shape \(1,\)"),
    ],
)
def test_labels(target, match):
    refused(loss(target), match)


def test_a_word_as_label():
    refused(loss("cat"), "target: class labels expected, got str 'cat'", TypeError)


def test_cross_entropy_says_the_same_of_labels():
    refused(lambda net: nn.CrossEntropyCriterion().forward(np.ones((2, 3)), [0, 1]), "labels start at 1")


def test_probabilities_given_to_class_nll_warn_once():
    criterion = nn.ClassNLLCriterion()
    probabilities = np.array([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]])
    with pytest.warns(UserWarning, match="looks like probabilities; log-probabilities are expected"):
        criterion.forward(probabilities, [1, 3])
    criterion.forward(probabilities, [1, 3])  # a second warning would be an error


def test_log_probabilities_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nn.ClassNLLCriterion().forward(np.array([[0.5, -3.0, 1.5]]), [1])


def test_a_target_of_another_dtype_is_refused():
    with pytest.raises(TypeError, match="float64 target expected, got float32"):
        nn.MSECriterion().forward(np.ones(3), np.ones(3, np.float32))


def test_debug_notices_backward_on_another_input():
    net = classifier()
    x = np.ones((2, 4))
    nn.debug(True)
    try:
        net.forward(x)
        net.backward(x.copy(), np.ones((2, 3)))
        with pytest.raises(ValueError, match=r"nn\.Sequential: backward on another input than the last one given"):
            net.backward(2 * x, np.ones((2, 3)))
    finally:
        nn.debug(False)


def test_a_position_that_is_not_there():
    with pytest.raises(IndexError, match="get wants a position from 1 to 2, got 0"):
        classifier().get(0)
    with pytest.raises(IndexError, match="insert wants a position from 1 to 3, got 5"):
        classifier().insert(nn.Tanh(), 5)
    with pytest.raises(IndexError, match="remove wants a position from 1 to 2, got 3"):
        classifier().remove(3)


def test_a_class_in_place_of_a_module():
    with pytest.raises(TypeError, match=r"nn.Sequential: add wants a module, got type"):
        nn.Sequential().add(nn.Tanh)


def test_mistyped_tensor_type():
    with pytest.raises(ValueError, match=r"tensor type 'torch.FlotTensor': one of torch.DoubleTensor"):
        classifier().type("torch.FlotTensor")


def test_updating_a_table_that_has_no_gradient():
    table = nn.LookupTable(5, 2).accUpdateOnly()
    with pytest.raises(ValueError, match=r"a gradient for each of 1 parameters expected, got 0 \(after accUpdateOnly"):
        table.updateParameters(0.1)


def test_a_module_whose_init_forgot_its_base():
    class Forgetful(nn.Module):
        def __init__(self):
            pass

    with pytest.raises(TypeError, match=r"nn\.Forgetful: its __init__ has to begin with super\(\).__init__\(\)"):
        nn.Sequential().add(Forgetful())


def test_a_list_is_a_dataset(capsys):
    trainer = nn.StochasticGradient(nn.Linear(2, 1), nn.MSECriterion())
    assert str(trainer) == "nn.StochasticGradient"
    trainer.maxIteration = 1
    trainer.train([[np.ones(2), np.ones(1)], [np.zeros(2), np.ones(1)]])
    assert "training error" in capsys.readouterr().out


def test_saving_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such folder to save in: .*missing"):
        torch.save(str(tmp_path / "missing" / "model.t7"), {"x": 1})


def test_graph_syntax_with_minus():
    a, b = nn.Identity()(), -nn.Identity()
    net = nn.gModule([a, b], [[a, b] - nn.CAddTable() - nn.Tanh()])
    assert net.forward([np.ones(2), np.ones(2)]).tolist() == np.tanh([2.0, 2.0]).tolist()
