"""Borders around images and volumes."""

from . import case

CASES = [
    case("nn.SpatialZeroPadding(1, 2, 2, 1)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialZeroPadding(1)", (2, 3, 4)),
    case("nn.SpatialZeroPadding(-1, 1, 0, -1)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialZeroPadding(0)", (1, 3, 4)),
    case("nn.SpatialZeroPadding(-3, 2, 0, 0)", (1, 3, 3)),
    case("nn.SpatialReflectionPadding(1, 2, 2, 1)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialReflectionPadding(2, -1, -1, 2)", (2, 4, 4)),
    case("nn.SpatialReplicationPadding(1, 2, 2, 1)", (2, 2, 3, 4), batch=True),
    case("nn.SpatialReplicationPadding(4, -1, -2, 3)", (2, 3, 3)),
    case("nn.VolumetricReplicationPadding(1, 2, 1, 0, 0, 1)", (2, 2, 2, 3, 2), batch=True),
    case("nn.VolumetricReplicationPadding(1, -1, 0, 2, 3)", (2, 3, 2, 3)),
]
