"""Pooling, unpooling and subsampling of sequences, images and volumes."""

from . import case, positive

DRAWS = {"batch": "every plane draws windows of its own"}
FED = {"batch": "one size only", "t7": "the indices of the pooling module are not written"}
NO_BATCH = {"batch": "takes one sequence only"}


def unpooling(pooling, x):
    """Return the text of an unpooling module whose pooling module has seen an input."""
    kind = "Spatial" if "Spatial" in pooling else "Volumetric"
    fed = f"pooling.forward(np.sin(7 * np.arange({x}.0)).reshape(%s))"
    return f"pooling = {pooling}\n{fed}\nnn.{kind}MaxUnpooling(pooling)"


CASES = [
    # sequences
    case("nn.TemporalMaxPooling(2)", (2, 6, 3), batch=True),
    case("nn.TemporalMaxPooling(3, 1)", (5, 2)),
    case("nn.TemporalMaxPooling(2, 3)", (2, 7, 2), batch=True),
    case("nn.TemporalDynamicKMaxPooling(2)", (2, 5, 3), batch=True),
    case("nn.TemporalDynamicKMaxPooling(2, 0.5)", (7, 2)),
    case("nn.TemporalSubSampling(3, 2)", (5, 3), without=NO_BATCH),
    case("nn.TemporalSubSampling(2, 3, 2)", (8, 2), without=NO_BATCH),
    # features
    case("nn.FeatureLPPooling(2, 1, 2, True)", positive((2, 5)), without={"batch": "batch_mode says what comes"}),
    case("nn.FeatureLPPooling(2, 2, 2)", positive((6,))),
    case("nn.FeatureLPPooling(3, 2, 3)", positive((7, 2))),
    case("nn.FeatureLPPooling(3, 1, 2.5, True)", positive((2, 4, 3, 2))),
    # images
    case("nn.SpatialMaxPooling(2, 2)", (2, 3, 4, 6), batch=True),
    case("nn.SpatialMaxPooling(2, 2)", (1, 5, 5)),
    case("nn.SpatialMaxPooling(3, 2, 2, 1, 1, 1)", (2, 2, 5, 6), batch=True),
    case("nn.SpatialMaxPooling(2, 3, 2, 2).ceil()", (2, 2, 6, 5), batch=True),
    case("nn.SpatialMaxPooling(3, 3, 1, 1)", (2, 4, 16)),
    case("nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1)", (1, 4, 28)),
    case("nn.SpatialMaxPooling(1, 2, 3, 3)", (2, 5, 7)),
    case("nn.SpatialDilatedMaxPooling(2, 2, 1, 1, 0, 0, 2, 2)", (2, 2, 5, 6), batch=True),
    case("nn.SpatialDilatedMaxPooling(3, 2, 2, 1, 1, 0, 1, 2)", (2, 5, 6)),
    case("nn.SpatialAveragePooling(2, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialAveragePooling(3, 2, 2, 1, 1, 1)", (2, 5, 6)),
    case("nn.SpatialAveragePooling(2, 3, 2, 2).ceil()", (2, 2, 6, 5), batch=True),
    case("nn.SpatialAveragePooling(3, 3, 2, 2, 1, 1).setCountExcludePad()", (2, 5, 6)),
    case("nn.SpatialAveragePooling(4, 5)", (2, 2, 5, 4), batch=True),
    case("nn.SpatialAveragePooling(4, 3, 1, 1, 2, 1)", (2, 4, 5)),
    case("nn.SpatialLPPooling(2, 2, 2, 2)", positive((2, 2, 4, 4)), batch=True),
    case("nn.SpatialLPPooling(2, 3, 3, 2, 2, 1)", positive((2, 4, 5))),
    case("nn.SpatialAdaptiveMaxPooling(2, 3)", (2, 2, 5, 7), batch=True),
    case("nn.SpatialAdaptiveMaxPooling(3, 5)", (2, 4, 2)),
    case("nn.SpatialAdaptiveAveragePooling(2, 3)", (2, 2, 5, 7), batch=True),
    case("nn.SpatialAdaptiveAveragePooling(3, 5)", (2, 4, 2)),
    case("nn.SpatialAdaptiveAveragePooling(1, 1)", (2, 2, 4, 3), batch=True),
    case("nn.SpatialFractionalMaxPooling(2, 2, 3, 2)", (2, 2, 5, 6), without=DRAWS),
    case("nn.SpatialFractionalMaxPooling(2, 3, 0.6, 0.5)", (2, 7, 6)),
    case("nn.SpatialFractionalMaxPooling(2, 2, 1, 3).fixPoolingRegions()", (2, 6, 6)),
    case("nn.SpatialSubSampling(2, 2, 2)", (2, 2, 4, 5), batch=True),
    case("nn.SpatialSubSampling(2, 3, 2, 2, 2)", (2, 4, 6)),
    # volumes
    case("nn.VolumetricMaxPooling(2, 2, 2)", (2, 2, 4, 4, 4), batch=True),
    case("nn.VolumetricMaxPooling(2, 3, 2, 1, 2, 1, 1, 1, 0)", (2, 3, 4, 5)),
    case("nn.VolumetricMaxPooling(2, 2, 3, 2, 2, 2).ceil()", (1, 2, 3, 5, 5), batch=True),
    case("nn.VolumetricDilatedMaxPooling(2, 2, 2, 1, 1, 1, 0, 0, 0, 2, 1, 2)", (2, 1, 4, 4, 3), batch=True),
    case("nn.VolumetricAveragePooling(2, 2, 2)", (2, 2, 4, 4, 4), batch=True),
    case("nn.VolumetricAveragePooling(2, 3, 2, 1, 2, 1)", (2, 3, 4, 5)),
    case("nn.VolumetricFractionalMaxPooling(2, 2, 2, 2, 3, 2)", (2, 1, 4, 5, 4), without=DRAWS),
    case("nn.VolumetricFractionalMaxPooling(2, 2, 2, 0.5, 0.6, 0.5)", (2, 5, 5, 6)),
    # back
    case(
        "pooling = nn.SpatialMaxPooling(2, 2)\nnn.Sequential().add(pooling).add(nn.SpatialMaxUnpooling(pooling))",
        (2, 2, 4, 6),
        batch=True,
    ),
    case(
        "pooling = nn.VolumetricMaxPooling(2, 2, 2)\n"
        "nn.Sequential().add(pooling).add(nn.Tanh()).add(nn.VolumetricMaxUnpooling(pooling))",
        (2, 1, 4, 5, 4),
        batch=True,
    ),
    case(unpooling("nn.SpatialMaxPooling(2, 2)", 96) % "2, 2, 4, 6", (2, 2, 2, 3), without=FED),
    case(unpooling("nn.SpatialMaxPooling(3, 2, 3, 2, 1, 1)", 42) % "1, 6, 7", (1, 4, 3), without=FED),
    case(unpooling("nn.VolumetricMaxPooling(2, 2, 2)", 128) % "2, 4, 4, 4", (2, 2, 2, 2), without=FED),
    case(
        unpooling("nn.VolumetricMaxPooling(2, 2, 3, 2, 2, 3, 1, 1, 1)", 240) % "2, 4, 5, 6", (2, 3, 2, 4), without=FED
    ),
]
