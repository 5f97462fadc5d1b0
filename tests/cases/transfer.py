"""Transfer functions."""

from . import case

CASES = [
    case("nn.Tanh()", (2, 3), batch=True),
    case("nn.Tanh()", (1,)),
]
