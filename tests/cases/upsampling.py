"""Enlarged images and volumes."""

from . import case

CASES = [
    case("nn.SpatialUpSamplingNearest(2)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialUpSamplingNearest(3)", (2, 2, 1)),
    case("nn.SpatialUpSamplingNearest(1)", (1, 2, 3)),
    case("nn.SpatialUpSamplingBilinear(2)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialUpSamplingBilinear({'oheight': 5, 'owidth': 7})", (2, 3, 3)),
    case("nn.SpatialUpSamplingBilinear({'oheight': 2, 'owidth': 1})", (2, 5, 4)),
    case("nn.UpSampling(2)", (2, 2, 3, 2), without={"batch": "takes batches only"}),
    case("nn.UpSampling(2)", (2, 1, 2, 2, 3)),
    case("nn.UpSampling(3, 'bilinear')", (1, 2, 3, 2)),
    case("nn.UpSampling(2, 'linear')", (2, 1, 2, 2, 3)),
    case("nn.UpSampling({'odepth': 3, 'oheight': 2, 'owidth': 5}, 'trilinear')", (1, 2, 2, 3, 2)),
    case("nn.UpSampling({'oheight': 4, 'owidth': 5}, 'linear')", (1, 1, 2, 3)),
    case("nn.PixelShuffle(2)", (2, 8, 2, 3), batch=True),
    case("nn.PixelShuffle(3)", (9, 2, 1)),
]
