"""Transfer functions."""

from . import case, positive

DRAWS = {"batch": "the slopes are drawn in the order of the elements"}

SIMPLE = ("Tanh", "TanhShrink", "Sigmoid", "LogSigmoid", "SoftPlus", "SoftSign", "ELU", "LeakyReLU", "PReLU", "ReLU")
SIMPLE += ("ReLU6", "HardTanh", "Threshold", "HardShrink", "SoftShrink", "Abs", "Exp", "Square")
NORMALIZED = ("SoftMax", "SoftMin", "LogSoftMax", "SpatialSoftMax", "SpatialLogSoftMax")

CASES = [
    *(case(f"nn.{name}()", (2, 3), batch=True) for name in SIMPLE),
    *(case(f"nn.{name}()", (1,)) for name in SIMPLE),
    *(case(f"nn.{name}()", (2, 1, 2, 2, 2)) for name in SIMPLE),
    case("nn.Log()", positive((2, 3)), batch=True),
    case("nn.Log()", positive((1,))),
    case("nn.Sqrt()", positive((2, 3)), batch=True),
    case("nn.Sqrt(0.5)", positive((1,))),
    *(case(f"nn.Power({p})", positive((2, 3)), batch=True) for p in (2, 3, 0.5, -0.5, -1, -2, 1, 0, 1.7, -0.3)),
    case("nn.SoftPlus(40)", (2, 3), batch=True),
    case("nn.SoftPlus(0.5)", (3,)),
    case("nn.HardTanh(-0.6, 1.3)", (2, 3), batch=True, inplace="nn.HardTanh(-0.6, 1.3, True)"),
    case("nn.Clamp(-0.6, 1.3)", (2, 3), batch=True),
    case("nn.Clamp()", (1,)),
    case("nn.ReLU()", (2, 3, 4), batch=True, inplace="nn.ReLU(True)"),
    case("nn.ReLU6()", (2, 3), batch=True, inplace="nn.ReLU6(True)"),
    case("nn.Threshold(0.3, 0.3)", (2, 3), inplace="nn.Threshold(0.3, 0.3, True)"),
    case("nn.Threshold(0.3, 0)", (2, 3), inplace="nn.Threshold(0.3, 0, True)"),
    case("nn.Threshold(0.3, -2)", (2, 3), inplace="nn.Threshold(0.3, -2, True)"),
    case("nn.Threshold(0.3, 2)", (2, 3)),
    case("nn.LeakyReLU(0.2)", (2, 3), batch=True, inplace="nn.LeakyReLU(0.2, True)"),
    case("nn.LeakyReLU(-0.5)", (2, 3), batch=True),
    case("nn.LeakyReLU(1.5)", (2, 3), batch=True, inplace="nn.LeakyReLU(1.5, True)"),
    case("nn.LeakyReLU(True)", (2, 3), batch=True),
    case("nn.ELU()", (2, 3), batch=True, inplace="nn.ELU(1, True)"),
    case("nn.ELU(0.3)", (2, 3), batch=True, inplace="nn.ELU(0.3, True)"),
    case("nn.ELU(1.5)", (2, 3), batch=True, inplace="nn.ELU(1.5, True)"),
    case("nn.HardShrink(0.7)", (2, 3), batch=True),
    case("nn.SoftShrink(0.7)", (2, 3), batch=True),
    case("nn.SoftShrink(-0.7)", (2, 3), batch=True),
    case("nn.RReLU()", (2, 3), inplace="nn.RReLU(1 / 8, 1 / 3, True)", without=DRAWS),
    case("nn.RReLU(0.2, 0.2)", (2, 3), inplace="nn.RReLU(0.2, 0.2, True)", without=DRAWS),
    case("nn.RReLU()", (1,), without=DRAWS),
    case("nn.PReLU(3)", (2, 3)),
    case("nn.PReLU(3)", (3,)),
    case("nn.PReLU(3)", (2, 3, 2, 2)),
    case("nn.PReLU(1)", (1, 1)),
    *(case(f"nn.{name}()", (2, 3), batch=True) for name in NORMALIZED),
    *(case(f"nn.{name}()", (1,)) for name in NORMALIZED),
    *(case(f"nn.{name}()", (3, 2, 2)) for name in NORMALIZED),
    *(case(f"nn.{name}()", (2, 3, 2, 2), batch=True) for name in NORMALIZED),
    case("nn.GatedLinearUnit()", (2, 4), batch=True),
    case("nn.GatedLinearUnit(1)", (4, 3)),
    case("nn.GatedLinearUnit(2)", (2, 4, 3)),
    case("nn.GatedLinearUnit()", (2,)),
    case("nn.CReLU(1)", (2, 3), batch=True),
    case("nn.CReLU(1, True)", (2, 3), batch=True, without={"untouched": "overwrites the gradient, as it is asked to"}),
    case("nn.CReLU(3)", (2, 3, 2, 2), batch=True),
    case("nn.CReLU(3)", (3, 2, 2)),
    case("nn.CReLU(3)", (2, 3)),
    case("nn.Maxout(4, 3, 2)", (2, 4), batch=True),
    case("nn.Maxout(4, 3, 2, nn.Tanh())", (4,)),
    case("nn.Maxout(1, 1, 1)", (1, 1)),
]
