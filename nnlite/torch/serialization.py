"""Reading and writing .t7 files: load, register."""

from ..t7.load import load
from ..t7.registry import register

__all__ = ["load", "register"]
