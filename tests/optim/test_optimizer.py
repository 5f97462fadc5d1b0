"""Optimizer: groups, closures, resuming, mistakes; guard."""

import pickle

import numpy as np
import pytest
from objectives import bowl, first_order, labels, steps

import nnlite as nn
import optimlite as optim

CASES = [(name, {**config, "niter": 1} if name == "rprop" else config) for name, config in first_order()]
every_case = pytest.mark.parametrize(("name", "config"), CASES, ids=list(labels(CASES)))


def pair(n=7, dtype=np.float64):
    return np.linspace(-1, 2, n).astype(dtype), np.zeros(n, dtype)


def closure(*pairs):
    def evaluate():
        loss = 0.0
        for x, g in pairs:
            f, slope = bowl(x)
            loss += f
            g += slope
        return loss

    return evaluate


@every_case
def test_one_group_is_the_plain_function(name, config):
    x, _ = pair(dtype=np.float32)
    state = {}
    y, g = pair(dtype=np.float32)
    optimizer = optim.Optimizer(getattr(optim, name), (y, g), **config)
    for _ in range(4):
        _, fs = steps(name, x, config, state, 1)[:2]
        optimizer.zero_grad()
        assert optimizer.step(closure((y, g))) == fs[0]
    np.testing.assert_array_equal(x, y, strict=True)
    assert optimizer.state[0].keys() == state.keys()
    for key in state:
        np.testing.assert_array_equal(optimizer.state[0][key], state[key])


@pytest.mark.parametrize(("name", "config"), [case for case in CASES if case[0] in ("sgd", "nag")])
def test_vectors_are_groups(name, config):
    """Numbers per parameter and a group for each of two halves with numbers of its own give the same."""
    config = {key: value for key, value in config.items() if np.ndim(value) == 0}
    rates, decays = np.repeat([1.0, 0.25], [4, 3]), np.repeat([0.125, 0.5], [4, 3])
    x, state = pair()[0], {}
    vectors = {**config, "learningRates": rates}
    if name == "sgd":
        vectors.update(weightDecays=decays, weightDecay=0)
    y, g = pair()
    rate = config["learningRate"]
    groups = [
        {"params": y[part], "gradParams": g[part], "learningRate": rate * rates[part][0]}
        | ({"weightDecay": decays[part][0]} if name == "sgd" else {})
        for part in (slice(0, 4), slice(4, 7))
    ]
    optimizer = optim.Optimizer(getattr(optim, name), groups, **config)
    for _ in range(5):
        steps(name, x, vectors, state, 1)
        optimizer.zero_grad()
        optimizer.step(closure((y, g)))
    np.testing.assert_allclose(x, y, rtol=1e-13)


@every_case
def test_two_groups_are_one(name, config):
    config = {key: value for key, value in config.items() if np.ndim(value) == 0}
    x, g = pair()
    y, h = pair()
    one = optim.Optimizer(getattr(optim, name), (x, g), **config)
    two = optim.Optimizer(getattr(optim, name), [(y[:3], h[:3]), (y[3:], h[3:])], **config)
    for _ in range(4):
        one.zero_grad()
        two.zero_grad()
        assert one.step(closure((x, g))) == two.step(closure((y, h)))
    np.testing.assert_array_equal(x, y)


@every_case
def test_resuming_equals_not_having_stopped(name, config):
    x, g = pair()
    optimizer = optim.Optimizer(getattr(optim, name), (x, g), **config)
    for _ in range(3):
        optimizer.zero_grad()
        optimizer.step(closure((x, g)))
    saved = pickle.loads(pickle.dumps(optimizer.state_dict()))
    y, h = x.copy(), np.zeros(7)
    other = optim.Optimizer(getattr(optim, name), (y, h))
    other.load_state_dict(saved)
    for _ in range(3):
        optimizer.zero_grad()
        optimizer.step(closure((x, g)))
        other.zero_grad()
        other.step(closure((y, h)))
    np.testing.assert_array_equal(x, y)
    assert other.param_groups[0]["params"] is y


def test_a_state_dict_is_a_copy():
    x, g = pair()
    optimizer = optim.Optimizer(optim.adam, (x, g))
    g += 1
    optimizer.step()
    saved = optimizer.state_dict()
    before = saved["state"][0]["m"].copy()
    optimizer.step()
    np.testing.assert_array_equal(saved["state"][0]["m"], before)
    assert saved["state"][0]["t"] == 1


def test_step_without_a_closure_uses_the_gradients_there_are():
    x, g = np.ones(2), np.array([1.0, 2.0])
    optimizer = optim.Optimizer(optim.sgd, (x, g), learningRate=0.5)
    assert optimizer.step() is None
    np.testing.assert_array_equal(x, [0.5, 0])


def test_groups_of_models_with_rates_of_their_own():
    models = [nn.Linear(3, 2), nn.Linear(3, 2)]
    pairs = [model.getParameters() for model in models]
    for _, g in pairs:
        g.fill(1)
    before = [x.copy() for x, _ in pairs]
    keys = ("params", "gradParams")
    optimizer = optim.Optimizer(optim.sgd, [pairs[0], dict(zip(keys, pairs[1], strict=True), learningRate=2)])
    optimizer.param_groups[0]["learningRate"] = 0.5
    optimizer.step()
    np.testing.assert_allclose(before[0] - pairs[0][0], 0.5)
    np.testing.assert_allclose(before[1] - pairs[1][0], 2)
    optimizer.zero_grad()
    assert not models[0].gradWeight.any()  # in place: the model's own gradients
    assert repr(optimizer) == "Optimizer(sgd: 8 parameters, learningRate=0.5; 8 parameters, learningRate=2)"


def test_schedules_count_the_steps_of_a_group():
    x, g = np.zeros(1), np.ones(1)
    optimizer = optim.Optimizer(optim.sgd, (x, g), learningRate=lambda k: k)
    path = []
    for _ in range(4):
        optimizer.step()
        path.append(float(x[0]))
    assert path == [0, -1, -3, -6]


def test_mistakes():
    x, g = pair()
    with pytest.raises(
        ValueError, match=r"Optimizer: one of the functions sgd, adam, .* expected, got <function lbfgs"
    ):
        optim.Optimizer(optim.lbfgs, (x, g))
    with pytest.raises(ValueError, match="Optimizer: at least one group of parameters expected, got none"):
        optim.Optimizer(optim.sgd, [])
    with pytest.raises(TypeError, match=r"Optimizer: a pair \(params, gradParams\) or a dict expected, got"):
        optim.Optimizer(optim.sgd, [x])
    with pytest.raises(TypeError, match="Optimizer: an array gradParams expected in the group, got None"):
        optim.Optimizer(optim.sgd, {"params": x})
    with pytest.raises(
        ValueError, match=r"Optimizer: gradParams like params expected, \(7,\) float64, got \(3,\) float64"
    ):
        optim.Optimizer(optim.sgd, (x, g[:3]))
    with pytest.raises(ValueError, match="Optimizer: niter 1 expected"):
        optim.Optimizer(optim.rprop, (x, g), niter=2)
    optimizer = optim.Optimizer(optim.adam, (x, g))
    with pytest.raises(ValueError, match="parameters of one group only expected, got some that another group has"):
        optimizer.add_param_group((x[2:], g[2:]))
    with pytest.raises(ValueError, match="Optimizer: the state of 1 groups expected, got 2"):
        optimizer.load_state_dict({"state": [{}, {}], "param_groups": [{}, {}]})
    with pytest.raises(ValueError, match=r"Optimizer: m of shape \(7,\) and dtype float64 expected, got \(3,\)"):
        optimizer.load_state_dict({"state": [{"m": np.zeros(3)}], "param_groups": [{}]})


# guard


def test_guard_hands_through_what_is_finite():
    x = np.linspace(-1, 2, 7)
    f, g = optim.guard(bowl)(x)
    assert f == bowl(x)[0]
    np.testing.assert_array_equal(g, bowl(x)[1])


def test_guard_tells_the_step_and_the_place():
    def feval(x):
        return feval.f, feval.g

    feval.f, feval.g = 1.0, np.zeros(200_000)
    guarded, x = optim.guard(feval), np.zeros(200_000)
    guarded(x)
    feval.g[100_001] = np.nan
    with pytest.raises(FloatingPointError, match=r"step 2: df/dx\[100001\] is nan while the loss is 1"):
        guarded(x)
    feval.f = np.inf
    with pytest.raises(FloatingPointError, match=r"step 3: df/dx\[100001\] is nan and the loss is inf"):
        guarded(x)
    feval.g[...] = 0
    with pytest.raises(FloatingPointError, match="step 4: the loss is inf; the gradient is finite"):
        guarded(x)
    x[3] = -np.inf
    with pytest.raises(FloatingPointError, match=r"step 5: x\[3\] is -inf before the evaluation"):
        guarded(x)


def test_guard_names_the_module():
    model = nn.Sequential().add(nn.Linear(2, 3)).add(nn.Concat(1).add(nn.Linear(3, 1)).add(nn.Linear(3, 2)))
    x, g = model.getParameters()
    bad = model.modules[1].modules[1]

    def feval(x):
        bad.gradBias[0] = np.nan
        return 0.0, g

    guarded = optim.guard(feval, model)
    place = r"module 2 of nn\.Concat of module 2 of nn\.Sequential"
    with pytest.raises(
        FloatingPointError, match=rf"step 1: df/dx\[\d+\] is nan .* in gradBias of nn\.Linear\(3 -> 2\), {place}"
    ):
        guarded(x)
    bad.weight[0, 0] = np.nan
    with pytest.raises(
        FloatingPointError, match=rf"step 2: x\[\d+\] is nan .* in weight of nn\.Linear\(3 -> 2\), {place}"
    ):
        guarded(x)
