"""Random masks and noise, and gradients that are not those of the output."""

from . import case

CASES = [
    case("nn.Dropout(0.3)", (4, 5), inplace="nn.Dropout(0.3, False, True)"),
    case("nn.Dropout(0.3, True)", (4, 5), inplace="nn.Dropout(0.3, True, True)"),
    case("nn.Dropout(0)", (2, 3), batch=True, inplace="nn.Dropout(0, False, True)"),
    case("m = nn.Dropout()\nm.evaluate()\nm", (2, 3), batch=True),
    case("m = nn.Dropout(0.3, True)\nm.evaluate()\nm", (2, 3), batch=True),
    case("nn.SpatialDropout()", (3, 2, 2)),
    case("nn.SpatialDropout(0.3)", (2, 3, 2, 2), without={"batch": "every sample draws its own numbers"}),
    case("nn.VolumetricDropout()", (3, 1, 2, 2)),
    case("nn.VolumetricDropout(0.3)", (2, 3, 1, 2, 2), without={"batch": "every sample draws its own numbers"}),
    case("nn.WhiteNoise()", (2, 3), without={"batch": "every sample draws its own numbers"}),
    case("nn.WhiteNoise(1, 0.5)", (1,)),
    case("nn.GradientReversal()", (2, 3), batch=True, without={"gradient": "it is reversed"}),
    case("nn.GradientReversal(0.3)", (1,), without={"gradient": "it is reversed"}),
    case("nn.ZeroGrad()", (2, 3), batch=True, without={"gradient": "it is zero"}),
    case("nn.L1Penalty(0.1)", (2, 3), batch=True, without={"gradient": "that of the penalty is added"}),
    case("nn.L1Penalty(2, True, False)", (2, 3), without={"gradient": "it is that of the penalty alone"}),
]
