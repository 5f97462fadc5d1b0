"""Torch7's file format, .t7: load, loads, save, dumps, T7Error, LuaFunction, Unknown, register, ..."""

from .assemble import Report
from .format import ObjectKey, T7Error
from .load import load, loads
from .registry import register
from .save import dumps, save
from .unknown import Hash, LuaFunction, Unknown, Vec

__all__ = [
    "Hash",
    "LuaFunction",
    "ObjectKey",
    "Report",
    "T7Error",
    "Unknown",
    "Vec",
    "dumps",
    "load",
    "loads",
    "register",
    "save",
]
