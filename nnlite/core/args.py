"""Lua's optional arguments: given."""

__all__ = ["given"]


def given(value, default):
    """Return `value`, or `default` where it is ``None`` (nil): 0, ``False`` and empty tables are values, as in Lua."""
    return default if value is None else value
