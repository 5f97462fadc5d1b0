"""Convolutions: temporal, spatial, volumetric, transposed, local, depthwise, by a table of connections."""

from . import case

TABLE = {"batch": "the input is a table"}
SINGLE = {"batch": "as in Torch only single images are taken"}
FOUR = dict.fromkeys(("errors", "shapes"), "the first forward gives the weight its four axes, as in Torch")
MIXED = "every second gradient is wrong if there are as many kernels as planes, as in Torch"

CASES = [
    case("nn.TemporalConvolution(3, 4, 2)", (2, 5, 3), batch=True),
    case("nn.TemporalConvolution(3, 4, 3, 2)", (6, 3)),
    case("nn.TemporalConvolution(2, 1, 1, 3)", (1, 2)),
    case("nn.TemporalRowConvolution(3, 2)", (2, 5, 3), batch=True),
    case("nn.TemporalRowConvolution(3, 2, 2, True)", (2, 3, 6), batch=True),
    case("nn.TemporalRowConvolution(2, 3).noBias()", (4, 2)),
    case("nn.SpatialConvolution(2, 3, 3, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialConvolution(2, 3, 3, 3, 1, 1, 1)", (2, 2, 5, 4), batch=True),
    case("nn.SpatialConvolution(2, 3, 2, 3, 2, 1, 1, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialConvolution(2, 3, 1, 1)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialConvolution(2, 3, 1, 1, 2, 2)", (2, 2, 5, 4), batch=True),
    case("nn.SpatialConvolution(1, 2, 2, 2, 3, 3)", (1, 6, 5)),
    case("nn.SpatialConvolution(1, 1, 1, 1)", (1, 1, 1)),
    case("nn.SpatialConvolution(1, 2, 2, 2, 1, 2, 1, 0).noBias()", (2, 1, 4, 4), batch=True),
    case("nn.SpatialConvolutionMM(2, 3, 2, 3, 1, 2, 0, 1)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialConvolutionMM(1, 2, 3, 3).noBias()", (1, 4, 4)),
    case("nn.SpatialDilatedConvolution(2, 3, 2, 3, 2, 1, 1, 2, 1, 2)", (2, 2, 5, 5), batch=True),
    case("nn.SpatialDilatedConvolution(1, 2, 2, 2, 2, 3, 0, 0, 3, 2)", (1, 7, 7)),
    case("nn.SpatialFullConvolution(2, 3, 3, 2)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialFullConvolution(3, 2, 3, 2, 2, 2, 1, 0, 1, 1)", (2, 3, 3, 2), batch=True),
    case("nn.SpatialFullConvolution(1, 2, 2, 2, 3, 3).noBias()", (1, 2, 3)),
    case("nn.SpatialFullConvolution(2, 1, 3, 3, 2, 2, 1, 1)", [(2, 2, 3, 3), (2, 1, 6, 5)], without=TABLE),
    case("nn.SpatialFullConvolution(2, 1, 3, 3, 2, 2, 1, 1)", [(2, 3, 3), (4, 5, 6)], without=TABLE),
    case("nn.SpatialConvolutionLocal(2, 3, 5, 4, 3, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialConvolutionLocal(1, 2, 4, 4, 3, 3, 2, 2, 1)", (1, 4, 4)),
    case("nn.SpatialConvolutionMap(nn.tables.full(2, 3), 3, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialConvolutionMap(nn.tables.oneToOne(2), 2, 2, 2, 1)", (3, 4, 5)),
    case("nn.SpatialConvolutionMap(nn.tables.random(3, 4, 2), 2, 2)", (2, 3, 3, 3), batch=True),
    case("nn.SpatialFullConvolutionMap(nn.tables.full(2, 3), 3, 2)", (2, 3, 4), without=SINGLE),
    case("nn.SpatialFullConvolutionMap(nn.tables.random(3, 2, 2), 2, 2, 2, 3)", (3, 2, 3)),
    case("nn.SpatialDepthWiseConvolution(2, 3, 3, 2)", (2, 2, 4, 5), batch=True, without=FOUR),
    case("nn.SpatialDepthWiseConvolution(3, 1, 2, 2, 2, 1, 1).noBias()", (2, 3, 4, 4), batch=True, without=FOUR),
    case(
        "nn.SpatialDepthWiseConvolution(2, 2, 2, 2)",
        (2, 3, 3),
        without=FOUR | dict.fromkeys(("scale", "batch", "clear", "pickle", "t7", "clone", "flat"), MIXED),
    ),
    case("nn.VolumetricConvolution(2, 3, 2, 3, 2)", (2, 2, 3, 4, 4), batch=True),
    case("nn.VolumetricConvolution(1, 2, 2, 3, 1, 1, 2, 1, 1, 1, 0)", (1, 3, 3, 4)),
    case("nn.VolumetricConvolution(2, 1, 1, 1, 1).noBias()", (2, 2, 2, 2, 3), batch=True),
    case("nn.VolumetricDilatedConvolution(2, 1, 2, 2, 2, 1, 2, 1, 0, 1, 0, 2, 1, 2)", (2, 2, 3, 3, 4), batch=True),
    case("nn.VolumetricFullConvolution(2, 3, 2, 2, 3)", (2, 2, 2, 3, 2), batch=True),
    case("nn.VolumetricFullConvolution(1, 2, 2, 3, 2, 2, 2, 1, 1, 1, 0, 1, 0, 0)", (1, 2, 3, 2)),
    case("nn.VolumetricFullConvolution(2, 1, 2, 2, 2, 2, 2, 2)", [(2, 2, 2, 2), (1, 5, 4, 5)], without=TABLE),
]
