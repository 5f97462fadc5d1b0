"""Torch's random numbers: the values of the real Torch7, the state, and that fills draw what scalar calls draw."""

import copy
import math
import pickle

import numpy as np
import pytest

from nnlite import torch
from nnlite.core.generator import Generator

SIZES = (1, 2, 7, 64, 65, 66, 16384, 16385, 40001)  # around the limits of exact fills and of blocks

DISTRIBUTIONS = [
    ("uniform", ()),
    ("uniform", (-0.1, 0.1)),
    ("normal", ()),
    ("normal", (2, 0.5)),
    ("logNormal", ()),
    ("logNormal", (0, 1)),
    ("exponential", (1.5,)),
    ("cauchy", ()),
    ("cauchy", (1, 0.5)),
    ("geometric", (0.3,)),
    ("bernoulli", ()),
    ("bernoulli", (0.3,)),
    ("random", (10,)),
    ("random", (3, 7)),
]


def seeded(seed=123):
    generator = Generator()
    generator.manualSeed(seed)
    return generator


def same_state(a, b):
    return np.array_equal(a.getRNGState(), b.getRNGState())


GOLDEN = [
    (
        "randn(5)",
        [-0.52144306271244167, -1.4914194359815409, -0.23812953316813365, 1.0306183433272835, 0.22208946892804701],
    ),
    (
        "rand(5)",
        [0.69646918727084994, 0.71295532141812146, 0.28613933874294162, 0.42847092496231198, 0.22685145493596792],
    ),
    ("randperm(7)", [3, 1, 5, 6, 4, 2, 7]),
    ("bernoulli(torch.Tensor(10), 0.3)", [0, 0, 1, 0, 1, 0, 0, 0, 0, 0]),
    ("multinomial(torch.Tensor([0.1, 0.2, 0.3, 0.4]), 6, True)", [4, 4, 2, 3, 2, 4]),
    ("multinomial(torch.Tensor([0.1, 0.2, 0.3, 0.4]), 4, False)", [4, 3, 1, 2]),
    ("geometric(torch.Tensor(6), 0.3)", [1, 2, 1, 1, 1, 1]),
    ("random(torch.LongTensor(6), 10)", [3, 10, 3, 1, 1, 3]),
    ("exponential(torch.Tensor(1), 1.5)", [0.79484809932857559]),
]


@pytest.mark.parametrize(("call", "want"), GOLDEN)
def test_values_of_torch(call, want):
    torch.manualSeed(123)
    assert eval(f"torch.{call}").tolist() == want


def test_values_of_torch_in_float():
    torch.setdefaulttensortype("torch.FloatTensor")
    torch.manualSeed(123)
    assert torch.randn(3).tolist() == [-0.52144306898117065, -1.4914194345474243, -0.23812952637672424]
    torch.manualSeed(123)
    assert torch.rand(3).tolist() == [0.69646918773651123, 0.7129552960395813, 0.28613933920860291]


@pytest.mark.parametrize(("name", "arguments"), DISTRIBUTIONS)
def test_fill_draws_what_scalar_calls_draw(name, arguments):
    for size in SIZES:
        one, many = seeded(size), seeded(size)
        one.normal(), many.normal()  # a normal waits in the cache
        want = np.array([getattr(one, name)(*arguments) for _ in range(size)])
        got = getattr(many, f"fill_{name}")(np.empty(size), *arguments)
        if name == "logNormal":  # the last places of the normal, magnified
            np.testing.assert_allclose(got, want, rtol=1e-14)
        elif name in ("normal", "exponential", "cauchy"):
            scale = max((abs(a) for a in arguments), default=1)
            np.testing.assert_allclose(got, want, rtol=5e-16, atol=5e-16 * scale)
        else:
            np.testing.assert_array_equal(got, want)
        assert same_state(one, many)


def test_normals_are_within_two_units_in_the_last_place():
    one, many = seeded(), seeded()
    want = np.array([one.normal() for _ in range(20000)])
    got = many.fill_normal(np.empty(20000))
    assert np.max(np.abs(got - want) / np.spacing(np.abs(want))) <= 2


def test_cached_normal_crosses_arrays_types_and_other_draws():
    one, many = seeded(), seeded()
    want = [one.normal() for _ in range(6)]
    got = [many.normal(), *many.fill_normal(np.empty(3, np.float32)), many.normal(), many.normal()]
    np.testing.assert_allclose(got, want, rtol=1e-7)
    other = seeded()
    first = other.normal()
    other.random()
    assert [first, other.normal()] == want[:2]


def test_manual_seed_forgets_the_cached_normal():
    generator = seeded(77)
    first = generator.normal()
    generator.manualSeed(77)
    assert generator.normal() == first


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_strided_arrays_are_filled_in_logical_order(dtype):
    for make in (lambda: np.empty((30, 40), dtype).T, lambda: np.empty((40, 60), dtype)[:, ::2]):
        for fill in ("fill_uniform", "fill_normal"):
            x = make()
            getattr(seeded(), fill)(x)
            np.testing.assert_array_equal(x, getattr(seeded(), fill)(np.empty(x.shape, dtype)))


def test_float_arrays_round_the_arguments_and_the_results():
    x = seeded().fill_uniform(np.empty(100, np.float32), -0.1, 0.1)
    low, high = float(np.float32(-0.1)), float(np.float32(0.1))
    generator = seeded()
    want = [generator.uniform(low, high) for _ in range(100)]
    np.testing.assert_array_equal(x, np.array(want).astype(np.float32))
    assert same_state(generator, (lambda g: (g.fill_uniform(np.empty(100)), g)[1])(seeded()))


def test_scalars_are_computed_in_double_whatever_comes():
    assert seeded().uniform(np.float32(-1), np.float32(1)) == seeded().uniform(-1, 1)
    assert isinstance(seeded().normal(np.float32(0), np.float32(1)), float)


def test_normal_takes_arrays_of_means_and_deviations():
    means, deviations = np.arange(4.0), np.arange(1.0, 5.0)
    normals = seeded().fill_normal(np.empty(4))
    torch.manualSeed(123)
    np.testing.assert_array_equal(torch.normal(np.empty(4), means, deviations), normals * deviations + means)
    torch.manualSeed(123)
    np.testing.assert_array_equal(torch.normal(np.empty(4), means, 2), seeded().fill_normal(np.empty(4), 0, 2) + means)


def test_bernoulli_takes_an_array_of_probabilities():
    p = np.array([[0.0, 1.0, 0.5], [0.9, 0.1, 0.5]])
    want = seeded().uniforms(6).reshape(2, 3) <= p
    np.testing.assert_array_equal(seeded().fill_bernoulli(np.empty((2, 3)), p), want)


@pytest.mark.parametrize(
    ("dtype", "limit"),
    [("u1", 2**8), ("i1", 2**7), ("i2", 2**15), ("i4", 2**31), ("i8", 2**32), ("f4", 2**24 + 1), ("f8", 2**32)],
)
def test_random_without_range_is_cut_to_the_type(dtype, limit):
    generator = seeded()
    words = [generator.random() % limit for _ in range(100)]
    np.testing.assert_array_equal(seeded().fill_random(np.empty(100, dtype)), np.array(words).astype(dtype))


def test_random_below_zero_wraps_in_integers_and_not_in_floats():
    generator = seeded()
    want = np.array([generator.random(-3, 3) for _ in range(50)])
    np.testing.assert_array_equal(seeded().fill_random(np.empty(50, np.int32), -3, 3), want)
    floats = seeded().fill_random(np.empty(50), -3, 3)
    np.testing.assert_array_equal(floats, np.where(want < 0, 2.0**64, want))  # Torch's unsigned arithmetic


def test_seeds_wrap_to_32_bits():
    assert seeded(2**32 + 123).random() == seeded(123).random()
    assert seeded(-1).random() == seeded(0xFFFFFFFF).random() == 419326371
    assert seeded(-1).initialSeed() == -1
    generator = Generator()
    number = generator.seed()
    assert number == generator.initialSeed()
    assert generator.random() == seeded(number).random()


def test_state_has_the_layout_of_torch():
    generator = seeded()
    state = generator.getRNGState()
    assert (state.dtype, state.shape) == (np.uint8, (5048,))
    assert state[:8].view(np.int64)[0] == 123
    assert state[8:16].view(np.int32).tolist() == [1, 1]  # nothing drawn yet, seeded
    assert state[16:24].view(np.uint64)[0] == 0
    first = generator.normal()
    state = generator.getRNGState()
    assert state[8:12].view(np.int32)[0] == 623
    assert state[16:24].view(np.uint64)[0] == 2
    words = state[24:5016].view(np.uint64)
    assert (words[0], words[-1]) == (1122872025, 4270355492)
    x, y, rho = state[5016:5040].view(np.float64)
    assert first == rho * math.cos(2 * math.pi * x)
    assert y == 0.71295532141812146
    assert state[5040:5044].view(np.int32)[0] == 1


def test_state_at_the_end_of_a_block():
    generator = seeded()
    generator.uniforms(624)
    state = generator.getRNGState()
    assert state[8:12].view(np.int32)[0] == 1
    assert state[16:24].view(np.uint64)[0] == 624
    other = Generator()
    other.setRNGState(state)
    assert other.random() == generator.random()


def test_state_restores_the_stream():
    torch.manualSeed(77)
    torch.randn(3)
    state = torch.getRNGState()
    want = [torch.normal(), torch.random(), torch.uniform()]
    assert torch.setRNGState(state) is state
    assert [torch.normal(), torch.random(), torch.uniform()] == want


@pytest.mark.parametrize("again", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])
def test_copies_go_on_with_the_same_stream(again):
    generator = seeded()
    generator.normal()
    other = again(generator)
    assert [other.normal(), other.random()] == [generator.normal(), generator.random()]


def test_generators_come_first_or_after_the_array():
    want = seeded(9).fill_uniform(np.empty(4), -1, 1)
    generator = torch.Generator()
    for call in (
        lambda: torch.uniform(generator, np.empty(4), -1, 1),
        lambda: torch.uniform(np.empty(4), generator, -1, 1),
    ):
        torch.manualSeed(generator, 9)
        np.testing.assert_array_equal(call(), want)
    torch.manualSeed(generator, 9)
    assert torch.random(generator) == 44556670
    assert torch.initialSeed(generator) == 9
    torch.manualSeed(generator, 9)
    np.testing.assert_array_equal(torch.rand(generator, 2, 2).ravel(), seeded(9).uniforms(4))


def test_rand_takes_shapes_and_out():
    torch.manualSeed(5)
    want = torch.rand(2, 3)
    for arguments in (((2, 3),), (torch.LongStorage([2, 3]),)):
        torch.manualSeed(5)
        np.testing.assert_array_equal(torch.rand(*arguments), want)
    torch.manualSeed(5)
    out = np.empty((2, 3))
    assert torch.rand(2, 3, out=out) is out
    np.testing.assert_array_equal(out, want)


def test_multinomial_samples_each_row():
    p = torch.Tensor([[1, 0, 0], [0, 0, 2]])
    assert torch.multinomial(p, 3, True).tolist() == [[1, 1, 1], [3, 3, 3]]
    assert sorted(torch.multinomial(torch.ones(5), 5).tolist()) == [1, 2, 3, 4, 5]


def test_multinomial_follows_the_weights():
    counts = np.bincount(torch.multinomial(torch.Tensor([1, 1, 0.5, 0]), 20000, True), minlength=5)[1:]
    np.testing.assert_allclose(counts / 20000, [0.4, 0.4, 0.2, 0], atol=0.02)


def test_alias_method_follows_the_weights():
    p = torch.Tensor([0.1, 0.2, 0.3, 0.4])
    state = [torch.LongTensor(), torch.Tensor()]
    assert torch.multinomialAliasSetup(p, state) is state
    for _ in range(2):  # drawing does not change the state
        counts = np.bincount(torch.multinomialAlias(torch.LongTensor(20000), state), minlength=5)[1:]
        np.testing.assert_allclose(counts / 20000, p, atol=0.02)


def test_alias_method_takes_two_draws_for_each_sample():
    state = torch.multinomialAliasSetup(torch.Tensor([0.5, 0.25, 0.25]))
    one, many = seeded(), seeded()
    torch.multinomialAlias(torch.LongTensor(10), state, one)
    many.uniforms(20)
    assert same_state(one, many)


ERRORS = [
    (lambda: torch.normal(0, 0), "standard deviation > 0 expected, got 0"),
    (lambda: torch.normal(np.empty(100), 0, -1), "standard deviation > 0 expected, got -1"),
    (lambda: torch.logNormal(np.empty(100), 0, 0), "standard deviation > 0 expected"),
    (lambda: torch.geometric(1), "0 < p < 1 expected, got 1"),
    (lambda: torch.geometric(np.empty(100), 0), "0 < p < 1 expected, got 0"),
    (lambda: torch.bernoulli(1.5), "0 <= p <= 1 expected, got 1.5"),
    (lambda: torch.bernoulli(np.empty(3), -0.1), "0 <= p <= 1 expected"),
    (lambda: torch.bernoulli(np.empty(3), np.array([0, 2.0, 0])), "0 <= p <= 1 expected"),
    (lambda: torch.bernoulli(np.empty(3), np.zeros(2)), "3 probabilities expected, got 2"),
    (lambda: torch.random(0), "upper bound >= 1 expected, got 0"),
    (lambda: torch.random(3, 2), "upper bound >= 3 expected, got 2"),
    (lambda: torch.randperm(0), "n > 0 expected, got 0"),
    (lambda: torch.multinomial(torch.ones(2), 3), "cannot sample 3 of 2 categories without replacement"),
    (lambda: torch.multinomial(torch.ones(2), 0), "n > 0 expected, got 0"),
    (lambda: torch.multinomial(torch.zeros(2), 1), "sum of probabilities > 0 expected"),
    (lambda: torch.multinomial(torch.ones(1, 1, 1), 1), "1 or 2 dimensions expected"),
    (lambda: torch.multinomialAliasSetup(torch.Tensor([0, 1])), "positive probabilities expected"),
    (lambda: torch.setRNGState(torch.ByteTensor(10)), "5048 bytes expected, got 10"),
    (lambda: torch.setRNGState(torch.ByteTensor(5048)), "seeded == 1"),
]


@pytest.mark.parametrize(("call", "message"), ERRORS)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_continuous_distributions_need_floats():
    with pytest.raises(TypeError, match="need a float array, got int64"):
        torch.uniform(torch.LongTensor(3))
