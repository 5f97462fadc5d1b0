"""Comparing what was loaded with the records of expected.json (see README.md there)."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np

from nnlite.t7 import LuaFunction, ObjectKey, Unknown

FILES = Path(__file__).parent / "files"
RECORDS = json.loads((FILES / "expected.json").read_text())["files"]


def records(*kinds):
    """Return the records of these kinds."""
    return [record for record in RECORDS if record["kind"] in kinds]


def number(node):
    """Return the number a node stands for."""
    named = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-0": -0.0}
    return named[node["num"]] if isinstance(node, dict) else node


class Comparison:
    """Compares objects with nodes, and remembers identities and storages."""

    def __init__(self):
        self.objects, self.storages, self.different = {}, {}, []

    def check(self, node, value, path="value"):
        """Compare an object with a node and all below it."""
        if not self._equal(node, value, path):
            self.different.append(f"{path}: {value!r:.80} instead of {node!s:.80}")
        return self.different

    def _equal(self, node, value, path):
        if node is None or isinstance(node, bool):
            return value is node
        if isinstance(node, int | float) or (isinstance(node, dict) and "num" in node):
            want = number(node)
            if want != want:
                return value != value
            return type(value) in (int, float) and value == want and math.copysign(1, value) == math.copysign(1, want)
        if isinstance(node, str):
            return value == node
        if "hex" in node:
            chars = bytes.fromhex(node["hex"])
            return (value if isinstance(value, bytes) else str(value).encode()) == chars
        if "ref" in node:
            return value is self.objects[node["ref"]]
        self.objects[node.get("id")] = value
        for kind in ("tensor", "storage_type", "function", "list", "table"):
            if kind in node:
                return getattr(self, f"_{kind}")(node, value, path)
        return self._object(node, value, path)

    def _list(self, node, value, path):
        for i, item in enumerate(node["list"]):
            self.check(item, list(value)[i], f"{path}[{i + 1}]")
        return isinstance(value, list) and len(value) == len(node["list"])

    def _table(self, node, value, path):
        return self._items(node["table"], value, path) and isinstance(value, dict)

    def _items(self, items, value, path):
        found = dict(value.items())
        for key, item in items:
            if isinstance(key, dict) and "ref" in key:
                key = next(k for k in found if isinstance(k, ObjectKey) and k.value is self.objects[key["ref"]])
            elif isinstance(key, dict):
                key = number(key)
            self.check(item, found.pop(key), f"{path}.{key}")
        return not found

    def _function(self, node, value, path):
        upvalues = value.upvalues
        if isinstance(upvalues, list) and upvalues and not isinstance(upvalues[0], dict):
            upvalues = [{"value": item} for item in upvalues]  # the old forms have no names
        for (name, item), up in zip(node["function"], upvalues, strict=True):
            self.check(item, up.get("value"), f"{path}.{name}")
        return type(value) is LuaFunction

    def _object(self, node, value, path):
        name = node["object"]
        if name == "tds.Vec":
            return self._list(node, value, path)
        if name == "tds.Hash":
            return self._items(node["items"], value, path)
        for key, item in node.get("fields", ()):
            if isinstance(value, Unknown):
                self.check(item, getattr(value, key), f"{path}.{key}")
        return name == getattr(value, "torch_typename", "torch.Generator")

    def _storage_type(self, node, value, path):
        return self._tensor(node | {"shape": [node["n"]]}, value, path)

    def _tensor(self, node, value, path):
        if value.dtype != node["dtype"] or not value.flags.writeable:
            return False
        if not node["shape"] or not math.prod(node["shape"]):
            return value.size == 0
        if value.shape != tuple(node["shape"]):
            return False
        if "storage" in node:
            start = value.__array_interface__["data"][0] - (node.get("offset", 1) - 1) * value.itemsize
            if self.storages.setdefault(node["storage"], start) != start:
                self.different.append(f"{path}: does not share its storage")
        if "stride" in node:
            assert [step // value.itemsize for step in value.strides] == node["stride"]
        if "data" in node:
            want = np.array([number(item) for item in node["data"]], node["dtype"]).reshape(node["shape"])
            return np.array_equal(value, want, equal_nan=value.dtype.kind == "f")
        return hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()[:16] == node["sha"]
