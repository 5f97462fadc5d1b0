"""Affine maps of vectors."""

from . import case

REMAPPED = {"scale": "the gradient that was accumulated before is mapped again, as in Torch"}
UNSCALED = {"scale": "the gradient of the weight ignores scale, as in Torch"}
ROWS = {"batch": "only batches are accepted"}

CASES = [
    case("nn.Linear(4, 3)", (2, 4), batch=True),
    case("nn.Linear(4, 3)", (4,)),
    case("nn.Linear(1, 1)", (1, 1)),
    case("nn.Linear(4, 3, False)", (2, 4), batch=True),
    case("nn.Linear(4, 3).noBias()", (4,)),
    case("nn.LinearWeightNorm(4, 3)", (2, 4), without=REMAPPED | {"batch": REMAPPED["scale"]}),
    case("nn.LinearWeightNorm(4, 3, False)", (4,), without=REMAPPED),
    case("nn.LinearWeightNorm(1, 1)", (1, 1), without=REMAPPED),
    case("nn.WeightNorm(nn.Linear(4, 3))", (2, 4), without=REMAPPED | {"batch": REMAPPED["scale"]}),
    case("nn.WeightNorm(nn.Linear(4, 3), 2)", (4,), without=REMAPPED),
    case("nn.WeightNorm(nn.Linear(4, 3, False))", (2, 4), without=REMAPPED),
    case("nn.PartialLinear(4, 3)", (2, 4), without=ROWS),
    case("nn.PartialLinear(4, 3, False)", (1, 4), without=ROWS),
    case("nn.Bilinear(3, 2, 4)", [(2, 3), (2, 2)], without=UNSCALED | ROWS),
    case("nn.Bilinear(3, 2, 4, False)", [(2, 3), (2, 2)], without=UNSCALED),
    case("nn.Bilinear(1, 1, 1)", [(1, 1), (1, 1)], without=UNSCALED),
]
