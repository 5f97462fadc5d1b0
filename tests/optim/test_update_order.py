"""The demo update-order: how simultaneous and sequential momentum relate; optim.simultaneous."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import optimlite as optim

SCRIPT = Path(__file__).parents[2] / "demos" / "update-order" / "momentum_by_updates.py"
demo = runpy.run_path(str(SCRIPT))
STEPS = 12


@pytest.fixture(scope="module", params=["curved", "constant"])
def paths(request):
    return demo["paths"](demo[request.param], STEPS)


def test_the_order_of_a_simultaneous_list_does_not_matter(paths):
    np.testing.assert_array_equal(paths["simultaneous"], paths["simultaneous, swapped"])
    np.testing.assert_array_equal(paths["simultaneous"], paths["param first"])


def test_the_order_of_execution_does_matter(paths):
    assert np.abs(paths["velocity first"] - paths["param first"])[1:].max(1).min() > 1e-3


def test_velocity_first_is_sgd_without_its_first_step(paths):
    np.testing.assert_array_equal(paths["velocity first"], paths["optim.sgd from dfdx = 0"])
    assert np.abs(paths["optim.sgd"] - paths["optim.sgd from dfdx = 0"])[1:].max(1).min() > 1e-3


def test_simultaneous_is_sgd_with_a_delayed_gradient(paths):
    np.testing.assert_array_equal(paths["simultaneous"], paths["optim.sgd, delayed gradient"])


def test_under_a_constant_gradient_it_is_one_step_late():
    flat, curved = (demo["paths"](demo[name], STEPS) for name in ("constant", "curved"))
    np.testing.assert_array_equal(flat["simultaneous"][1:], flat["velocity first"][:-1])
    assert np.abs(curved["simultaneous"][1:] - curved["velocity first"][:-1]).max() > 1e-3


def test_the_first_step_of_torch_is_not_dampened():
    flat = demo["paths"](demo["constant"], STEPS)
    first = {name: path[1] - path[0] for name, path in flat.items()}
    np.testing.assert_allclose(first["optim.sgd"] * (1 - demo["momentum"]), first["optim.sgd from dfdx = 0"])


def test_the_demo_prints_its_paths(capsys):
    demo["main"](["--steps", "3"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "curved gradient"
    assert lines[1] == "  simultaneous                  1.00000  1.00000  0.99000  0.97100"
    assert lines[8:10] == ["constant gradient", "  simultaneous                  1.00000  1.00000  0.99000  0.97100"]


def test_simultaneous_reads_old_values_only():
    a, b, c = np.array([1.0]), np.array([2.0, 3.0]), np.array([4.0, 5.0])
    optim.simultaneous([(b, c), (c, b[::-1]), (a, lambda: a + b[:1])])
    assert (a, *b, *c) == (3, 4, 5, 3, 2)
    optim.simultaneous([(b, 7)])
    assert list(b) == [7, 7]


def test_simultaneous_refuses_what_has_no_single_meaning():
    a = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="simultaneous: update 2 writes an array that another update writes too"):
        optim.simultaneous([(a, 1), (a[:1], 2)])
    with pytest.raises(TypeError, match=r"simultaneous: an array to write expected, got float 1\.0"):
        optim.simultaneous([(1.0, a)])
    with pytest.raises(ValueError, match=r"simultaneous: a value of shape \(2,\) expected, got \(3,\)"):
        optim.simultaneous([(a, np.zeros(3))])
    np.testing.assert_array_equal(a, [1, 2])
