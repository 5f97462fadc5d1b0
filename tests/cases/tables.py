"""Modules that take tables apart, put them together, or compute with their items."""

from . import case, distinct, ints, positive

TABLE = {"batch": "the input is a table"}
OUTPUT = {"batch": "the output is a table"}
ALIAS = {"buffers": "part of gradInput shows the memory of gradOutput", **TABLE}


def mask(shape):
    """Return the spec of bytes 0 and 1."""
    return lambda rng: (distinct(shape, rng) > 0).astype("uint8")


CASES = [
    case("nn.CAddTable()", [(2, 3), (2, 3), (2, 3)], inplace="nn.CAddTable(True)", without=TABLE),
    case("nn.CAddTable()", [(1,)], without=TABLE),
    case("nn.CAddTable()", [(2, 3), (6,)], without=TABLE),
    case("nn.CSubTable()", [(2, 3), (2, 3)], without=TABLE),
    case("nn.CMulTable()", [(2, 3), (2, 3), (3, 2)], without=TABLE),
    case("nn.CMulTable()", [(1,)], without=TABLE),
    case("nn.CDivTable()", [(2, 3), positive((2, 3))], without=TABLE),
    case("nn.CMaxTable()", [(2, 3), (2, 3), (2, 3)], without=TABLE),
    case("nn.CMaxTable()", [(1,)], without=TABLE),
    case("nn.CMinTable()", [(2, 3), (2, 3), (6,)], without=TABLE),
    case("nn.CAddTensorTable()", [(2, 3), [(2, 3), (2, 3)]], without=TABLE),
    case("nn.CAddTensorTable()", [(1,), [(1,)]], without=TABLE),
    case("nn.MixtureTable()", [(3,), [(4,), (4,), (4,)]], without=TABLE),
    case("nn.MixtureTable()", [(2, 3), [(2, 4), (2, 4), (2, 4)]], without=TABLE),
    case("nn.MixtureTable()", [(2, 2), [(2, 3, 4), (2, 3, 4)]], without=TABLE),
    case("nn.MixtureTable()", [(3,), (3, 4)], without=TABLE),
    case("nn.MixtureTable(3)", [(2, 3), (2, 4, 3)], without=TABLE),
    case("nn.MixtureTable()", [(1, 1), [(1, 1)]], without=TABLE),
    case("nn.DotProduct()", [(2, 3), (2, 3)], without=TABLE),
    case("nn.DotProduct()", [(3,), (3,)], without=TABLE),
    case("nn.CosineDistance()", [(2, 3), (2, 3)], without=TABLE),
    case("nn.CosineDistance()", [(3,), (3,)], without=TABLE),
    case("nn.PairwiseDistance()", [(2, 3), positive((2, 3))], without={"gradient": "divides by 1e-6 more", **TABLE}),
    case("nn.PairwiseDistance(1)", [(2, 3), positive((2, 3))], without=TABLE),
    case("nn.PairwiseDistance(1)", [(1,), (1,)], without=TABLE),
    case("nn.PairwiseDistance(3)", [(3,), (3,)], without={"gradient": "divides by 1e-6 more", **TABLE}),
    case("nn.MM()", [(2, 3), (3, 4)], without=TABLE),
    case("nn.MM(True, False)", [(2, 3, 1), (2, 3, 4)], without=TABLE),
    case("nn.MM(False, True)", [(2, 1, 3), (2, 4, 3)], without=TABLE),
    case("nn.MM(True, True)", [(3, 2), (4, 3)], without=TABLE),
    case("nn.MV()", [(2, 3), (3,)], without=TABLE),
    case("nn.MV(True)", [(2, 3, 4), (2, 3)], without=TABLE),
    case("nn.JoinTable(1)", [(2, 3), (1, 3)], without=TABLE),
    case("nn.JoinTable(2, 2)", [(4, 2, 3), (4, 2, 1), (4, 2, 2)], without=TABLE),
    case("nn.JoinTable(-2)", [(2, 3), (1, 3)], without=TABLE),
    case("nn.SplitTable(1)", (3, 2), without=OUTPUT),
    case("nn.SplitTable(-1)", (2, 3), without=OUTPUT),
    case("nn.SplitTable(1, 2)", (4, 2, 3), without=OUTPUT),
    case("nn.SplitTable(1)", (3,), without=OUTPUT),
    case("nn.NarrowTable(2)", [(2, 3), (4,), (1,)], without=ALIAS),
    case("nn.NarrowTable(1, 2)", [(2, 3), [(4,), (2, 1)], [(1,), (1,)]], without=ALIAS),
    case("nn.SelectTable(2)", [(2, 3), (4,), (1,)], without=TABLE),
    case("nn.SelectTable(-1)", [(2, 3), [(4,), (1,)]], without=TABLE),
    case("nn.FlattenTable()", [(2, 3), [(4,), [(1,)]]], without=ALIAS),
    case("nn.ZipTable()", [[(2, 3), (4,)], [(1,), (2,)]], without=ALIAS),
    case("nn.ZipTableOneToMany()", [(2, 3), [(4,), (1,)]], without=ALIAS),
    case(
        "nn.CriterionTable(nn.MSECriterion())",
        [(2, 3), lambda rng: distinct((2, 3), rng).astype("f4").astype(float)],
        without={
            "gradient": "it is that of the loss, whatever gradOutput is, and none for the target",
            **TABLE,
        },
    ),
    case("nn.Index(1)", [(4, 3), ints((6,), 4)], without=TABLE),
    case("nn.Index(-1)", [(2, 3, 4), ints((3,), 4)], without=TABLE),
    case("nn.Index(1)", [(1,), ints((1,), 1)], without=TABLE),
    case("nn.MaskedSelect()", [(2, 3), mask((2, 3))], without=TABLE),
    case("nn.MaskedSelect()", [(5,), mask((5,))], without=TABLE),
]
