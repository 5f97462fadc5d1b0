"""Networks made of nodes."""

import numpy as np

from . import case

CASES = [
    case("x = nn.Identity()()\nnn.gModule([x], [nn.Tanh()(nn.Linear(3, 2)(x))])", (2, 3), batch=True),
    case(
        "x = nn.Identity()()\nh = nn.Tanh()(nn.Linear(3, 3)(x))\n"
        "nn.gModule([x], [nn.CAddTable()([h, x, h - nn.Sigmoid()])])",
        (3,),
    ),
    case(
        "a, b = nn.Identity()(), nn.Identity()()\nh = nn.CMulTable()([nn.Linear(3, 2)(a), b])\n"
        "nn.gModule([a, b], [h, nn.Sigmoid()(h)])",
        [(2, 3), (2, 2)],
    ),
    case(
        "nn.nngraph.JustTable()",
        (2, 3),
        without={"batch": "its output is a table", "buffers": "gradInput is what the caller gave"},
    ),
    case(
        "x = nn.Identity()()\na, b = x.split(2)\nnn.gModule([x], [nn.JoinTable(2)([nn.Linear(3, 2)(a), b]), a])",
        [(2, 3), (2, 1)],
    ),
    case(
        "nn.ModuleFromCriterion(nn.MSECriterion())",
        [(2, 3), lambda rng: np.zeros((2, 3))],
        without={
            "gradient": "the gradient of the target is zero by design",
            "batch": "one loss for the whole batch",
        },
    ),
]
