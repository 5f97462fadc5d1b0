"""Rows of a table by index, and maps of sparse vectors."""

import numpy as np

from . import case, distinct, ints

INTEGERS = {"gradient": "the input is made of integers"}
RENORM = dict.fromkeys(("parameters", "type", "errors", "shapes"), "the forward pass scales the rows")
SPARSE = {
    "gradient": "it is dense, for all indices, or empty",
    "buffers": "the gradient of the input is a new table",
    "batch": "a batch is a table",
}
RUNNING = SPARSE | dict.fromkeys(("parameters", "scale", "flat", "pickle", "type"), "its gradients are sparse")


def elements(count, size, *batch):
    """Return the spec of sparse samples: an index and a value per row."""

    def made(rng):
        if batch:
            return np.stack([made_one(rng) for _ in range(batch[0])])
        return made_one(rng)

    def made_one(rng):
        indices = rng.permutation(size)[:count] + 1.0
        return np.stack([indices, distinct((count,), rng)], 1)

    return made


CASES = [
    case("nn.LookupTable(5, 3)", ints((4,), 5), without=INTEGERS | {"batch": "one index is not a sample"}),
    case("nn.LookupTable(5, 3)", ints((2, 4), 5), batch=True, without=INTEGERS),
    case("nn.LookupTable(1, 1)", ints((1,), 1), without=INTEGERS),
    case("nn.LookupTable(5, 3, 2)", ints((9,), 5), without=INTEGERS | {"parameters": "the padding has no gradient"}),
    case("nn.LookupTable(5, 3, 0, 1)", ints((9,), 5), without=INTEGERS | RENORM),
    case("nn.LookupTable(5, 3, 0, 1, 3)", ints((9,), 5), without=INTEGERS | RENORM),
    case(
        "nn.LookupTable(5, 3).scaleGradByFreq()",
        ints((9,), 5),
        without=INTEGERS | {"parameters": "divided by how often an index occurs"},
    ),
    case("nn.SparseLinear(6, 2)", elements(3, 6), without=SPARSE),
    case("nn.SparseLinear(6, 2, True)", elements(3, 6), without=SPARSE),
    case("nn.SparseLinear(6, 2, True)", [elements(3, 6), elements(1, 6)], without=SPARSE),
    case("nn.SparseLinear(6, 2, True)", elements(3, 6, 2), without=SPARSE),
    case("nn.SparseLinear(6, 2)", elements(3, 6, 2), without=SPARSE),
    case("nn.SparseLinear(1, 1)", elements(1, 1), without=SPARSE),
    case("nn.IndexLinear(6, 2, True)", [ints((3,), 6), (3,)], without=RUNNING),
    case("nn.IndexLinear(6, 2)", [[ints((3,), 6), ints((2,), 6)], [(3,), (2,)]], without=RUNNING),
    case("nn.IndexLinear(6, 1, True)", [ints((5,), 6), (5,), lambda rng: np.array([3, 2])], without=RUNNING),
    case("nn.IndexLinear(6, 2, False, None, None, None, True)", [ints((3,), 6), (3,)], without=RUNNING),
]
