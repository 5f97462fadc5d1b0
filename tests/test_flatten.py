"""getParameters: one shared vector, whatever the arrays looked like before."""

import copy
import pickle

import numpy as np
import pytest

import nnlite as nn
from comparing import close
from nnlite import torch


def network():
    return nn.Sequential().add(nn.Linear(4, 3)).add(nn.Tanh()).add(nn.Linear(3, 2))


class Narrowed(nn.Module):
    """Overrides parameters() with two columns of one matrix, as a ported class might."""

    def __init__(self, columns):
        super().__init__()
        self.table = np.arange(12.0).reshape(4, 3)
        self.gradTable = np.zeros((4, 3))
        self.parts = [self.table[:, i] for i in columns]
        self.gradParts = [self.gradTable[:, i] for i in columns]

    def parameters(self):
        return self.parts, self.gradParts


class Holes(nn.Module):
    """Parameters that are parts of one vector, with elements between them that nobody uses."""

    def __init__(self):
        super().__init__()
        self.all = np.arange(1.0, 11.0)
        self.gradAll = np.zeros(10)
        self.first, self.second = self.all[2:6], self.all[8:10]

    def parameters(self):
        return [self.second, self.first], [self.gradAll[8:10], self.gradAll[2:6]]


def test_it_is_one_vector_that_the_modules_look_into():
    net = network()
    flat, gradient = net.getParameters()
    assert flat.shape == gradient.shape == (4 * 3 + 3 + 3 * 2 + 2,)
    flat[:] = np.arange(flat.size)
    assert net.get(1).weight[0, 1] == 1
    assert net.get(3).bias[1] == flat[-1]
    net.zeroGradParameters()
    net.forward(np.ones(4))
    net.backward(np.ones(4), np.ones(2))
    assert gradient[-1] == 1


def test_called_again_it_returns_the_same_vectors():
    net = network()
    flat, gradient = net.getParameters()
    again = net.getParameters()
    assert again[0] is flat
    assert again[1] is gradient


def test_a_part_of_a_network_returns_a_slice():
    net = network()
    flat, gradient = net.getParameters()
    part, part_gradient = net.get(3).getParameters()
    assert part.shape == (8,)
    part.fill(7)
    part_gradient.fill(3)
    assert (flat[15:] == 7).all()
    assert (gradient[15:] == 3).all()
    assert net.getParameters()[0] is flat


def test_a_part_that_is_no_range_is_flattened_anew():
    net = nn.Sequential().add(nn.Linear(2, 2)).add(nn.Linear(2, 2)).add(nn.Linear(2, 2))
    flat, _ = net.getParameters()
    ends = nn.Sequential().add(net.get(1)).add(net.get(3))
    part, _ = ends.getParameters()
    assert part.size == 12
    assert not np.shares_memory(part, flat)
    assert np.shares_memory(net.get(1).weight, part)
    assert np.shares_memory(net.get(2).weight, flat)


def test_shared_parameters_appear_once_and_stay_shared():
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.share(one, "weight", "bias", "gradWeight", "gradBias")
    flat, _ = nn.Sequential().add(one).add(two).getParameters()
    assert flat.size == 6
    flat.fill(3)
    assert (one.weight == 3).all()
    assert (two.weight == 3).all()


def test_sharing_only_weights_is_an_error():
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.share(one, "weight")
    with pytest.raises(ValueError, match="check that you are sharing parameters and gradParameters"):
        nn.Sequential().add(one).add(two).getParameters()


def test_holes_are_removed_and_order_is_that_of_the_memory():
    module = Holes()
    flat, gradient = module.getParameters()
    close(flat, np.array([3.0, 4, 5, 6, 9, 10]))
    assert gradient.shape == (6,)
    flat[:] = 0
    assert (module.first == 0).all()
    assert np.shares_memory(module.second, flat)


def test_strides_are_kept():
    linear = nn.Linear(3, 2)
    linear.weight = np.asfortranarray(linear.weight)
    linear.gradWeight = np.asfortranarray(linear.gradWeight)
    before = linear.weight.copy()
    flat, _ = linear.getParameters()
    assert linear.weight.flags.f_contiguous
    close(linear.weight, before)
    close(flat[:6], before.T.reshape(-1))


def test_interleaved_columns_fill_each_others_gaps():
    module = Narrowed([0, 1, 2])
    flat, _ = module.getParameters()
    close(flat, np.arange(12.0))
    assert np.shares_memory(module.parts[1], flat)


def test_a_gap_inside_one_parameter_is_an_error():
    with pytest.raises(ValueError, match="without gaps"):
        Narrowed([0, 2]).getParameters()


def test_views_of_a_parameter_follow_it():
    linear = nn.Linear(3, 2)
    linear.row = linear.weight[1]
    linear.views = [linear.weight.T, {"b": linear.bias[:1]}]
    flat, _ = linear.getParameters()
    flat.fill(5)
    assert (linear.row == 5).all()
    assert linear.views[0].shape == (3, 2)
    assert (linear.views[0] == 5).all()
    assert linear.views[1]["b"] == 5


def test_a_stale_reference_is_read_only():
    linear = nn.Linear(3, 2)
    stale = linear.weight
    linear.getParameters()
    with pytest.raises(ValueError, match="read-only"):
        stale[0, 0] = 1


@pytest.mark.parametrize("copy_of", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m)), lambda m: m.clone()])
def test_copies_keep_one_vector(copy_of):
    net = network()
    flat, _ = net.getParameters()
    twin = copy_of(net)
    twin_flat, _ = twin.getParameters()
    assert twin.get(1).weight.base is twin_flat
    twin_flat.fill(1)
    assert (twin.get(3).bias == 1).all()
    assert not np.shares_memory(twin_flat, flat)


def test_a_copy_of_network_and_vector_belong_together():
    net = network()
    flat, _ = net.getParameters()
    twin, twin_flat = copy.deepcopy((net, flat))
    twin_flat.fill(2)
    assert (twin.get(1).weight == 2).all()


def test_conversion_keeps_one_vector():
    net = network()
    net.getParameters()
    net.float()
    flat, _ = net.getParameters()
    assert flat.dtype == np.float32
    assert net.get(1).weight.base is flat


def test_parameters_of_two_dtypes_are_an_error():
    net = network()
    net.get(1).float()
    with pytest.raises(TypeError, match="parameters of one dtype expected, got float32, float64"):
        net.getParameters()


def test_a_network_without_parameters_has_empty_vectors():
    flat, gradient = nn.Sequential().add(nn.Tanh()).getParameters()
    assert flat.size == gradient.size == 0


def test_clones_that_share_follow_the_update():
    net = network()
    twin = net.clone("weight", "bias")
    net.get(1).weight.fill(3)
    assert (twin.get(1).weight == 3).all()
    assert not np.shares_memory(twin.get(1).gradWeight, net.get(1).gradWeight)
    torch.manualSeed(3)
    before = torch.random()
    torch.manualSeed(3)
    net.clone()
    assert torch.random() == before


def test_flatten_a_list_of_arrays():
    arrays = [np.array([1.0, 2, 3]), np.array([[4.0, 5], [6, 7]]), np.array([8.0])]
    old = list(arrays)
    flat = nn.Module.flatten(arrays)
    np.testing.assert_array_equal(flat, np.arange(1, 9))
    flat[...] = 2
    assert [a.shape for a in arrays] == [(3,), (2, 2), (1,)]
    assert all((a == 2).all() for a in arrays)
    assert not any(a.flags.writeable for a in old)
    assert nn.Module.flatten(arrays) is flat


def test_nested_tables_are_copied_and_restructured_in_place():
    inner, a = [np.array([[3.0, 4]])], np.array([1.0, 2])
    t, u = [a, inner], [np.array([10.0, 20]), [np.array([[30.0, 40]])]]
    assert nn.utils.recursiveCopy(t, u)[0] is t
    np.testing.assert_array_equal(a, [10, 20])
    np.testing.assert_array_equal(inner[0], [[30, 40]])
    single = np.zeros(2, np.float32)
    nn.utils.recursiveCopy([single], [a])
    np.testing.assert_array_equal(single, np.array([10, 20], np.float32))
    nn.utils.recursiveResizeAs(t, [np.zeros(3)])
    assert [x.shape for x in t] == [(3,)]
    copied, _ = nn.utils.recursiveCopy(None, {"k": a})
    assert copied["k"] is not a
    np.testing.assert_array_equal(copied["k"], a)
    nn.utils.recursiveAdd(copied, None, {"k": a})
    np.testing.assert_array_equal(copied["k"], [20, 40])
    with pytest.raises(TypeError, match="nested tables of arrays expected, got int 3"):
        nn.utils.recursiveCopy(t, [3])
