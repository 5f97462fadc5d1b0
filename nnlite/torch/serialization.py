"""Reading and writing .t7 files: load, save, serialize, deserialize, register, DiskFile, MemoryFile, LuaFunction."""

from ..t7 import LuaFunction, T7Error, load, register, save
from ..t7 import dumps as serialize
from ..t7 import loads as deserialize
from .files import DiskFile, MemoryFile

__all__ = [
    "DiskFile",
    "LuaFunction",
    "MemoryFile",
    "T7Error",
    "deserialize",
    "load",
    "register",
    "save",
    "serialize",
]
