"""Classes of other packages and the CPU classes that take their place: foreign."""

__all__ = ["foreign"]


def foreign(name: str) -> str:
    """Return the name of the class that takes the place of `name`."""
    package, _, plain = name.rpartition(".")
    return f"nn.{plain}" if package == "cudnn" else name
