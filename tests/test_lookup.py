"""LookupTable, SparseLinear and IndexLinear: what a step touches, padding, norms, frequencies, errors."""

import tracemalloc

import numpy as np
import pytest

import nnlite as nn
from comparing import close
from nnlite import torch
from nnlite.kernels import gather, sparse


def test_a_step_through_a_large_table_touches_its_rows_only():
    table = nn.LookupTable(3, 64).accUpdateOnly()
    table.weight = np.zeros((1_000_000, 64))  # memory that the system hands out when it is touched
    rows = np.arange(500_000, 501_000)  # side by side, because pages may be large
    gradient = np.ones((1000, 64))
    table.forward(rows)
    before = resident()
    tracemalloc.start()
    table.forward(rows)
    table.accUpdateGradParameters(rows, gradient, 0.5)
    table.backwardUpdate(rows, gradient, 0.5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    assert resident() - before < 50_000_000
    assert (table.weight[rows - 1] == -1).all()
    assert not table.weight[499_998].any()


def resident():
    """Return the resident memory in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_added_one_by_one(dtype, order):
    rng = np.random.default_rng(0)
    rows, x, scales = rng.integers(0, 7, 40), rng.standard_normal((40, 5)), rng.standard_normal(40)
    want = np.ones((7, 5))
    np.add.at(want, rows, scales[:, None] * x)
    for kernel in (gather.add_rows, gather._add_distinct_rows):
        out = np.ones((7, 5), dtype, order)
        kernel(rows, x.astype(dtype), scales.astype(dtype), out)
        close(out, want, 3e-2 if dtype == np.float16 else 1e-5)


def test_padding_is_looked_up_but_not_trained():
    table = nn.LookupTable(4, 2, 3)
    row = table.weight[2].copy()
    table.zeroGradParameters()
    close(table.forward(np.array([3, 1]))[0], row)
    table.backward(np.array([3, 1]), np.ones((2, 2)))
    close(table.gradWeight, np.array([[1, 1], [0, 0], [0, 0], [0, 0]]))
    assert table.setPadding(1) is table
    table.backward(np.array([3, 1]), np.ones((2, 2)))
    close(table.gradWeight[2], np.ones(2))


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_rows_are_scaled_down_when_they_are_looked_up(kind):
    table = nn.LookupTable(4, 3).setMaxNorm(0.5).setNormType(kind)
    before = table.weight.copy()
    output = table.forward(np.array([2, 4, 2]))
    norms = np.linalg.norm(before, kind, 1)
    assert norms.min() > 0.5
    scaled = before * (0.5 / (norms + 1e-7))[:, None]
    close(table.weight[[1, 3]], scaled[[1, 3]])
    close(output, scaled[[1, 3, 1]])
    close(table.weight[[0, 2]], before[[0, 2]], 0)


def test_gradients_are_divided_by_frequency():
    table = nn.LookupTable(4, 1).scaleGradByFreq()
    table.zeroGradParameters()
    words = np.array([[1, 2, 2], [2, 4, 4]])
    table.forward(words)
    table.backward(words, np.arange(6.0).reshape(2, 3, 1))
    close(table.gradWeight, np.array([[0], [2], [0], [4.5]]))


def test_indices_of_any_type_and_their_gradient():
    table = nn.LookupTable(4, 2)
    for words in (np.array([1, 4]), np.array([1.0, 4.0], np.float32), np.array([1, 4], np.uint8), [1, 4]):
        close(table.forward(words), table.weight[[0, 3]])
        assert not table.backward(words, np.ones((2, 2))).any()


INDICES = [
    (np.array([1, 0]), "indices from 1 to 4 expected, got 0: indices start at 1"),
    (np.array([1, 5]), "indices from 1 to 4 expected, got 5"),
    (np.array([-3]), "indices from 1 to 4 expected, got -3"),
    (np.array([1.5]), "whole numbers expected, got index 1.5"),
    (np.array([np.nan]), "whole numbers expected, got index nan"),
    (np.array(3), "nn.LookupTable: input with 1 or 2 dimensions"),
    (np.ones((1, 1, 1), int), "nn.LookupTable: input with 1 or 2 dimensions"),
    (np.ones(0, int), "at least one element"),
    ("word", "an array of indices"),
    ([[1], [1, 2]], "an array of indices"),
]


@pytest.mark.parametrize(("words", "message"), INDICES)
def test_wrong_indices(words, message):
    table = nn.LookupTable(4, 2)
    with pytest.raises((ValueError, TypeError), match=message):
        table.forward(words)


def sample(indices, values):
    return np.stack([indices, values], 1)


def dense(samples, size):
    x = np.zeros((len(samples), size))
    for row, one in zip(x, samples, strict=True):
        np.add.at(row, one[:, 0].astype(int) - 1, one[:, 1])
    return x


@pytest.mark.parametrize("accumulations", [1, 2])
def test_sparse_linear_is_linear(accumulations):
    layer, linear = nn.SparseLinear(9, 3, True), nn.Linear(9, 3)
    linear.weight[...], linear.bias[...] = layer.weight, layer.bias
    samples = [sample([2.0, 5, 2], [0.5, -1, 2]), sample([9.0, 1], [3, 0])]
    x, gradient = dense(samples, 9), np.arange(6.0).reshape(2, 3)
    for _ in range(2):
        for module, fed in ((layer, samples), (linear, x)):
            module.zeroGradParameters()
            for _ in range(accumulations):
                module.forward(fed)
                module.backward(fed, gradient, 0.5)
        close(layer.output, linear.output)
        close(np.stack(layer.gradInput)[:, :, 1], linear.gradInput)
        close(layer.parameters()[1], linear.parameters()[1])
        layer.updateParameters(0.1)
        linear.updateParameters(0.1)
        close(layer.parameters()[0], linear.parameters()[0])


def test_one_accumulation_updates_its_columns_only():
    layer = nn.SparseLinear(9, 3)
    layer.zeroGradParameters()
    layer.forward(sample([2.0, 5], [0.5, -1]))
    layer.backward(sample([2.0, 5], [0.5, -1]), np.ones(3))
    layer.gradWeight[:, 8] = 7  # what no step should look at
    before = layer.weight.copy()
    layer.updateParameters(1)
    close(layer.weight[:, 8], before[:, 8], 0)
    layer.zeroGradParameters()
    assert (layer.gradWeight[:, 8] == 7).all()
    assert not layer.gradWeight[:, :8].any()


@pytest.mark.parametrize("input", [sample([2.0, 10], [1, 1]), sample([0.0], [1]), np.ones((2, 3)), [], [np.ones(2)]])
def test_wrong_sparse_input(input):
    with pytest.raises(ValueError, match=r"nn\.SparseLinear: .* expected, got"):
        nn.SparseLinear(9, 3).forward(input)


def test_padding_of_sparse_samples_may_have_any_index():
    layer = nn.SparseLinear(9, 3)
    close(layer.forward(np.array([[[2, 1.0], [0, 0]]]))[0], layer.weight[:, 1] + layer.bias)


KEYS, VALUES = [np.array([2, 5, 2]), np.array([6])], [np.array([0.5, -1, 2]), np.array([3.0])]
FLAT = [np.concatenate(KEYS), np.concatenate(VALUES), np.array([3, 1])]


def index_linear(**options):
    torch.manualSeed(1)
    layer = nn.IndexLinear(6, 3, **options)
    layer.reset()
    return layer


@pytest.mark.parametrize("input", [[KEYS, VALUES], FLAT])
def test_index_linear_is_linear(input):
    layer, linear = index_linear(doGradInput=True), nn.Linear(6, 3)
    linear.weight[...], linear.bias[...] = layer.weight.T, layer.bias
    x = dense([sample(k, v) for k, v in zip(KEYS, VALUES, strict=True)], 6)
    gradient = np.arange(6.0).reshape(2, 3)
    layer.zeroGradParameters()
    linear.zeroGradParameters()
    for scale in (1, 0.5):
        close(layer.forward(input), linear.forward(x))
        keys, values = layer.backward(input, gradient, scale)
        close(np.stack(values), linear.backward(x, gradient, scale))
        assert (np.stack(keys) == np.arange(1, 7)).all()
    layer.updateParameters(0.1)
    linear.updateParameters(0.1)
    close(layer.weight, linear.weight.T)
    close(layer.bias, linear.bias)


@pytest.mark.parametrize("options", [{}, {"normalize": True}])
@pytest.mark.parametrize("decay", [0, 0.1])
def test_a_step_at_once_is_the_same(options, decay):
    layers = [index_linear(**options) for _ in range(2)]
    for layer in layers:
        layer.weightDecay = decay
        layer.training()
        layer.zeroGradParameters()
        layer.forward(FLAT)
    layers[0].accUpdateGradParameters(FLAT, np.ones((2, 3)), 0.1)
    layers[1].accGradParameters(FLAT, np.ones((2, 3)))
    layers[1].updateParameters(0.1)
    close(layers[0].weight, layers[1].weight)
    close(layers[0].bias, layers[1].bias)


def test_normalized_values():
    table = np.zeros((3, 6))
    rows, values = np.array([0, 1, 0, 0]), np.array([-2.0, 5, 1, -4])
    table[1, :2] = 10, 0.1
    table[:, sparse.SUMMAND] = 0.5
    close(sparse.normalized(table, rows, values, True), np.array([-1, 0.5, 0.5, -1]) + 0.5)
    close(table[:2, :3], np.array([[4, 0.25, 1], [10, 0.1, 1]]))
    close(sparse.normalized(table, rows, values * 2, False), np.array([-1, 1, 0.5, -1]) + 0.5)


def test_one_normalized_output_follows_torch():
    layer = nn.IndexLinear(6, 1, normalize=True)
    layer.training()
    layer.reset()
    weight = layer.weight.copy()
    input = [np.array([3]), np.array([-2.0])]
    layer.forward(input)
    layer.accUpdateGradParameters(input, np.array([0.5]), 0.1)
    close(layer.weight[2], np.array([2, 0.5, 0, -0.05 * weight[2, 4], weight[2, 4] + 0.05]))


def test_keys_with_an_offset():
    layer = index_linear(keysOffset=1)
    close(layer.forward([np.array([0, 5]), np.ones(2)]), layer.weight[[0, 5]].sum(0) + layer.bias)


WRONG = [
    ([np.array([7]), np.ones(1)], "indices from 1 to 6 expected, got 7"),
    ([np.array([1, 2]), np.ones(1)], "as many keys as values in each sample"),
    ([np.array([1, 2]), np.ones(2), np.array([1])], "sizes that add up"),
    ([KEYS, VALUES[:1]], "two arrays or two lists"),
    ([KEYS[0]], "a table of keys and values"),
    ([[], []], "vectors expected"),
    (np.ones(3), "a table"),
]


@pytest.mark.parametrize(("input", "message"), WRONG)
def test_wrong_keys(input, message):
    with pytest.raises((ValueError, TypeError), match=message):
        nn.IndexLinear(6, 2).forward(input)


def test_sparse_gradients_have_no_flat_vector():
    with pytest.raises(TypeError, match="parameters and gradients that are arrays expected, got Table"):
        nn.Sequential().add(nn.IndexLinear(6, 2)).getParameters()
