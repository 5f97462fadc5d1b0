"""Modules that take tables apart, put them together, or compute with their items."""

from . import case

TABLE = {"batch": "the input is a table"}
OUTPUT = {"batch": "the output is a table"}
ALIAS = {"buffers": "part of gradInput shows the memory of gradOutput", **TABLE}

CASES = [
    case("nn.CAddTable()", [(2, 3), (2, 3), (2, 3)], inplace="nn.CAddTable(True)", without=TABLE),
    case("nn.CAddTable()", [(1,)], without=TABLE),
    case("nn.CAddTable()", [(2, 3), (6,)], without=TABLE),
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
]
