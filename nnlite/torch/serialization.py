"""Reading and writing .t7 files: load, save, serialize, deserialize, register."""

from ..t7 import dumps as serialize
from ..t7 import load, register, save
from ..t7 import loads as deserialize

__all__ = ["deserialize", "load", "register", "save", "serialize"]
