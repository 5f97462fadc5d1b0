"""Containers of modules that work on arrays."""

from . import case

CASES = [
    case("nn.Sequential().add(nn.Linear(4, 3)).add(nn.Tanh()).add(nn.Linear(3, 2))", (2, 4), batch=True),
    case("nn.Sequential().add(nn.Linear(4, 3))", (4,)),
]
