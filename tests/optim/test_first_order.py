"""The first-order methods: values of Torch, convergence, precision, threads, resuming, help for mistakes."""

import io
import pickle
import warnings

import numpy as np
import pytest
from objectives import ROSENBROCK_START, NoisyQuadratic, bowl, first_order, labels, rosenbrock, steps

import optimlite as optim
from nnlite import torch
from nnlite.kernels import parallel

CASES = first_order()
every_case = pytest.mark.parametrize(("name", "config"), CASES, ids=list(labels(CASES)))
once_each = pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))


def start(dtype=np.float64, n=7):
    return np.linspace(-1, 2, n).astype(dtype)


def arrays_equal(a, b):
    assert a.keys() == b.keys()
    for key in a:
        np.testing.assert_array_equal(a[key], b[key], err_msg=key, strict=True)


# What Torch computes

TORCH = [  # three steps from (-1.2, 1)
    ("sgd", {"learningRate": 1e-4}, (-1.14437721299173, 1.02298689158708)),
    ("sgd", {"learningRate": 1e-4, "momentum": 0.9}, (-1.1365550604543, 1.02593497045736)),
    ("sgd", {"learningRate": 1e-4, "momentum": 0.9, "dampening": 0}, (-1.09365775426788, 1.04382217697444)),
    (
        "sgd",
        {
            "learningRate": 1e-4,
            "momentum": 0.9,
            "dampening": 0,
            "nesterov": True,
            "weightDecay": 0.1,
            "learningRateDecay": 0.5,
        },
        (-1.10267093609456, 1.04013912968125),
    ),
    ("nag", {"learningRate": 1e-4}, (-1.10265017041061, 1.04026522179344)),
    ("adam", {}, (-1.19700083881726, 1.00299922975503)),
    ("adamax", {}, (-1.19404743710803, 1.00595671082)),
    ("adagrad", {}, (-1.19772244956449, 1.00227809694404)),
    ("adadelta", {}, (-1.19043339885577, 1.00957754886052)),
    ("rmsprop", {}, (-1.06770473972497, 1.13187427743801)),
    ("asgd", {"eta0": 1e-4, "t0": 1}, (-1.14437718081012, 1.0229868601751)),
    ("rprop", {}, (-0.98, 1.22)),
]


@pytest.mark.parametrize(("name", "config", "expected"), TORCH, ids=list(labels([case[:2] for case in TORCH])))
def test_rosenbrock_as_in_torch(name, config, expected):
    x = np.array(ROSENBROCK_START)
    best, fs, *_ = steps(name, x, dict(config), {}, 3, rosenbrock)
    assert best is x
    assert len(fs) == 1
    np.testing.assert_allclose(x, expected, rtol=1e-12)


# Convergence

ON_ROSENBROCK = [
    ("sgd", {"learningRate": 1e-3}, 20000),
    ("sgd", {"learningRate": 1e-3, "momentum": 0.9, "dampening": 0}, 3000),
    ("sgd", {"learningRate": 1e-3, "momentum": 0.9, "dampening": 0, "nesterov": True}, 3000),
    ("nag", {"learningRate": 1e-3}, 3000),
    ("adam", {"learningRate": 0.02}, 4000),
    ("adamax", {"learningRate": 0.05}, 4000),
    ("adagrad", {"learningRate": 0.5}, 4000),
    ("adadelta", {"rho": 0.9, "eps": 1e-7}, 4000),
    ("rmsprop", {"learningRate": 1e-3}, 6000),
    ("asgd", {"eta0": 1e-3, "lambda": 1e-6}, 20000),
    ("rprop", {}, 3000),
]


@pytest.mark.parametrize(
    ("name", "config", "count"), ON_ROSENBROCK, ids=list(labels([case[:2] for case in ON_ROSENBROCK]))
)
def test_converges_on_rosenbrock(name, config, count):
    x = np.array(ROSENBROCK_START)
    steps(name, x, dict(config), {}, count, rosenbrock)
    # adadelta's steps do not shrink: it strolls along the floor of the valley
    assert rosenbrock(x)[0] < (0.3 if name == "adadelta" else 1e-3)
    np.testing.assert_allclose(x, [1, 1], atol=0.4 if name == "adadelta" else 0.05)


@pytest.mark.parametrize("seed", range(3))
@every_case
def test_converges_on_a_noisy_quadratic(name, config, seed):
    objective = NoisyQuadratic(n=7, seed=seed)
    config = {key: value for key, value in config.items() if not key.startswith("weightDecay")}
    if name in ("adam", "adamax", "adagrad", "rmsprop"):
        config.update(learningRate={"adagrad": 0.5}.get(name, 0.02), learningRateDecay=0)
    config.update({"adadelta": {"eps": 1e-3}, "asgd": {"lambda": 1e-6}}.get(name, {}))
    x, state = np.zeros(7), {}
    for _ in range(800):
        best, *_ = getattr(optim, name)(objective.draw(), x, config, state)
    assert np.abs(best - objective.centre).max() < 0.25
    assert np.abs(best - objective.centre).max() < 0.3 * np.abs(objective.centre).max()


# Tables and precision


@every_case
def test_state_in_the_config_or_apart(name, config):
    together, apart, state = dict(config), dict(config), {}
    x, y = start(), start()
    steps(name, x, together, None, 4)
    steps(name, y, apart, state, 4)
    np.testing.assert_array_equal(x, y)
    if name == "asgd":  # writes its defaults into the config
        assert apart.keys() == {"eta0", "lambda", "alpha", "t0"}
    else:
        assert apart.keys() == config.keys()
    arrays_equal({key: together[key] for key in state}, state)


@once_each
def test_no_config_means_the_defaults(name, capsys):
    x, y = start(), start()
    getattr(optim, name)(bowl, x)
    printed = capsys.readouterr().out
    getattr(optim, name)(bowl, y, {})
    np.testing.assert_array_equal(x, y)
    assert printed == {
        "adagrad": "no state table, ADAGRAD initializing\n",
        "adadelta": "no state table, ADADELTA initializing\n",
        "rprop": "no state table RPROP initializing\n",
    }.get(name, "")
    assert capsys.readouterr().out == ""


@every_case
def test_float32_stays_float32(name, config):
    config = {key: np.float64(value) if np.ndim(value) == 0 else value for key, value in config.items()}
    x, reference, state = start(np.float32), start(), {}
    steps(name, x, config, state, 4)
    steps(name, reference, dict(config), {}, 4)
    assert x.dtype == np.float32
    assert {value.dtype for value in state.values() if np.size(value) and np.ndim(value)} <= {np.dtype(np.float32)}
    assert all(isinstance(value, int | float | np.ndarray) for value in state.values())
    np.testing.assert_allclose(x, reference, rtol=2e-5, atol=2e-6)


@every_case
def test_none_is_nil(name, config):
    x, y = start(), start()
    nothing = dict.fromkeys(["momentum", "weightDecay", "learningRateDecay", "epsilon", "eps", "nesterov", "alpha"])
    nothing.pop("momentum")
    steps(name, x, {**nothing, **config}, {}, 3)
    steps(name, y, dict(config), {}, 3)
    np.testing.assert_array_equal(x, y)


def test_a_momentum_of_zero_is_no_default():
    with pytest.raises(ValueError, match="Momentum must be positive for Nesterov Accelerated Gradient, got 0"):
        optim.nag(bowl, start(), {"momentum": 0})
    for config in ({"nesterov": True}, {"nesterov": True, "momentum": 0.9}, {"nesterov": 0, "momentum": 0.9}):
        with pytest.raises(ValueError, match="Nesterov momentum requires a momentum and zero dampening"):
            optim.sgd(bowl, start(), config)
    optim.sgd(bowl, start(), {"nesterov": False, "momentum": 0.9})


@every_case
def test_the_gradient_holds_what_torch_leaves_there(name, config):
    """Weight decay, Nesterov momentum and rprop write into the gradient; nothing else does."""
    kept = []

    def feval(x):
        f, g = bowl(x)
        kept.append((g, g.copy()))
        return f, g

    steps(name, start(), dict(config), {}, 2, feval)
    changes = any(key in config for key in ("weightDecay", "weightDecays", "nesterov"))
    assert any((g != before).any() for g, before in kept) == changes


def test_rprop_clears_the_gradient_where_its_sign_changed():
    gradients = [np.array([1.0, -2.0, 0.5]), np.array([1.0, 2.0, -0.5])]
    x, state = np.zeros(3), {}
    for g in gradients:
        optim.rprop(lambda x, g=g: (0.0, g), x, {}, state)
    np.testing.assert_array_equal(gradients[1], [1, 0, 0])
    np.testing.assert_array_equal(state["delta"], [1, 0, 0])
    np.testing.assert_allclose(state["stepsize"], [0.12, 0.05, 0.05])
    np.testing.assert_allclose(x, [-0.22, 0.1, -0.1])


# Threads and layouts


@every_case
def test_same_bits_for_any_number_of_threads_and_any_layout(name, config):
    n = 600_000
    config = {key: np.resize(value, n) if np.ndim(value) else value for key, value in config.items()}
    threads = parallel.get_num_threads()
    results = []
    try:
        for number in (1, 2, 16):
            parallel.set_num_threads(number)
            x, state = start(np.float32, n), {}
            steps(name, x, dict(config), state, 2)
            results.append({"x": x, **state})
    finally:
        parallel.set_num_threads(threads)
    x, state = np.zeros((2 * n), np.float32)[::2], {}
    x[:] = start(np.float32, n)
    steps(name, x, dict(config), state, 2)
    arrays_equal(results[0], results[1])
    arrays_equal(results[0], results[2])
    arrays_equal(results[0], {"x": x, **state})


# Resuming


def through_pickle(state, path):
    return pickle.loads(pickle.dumps(state))


def through_savez(state, path):
    stream = io.BytesIO()
    np.savez(stream, **state)
    stream.seek(0)
    return dict(np.load(stream))


def through_torch(state, path):
    torch.save(str(path / "state.t7"), state)
    return torch.load(str(path / "state.t7"))


@pytest.mark.parametrize("saved", [through_pickle, through_savez, through_torch])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_case
def test_resuming_is_as_going_on(name, config, dtype, saved, tmp_path):
    x, state = start(dtype), {}
    steps(name, x, dict(config), state, 3)
    y, loaded = x.copy(), saved(state, tmp_path)
    steps(name, x, dict(config), state, 3)
    steps(name, y, dict(config), loaded, 3)
    np.testing.assert_array_equal(x, y, strict=True)
    arrays_equal(dict(loaded), state)


# Schedules


@pytest.mark.parametrize("name", ["sgd", "adam", "adamax", "adagrad", "rmsprop", "nag"])
def test_a_schedule_is_a_learning_rate_by_step(name):
    rate = optim.schedule.exponential(0.1, 0.5)
    x, y, state, config = start(), start(), {}, {}
    for k in range(4):
        getattr(optim, name)(bowl, x, {"learningRate": rate}, state)
        config["learningRate"] = rate(k)
        getattr(optim, name)(bowl, y, config)
    np.testing.assert_array_equal(x, y)


def test_schedules():
    step = optim.schedule.step(0.1, 10)
    assert [step(k) for k in (0, 9, 10, 25)] == pytest.approx([0.1, 0.1, 0.01, 0.001])
    exponential = pickle.loads(pickle.dumps(optim.schedule.exponential(0.1, 0.9)))
    assert exponential(3) == pytest.approx(0.1 * 0.729)
    cosine = optim.schedule.cosine(1.0, 10, 0.5)
    assert [cosine(k) for k in (0, 5, 10, 100)] == pytest.approx([1, 0.75, 0.5, 0.5])
    with pytest.raises(ValueError, match=r"schedule\.step: a size of 1 or more expected, got 0"):
        optim.schedule.step(0.1, 0)
    with pytest.raises(ValueError, match=r"schedule\.cosine: 1 step or more expected, got 0"):
        optim.schedule.cosine(0.1, 0)


# Mistakes

WRONG = [
    (
        lambda x: (1.0, np.zeros(3)),
        ValueError,
        r"df/dx as an array of 7 float64 numbers like x, got an array of shape \(3,\)",
    ),
    (
        lambda x: (1.0, np.zeros(7, np.float32)),
        TypeError,
        r"7 float64 numbers like x, got an array .* and dtype float32",
    ),
    (lambda x: (1.0, 0.5), TypeError, "7 float64 numbers like x, got float 0.5"),
    (lambda x: (1.0, np.array(0.5)), TypeError, r"7 float64 numbers like x, got an array of shape \(\)"),
    (lambda x: (1.0, [0.5] * 7), TypeError, "7 float64 numbers like x, got list"),
    (lambda x: 1.0, TypeError, r"feval must return f\(x\) and df/dx, got float 1.0"),
    (lambda x: (1.0, x, x), TypeError, r"feval must return f\(x\) and df/dx, got 3 values"),
]


@pytest.mark.parametrize(("feval", "kind", "message"), WRONG)
@once_each
def test_a_wrong_gradient_is_refused(name, feval, kind, message):
    x, config, state = start(), {"learningRate": 0.1}, {}
    steps(name, x, config, state, 2)
    before, kept = x.copy(), pickle.loads(pickle.dumps(state))
    with pytest.raises(kind, match=message):
        getattr(optim, name)(feval, x, config, state)
    if name == "nag":  # stepped ahead and back
        np.testing.assert_allclose(x, before, rtol=1e-14)
    else:
        np.testing.assert_array_equal(x, before)
    arrays_equal(state, kept)


def test_a_gradient_of_another_shape_counts_as_in_torch():
    x, y = start(n=6), start(n=6).reshape(2, 3)
    steps("adam", x, {}, {}, 2)
    steps("adam", y, {}, {}, 2, lambda x: (0.0, bowl(x.reshape(6))[1]))
    np.testing.assert_array_equal(x, y.reshape(6))


@once_each
def test_x_must_be_an_array_of_floats_that_can_be_written(name):
    with pytest.raises(TypeError, match="x must be an array of floats, which is updated in place, got list"):
        getattr(optim, name)(bowl, [1.0, 2.0], {})
    with pytest.raises(TypeError, match=r"x must be an array of floats.* got an array of shape \(3,\) and dtype int64"):
        getattr(optim, name)(bowl, np.arange(3), {})
    x = start()
    x.flags.writeable = False
    with pytest.raises(ValueError, match=r"read-only array of shape \(7,\): was it replaced by getParameters"):
        getattr(optim, name)(bowl, x, {})


def test_vectors_must_fit():
    for key in ("learningRates", "weightDecays"):
        with pytest.raises(ValueError, match=f"{key} must be an array of 7 numbers, one per parameter, got"):
            optim.sgd(bowl, start(), {key: np.ones(3)})


@once_each
def test_a_misspelt_key_warns_once(name, monkeypatch):
    monkeypatch.setattr("optimlite._tables._warned", set())
    config = {"learnRate": 0.1, "batchSize": 3, "learningRateMax": 1}
    with pytest.warns(
        UserWarning, match="no optimizer knows the config key 'learnRate': did you mean 'learningRate'?"
    ) as seen:
        getattr(optim, name)(bowl, start(), config, {})
    assert len(seen) == 1
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(optim, name)(bowl, start(), config, {})


@pytest.mark.parametrize(
    ("key", "meant"),
    [("learning_rate", "learningRate"), ("wieghtDecay", "weightDecay"), ("momentm", "momentum"), ("Beta1", "beta1")],
)
def test_what_a_misspelt_key_means(key, meant, monkeypatch):
    monkeypatch.setattr("optimlite._tables._warned", set())
    with pytest.warns(UserWarning, match=f"{key!r}: did you mean {meant!r}"):
        optim.adam(bowl, start(), {key: 0.1})


@every_case
def test_a_state_of_other_parameters_is_refused(name, config):
    state = {}
    steps(name, start(), dict(config), state, 2)
    config = {key: value for key, value in config.items() if np.ndim(value) == 0}
    if not any(np.ndim(value) for value in state.values()):
        pytest.skip("keeps no array")
    for x in (start(n=6), start(np.float32)):
        before = x.copy()
        with pytest.raises(
            ValueError, match=rf"the state is not that of x: \w+ like x expected \({x.size} {x.dtype} numbers\)"
        ):
            steps(name, x, config, state, 1)
        np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    ("name", "scratch", "masks"),
    [
        ("adagrad", "paramStd", ""),
        ("adadelta", "paramStd delta", ""),
        ("rmsprop", "tmp", ""),
        ("rprop", "sign", "psign nsign zsign dminmax"),
    ],
)
def test_lua_can_go_on(name, scratch, masks):
    """Lua resizes the temporary tensors of a state that it did not make, but they must be there."""
    state = {}
    steps(name, start(np.float32), {}, state, 2)
    assert {state[key].dtype for key in scratch.split()} == {np.dtype(np.float32)}
    assert {state[key].dtype for key in masks.split()} <= {np.dtype(np.uint8)}
    assert {state[key].size for key in (scratch + " " + masks).split()} == {0}


def test_adamax_takes_the_row_that_torch_saves():
    x, state = start(), {}
    steps("adamax", x, {}, state, 3)
    y, row = x.copy(), {**state, "u": state["u"][None].copy(), "m": state["m"].copy(), "max": np.zeros((2, 7))}
    steps("adamax", x, {}, state, 2)
    steps("adamax", y, {}, row, 2)
    np.testing.assert_array_equal(x, y)
