"""lbfgs, lswolfe, polyinterp, cg, FistaLS, cmaes, de, checkgrad."""

import io
import pickle

import numpy as np
import pytest
from objectives import ROSENBROCK_START, NoisyQuadratic, bowl, rosenbrock
from scipy.linalg import blas

import optimlite as optim
from nnlite import torch
from nnlite.kernels import parallel


def counted(feval):
    def wrapped(x):
        wrapped.calls += 1
        return feval(x)

    wrapped.calls = 0
    return wrapped


# lbfgs


def test_lbfgs_as_in_torch():
    x = np.array(ROSENBROCK_START)
    best, fs, evaluations = optim.lbfgs(rosenbrock, x, {"maxIter": 10, "learningRate": 0.1})
    assert best is x
    np.testing.assert_allclose(x, [-1.07318832069357, 1.05517292734273], rtol=1e-9)
    assert len(fs) == evaluations == 10


def test_lbfgs_with_line_search_as_in_torch():
    feval = counted(rosenbrock)
    x = np.array(ROSENBROCK_START)
    _, fs, evaluations = optim.lbfgs(feval, x, {"maxIter": 100, "lineSearch": optim.lswolfe})
    assert len(fs) == 35
    assert fs[-1] == pytest.approx(4.22145751180647e-10, rel=1e-4)
    assert evaluations == feval.calls
    np.testing.assert_allclose(x, [1, 1], atol=1e-3)


@pytest.mark.parametrize("line_search", [None, optim.lswolfe])
@pytest.mark.parametrize("seed", range(3))
def test_lbfgs_converges_on_a_noisy_quadratic(seed, line_search):
    objective = NoisyQuadratic(seed=seed)
    x, state = np.zeros(6), {}
    config = {"maxIter": 10, "learningRate": 0.3, "lineSearch": line_search}
    for _ in range(10):
        state.clear()  # the last gradient was that of other data
        optim.lbfgs(objective.draw(), x, config, state)
    assert np.abs(x - objective.centre).max() < 0.2


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
@pytest.mark.parametrize("calls", [1, 3])
def test_lbfgs_resumes_as_if_it_had_gone_on(calls, dtype, saved, tmp_path):
    config = {"maxIter": 3, "learningRate": 0.2, "nCorrection": 4}
    x, state = np.linspace(-1, 2, 7).astype(dtype), {}
    for _ in range(calls):
        optim.lbfgs(bowl, x, config, state)
    y, loaded = x.copy(), saved(state, tmp_path)
    for _ in range(3):
        _, fs, _ = optim.lbfgs(bowl, x, config, state)
        _, gs, _ = optim.lbfgs(bowl, y, config, loaded)
        assert fs == gs
    np.testing.assert_array_equal(x, y, strict=True)
    assert x.dtype == dtype
    assert all(array.dtype == dtype for array in [*state["old_dirs"], *state["old_stps"], state["d"], state["g_old"]])
    assert len(state["old_dirs"]) == len(state["ro"]) == 4


def test_lbfgs_goes_on_from_a_state_of_torch():
    """In Lua ``ro`` has nCorrection entries, the lists may be longer lived buffers, and numbers are floats."""
    config = {"maxIter": 3, "learningRate": 0.2, "nCorrection": 10}
    x, state = np.linspace(-1, 2, 7), {}
    optim.lbfgs(bowl, x, config, state)
    y, lua = x.copy(), pickle.loads(pickle.dumps(state))
    lua.update(ro=np.full(10, 7.0), al=np.zeros(10), nIter=3.0, funcEval=3.0, tmp1=np.zeros(7))
    optim.lbfgs(bowl, x, config, state)
    optim.lbfgs(bowl, y, config, lua)
    np.testing.assert_array_equal(x, y)


def test_lbfgs_has_the_same_bits_for_any_number_of_threads():
    threads = parallel.get_num_threads()
    results = []
    try:
        for number in (1, 2, 16):
            parallel.set_num_threads(number)
            x = np.linspace(-1, 2, 1_500_000).astype(np.float32)
            _, fs, _ = optim.lbfgs(bowl, x, {"maxIter": 4, "learningRate": 0.5})
            results.append((x, fs))
    finally:
        parallel.set_num_threads(threads)
    for x, fs in results[1:]:
        np.testing.assert_array_equal(x, results[0][0])
        assert fs == results[0][1]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"maxIter": 2}, "reached max number of iterations"),
        ({"maxEval": 2}, "max nb of function evals"),
        ({"tolFun": 5}, "optimality condition below tolFun"),
        ({"tolX": 0.2}, "step size below tolX"),
    ],
)
def test_lbfgs_says_why_it_stops(config, text, capsys):
    optim.lbfgs(bowl, np.linspace(-1, 2, 7), {"verbose": True, "learningRate": 0.1, **config})
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"<optim.lbfgs> \t{text}"
    assert lines[:-1] in ([], ["<optim.lbfgs> \tcreating recyclable direction/step/history buffers"])


def test_lbfgs_stops_at_an_optimum():
    feval = counted(lambda x: (1.0, np.zeros_like(x)))
    state = {}
    _, fs = optim.lbfgs(feval, np.ones(3), {}, state)
    assert fs == [1.0]
    assert feval.calls == 1
    assert state == {"funcEval": 1, "nIter": 0}


def test_lbfgs_takes_numbers_from_the_command_line():
    x, y = np.linspace(-1, 2, 7), np.linspace(-1, 2, 7)
    optim.lbfgs(bowl, x, {"maxIter": "3"})
    optim.lbfgs(bowl, y, {"maxIter": 3})
    np.testing.assert_array_equal(x, y)


# lswolfe and polyinterp


@pytest.mark.parametrize("first", [1e-4, 1e-2, 0.3, 1.0, 10.0])
def test_lswolfe_satisfies_the_conditions(first):
    x = np.array(ROSENBROCK_START)
    f, g = rosenbrock(x)
    d = -g
    slope = float(g @ d)
    feval = counted(rosenbrock)
    f_new, g_new, best, t, evaluations = optim.lswolfe(feval, x, first, d, f, g, slope, {"maxIter": 50})
    assert best is x
    assert evaluations == feval.calls
    np.testing.assert_allclose(x, ROSENBROCK_START + t * d)
    assert f_new == pytest.approx(rosenbrock(x)[0])
    np.testing.assert_allclose(g_new, rosenbrock(x)[1])
    assert f_new <= f + 1e-4 * t * slope
    assert abs(g_new @ d) <= -0.9 * slope


def test_lswolfe_stays_in_float32():
    x = np.array(ROSENBROCK_START, np.float32)
    f, g = rosenbrock(x)
    f_new, g_new, _, t, _ = optim.lswolfe(rosenbrock, x, 0.001, -g, f, g, -float(g @ g), {})
    assert x.dtype == g_new.dtype == np.float32
    assert t == np.float32(t)
    assert f_new == np.float32(f_new)


def test_polyinterp_in_closed_form():
    points = np.array([[0, 1, -1], [1, 0.8, 0.5]])
    assert optim.polyinterp(points) == pytest.approx(0.61952385715238)
    assert optim.polyinterp(points[::-1]) == pytest.approx(0.61952385715238)
    assert optim.polyinterp([[0, 1, 1], [1, 3, 2]]) in (0, 0.5)  # no minimum in between
    assert optim.polyinterp(np.array([[0, 1.0, -1], [0, 1.0, -1]])) == 0


def test_polyinterp_finds_the_minimum_of_a_polynomial():
    polynomial = np.poly1d([0.3, -1, 0.5, 2, -1.5, 1])
    slope = polynomial.deriv()
    points = np.array([[x, polynomial(x), slope(x)] for x in (-1.0, 0.5, 2.0)])
    at, lowest = optim.polyinterp(points, -1.5, 2.5)
    grid = np.linspace(-1.5, 2.5, 100001)
    assert lowest == pytest.approx(polynomial(grid).min(), abs=1e-6)
    assert polynomial(at) == pytest.approx(lowest, abs=1e-6)
    best, value = optim.polyinterp(points.astype(np.float32), -1.5, 2.5)
    assert (best, value) == pytest.approx((at, lowest), abs=1e-3)


def test_polyinterp_where_there_is_no_polynomial():
    flat = np.array([[0, 1, 0], [1, 1, 0]], float)
    assert optim.polyinterp(flat, 0, 2) == (0, 1)
    assert optim.polyinterp(np.array([[0, 1, -1], [0, 1, -1]], float), 0, 3) == (1.5, np.inf)
    assert optim.polyinterp(np.array([[0, np.nan, -1], [1, 1, -1]]), 0, 3) == (1.5, np.inf)
    with pytest.raises(ValueError, match=r"polyinterp: points of shape \(n, 3\) expected, got shape \(3,\)"):
        optim.polyinterp(np.zeros(3))


# cg


def test_cg_as_in_torch():
    feval = counted(rosenbrock)
    x = np.array(ROSENBROCK_START)
    best, fs, evaluations = optim.cg(feval, x, {"maxIter": 50})
    assert best is x
    np.testing.assert_allclose(x, [0.75402933125725136, 0.5635178119862565], rtol=1e-8)
    assert len(fs) == 20
    assert evaluations == feval.calls


@pytest.mark.skipif(
    blas.daxpy([1 + 2**-30], [-1 - 2**-29], a=1 + 2**-30)[0] == 0,
    reason="a BLAS that rounds products as well",
)
def test_cg_rounds_as_the_blas_does():
    def feval(x):  # the cubic of the line search is 0 but for rounding errors
        a, b, c = map(float, x)
        f = 0.5 * a * a + 0.25 * a * b - a
        f = f + 0.5 * 2 * b * b + 0.25 * b * (a + c) - b
        f = f + 0.5 * 3 * c * c + 0.25 * c * b - c
        return f, np.array([a + 0.5 * b - 1, 2 * b + 0.5 * (a + c) - 1, 3 * c + 0.5 * b - 1])

    x = np.array([-7, -263, -1312]) / 2048
    _, fs, _ = optim.cg(feval, x, {"maxIter": 40, "maxEval": 30, "ratio": 10})
    expected = [1.4459118843078613, -0.36995006291657123, -0.6698913220352571, -0.6930362316163391, -0.6995762779932999]
    expected += [-0.6999071878800056, -0.6999921228943421, -0.6999985668572009, -0.7, -0.7]
    np.testing.assert_allclose(fs, expected, rtol=1e-12)


def test_cg_ends_where_max_eval_is_not_whole():
    feval = counted(lambda x: (float(-x.sum()), -np.ones(3)))  # no least value
    x = np.zeros(3)
    _, fs, evaluations = optim.cg(feval, x, {"maxIter": 5})
    np.testing.assert_array_equal(x, 0)
    assert (fs, evaluations) == ([0], feval.calls)


def test_cg_ends_where_a_line_search_fails():
    feval = counted(lambda x: (rosenbrock(x)[0], -rosenbrock(x)[1]))  # uphill
    x, state = np.array(ROSENBROCK_START), {}
    _, fs, evaluations = optim.cg(feval, x, {"maxEval": 100, "maxIter": 5}, state)
    np.testing.assert_array_equal(x, ROSENBROCK_START)
    assert len(fs) == 1
    assert evaluations == feval.calls < 10
    assert state == {}


@pytest.mark.parametrize("seed", range(3))
def test_cg_converges_on_a_noisy_quadratic(seed):
    objective = NoisyQuadratic(seed=seed)
    x = np.zeros(6)
    for _ in range(10):
        optim.cg(objective.draw(), x, {"maxIter": 10})
    assert np.abs(x - objective.centre).max() < 0.2


def test_cg_converges_on_rosenbrock():
    x = np.array(ROSENBROCK_START)
    for _ in range(5):
        optim.cg(rosenbrock, x, {"maxIter": 50})
    np.testing.assert_allclose(x, [1, 1], atol=1e-4)


# FistaLS


def lasso():
    """Return the parts of ``|A x - b|^2 / 2 + 0.5 |x|_1`` and its matrix."""
    random = np.random.default_rng(3)
    a, b = random.normal(size=(20, 8)), random.normal(size=20)

    def f(x, mode=None):
        r = a @ x - b
        return (float(r @ r) / 2, a.T @ r) if mode else float(r @ r) / 2

    def g(x):
        return 0.5 * float(np.abs(x).sum())

    def shrink(x, lipschitz):
        x[...] = np.sign(x) * np.maximum(np.abs(x) - 0.5 / lipschitz, 0)

    return f, g, shrink, a, b


@pytest.mark.parametrize("accelerated", [True, False, None])
def test_fista_solves_a_lasso(accelerated, capsys):
    f, g, shrink, a, b = lasso()
    x = np.full(8, 7.0)
    params = {"maxiter": 500, "errthres": 1e-12, "maxline": 50, "doFistaUpdate": accelerated}
    y, history = optim.FistaLS(f, g, shrink, x, params)
    np.testing.assert_array_equal(x, y)
    slope = a.T @ (a @ y - b)
    zero = y == 0
    assert (np.abs(slope[zero]) <= 0.5 + 1e-4).all()
    np.testing.assert_allclose(slope[~zero], -0.5 * np.sign(y[~zero]), atol=1e-3)
    assert history[-1]["F"] == pytest.approx(f(y) + g(y))
    assert params["L"] == history[-1]["L"]
    assert capsys.readouterr().out == ""


def test_fista_is_ista_unless_told_and_has_two_names():
    f, g, shrink, *_ = lasso()
    lengths = [
        len(optim.fista(f, g, shrink, np.zeros(8), {"maxiter": 500, "maxline": 50, "doFistaUpdate": accelerated})[1])
        for accelerated in (None, False, True)
    ]
    assert lengths[0] == lengths[1] != lengths[2]
    assert optim.fista is optim.FistaLS


def test_fista_reuses_its_memory_and_talks(capsys):
    f, g, shrink, *_ = lasso()
    params = {"maxiter": 2, "verbose": True}
    y, history = optim.FistaLS(f, g, shrink, np.zeros(8), params)
    assert y is params["y"]
    assert history[0]["xk"].shape == (8,)
    again, _ = optim.FistaLS(f, g, shrink, np.zeros(8), params)
    assert again is y
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("nline=0 L=0.1 fply=")
    assert any(line.startswith("iter=0 eold=inf enew=") for line in lines)


# cmaes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cmaes_converges_on_rosenbrock(dtype):
    x = np.array(ROSENBROCK_START, dtype)
    feval = counted(rosenbrock)
    best, fs, evaluations = optim.cmaes(feval, x, {"sigma": 0.5, "popsize": 8, "maxEval": 2000, "ftarget": 1e-6})
    np.testing.assert_allclose(best, [1, 1], atol=1e-2)
    np.testing.assert_array_equal(x, np.array(ROSENBROCK_START, dtype))
    assert best.dtype == dtype
    assert fs[-1] == min(fs)
    assert evaluations == feval.calls - 1


@pytest.mark.parametrize("config", [{}, {"popsize": 7}])
def test_cmaes_converges_on_a_noisy_quadratic(config):
    objective = NoisyQuadratic(n=3, seed=1)
    best, _, _ = optim.cmaes(lambda x: objective(x)[0], np.zeros(3), {"sigma": 0.5, "maxEval": 1000, **config})
    assert np.abs(best - objective.centre).max() < 0.2


@pytest.mark.parametrize(
    ("n", "config", "best", "fs"),
    [
        (3, {"sigma": 0.5, "maxEval": 28}, [0.26657534074626, 0.97154063142676, 0.92258379576426], None),  # popsize 7
        (
            3,
            {"sigma": 0.5, "maxEval": 15, "popsize": 5},
            [-0.079759805706755, 0.50237586116954, 0.93627602036944],
            [6, 4.3237330112736, 1.6733230418533, 3.1573182087457, 1.6733230418533],
        ),
    ],
)
def test_cmaes_as_in_torch(n, config, best, fs):
    torch.manualSeed(7)
    found, values, _ = optim.cmaes(lambda x: float(np.arange(1, n + 1) @ (x - 1) ** 2), np.zeros(n), config)
    np.testing.assert_allclose(found, best, rtol=1e-9)
    if fs is not None:
        np.testing.assert_allclose(values, fs, rtol=1e-9)


def test_cmaes_reads_the_state_then_the_config():
    torch.manualSeed(3)
    one = optim.cmaes(rosenbrock, np.zeros(2), {"sigma": 9, "maxEval": 60}, {"sigma": 0.5})
    torch.manualSeed(3)
    other = optim.cmaes(rosenbrock, np.zeros(2), {"sigma": 0.5, "maxEval": 60})
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1:] == other[1:]
    with pytest.raises(ValueError, match="cmaes: a number sigma expected in the state or config, got none"):
        optim.cmaes(rosenbrock, np.zeros(2), {})


def test_cmaes_talks(capsys):
    optim.cmaes(rosenbrock, np.zeros((1, 2)).reshape(2), {"sigma": 0.5, "maxEval": 12, "popsize": 6, "verb_disp": 1})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "evals:\t ax-ratio max(std)   f-value"
    assert lines[1].startswith("6:     1.0  ")
    assert "termination by\tevals\t=\t12" in lines
    assert lines[-1].startswith("best found at iteration: \t")


# de


def test_de_converges():
    config = {"maxFEs": 4000, "scaleFactor": 0.6, "crossoverRate": 0.9, "popsize": 20, "minRegion": -2, "maxRegion": 2}
    x = np.zeros(2)
    best, fx = optim.de(rosenbrock, x, config)
    np.testing.assert_allclose(best, [1, 1], atol=1e-2)
    assert fx.shape == (4000,)
    assert rosenbrock(best)[0] == fx.min()
    np.testing.assert_array_equal(x, [0, 0])
    objective = NoisyQuadratic(n=3)
    best, _ = optim.de(lambda x: objective(x)[0], np.zeros(3), config)
    assert np.abs(best - objective.centre).max() < 0.2


def test_de_ignores_the_seed_and_keeps_whole_generations():
    config = {"maxFEs": 70, "scaleFactor": 0.6, "crossoverRate": 0.9}
    results = []
    for seed in (1, 2):
        torch.manualSeed(seed)
        results.append(optim.de(rosenbrock, np.zeros(2), config))
        assert torch.random() == (1791095845 if seed == 1 else 1872583848)
    np.testing.assert_array_equal(results[0][1], results[1][1])
    assert results[0][1].shape == (60,)  # 10 for each parameter, three times


def test_de_demands_its_numbers():
    config = {"maxFEs": 100, "scaleFactor": 0.6, "crossoverRate": 0.9}
    for key in config:
        with pytest.raises(ValueError, match=f"de: a number {key} expected in the config, got none"):
            optim.de(rosenbrock, np.zeros(2), {**config, key: None})
    with pytest.raises(ValueError, match="de: 3 <= popsize <= maxFEs expected, got popsize 2 and maxFEs 100"):
        optim.de(rosenbrock, np.zeros(2), {**config, "popsize": 2})
    with pytest.raises(ValueError, match="got popsize 20 and maxFEs 10"):
        optim.de(rosenbrock, np.zeros(2), {**config, "maxFEs": 10})


# checkgrad


def test_checkgrad_tells_right_from_wrong():
    x = np.array([0.3, -0.7])
    before = x.copy()
    error, gradient, estimate = optim.checkgrad(rosenbrock, x, 1e-5)
    assert error < 1e-8
    np.testing.assert_array_equal(gradient, rosenbrock(x)[1])
    np.testing.assert_allclose(estimate, gradient, rtol=1e-6)
    np.testing.assert_array_equal(x, before)
    assert optim.checkgrad(lambda x: (rosenbrock(x)[0], 1.001 * rosenbrock(x)[1]), x, 1e-5)[0] > 4e-4


def test_checkgrad_keeps_a_gradient_whose_memory_is_used_again():
    memory = np.zeros((2, 2))

    def feval(x):
        memory[...] = 2 * x
        return float((x * x).sum()), memory

    error, gradient, _ = optim.checkgrad(feval, np.array([[1.0, 2.0], [3.0, 4.0]]), 1e-3)
    assert error < 1e-9
    np.testing.assert_array_equal(gradient, [[2, 4], [6, 8]])


def test_checkgrad_of_nothing():
    assert np.isnan(optim.checkgrad(lambda x: (0.0, np.zeros(2)), np.zeros(2))[0])
