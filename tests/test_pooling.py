"""Pooling against loops that follow THNN window by window, layouts of indices, ties, NaN, errors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlite as nn
from comparing import close
from nnlite import torch
from nnlite.kernels import pooling_irregular, pooling_max
from nnlite.kernels.parallel import get_num_threads, set_num_threads
from nnlite.kernels.pooling import BYTES, axes, scatter_add
from nnlite.kernels.pooling_sum import mean, mean_grad


def equal(got, want, tolerance=1e-12):
    """Fail unless `got` is close to an array or nested list."""
    close(got, np.asarray(want, float), tolerance)


def windows_of(plane_shape, windows):
    """Yield ``(place, offsets, positions)`` of each window: the elements inside the plane, in the order of memory."""
    for place in itertools.product(*(range(axis.places) for axis in windows)):
        offsets, positions = [], []
        for offset in itertools.product(*(range(axis.kernel) for axis in windows)):
            position = tuple(
                i * axis.stride - axis.pad + o * axis.dilation
                for i, o, axis in zip(place, offset, windows, strict=True)
            )
            if all(0 <= p < n for p, n in zip(position, plane_shape, strict=True)):
                offsets.append(offset)
                positions.append(position)
        yield place, offsets, positions


def largest(plane, positions):
    """Return the number of the first largest element, as THNN's loop finds it, or None."""
    best, found = np.finfo(plane.dtype).min, None
    for number, position in enumerate(positions):
        if plane[position] > best:
            best, found = plane[position], number
    return best, found


geometry = st.tuples(
    st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.integers(1, 3), st.booleans()
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_max_pooling_is_the_loop_of_thnn(data):
    rank = data.draw(st.integers(1, 3))
    sizes = [data.draw(st.integers(1, 16 if rank < 3 else 5)) for _ in range(rank)]
    kernel, stride, pad, dilation, _, _ = zip(*(data.draw(geometry) for _ in range(rank)), strict=True)
    pad = tuple(min(p, k // 2) for p, k in zip(pad, kernel, strict=True))
    windows = axes(tuple(sizes), kernel, stride, pad, dilation, data.draw(st.booleans()))
    if min(axis.places for axis in windows) < 1:
        return
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    x = rng.integers(-2, 3, (data.draw(st.integers(1, 3)), *sizes)).astype(data.draw(st.sampled_from([float, "f4"])))
    x[rng.random(x.shape) < 0.1] = np.nan
    x[rng.random(x.shape) < 0.1] = -np.inf
    shape = len(x), *(axis.places for axis in windows)
    out, flat, packed = np.empty(shape, x.dtype), np.empty(shape, np.int64), np.empty(shape, np.int64)
    pooling_max.max_pool_packed(x, windows, out, packed)
    pooling_max.max_pool_flat(x, windows, out, flat)
    gradient = rng.integers(1, 100, shape).astype(x.dtype)
    want = np.zeros_like(x)
    for number, plane in enumerate(x):
        for place, offsets, positions in windows_of(sizes, windows):
            at = (number, *place)
            best, found = largest(plane, positions)
            assert out[at] == best
            index, packing = 0, (255,) * rank
            if found is not None:
                index, packing = 1 + np.ravel_multi_index(positions[found], sizes), offsets[found]
                want[(number, *positions[found])] += gradient[at]
            assert flat[at] == index
            assert packed[at] == sum(byte << (8 * i) for i, byte in enumerate(packing))
    got = np.empty_like(x)
    pooling_max.max_pool_flat_grad(gradient, flat, got)
    equal(got, want, 0)
    pooling_max.max_pool_packed_grad(gradient, windows, packed, got)
    equal(got, want, 0)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_average_pooling_is_the_loop_of_thnn(data):
    sizes = [data.draw(st.integers(1, 12)) for _ in range(2)]
    kernel, stride, pad, _, _, _ = zip(*(data.draw(geometry) for _ in range(2)), strict=True)
    pad = tuple(min(p, k // 2) for p, k in zip(pad, kernel, strict=True))
    windows = axes(tuple(sizes), kernel, stride, pad, None, data.draw(st.booleans()))
    if min(axis.places for axis in windows) < 1:
        return
    padded = data.draw(st.booleans())
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    x = rng.standard_normal((2, *sizes))
    out = np.empty((2, *(axis.places for axis in windows)))
    mean(x, windows, out, padded)
    gradient, got, want = rng.standard_normal(out.shape), np.empty_like(x), np.zeros_like(x)
    mean_grad(gradient, windows, got, padded)
    for i, j in np.ndindex(out.shape[1:]):
        starts = [n * axis.stride - axis.pad for n, axis in zip((i, j), windows, strict=True)]
        stops = [min(s + a.kernel, a.size + a.pad) for s, a in zip(starts, windows, strict=True)]
        count = np.prod([max(b - a, 1) for a, b in zip(starts, stops, strict=True)])
        spans = [slice(max(a, 0), min(b, n)) for a, b, n in zip(starts, stops, sizes, strict=True)]
        inside = x[:, *spans]
        count = count if padded else max(inside[0].size, 1)
        equal(out[:, i, j], inside.sum((1, 2)) / count)
        want[:, *spans] += gradient[:, i, j, None, None] / count
    equal(got, want)


@pytest.mark.parametrize("shape", [(640, 28, 28), (9000, 9, 9), (3, 400, 500)])
def test_blocks_and_threads_change_no_bit(shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    assert x.nbytes > BYTES or shape[0] == 640
    module = nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1).float()
    kept = get_num_threads()
    results = []
    try:
        for threads in (1, 2):
            set_num_threads(threads)
            output = module.forward(x).copy()
            results.append((output, module.indices.copy(), module.backward(x, output).copy()))
    finally:
        set_num_threads(kept)
    for a, b in zip(*results, strict=True):
        equal(a, b, 0)
    output, indices, gradient = results[0]
    equal(
        np.take_along_axis(x.reshape(len(x), -1), indices.reshape(len(x), -1) - 1, 1).reshape(output.shape), output, 0
    )
    assert gradient.sum(dtype=float) == pytest.approx(output.sum(dtype=float), rel=1e-5)
    windows = [x[:, i : i + 3, j : j + 3] for i, j in ((1, 1), (5, 3), (1, 5))]
    for (i, j), window in zip(((1, 1), (3, 2), (1, 3)), windows, strict=True):
        equal(output[:, i, j], window.max((1, 2)), 0)


def test_the_first_of_equal_elements_counts():
    module = nn.SpatialMaxPooling(2, 2)
    module.forward(np.ones((1, 2, 4)))
    equal(module.indices, [[[1, 3]]])
    module = nn.VolumetricMaxPooling(2, 2, 2)
    module.forward(np.array([[[[0.0, 1], [2, 3]], [[3, 1], [2, 3]]]]))
    equal(module.indices, [[[[0x010100]]]])  # t 0, h 1, w 1
    module = nn.TemporalMaxPooling(3)
    module.forward(np.array([[1.0, 2], [1, 5], [0, 5]]))
    equal(module.indices, [[0, 1]])


def test_nan_is_never_selected_and_takes_no_gradient():
    x = np.array([[[np.nan, 1, np.nan, np.nan], [0, np.nan, np.nan, np.nan]]])
    module = nn.SpatialMaxPooling(2, 2)
    least = np.finfo(float).min
    equal(module.forward(x), [[[1, least]]])
    equal(module.indices, [[[2, 0]]])
    equal(module.backward(x, np.array([[[3.0, 5.0]]])), [[[0, 3, 0, 0], [0, 0, 0, 0]]])
    module = nn.TemporalMaxPooling(2)
    equal(module.forward(x[0, :, :2] * np.array([[np.nan, 1]])), [[least, 1]])
    equal(module.indices, [[-1, 0]])
    equal(module.backward(x[0, :, :2], np.array([[3.0, 5.0]])), [[0, 5], [0, 0]])


def test_max_pooling_remembers_sizes_for_unpooling():
    module = nn.SpatialMaxPooling(2, 2)
    module.forward(np.ones((2, 5, 7)))
    assert (module.iheight, module.iwidth) == (5, 7)
    assert nn.SpatialMaxUnpooling(module).forward(np.ones((2, 2, 3))).shape == (2, 5, 7)


def test_ceil_keeps_a_window_that_starts_inside():
    x = np.arange(25.0).reshape(1, 5, 5)
    assert nn.SpatialMaxPooling(2, 2).forward(x).shape == (1, 2, 2)
    assert nn.SpatialMaxPooling(2, 2).ceil().forward(x).shape == (1, 3, 3)
    assert nn.SpatialMaxPooling(2, 2).ceil().floor().forward(x).shape == (1, 2, 2)
    assert nn.SpatialMaxPooling(2, 2, 2, 2, 1, 1).ceil().forward(x).shape == (1, 3, 3)


def test_fields_that_old_files_lack():
    module = nn.SpatialAveragePooling(2, 2, 2, 2)
    x = np.arange(16.0).reshape(1, 4, 4)
    want = module.forward(x).copy()
    for name in ("ceil_mode", "count_include_pad", "divide", "padW", "padH"):
        del vars(module)[name]
    equal(module.forward(x), 4 * want)
    equal(module.backward(x, np.ones((1, 2, 2))), np.ones((1, 4, 4)))
    module = nn.SpatialMaxPooling(2, 2)
    for name in ("ceil_mode", "padW", "padH", "indices"):
        vars(module).pop(name)
    module.indices = None
    equal(module.forward(x), [[[5, 7], [13, 15]]])
    assert repr(module) == "nn.SpatialMaxPooling(2x2, 2,2)"


def test_adaptive_cells_are_rounded_as_torch_rounds_them():
    assert pooling_irregular.adaptive_spans(13, 13, largest=True)[6] == (6, 8)
    assert pooling_irregular.adaptive_spans(13, 13)[6] == (6, 7)
    assert pooling_irregular.adaptive_spans(5, 2) == ((0, 3), (2, 5))
    module = nn.SpatialAdaptiveMaxPooling(2, 1)
    equal(module.forward(np.array([[[1.0, 5, 2], [4, np.nan, 3]]])), [[[5, 5]]])
    equal(module.indices, [[[[2, 1]]], [[[1, 1]]]])


def test_fractional_windows_are_drawn_or_kept():
    x = np.random.default_rng(0).standard_normal((2, 3, 9, 8))
    module = nn.SpatialFractionalMaxPooling(2, 2, 4, 3)
    torch.manualSeed(3)
    first = module.forward(x).copy()
    assert module.randomSamples.shape == (2, 3, 2)
    assert first.shape == (2, 3, 3, 4)
    assert np.abs(module.forward(x) - first).max() > 0
    kept = module.fixPoolingRegions().forward(x).copy()
    equal(module.forward(x), kept, 0)
    module.fixPoolingRegions(False)
    assert np.abs(module.forward(x) - kept).max() > 0
    torch.manualSeed(3)
    samples = torch.rand(2, 3, 2)
    want = x[1, 2]
    columns = pooling_irregular.random_starts(samples[1, 2:, 0], 8, 4, 2)[0]
    rows = pooling_irregular.random_starts(samples[1, 2:, 1], 9, 3, 2)[0]
    equal(first[1, 2], [[want[r : r + 2, c : c + 2].max() for c in columns] for r in rows], 0)


def test_random_starts_are_those_of_thnn():
    for dtype in (np.float32, np.float64):
        sample, alpha = dtype(0.7), dtype(9 - 2) / dtype(5 - 1)
        want = [int((dtype(i) + sample) * alpha) - int(sample * alpha) for i in range(4)]
        equal(pooling_irregular.random_starts(np.array([sample]), 9, 5, 2), [[*want, 7]], 0)
    equal(pooling_irregular.random_starts(np.array([0.5]), 9, 1, 2), [[7]], 0)


def test_dynamic_k_keeps_the_order_of_time():
    module = nn.TemporalDynamicKMaxPooling(2, 0.5)
    x = np.array([[1.0, 5], [7, 4], [2, 9], [6, 0], [3, 8]])
    equal(module.forward(x), [[7, 5], [6, 9], [3, 8]])
    equal(module.indices, [[2, 1], [4, 3], [5, 5]])


def test_dilated_volumes_at_the_border():
    module = nn.VolumetricDilatedMaxPooling(5, 1, 1, 1, 1, 1, 2, 0, 0, 2)
    x = np.array([5.0, 1, 4, 2, 9, 3, 0]).reshape(1, 7, 1, 1)
    # Torch would not look at the fourth and fifth element of the first window.
    equal(module.forward(x).ravel(), [9, 3, 9])
    equal(module.backward(x, np.ones((1, 3, 1, 1))).ravel(), [0, 0, 0, 0, 2, 1, 0])


def test_feature_pooling_ignores_windows_of_zeros():
    module = nn.FeatureLPPooling(2, 2, 2)
    x = np.array([0.0, 0, 3, 4])
    equal(module.forward(x), [0, 5])
    equal(module.backward(x, np.ones(2)), [0, 0, 0.6, 0.8])
    assert repr(module) == "nn.FeatureLPPooling(w2 s2 power 2 batch 0)"
    negative = nn.FeatureLPPooling(2, 1, 2.5).forward(np.array([-1.0, 1]))
    assert np.isnan(negative).all()


def test_positions_outside_of_a_plane_are_refused():
    out = np.empty((2, 4))
    with pytest.raises(ValueError, match="positions from 1 to 4 expected, got 9"):
        scatter_add(np.ones((2, 1)), lambda block: np.array([[0], [8]])[block], out)
    pooling = nn.SpatialMaxPooling(2, 2)
    x = np.ones((1, 4, 4))
    pooling.forward(x)
    module = nn.SpatialMaxUnpooling(pooling)
    pooling.indices[0, 0, 0] = 17
    with pytest.raises(ValueError, match=r"nn.SpatialMaxUnpooling.*positions from 1 to 16 expected, got 17"):
        module.forward(np.ones((1, 2, 2)))
    pooling.indices[0, 0, 0] = 0
    with pytest.raises(ValueError, match="got 0"):
        module.forward(np.ones((1, 2, 2)))


ERRORS = [
    ("nn.SpatialMaxPooling(2, 2, 2, 2, 2, 0)", (1, 8, 8), "padding of at most half the kernel expected, got 0, 2"),
    ("nn.SpatialMaxPooling(0, 2, 1, 1)", (1, 8, 8), "of at least 1 expected, got 2, 0, 1, 1, 1, 1"),
    ("nn.SpatialMaxPooling(4, 4)", (1, 3, 3), r"nn.SpatialMaxPooling\(4x4, 4,4\): planes that hold a window expected"),
    ("nn.VolumetricAveragePooling(2, 2, 2)", (1, 1, 4, 4), r"got shape \(1, 4, 4\)"),
    ("nn.TemporalMaxPooling(3)", (2, 4), "input with at least 3 frames expected"),
    ("nn.TemporalMaxPooling(0)", (2, 4), "kW and dW of at least 1 expected, got 0, 0"),
    ("nn.TemporalDynamicKMaxPooling(3)", (2, 4), "input with at least 3 frames expected"),
    ("nn.TemporalSubSampling(3, 2)", (1, 3), "input with at least 2 frames expected"),
    ("nn.TemporalSubSampling(3, 2)", (4, 4, 3), "input with 2 dimensions expected"),
    ("nn.SpatialSubSampling(2, 2, 2)", (3, 4, 4), r"input.shape\[-3\] == 2 expected"),
    ("nn.SpatialSubSampling(2, 5, 2)", (2, 4, 4), "input of at least 2 x 5 expected"),
    ("nn.SpatialFractionalMaxPooling(2, 2, 4, 4)", (2, 5, 8), "windows of 2 along H"),
    ("nn.SpatialFractionalMaxPooling(2, 2, 0.1, 0.1)", (2, 5, 8), "1 windows of 2"),
    ("nn.SpatialAdaptiveMaxPooling(0, 1)", (2, 5, 8), "W and H of at least 1 expected, got 0, 1"),
    ("nn.FeatureLPPooling(3, 1, 2)", (2,), "input with at least 3 features expected"),
    ("nn.SpatialMaxUnpooling(nn.SpatialMaxPooling(2, 2))", (1, 2, 2), "forward of its pooling module before expected"),
]


@pytest.mark.parametrize(("text", "shape", "message"), ERRORS)
def test_input_errors(text, shape, message):
    with pytest.raises(ValueError, match=message):
        eval(text).forward(np.ones(shape))


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: nn.FeatureLPPooling(1, 1, 2), ValueError, "width must be within 2 to 16, got 1"),
        (lambda: nn.FeatureLPPooling(2, 5, 2), ValueError, "stride must be within 1 to 4, got 5"),
        (lambda: nn.SpatialFractionalMaxPooling(1, 2, 3, 3), ValueError, "poolSizeW must be at least 2, got 1"),
        (lambda: nn.SpatialFractionalMaxPooling(2, 2, 0.5, 2), ValueError, "ratioH must lie between 0 and 1, got 2"),
        (lambda: nn.SpatialMaxUnpooling(nn.Tanh()), TypeError, "must be a nn.SpatialMaxPooling, got nn.Tanh"),
        (lambda: nn.VolumetricMaxUnpooling(nn.SpatialMaxPooling(2, 2)), TypeError, "must be a nn.VolumetricMaxPooling"),
        (lambda: nn.SpatialMaxUnpooling(nn.SpatialMaxPooling(3, 2, 2, 2)), ValueError, "windows do not overlap"),
    ],
)
def test_constructor_errors(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_backward_wants_the_input_of_forward():
    for module in (nn.SpatialMaxPooling(2, 2), nn.SpatialAveragePooling(2, 2), nn.TemporalMaxPooling(2)):
        module.forward(np.ones((2, 4, 4)))
        with pytest.raises(ValueError, match=r"the input of the last forward expected, got shape \(2, 6, 6\)"):
            module.backward(np.ones((2, 6, 6)), module.output)


def test_skipped_input_gradients():
    module = nn.SpatialSubSampling(2, 2, 2)
    x = np.ones((2, 4, 4))
    module.gradInput = None
    module.zeroGradParameters()
    assert module.backward(x, np.ones_like(module.forward(x))) is None
    equal(module.gradBias, [9, 9])
    equal(module.gradWeight, [36, 36])
