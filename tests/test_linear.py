"""Linear and its relatives, distances: large products, partitions, weight normalization, clusters, errors."""

import math

import numpy as np
import pytest

import nnlite as nn
from comparing import close
from nnlite import torch
from nnlite.kernels.matmul import matmul


@pytest.mark.parametrize(("batch", "inputs", "outputs"), [(300, 200, 160), (40, 700, 600), (600, 30, 500)])
def test_large_products(batch, inputs, outputs):
    layer = nn.Linear(inputs, outputs).float()
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, inputs)).astype(np.float32)
    gradient = rng.standard_normal((batch, outputs)).astype(np.float32)
    layer.zeroGradParameters()
    close(layer.forward(x), x.astype(float) @ layer.weight.T + layer.bias, 1e-4)
    close(layer.backward(x, gradient, 0.5), gradient.astype(float) @ layer.weight, 2e-4)
    close(layer.gradWeight, 0.5 * gradient.T.astype(float) @ x, 5e-4)
    close(layer.gradBias, 0.5 * gradient.sum(0, dtype=float), 1e-4)


@pytest.mark.parametrize(
    "module", [nn.Linear(4, 3), nn.Bilinear(3, 2, 4), nn.Cosine(4, 3), nn.Euclidean(4, 3), nn.CMul(4)]
)
def test_no_gradient_of_the_input(module):
    x = [np.ones((2, 3)), np.ones((2, 2))] if isinstance(module, nn.Bilinear) else np.ones((2, 4))
    module.gradInput = None
    module.zeroGradParameters()
    output = module.forward(x)
    assert module.backward(x, np.ones_like(output)) is None
    assert module.gradInput is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Linear(4, 3),
        lambda: nn.LinearWeightNorm(4, 3),
        lambda: nn.WeightNorm(nn.Linear(4, 3)),
        lambda: nn.PartialLinear(4, 3),
        lambda: nn.WeightedEuclidean(4, 3),
        lambda: nn.Euclidean(4, 3),
        lambda: nn.CAdd(4),
        lambda: nn.CMul(4),
        lambda: nn.Add(4),
        lambda: nn.Mul(),
        lambda: nn.PReLU(4),
        lambda: nn.BatchNormalization(4),
        lambda: nn.Sequential().add(nn.Linear(4, 4)).add(nn.Tanh()).add(nn.WeightNorm(nn.Linear(4, 2))),
    ],
)
def test_backward_update_is_a_step(make):
    x = np.random.default_rng(0).standard_normal((5, 4))
    torch.manualSeed(2)
    stepped = make()
    torch.manualSeed(2)
    updated = make()
    stepped.zeroGradParameters()
    gradient = np.ones_like(stepped.forward(x))
    stepped.backward(x, gradient)
    stepped.updateParameters(0.1)
    updated.forward(x)
    updated.backwardUpdate(x, gradient, 0.1)
    close(updated.parameters()[0], stepped.parameters()[0])


def test_bilinear_steps():
    x = [np.ones((2, 3)), np.ones((2, 2))]
    layers = [nn.Bilinear(3, 2, 4)]
    layers.append(layers[0].clone())
    for layer in layers:
        layer.zeroGradParameters()
        layer.forward(x)
    layers[0].backward(x, np.ones((2, 4)))
    layers[0].updateParameters(0.1)
    layers[1].backwardUpdate(x, np.ones((2, 4)), 0.1)
    close(layers[1].parameters()[0], layers[0].parameters()[0])


def test_a_partition_computes_its_columns():
    layer = nn.PartialLinear(4, 6)
    layer.bias[...] = np.arange(6)
    x, gradient = np.random.default_rng(0).standard_normal((3, 4)), np.ones((3, 2))
    whole = layer.forward(x).copy()
    layer.setPartition([5, 2])
    layer.zeroGradParameters()
    close(layer.forward(x), whole[:, [4, 1]])
    weight = layer.parameters()[0][0]
    close(layer.backward(x, gradient, 2), gradient @ weight[[4, 1]])
    close(layer.parameters()[1][1], np.array([[0, 6, 0, 0, 6, 0]]))
    assert not layer.parameters()[1][0][[0, 2, 3, 5]].any()
    layer.resetPartition()
    close(layer.forward(x), whole)


@pytest.mark.parametrize("bias", [True, False])
def test_linear_with_weight_norm_and_back(bias):
    linear, x = nn.Linear(4, 3, bias), np.random.default_rng(0).standard_normal((2, 4))
    normed = nn.LinearWeightNorm.fromLinear(linear)
    close(normed.forward(x), linear.forward(x))
    normed.g *= 2
    close(normed.toLinear().forward(x), normed.forward(x))
    normed.evaluate()
    normed.v += 1
    before = normed.forward(x).copy()
    normed.backward(x, np.ones((2, 3)))
    close(normed.forward(x), before, 0)


def test_weight_norm_of_a_convolution():
    module = nn.WeightNorm(nn.SpatialConvolution(2, 3, 2, 2))
    flat, _ = module.getParameters()
    assert flat.size == 3 * 8 + 3 + 3
    flat[...] = np.arange(1, 31)
    module.forward(np.ones((2, 3, 3)))
    norm = np.sqrt((module.v**2).sum(1) + 1e-4)
    close(np.sqrt((module.weight**2).reshape(3, 8).sum(1)) / np.sqrt((module.v**2).sum(1)), module.g[:, 0] / norm)
    assert module.weight is module.get(1).weight
    with pytest.raises(TypeError, match="a module with a weight expected"):
        nn.WeightNorm(nn.Tanh())


def test_clusters_move_to_the_means_of_their_samples():
    torch.manualSeed(1)
    kmeans, x = nn.Kmeans(2, 2), np.array([[0, 0], [0, 1], [9, 9], [8, 9.0]])
    kmeans.initRandom(x)
    assert all((row == x).all(1).any() for row in kmeans.weight)
    kmeans.initKmeansPlus(x)
    for _ in range(4):
        kmeans.zeroGradParameters()
        kmeans.forward(x)
        assert not kmeans.backward(x, kmeans.output).any()
        kmeans.updateParameters(1)
    order = np.argsort(kmeans.weight[:, 0])
    close(kmeans.weight[order], np.array([[0, 0.5], [8.5, 9]]), 1e-6)
    close(kmeans.forward(x), order[[0, 0, 1, 1]] + 1.0)
    close(kmeans.loss, 1.0, 1e-6)
    close(kmeans.clusterSampleCount, np.array([2.0, 2]))


def test_clusters_need_samples():
    with pytest.raises(ValueError, match="at least 3 samples"):
        nn.Kmeans(3, 2).initRandom(np.ones((2, 2)))
    with pytest.raises(ValueError, match="0 <= p <= 1 expected, got int 2"):
        nn.Kmeans(3, 2).initKmeansPlus(np.ones((4, 2)), 2)
    with pytest.raises(ValueError, match="k > 0 and dim > 0 expected, got k 0"):
        nn.Kmeans(0, 2)


def test_equal_points_have_a_gradient_of_zero():
    module = nn.Euclidean(2, 1)
    x = module.weight[:, 0].copy()
    assert module.forward(x)[0] == 0
    close(module.backward(x, np.ones(1)), np.zeros(2))


@pytest.mark.parametrize(
    ("module", "input", "message"),
    [
        (nn.Linear(4, 3), np.ones((2, 5)), r"nn.Linear\(4 -> 3\): input.shape\[-1\] == 4 expected, got shape \(2, 5\)"),
        (nn.PartialLinear(4, 3), np.ones(4), r"nn.PartialLinear\(4 -> 3\): input with 2 dimensions"),
        (nn.Bilinear(3, 2, 4), [np.ones((2, 3)), np.ones((3, 2))], r"input\[2\] of shape \(2, 2\) expected, got"),
        (nn.Bilinear(3, 2, 4), [np.ones((2, 3))], "a table of 2"),
        (nn.Cosine(4, 3), np.ones((1, 1, 4)), "nn.Cosine: input with 1 or 2 dimensions"),
        (nn.Normalize(2), np.ones((1, 1, 4)), r"nn.Normalize\(2\): input with 1 or 2 dimensions"),
        (nn.BatchNormalization(3), np.ones((2, 4)), r"nn.BatchNormalization \(2D\) \(3\): input with 3 features"),
        (nn.BatchNormalization(3), np.ones(3), "input with 2 dimensions"),
        (nn.SpatialBatchNormalization(3), np.ones((2, 3)), "input with 4 dimensions"),
    ],
)
def test_wrong_input(module, input, message):
    with pytest.raises(ValueError, match=message):
        module.forward(input)


def test_batch_statistics():
    module, x = nn.BatchNormalization(2, 1e-3, 0.25), np.array([[1.0, 4], [3, 0], [5, 2]])
    module.weight.fill(2)
    module.bias.fill(1)
    output = module.forward(x)
    close(output, 2 * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3) + 1)
    close(module.running_mean, 0.25 * x.mean(0))
    close(module.running_var, 0.75 + 0.25 * x.var(0, ddof=1))
    before = module.running_mean.copy(), module.running_var.copy()
    close(module.forward(x[:1]), 2 * (x[:1] - before[0]) / np.sqrt(before[1] + 1e-3) + 1)
    close([module.running_mean, module.running_var], list(before), 0)
    module.evaluate()
    close(module.forward(x[0]), module.forward(x[:1]))
    close(module.updateGradInput(x, np.ones((3, 2))), 2 / np.sqrt(before[1] + 1e-3) * np.ones((3, 2)))


@pytest.mark.parametrize("shape", [(2000, 70), (8, 64, 40, 30), (2, 3, 20, 40, 30)])
def test_large_batches(shape):
    kind = {2: nn.BatchNormalization, 4: nn.SpatialBatchNormalization, 5: nn.VolumetricBatchNormalization}[len(shape)]
    rng = np.random.default_rng(0)
    x, gradient = rng.standard_normal((2, *shape))
    double = kind(shape[1])
    single = double.clone().float()
    for module in (double, single):
        module.zeroGradParameters()
    want = double.forward(x), double.backward(x, gradient)
    single_x, single_gradient = (100 + x).astype(np.float32), gradient.astype(np.float32)
    close(single.forward(single_x), want[0], 1e-3)
    close(single.backward(single_x, single_gradient), want[1], 1e-3)
    close(single.parameters()[1][1], double.parameters()[1][1], 1e-3)
    axes = (0, *range(2, len(shape)))
    close(double.running_mean, 0.1 * x.mean(axes))
    close(double.running_var, 0.9 + 0.1 * x.var(axes, ddof=1))


def test_constant_features():
    module = nn.BatchNormalization(2, 0)
    x = np.array([[1.0, 2], [1, 3]])
    output = module.forward(x)
    close(output[:, 0], np.zeros(2))
    assert np.isfinite(module.backward(x, np.ones((2, 2)))).all()


def test_affine_must_be_boolean():
    with pytest.raises(TypeError, match="affine must be boolean"):
        nn.BatchNormalization(3, 1e-5, 0.1, 1)
    with pytest.raises(TypeError, match="nOutput must be a positive number of features, got 0"):
        nn.BatchNormalization(0)
    with pytest.raises(ValueError, match="Normalize: p > 0 expected, got 0"):
        nn.Normalize(0)
    assert repr(nn.Normalize(1.5)) == "nn.Normalize(1.500000)"
    assert repr(nn.Normalize(math.inf)) == "nn.Normalize(inf)"


@pytest.mark.parametrize("m", [1, 10, 37, 38, 53, 128, 200])
@pytest.mark.parametrize(("k", "n"), [(1, 300), (65, 512), (128, 65), (128, 100), (130, 1000), (1200, 512), (40, 3000)])
@pytest.mark.parametrize("stored", ["ab", "aB", "Ab"])
def test_matmul_in_blocks_for_every_layout(m, k, n, stored):
    a, b = (np.random.default_rng(1).integers(-8, 9, shape).astype(np.float32) for shape in ((m, k), (k, n)))
    a = a if "a" in stored else np.ascontiguousarray(a.T).T
    b = b if "b" in stored else np.ascontiguousarray(b.T).T
    out = np.full((m, n), np.nan, np.float32)
    matmul(a, b, out)
    np.testing.assert_array_equal(out, a.astype(int) @ b.astype(int))  # sums of small integers are exact
