"""Normalization by the neighbourhood."""

from . import case

CASES = [
    case("nn.SpatialCrossMapLRN(3)", (2, 4, 2, 3), batch=True),
    case("nn.SpatialCrossMapLRN(5, 0.5, 0.6, 2)", (2, 7, 2, 2), batch=True),
    case("nn.SpatialCrossMapLRN(5, 0.5)", (2, 3, 2)),
    case("nn.SpatialSubtractiveNormalization(2, np.ones((3, 3)))", (2, 2, 4, 5), batch=True),
    case("nn.SpatialSubtractiveNormalization(2, np.array([1.0, 2, 1]))", (2, 4, 5)),
    case("nn.SpatialSubtractiveNormalization()", (1, 10, 9)),
    case("nn.SpatialDivisiveNormalization(2, np.ones((3, 5)))", (2, 2, 4, 5), batch=True),
    case("nn.SpatialDivisiveNormalization(2, np.array([1.0, 2, 1]), 0.5, 0.25)", (2, 4, 5)),
    case("nn.SpatialContrastiveNormalization(2, np.ones((3, 3)))", (2, 2, 4, 5), batch=True),
    case("nn.SpatialContrastiveNormalization(1, np.array([1.0, 2, 1]))", (1, 4, 5)),
]
