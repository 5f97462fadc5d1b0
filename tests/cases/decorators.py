"""Modules around one module, other formats and types."""

from . import case

ALIAS = {"buffers": "gradInput shows the memory of gradOutput"}
KEPT = {"float32": "the module keeps its type", "type": "the module keeps its type"}

CASES = [
    case("nn.Decorator(nn.Linear(4, 3))", (2, 4), batch=True),
    case("nn.Decorator(nn.CAddTable())", [(2, 4), (2, 4)]),
    case("nn.Bottle(nn.Linear(4, 3))", (2, 3, 5, 4), without={"batch": "a single sample is as good as a batch"}),
    case("nn.Bottle(nn.Linear(4, 3))", (2, 4), batch=True),
    case("nn.Bottle(nn.Linear(4, 3))", (4,)),
    case("nn.Bottle(nn.Reshape(6, True), 3, 2)", (4, 2, 2, 3), batch=True, without=ALIAS),
    case("nn.Bottle(nn.Tanh(), 2, 2)", (1, 1, 1)),
    case("nn.DontCast(nn.Linear(4, 3))", (2, 4), batch=True, without=KEPT),
    case("nn.DontCast(nn.Linear(4, 3), True)", (2, 4), without=KEPT),
    case("nn.DontCast(nn.Linear(4, 3), False, True)", (4,), without=KEPT),
    case("nn.GPU(nn.Linear(4, 3), 1)", (2, 4), batch=True),
    case("nn.NaN(nn.Linear(4, 3), 7)", (2, 4), batch=True),
    case("nn.NaN(nn.ConcatTable().add(nn.Tanh()).add(nn.Identity()), 7)", (2, 4)),
    case("nn.Profile(nn.Linear(4, 3))", (2, 4), batch=True),
    case("nn.Convert()", (2, 3), batch=True, without=ALIAS),
    case("nn.Convert('bchw', 'bf')", (2, 3, 2, 2), batch=True, without=ALIAS),
    case("nn.Convert('chwb', 'bf')", (3, 2, 2, 2), without=ALIAS),
    case("nn.Convert('bcw', 'bwc')", (2, 3, 2), batch=True),
    case("nn.Convert('chw', 'hwc')", (3, 2, 4)),
    case("nn.Convert('fb', 'bf')", (3, 2)),
    case("nn.Convert('bt', 'b')", (2, 3)),
    case("nn.Convert('b', 'bt')", (3,), without=ALIAS),
    case("nn.Copy()", (2, 3), batch=True, without=ALIAS),
    case("nn.Copy('torch.DoubleTensor', 'torch.DoubleTensor', True)", (2, 3)),
    case("nn.PrintSize('size')", (2, 3), batch=True, without=ALIAS),
    case("nn.PrintSize()", [(2, 3), (4,)], without=ALIAS),
]
