"""The same numbers in another shape, or some of them."""

from . import case

ALIAS = {"buffers": "gradInput shows the memory of gradOutput"}

CASES = [
    case("nn.Identity()", (2, 3), batch=True, without=ALIAS),
    case("nn.Identity()", [(2, 3), [(4,)]], without=ALIAS),
    case("nn.Reshape(6)", (2, 2, 3), batch=True, without=ALIAS),
    case("nn.Reshape(3, 2)", (2, 3), without=ALIAS),
    case("nn.Reshape(6, False)", (1, 6), without=ALIAS),
    case("nn.Reshape(6, True)", (1, 6), without=ALIAS),
    case("nn.Reshape(-1)", (2, 2, 3), without=ALIAS),
    case("nn.View(6)", (2, 6), without=ALIAS),
    case("nn.View(-1, 2)", (4, 3), without=ALIAS),
    case("nn.View(-1).setNumInputDims(2)", (2, 2, 3), batch=True, without=ALIAS),
    case("nn.View(1)", (1,), without=ALIAS),
    case("nn.Narrow(1, 2, 2)", (4, 3)),
    case("nn.Narrow(-1, 2, -1)", (2, 4), batch=True),
    case("nn.Narrow(2, -2, 1)", (2, 4)),
    case("nn.Narrow(1, 1)", (1,)),
    case("nn.Select(1, 2)", (3, 2)),
    case("nn.Select(-1, -1)", (2, 3, 4), batch=True),
]
