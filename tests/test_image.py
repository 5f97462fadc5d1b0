"""nnlite.image beyond the golden data: files, properties, bytes, and what each error says."""

import math
import sys

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

from nnlite import image, torch

RNG = np.random.default_rng(7)


def picture(*shape, dtype=np.float64):
    """Return random values in 0..1, or bytes."""
    x = RNG.random(shape)
    return (x * 256).astype(dtype) if dtype == np.uint8 else x.astype(dtype)


# Files


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_png_keeps_bytes(tmp_path, channels):
    x = picture(channels, 5, 7, dtype=np.uint8)
    image.save(tmp_path / "x.png", x)
    np.testing.assert_array_equal(image.load(tmp_path / "x.png", None, "byte"), x)
    assert image.getSize(tmp_path / "x.png").tolist() == [channels, 5, 7]


@pytest.mark.parametrize(("suffix", "channels"), [("ppm", 3), ("pgm", 1)])
def test_portable_maps_keep_bytes(tmp_path, suffix, channels):
    x = picture(channels, 5, 7, dtype=np.uint8)
    image.save(tmp_path / f"x.{suffix}", x)
    np.testing.assert_array_equal(image.load(tmp_path / f"x.{suffix}", None, "byte"), x)


def test_floats_are_clamped_and_cut_to_bytes(tmp_path):
    x = np.array([[-0.5, 0.0, 0.25], [0.999, 1.0, 7.0]])
    image.save(tmp_path / "x.png", x)
    loaded = image.load(tmp_path / "x.png")
    assert loaded.dtype == np.float64
    np.testing.assert_array_equal(loaded[0] * 255, [[0, 0, 63], [254, 255, 255]])


def test_jpeg_is_close_and_compresses_in_memory(tmp_path):
    x = np.stack([np.outer(np.linspace(0, 1, 16), np.ones(24))] * 3)
    image.save(tmp_path / "x.jpg", x)
    from_file, from_memory = image.load(tmp_path / "x.jpg", 3, "float"), image.decompress(image.compressJPG(x))
    assert from_file.dtype == np.float32
    assert from_file.shape == x.shape
    np.testing.assert_allclose(from_file, x, atol=0.03)
    np.testing.assert_allclose(from_memory, from_file, atol=1e-6)
    assert len(image.compressJPG(x, 5)) < len(image.compressJPG(x, 95))


def test_png_in_memory_is_exact():
    x = picture(3, 4, 6, dtype=np.uint8)
    np.testing.assert_array_equal(image.decompressPNG(image.compressPNG(x), 3, "byte"), x)


def test_sixteen_bits_keep_their_precision(tmp_path):
    from PIL import Image

    values = np.array([[0, 1, 257], [40000, 65534, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "x.png")
    np.testing.assert_allclose(image.load(tmp_path / "x.png")[0], values / 65535, rtol=1e-12)
    np.testing.assert_array_equal(image.load(tmp_path / "x.png", 1, "byte")[0], values >> 8)


def test_palettes_and_depths(tmp_path):
    from PIL import Image

    x = np.repeat(picture(3, 4, 4, dtype=np.uint8) // 128 * 255, 2, -1)
    Image.fromarray(x.transpose(1, 2, 0)).quantize(8).save(tmp_path / "x.png")
    np.testing.assert_array_equal(image.load(tmp_path / "x.png", None, "byte"), x)
    np.testing.assert_allclose(image.load(tmp_path / "x.png", 1), image.rgb2y(x / 255)[0], atol=1e-12)
    grey = picture(4, 5, dtype=np.uint8)
    image.save(tmp_path / "grey.png", grey)
    np.testing.assert_array_equal(image.load(tmp_path / "grey.png", 3, "byte"), [grey] * 3)


def test_file_errors(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"image\.save: a suffix of jpg, jpeg, png, ppm, pgm expected, got 'x\.gif'"):
        image.save("x.gif", picture(3, 3))
    with pytest.raises(ValueError, match=r"image\.savePNG: .*K = 1 or 3 or 4, expected, got \(2, 3, 3\)"):
        image.save(tmp_path / "x.png", picture(2, 3, 3))
    with pytest.raises(ValueError, match=r"image\.load: a type of byte, float, double expected, got 'int'"):
        image.decompress(image.compressPNG(picture(3, 3)), 1, "int")
    with pytest.raises(TypeError, match=r"image\.decompress: a byte array expected, got float64"):
        image.decompress(np.zeros(9))
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install 'nnlite\[image\]'"):
        image.load("x.png")


# Geometry


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "simple"])
def test_scale_keeps_a_constant_image(mode, dtype):
    x = np.full((2, 9, 5), 0.25 if dtype != np.uint8 else 77, dtype)
    for size in ((3, 4), (11, 20), (1, 1), (5, 9)):
        scaled = image.scale(x, *size, mode)
        assert scaled.dtype == dtype
        np.testing.assert_allclose(scaled, np.full((2, *size[::-1]), x.max()), rtol=1e-6)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_scale_reaches_both_ends_of_a_ramp(mode):
    ramp = np.outer(np.ones(3), np.linspace(0, 1, 6))
    np.testing.assert_allclose(image.scale(ramp, 11, 3, mode)[1], np.linspace(0, 1, 11), atol=1e-6)
    one = image.scale(np.full((1, 1), 0.5), 3, 4, mode)
    np.testing.assert_array_equal(one, np.full((4, 3), 0.5))


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        (4, (2, 4)),
        ("4", (2, 4)),
        ("^6", (6, 12)),
        ("3x5", (5, 3)),
        ("*1/2", (2, 5)),
        ("*1.5", (7, 15)),
        ("*0.01", (1, 1)),
    ],
)
def test_scale_sizes(size, shape):
    assert image.scale(picture(5, 10), size).shape == shape
    assert image.scale(picture(3, 5, 10), size, "simple").shape == (3, *shape)


def test_rotations_by_right_angles():
    x = picture(3, 6, 6)
    for mode in ("simple", "bilinear"):
        np.testing.assert_allclose(image.rotate(x, 0, mode), x, atol=1e-6)
    np.testing.assert_allclose(image.rotate(x, math.pi), x[:, ::-1, ::-1], atol=1e-6)
    np.testing.assert_allclose(image.rotate(x, math.pi / 2), np.rot90(x, 1, (1, 2)), atol=1e-6)


def test_translate_moves_and_clears():
    x = picture(4, 5)
    moved = image.translate(x, 2, -1)
    np.testing.assert_array_equal(moved[:3, 2:], x[1:, :3])
    assert not moved[3].any()
    assert not moved[:, :2].any()
    assert not image.translate(x, 9, 0).any()


def test_flips_in_place():
    x = picture(2, 3, 4)
    before = x.copy()
    assert image.hflip(x, x) is x
    np.testing.assert_array_equal(x, before[..., ::-1])
    image.vflip(x, x)
    np.testing.assert_array_equal(x, before[:, ::-1, ::-1])
    five = picture(2, 1, 3, 2, 4)
    np.testing.assert_array_equal(image.flip(five, 3), five[:, :, ::-1])


@pytest.mark.parametrize("function", [image.polar, image.logpolar])
@pytest.mark.parametrize("interpolation", ["simple", "bilinear"])
def test_polar_of_rings_has_equal_rows(function, interpolation):
    y, x = np.mgrid[:41, :41] - 20.0
    rings = np.cos(np.hypot(y, x) / 5)
    rows = function(rings, interpolation, "valid")
    assert rows.shape == (41, 41)
    np.testing.assert_allclose(rows[:, :39], np.broadcast_to(rows.mean(0), rows.shape)[:, :39], atol=0.25)
    assert np.abs(rows.mean(0) - rows.mean()).max() > 0.5
    full = function(np.ones((1, 9, 7)), interpolation, "full")
    assert full.shape == (1, 9, 9)
    assert set(np.unique(full)) == {0, 1}  # the corners of the outer circle lie outside


def test_polar_of_bytes_rounds_as_torch_does():
    x = np.array([[75, 85, 39], [171, 236, 96], [149, 25, 225]], np.uint8)
    rows = image.polar(np.empty((5, 4), np.uint8), x, "bilinear", "valid")
    np.testing.assert_array_equal(rows[-1], [146, 165, 96, 96])


@pytest.mark.parametrize(
    ("options", "want"),
    [({}, [0, 0, 1]), ({"symm": True}, [0, 0, 1]), ({"min": 5, "max": 50}, [0, 0, 5]), ({"max": 100.5}, [0, 0, 2])],
)
def test_minmax_of_bytes_in_place_stays_in_bytes(options, want):
    x = np.array([10, 20, 250], np.uint8)
    assert image.minmax(x, inplace=True, **options) is x
    np.testing.assert_array_equal(x, want)


def test_jet_of_bytes_rounds_halves_up():
    torch.setdefaulttensortype("torch.FloatTensor")
    colours = image.y2jet(np.arange(1, 7, dtype=np.uint8))
    np.testing.assert_array_equal(colours[1, 0], [43, 213, 255, 213, 43, 0])


@pytest.mark.parametrize("mode", ["simple", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_warp_with_whole_offsets_moves_pixels(mode, dtype):
    x = picture(3, 9, 8, dtype=dtype)
    field = np.zeros((2, 9, 8))
    np.testing.assert_allclose(image.warp(x, field, mode), x, rtol=1e-6, atol=1e-6)
    field[0], field[1] = 1, -2
    moved = image.warp(x, field, mode, True, "pad", 0)
    np.testing.assert_allclose(moved, image.translate(x, 2, -1), rtol=1e-6, atol=1e-6)


def test_warp_between_pixels_of_a_plane():
    y, x = np.mgrid[:9, :9] / 1.0
    plane = 2 * y + 3 * x
    at = np.stack([y[2:6, 2:6] + 0.25, x[2:6, 2:6] + 0.5])
    for mode in ("bilinear", "bicubic"):
        np.testing.assert_allclose(image.warp(plane, at, mode, False), 2 * at[0] + 3 * at[1], rtol=1e-6)


def test_identity_transform():
    x = picture(2, 5, 6)
    np.testing.assert_allclose(image.affinetransform(x, np.eye(2)), x, atol=1e-5)
    turned = image.affinetransform(x[:, :, :5], -np.eye(2), "simple")
    np.testing.assert_array_equal(turned, x[:, ::-1, 4::-1])


# Colours


@pytest.mark.parametrize("pair", ["yuv", "hsv", "hsl", "lab"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_colours_there_and_back(pair, dtype):
    x = picture(3, 6, 5, dtype=dtype)
    there = getattr(image, f"rgb2{pair}")(x)
    assert there.dtype == dtype
    back = getattr(image, f"{pair}2rgb")(there)
    np.testing.assert_allclose(back, x, atol=2e-4 if pair == "yuv" else 1e-4)


@pytest.mark.parametrize("pair", ["hsv", "hsl"])
def test_bytes_there_and_back(pair):
    x = picture(3, 6, 5, dtype=np.uint8)
    back = getattr(image, f"{pair}2rgb")(getattr(image, f"rgb2{pair}")(x))
    assert np.abs(back.astype(int) - x).max() <= 6


def test_grey_and_primaries():
    np.testing.assert_allclose(image.rgb2hsv(np.full((3, 1, 1), 0.5)).ravel(), [0, 0, 0.5])
    blue = np.zeros((3, 1, 1))
    blue[2] = 1
    np.testing.assert_allclose(image.rgb2hsl(blue).ravel(), [2 / 3, 1, 0.5])
    assert image.rgb2y(np.full((3, 2, 2), 200, np.uint8)).tolist() == [[[200, 200], [200, 200]]]
    nrgb = image.rgb2nrgb(np.full((3, 1, 1), 0.2))
    np.testing.assert_allclose(nrgb.ravel(), 0.2 / 0.600001)


def test_hues_below_zero_are_black_except_whole_turns():
    hsv = np.array([-1.0, -0.4, 1.0, 1.75]).reshape(1, 1, 4) * [[[1]], [[0]], [[0]]] + [[[0]], [[1]], [[0.5]]]
    rgb = [[0.5, 0, 0], [0, 0, 0], [0.5, 0, 0], [0.25, 0, 0.5]]
    np.testing.assert_allclose(image.hsv2rgb(hsv)[:, 0].T, rgb, atol=1e-12)


def test_levels_become_jet():
    levels = np.array([[1, 2], [3, 4]], np.uint8)
    jet = image.y2jet(levels)
    assert jet.dtype == np.uint8
    assert jet[:, 1, 1].tolist() == [128, 0, 0]
    assert image.y2jet(levels[None] * 1.0).shape == (3, 2, 2)
    assert image.y2jet(levels[0] * 1.0).shape == (3, 1, 2)


# Filters


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (5, 1)])
@pytest.mark.parametrize("mode", ["valid", "full"])
def test_convolve_is_a_convolution(shape, mode):
    x, k = picture(7, 8), RNG.normal(size=shape)
    np.testing.assert_allclose(image.convolve(x, k, mode), scipy.signal.convolve2d(x, k, mode), atol=1e-12)
    stacked = image.convolve(np.stack([x, 2 * x]), k, mode)
    np.testing.assert_allclose(stacked[1], 2 * stacked[0], atol=1e-12)


def test_morphology_is_scipys():
    x, k = (picture(8, 9) > 0.4).astype(np.float64), np.array([[0, 1, 0], [1, 1, 1], [0, 0, 1.0]])
    eroded = scipy.ndimage.binary_erosion(x, k[::-1, ::-1], border_value=1)
    np.testing.assert_array_equal(image.erode(x, k), eroded)
    np.testing.assert_array_equal(image.dilate(x, k), scipy.ndimage.binary_dilation(x, k[::-1, ::-1]))


def test_pyramid_writes_into_what_is_given():
    x = picture(1, 8, 8)
    out = [np.empty((1, 8, 8)), np.empty((1, 4, 4))]
    assert image.gaussianpyramid(out, x, [1, 0.5])[1] is out[1]
    np.testing.assert_array_equal(out[0], x)


def test_kernels_into_an_array():
    out = np.empty((3, 5), np.float32)
    assert image.gaussian({"tensor": out, "normalize": True}) is out
    np.testing.assert_allclose(out.sum(), 1, rtol=1e-6)
    row = np.empty(4)
    assert image.gaussian1D({"tensor": row}) is row
    np.testing.assert_array_equal(row, image.gaussian1D(4))


# Display


def test_rectangle():
    x = np.zeros((3, 8, 9))
    drawn = image.drawRect(x, 3, 2, 7, 6, {"color": [0, 255, 0], "lineWidth": 1})
    assert not x.any()
    assert drawn[1].sum() == 2 * (5 + 5) - 4
    assert drawn[1, 1, 2] == drawn[1, 5, 6] == 1
    assert image.drawRect(x, 1, 1, 3, 3, {"inplace": True}) is x


def test_minmax_of_a_constant_stays_finite():
    np.testing.assert_array_equal(image.minmax({"tensor": np.full(3, 2.0)}), [0, 0, 0])


# Errors

BAD_CALLS = [
    (lambda: image.scale(np.ones((2, 2)), "huge"), r"image\.scale: a size .* expected, got 'huge'"),
    (lambda: image.scale(np.ones((2, 2)), 3, 3, "cubic"), r"image\.scale: mode must be one of .*, got 'cubic'"),
    (lambda: image.scale(np.ones(3), 2), r"image\.scale: an image of HxW or KxHxW expected, got shape \(3,\)"),
    (lambda: image.crop(np.ones((4, 4)), 2, 2, 6, 4), r"image\.crop: 4x2 at \(2, 2\) is not inside the image"),
    (lambda: image.crop(np.ones((4, 4)), "x", 2, 2), r"image\.crop: format must be one of c, tl, tr, bl, br, got 'x'"),
    (lambda: image.crop(np.ones((4, 4)), 2, 2), r"image\.crop: x2 and y2, or a destination, expected"),
    (lambda: image.rotate(np.ones((4, 4)), 1, "no"), r"image\.rotate: mode must be one of simple, bilinear, got 'no'"),
    (lambda: image.polar(np.ones((4, 4)), "no"), r"image\.polar: one of simple, bilinear expected, got 'no'"),
    (lambda: image.flip(np.ones((4, 4)), 3), r"image\.flip: a dimension from 1 to 2 .* expected, got 3"),
    (lambda: image.hflip(np.ones((2, 3)), np.ones((3, 3))), r"image\.hflip: a destination of shape \(3, 3\) expected"),
    (lambda: image.warp(np.ones((3, 3)), np.ones((3, 3))), r"image\.warp: a field of 2 x H x W expected"),
    (lambda: image.warp(np.ones((3, 3)), np.ones((2, 3, 3)), "x"), r"image\.warp: mode must be one of .*, got 'x'"),
    (
        lambda: image.warp(np.ones((3, 3)), np.ones((2, 3, 3)), "simple", True, "clamp", 1),
        r"image\.warp: pad_value can only be given with clamp_mode 'pad'",
    ),
    (
        lambda: image.affinetransform(np.ones((3, 3)), np.ones((2, 2)), "simple", None, "no"),
        r"image\.affinetransform: clamp_mode must be one of clamp, pad, got 'no'",
    ),
    (lambda: image.affinetransform(np.ones((3, 3)), np.ones((3, 2))), r"a 2 x 2 matrix expected, got shape \(3, 2\)"),
    (lambda: image.rgb2hsv(np.ones((4, 3, 3))), r"image\.rgb2hsv: 3 channels expected, got shape \(4, 3, 3\)"),
    (lambda: image.y2jet(np.zeros((2, 2))), r"image\.y2jet: levels from 1 on expected, got 0"),
    (lambda: image.convolve(np.ones((2, 2)), np.ones((3, 3))), r"image\.convolve: a kernel no larger than the image"),
    (
        lambda: image.convolve(np.ones((5, 5)), np.ones((3, 3)), "no"),
        r"mode must be one of full, valid, same, got 'no'",
    ),
    (lambda: image.convolve(np.ones((5, 5)), np.ones((2, 3, 3))), r"one kernel, or one per channel, expected"),
    (lambda: image.erode(np.ones((5, 5)), np.ones((2, 3))), r"image\.erode: a kernel of odd height and width expected"),
    (lambda: image.toDisplayTensor(np.ones((2, 2, 3, 3))), r"image\.toDisplayTensor: H x W, .* expected, got"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


BAD_TYPES = [
    (lambda: image.translate(np.ones((2, 2)), 1), r"image\.translate\(\[dst,\] src, x, y\) expected, got 2 arguments"),
    (lambda: image.rgb2lab(np.ones((3, 2, 2), np.uint8)), r"image\.rgb2lab: a float image expected, got uint8"),
    (
        lambda: image.vflip(np.ones((3, 3), "f"), np.ones((3, 3))),
        r"image\.vflip: a destination of dtype float64 expected",
    ),
    (lambda: image.toDisplayTensor("x"), r"image\.toDisplayTensor: an array or a list of images expected, got str"),
]


@pytest.mark.parametrize(("call", "message"), BAD_TYPES)
def test_type_error(call, message):
    with pytest.raises(TypeError, match=message):
        call()
