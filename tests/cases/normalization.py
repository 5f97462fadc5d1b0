"""Normalization by the batch and of each sample."""

from . import case

BATCH = {"batch": "the statistics are those of the batch"}
LAYER = {"batch": "the means of a batch are subtracted from other elements, as in Torch"}

CASES = [
    case("nn.BatchNormalization(3)", (4, 3), without=BATCH),
    case("nn.BatchNormalization(3, 1e-3, 0.3)", (2, 3), without=BATCH),
    case("nn.BatchNormalization(3, 1e-5, 0.1, False)", (4, 3), without=BATCH),
    case("nn.BatchNormalization(3)", (1, 3), without=BATCH),
    case("nn.SpatialBatchNormalization(2)", (3, 2, 2, 3), without=BATCH),
    case("nn.SpatialBatchNormalization(2, 1e-5, 0.1, False)", (3, 2, 2, 3), without=BATCH),
    case("nn.SpatialBatchNormalization(1)", (1, 1, 1, 2), without=BATCH),
    case("nn.VolumetricBatchNormalization(2)", (2, 2, 2, 1, 3), without=BATCH),
    case("nn.Normalize(2)", (2, 3), batch=True),
    case("nn.Normalize(1)", (2, 3), batch=True),
    case("nn.Normalize(1.5)", (2, 3), batch=True),
    case("nn.Normalize(3, 1e-5)", (3,)),
    case("nn.Normalize(4)", (2, 3), batch=True),
    case("nn.Normalize(math.inf)", (2, 3), batch=True),
    case("nn.Normalize(2)", (1,)),
    case("nn.LayerNormalization(4)", (2, 4), without=LAYER),
    case("nn.LayerNormalization(4, 0.5)", (4,)),
    case("nn.LayerNormalization(3, 0, 1e-3, False)", (2, 3), without=LAYER),
]
