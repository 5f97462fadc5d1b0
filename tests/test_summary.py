"""nn.summary: what it counts and shows."""

import numpy as np

import nnlite as nn


def network():
    return nn.Sequential().add(nn.Linear(4, 3)).add(nn.ConcatTable().add(nn.Tanh()).add(nn.Identity()))


def test_without_an_input():
    assert nn.summary(network()).split("\n") == [
        "module               parameters",
        "nn.Sequential                15",
        "  nn.Linear(4 -> 3)          15",
        "  nn.ConcatTable              0",
        "    nn.Tanh                   0",
        "    nn.Identity               0",
        "total                        15",
    ]


def test_with_an_input_it_shows_shapes_and_leaves_the_model_alone():
    net = network()
    lines = nn.summary(net, np.ones((2, 4))).split("\n")
    assert lines[0].split() == ["module", "output", "parameters", "ms"]
    assert "{2x3, 2x3}" in lines[1]
    assert lines[2].split()[:5] == ["nn.Linear(4", "->", "3)", "2x3", "15"]
    assert all("updateOutput" not in vars(module) for module in net.listModules())


def test_shared_parameters_count_once():
    one = nn.Linear(2, 2)
    net = nn.Sequential().add(one).add(one.clone("weight", "bias"))
    assert nn.summary(net).split("\n")[-1].split() == ["total", "6"]
