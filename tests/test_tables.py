"""What the table of cases cannot say about containers, decorators and table modules."""

import numpy as np
import pytest

import nnlite as nn
from nnlite import torch


def silent(module):
    """Return `module`, told to compute no gradient of its input."""
    module.gradInput = None
    return module


# Containers


@pytest.mark.parametrize("container", [nn.Concat(1), nn.ConcatTable()], ids=repr)
def test_modules_without_gradient_of_the_input_are_left_out(container):
    x, first, second = np.ones(3), nn.Linear(3, 2), nn.Linear(3, 2)
    container.add(silent(nn.Linear(3, 2))).add(first).add(silent(nn.Linear(3, 2))).add(second)
    output = container.forward(x)
    gradient = [np.ones(2)] * 4 if isinstance(output, list) else np.ones(8)
    np.testing.assert_allclose(container.backward(x, gradient), (first.weight + second.weight).sum(0))


def test_one_module_twice_in_a_container():
    linear, x = nn.Linear(3, 2), np.ones(3)
    both = nn.ConcatTable().add(linear).add(linear)
    both.forward(x)
    both.zeroGradParameters()
    np.testing.assert_allclose(both.backward(x, [np.ones(2), np.ones(2)]), 2 * linear.weight.sum(0))
    np.testing.assert_allclose(linear.gradBias, 2)


def test_an_error_names_the_place():
    network = nn.Sequential().add(nn.ConcatTable().add(nn.Tanh()).add(nn.Linear(3, 1)))
    with pytest.raises(ValueError, match=r"nn\.Linear\(3 -> 1\): .* == 3 expected") as error:
        network.forward(np.ones(2))
    assert error.value.__notes__ == ["in module 2 of nn.ConcatTable", "in module 1 of nn.Sequential"]


def test_outputs_that_do_not_fit_together():
    network = nn.Concat(1).add(nn.Linear(2, 2)).add(nn.Linear(2, 1))
    with pytest.raises(ValueError, match=r"nn\.Concat: output of the modules\[2\] of shape \(any, 2\) expected"):
        network.forward(np.ones((3, 2)))


def test_more_slices_than_modules():
    with pytest.raises(ValueError, match=r"nn\.Parallel: .*1, the number of modules, expected, got shape"):
        nn.Parallel(1, 1).add(nn.Linear(2, 2)).forward(np.ones((3, 2)))


def test_depth_concat_forgets_the_scale_in_backward_only():
    network, x = nn.DepthConcat(2).add(nn.Linear(2, 3)), np.ones((1, 2))
    network.forward(x)
    bias = network.get(1).gradBias
    network.backward(x, np.ones((1, 3)), 0.5)
    np.testing.assert_allclose(bias, 1)
    network.accGradParameters(x, np.ones((1, 3)), 0.5)
    np.testing.assert_allclose(bias, 1.5)


@pytest.mark.parametrize("shared", [True, False])
def test_the_copies_of_map_table(shared):
    network, x = nn.MapTable(nn.Linear(2, 1), shared), [np.ones(2)] * 3
    network.forward(x)
    assert network.size() == 3
    assert (network.get(1).weight is network.get(3).weight) == shared
    network.zeroGradParameters()
    network.backward(x, [np.ones(1)] * 3)
    np.testing.assert_allclose(network.get(2).gradBias, 3 if shared else 1)
    before = network.get(1).bias.copy()
    network.updateParameters(0.1)
    np.testing.assert_allclose(network.get(2).bias, before - (0.3 if shared else 0.1))
    network.resize(2)
    assert network.size() == 2
    assert network.clearState().size() == 1


def test_map_table_refuses():
    with pytest.raises(ValueError, match=r"nn\.MapTable: single module required"):
        nn.MapTable(nn.Tanh()).add(nn.Tanh())
    with pytest.raises(ValueError, match=r"nn\.MapTable: a module expected"):
        nn.MapTable().forward([np.ones(2)])
    with pytest.raises(TypeError, match=r"nn\.MapTable: input: a table expected"):
        nn.MapTable(nn.Tanh()).forward(np.ones(2))
    assert repr(nn.MapTable()) == "nn.MapTable { }"


# Decorators


def test_decorate_makes_a_decorator_of_a_class():
    class Loud(nn.Container):
        pass

    nn.Decorator.decorate(Loud)
    loud = Loud().add(nn.Tanh())
    assert repr(loud) == "nn.Loud @ nn.Tanh"
    np.testing.assert_allclose(loud.forward(np.ones(2)), np.tanh(1))


def test_bottle_wants_the_promised_output():
    with pytest.raises(ValueError, match="output of the module with 3 dimensions expected"):
        nn.Bottle(nn.Linear(2, 1), 2, 3).forward(np.ones((3, 4, 2)))


def test_dont_cast_between_two_types():
    network = nn.Sequential().add(nn.DontCast(nn.Linear(3, 2).double(), True)).float()
    x = np.ones((2, 3), np.float32)
    assert network.forward(x).dtype == np.float32
    assert network.get(1).get(1).weight.dtype == np.float64
    assert network.backward(x, np.ones((2, 2), np.float32)).dtype == np.float32
    assert network.get(1).get(1).gradInput.dtype == np.float64


def test_nan_says_where():
    def wrapped(module):
        return nn.NaN(module, 1)

    x, bad = np.ones(2), np.array([1, np.nan])
    with pytest.raises(ValueError, match=r"NaN found in input of module :\nnn.NaN\(1\) @ nn.Linear"):
        wrapped(nn.Linear(2, 2)).forward(bad)
    network = wrapped(nn.Linear(2, 2))
    network.get(1).bias[0] = np.nan
    with pytest.raises(ValueError, match="NaN found in parameters of module"):
        network.forward(x)
    with pytest.raises(ValueError, match="NaN found in output of module"):
        wrapped(nn.Constant(bad)).forward(x)
    network = wrapped(nn.Linear(2, 2))
    network.forward(x)
    with pytest.raises(ValueError, match="NaN found in gradOutput of module"):
        network.updateGradInput(x, bad)
    with pytest.raises(ValueError, match="NaN found in gradParameters of module"):
        network.accGradParameters(x, bad)
    network = wrapped(nn.MulConstant(np.nan))
    network.get(1).output = x
    with pytest.raises(ValueError, match="NaN found in gradInput of module"):
        network.updateGradInput(x, x)
    assert nn.NaN.newId() + 1 == nn.NaN(nn.Tanh()).id


def test_profile_prints(capsys):
    network, x = nn.Profile(nn.Tanh(), 2, "mine"), np.ones(2)
    for _ in range(3):
        network.forward(x)
        network.backward(x, x)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] + line.split("seconds")[1] for line in lines] == [
        "mine for 2 forward passes",
        "mine for 2 backward passes",
    ]


def test_print_size_prints_what_lua_prints(capsys):
    module = nn.PrintSize("conv1")
    module.forward(np.ones((12, 3)))
    module.backward(None, None)
    assert capsys.readouterr().out == (
        "conv1:input\n\t 12\n  3\n[torch.LongStorage of size 2]\n\nconv1:gradOutput\n\tmissing size\n"
    )


# Tables


def test_narrow_table_never_writes_to_a_gradient_it_passed_on():
    module, x = nn.NarrowTable(1), [np.ones(2), np.ones(2)]
    inner = nn.Tanh()
    inner.forward(x[0])
    passed = inner.backward(x[0], np.ones(2))
    before = passed.copy()
    module.forward(x)
    module.backward(x, [passed])
    module.offset = 2
    module.forward(x)
    module.backward(x, [np.ones(2)])
    np.testing.assert_array_equal(passed, before)


def test_select_table_by_key():
    module, x = nn.SelectTable("b"), nn.Table(a=np.ones(2), b=np.ones(3), note="text")
    assert module.forward(x) is x.b
    gradInput = module.backward(x, np.full(3, 2.0))
    np.testing.assert_array_equal(gradInput.a, 0)
    np.testing.assert_array_equal(gradInput.b, 2)
    with pytest.raises(ValueError, match=r"nn\.SelectTable\(b\): input: a table with item b expected"):
        module.forward({"a": 1})


def test_split_table_without_gradient():
    module, x = silent(nn.SplitTable(1)), np.ones((2, 3))
    assert module.backward(x, module.forward(x)) is None


def test_in_place_addition_returns_its_arguments():
    module, x, y = nn.CAddTable(True), np.ones(2), np.ones(2)
    assert np.shares_memory(module.forward([x, y]), x)
    np.testing.assert_array_equal(x, 2)
    gradient = np.ones(2)
    assert all(np.shares_memory(g, gradient) for g in module.backward([x, y], gradient))


def test_the_first_of_equals_and_nan_stay():
    x = [np.array([1.0, np.nan, 3.0]), np.array([1.0, 2.0, np.nan])]
    module = nn.CMaxTable()
    np.testing.assert_array_equal(module.forward(x), [1, np.nan, 3])
    np.testing.assert_array_equal(module.maxIdx, 1)


def test_signs_of_ties_are_drawn():
    module, x = nn.PairwiseDistance(1), np.array([[1.0, 2.0], [3.0, 4.0]])
    y = np.array([[1.0, 0.0], [3.0, 5.0]])
    module.forward([x, y])
    torch.manualSeed(3)
    signs = [2 * torch.random(2) - 3 for _ in range(2)]
    torch.manualSeed(3)
    gradient = module.backward([x, y], np.ones(2))[0]
    np.testing.assert_array_equal(gradient, [[signs[0], 1], [signs[1], -1]])


def test_a_mask_that_selects_nothing():
    module, x = nn.MaskedSelect(), [np.ones(3), np.zeros(3, np.uint8)]
    assert module.forward(x).shape == (0,)
    np.testing.assert_array_equal(module.backward(x, np.empty(0))[0], 0)
    with pytest.raises(ValueError, match=r"nn\.MaskedSelect: .*a mask of 0 and 1 expected"):
        module.forward([np.ones(2), np.array([1, 2])])


def test_a_table_keeps_its_lists():
    with pytest.raises(TypeError, match=r"nn\.CAddTable: input\[2\]: an array expected, got a table of 2"):
        nn.CAddTable().forward([np.ones(2), [1, 2]])
    with pytest.raises(TypeError, match=r"nn\.CAddTable: float64 input\[2\] expected, got float32"):
        nn.CAddTable().forward([np.ones(2), np.ones(2, np.float32)])


# Shapes, noise, formats


def test_contiguous_copies_only_what_is_not():
    module, x = nn.Contiguous(), np.ones((2, 3))
    assert np.shares_memory(module.forward(x), x)
    assert not np.shares_memory(module.forward(x.T), x)
    assert module.output.flags.c_contiguous


def test_unsqueeze_remembers_the_first_input():
    module = nn.Unsqueeze(1)
    assert module.forward(np.ones((2, 3))).shape == (1, 2, 3)
    assert module.forward(np.ones((4, 2, 3))).shape == (4, 1, 2, 3)
    with pytest.raises(ValueError, match=r"nn\.Unsqueeze\(dim 1\): input with at least 2 dimensions"):
        module.forward(np.ones(3))


def test_one_hot_of_a_number():
    module = nn.OneHot(3)
    np.testing.assert_array_equal(module.forward(2), [0, 1, 0])
    assert module.updateGradInput(2, np.ones(3)) == 0
    with pytest.raises(ValueError, match=r"nn\.OneHot: input: indices from 1 to 3 expected, got 0: indices start at 1"):
        module.forward(np.array([1, 0]))


def test_view_arguments():
    assert repr(nn.View(torch.LongStorage([2, 3]))) == "nn.View(2, 3)"
    with pytest.raises(ValueError, match="only one dimension can be at -1"):
        nn.View(-1, -1)
    with pytest.raises(ValueError, match="size should be positive or -1"):
        nn.View(-2)


@pytest.mark.parametrize("module", [nn.SpatialDropout(0.3), nn.VolumetricDropout(0.3), nn.WhiteNoise(1)], ids=repr)
def test_noise_in_evaluation(module):
    module.evaluate()
    x = np.full((2, 1, 2, 2), 2.0)
    np.testing.assert_allclose(module.forward(x), 3 if isinstance(module, nn.WhiteNoise) else 1.4)
    with pytest.raises(ValueError, match=r"nn\..*: backprop only defined while training"):
        module.backward(x, x)


def test_dropout_refuses_certainty():
    with pytest.raises(ValueError, match=r"nn\.Dropout: illegal percentage, must be 0 <= p < 1, got 1"):
        nn.Dropout(1)


def test_convert_changes_the_type_too():
    module = nn.Convert().float()
    x = np.ones((2, 3))
    assert module.forward(x).dtype == np.float32
    assert module.backward(x, np.ones((2, 3), np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match=r"nn\.Convert: cannot convert shape bt to shape bf"):
        nn.Convert("bt", "bf").forward(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"nn\.Convert: both or neither shapes must be b"):
        nn.Convert("b*", "bf")
    with pytest.raises(ValueError, match=r"nn\.Convert: outputShape needs an inputShape"):
        nn.Convert(None, "bf")


def test_copy_between_types():
    module, x = nn.Copy("torch.DoubleTensor", "torch.FloatTensor", False, True), np.ones(3)
    assert module.forward(x).dtype == np.float32
    assert module.backward(x, np.ones(3, np.float32)).dtype == np.float64
    assert module.float() is module
    assert module.clearState().forward(x).dtype == np.float32


def test_a_first_layer_without_grad_input_ends_the_backward_pass():
    net = nn.Sequential().add(nn.Reshape(4)).add(nn.Linear(4, 3)).add(nn.Tanh())
    net.get(2).gradInput = None
    net.zeroGradParameters()
    net.forward(np.ones((2, 2, 2)))
    assert net.backward(np.ones((2, 2, 2)), np.ones((2, 3))) is None
    assert np.abs(net.get(2).gradBias).min() > 0


def test_a_layer_that_others_need_must_compute_its_grad_input():
    net = nn.Sequential().add(nn.Linear(4, 3)).add(nn.Linear(3, 2))
    net.get(2).gradInput = None
    net.forward(np.ones((2, 4)))
    with pytest.raises(TypeError, match="gradOutput: an array expected, got NoneType"):
        net.backward(np.ones((2, 4)), np.ones((2, 2)))
