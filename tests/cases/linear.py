"""Affine maps of vectors."""

from . import case

CASES = [
    case("nn.Linear(4, 3)", (2, 4), batch=True),
    case("nn.Linear(4, 3)", (4,)),
    case("nn.Linear(1, 1)", (1, 1)),
    case("nn.Linear(4, 3, False)", (2, 4), batch=True),
]
