"""Fields of old versions brought to the present one: upgraded, VERSIONS."""

__all__ = ["VERSIONS", "upgraded"]

VERSIONS = {
    "nn.BatchNormalization": 2,
    "nn.GradientReversal": 2,
    "nn.LookupTable": 4,
    "nn.SpatialBatchNormalization": 2,
    "nn.VolumetricMaxPooling": 2,
}


def upgraded(part, fields: dict) -> dict:
    """Return the fields as the present version of the class has them."""
    return fields
