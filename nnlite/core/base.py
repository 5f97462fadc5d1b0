"""What modules and criterions share: Base (type name, conversion, cloning, pickling)."""

import copy
from typing import Any

import numpy as np

from .convert import converted
from .memory import Shared
from .tensor_types import default_dtype, dtype_of, name_of

__all__ = ["Base"]


class Base:
    """A Torch object whose fields are its attributes.

    Attributes
    ----------
    torch_typename : str
        The name Lua knows the class by: ``nn.`` and the class name, unless the class body sets it.
    _type : str
        The tensor type it was last converted to, ``torch.DoubleTensor`` by default.
    """

    torch_typename = "nn.Base"
    _type: str
    _state: tuple[str, ...] = ()  # the buffers that clearState empties: their memory belongs to nobody else

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "torch_typename" not in cls.__dict__:
            cls.torch_typename = f"nn.{cls.__name__}"

    def __init__(self) -> None:
        self._type = name_of(default_dtype())

    def type(self, type: str | None = None, tensorCache: dict | None = None):
        """Return the tensor type, or convert every float array to `type` and return the object.

        Arrays that share memory go on sharing it. Several networks that share arrays are converted with one and the
        same `tensorCache` (a dict). Arrays of integers stay as they are.
        """
        if type is None:
            return self._type
        dtype, cache = dtype_of(type), {} if tensorCache is None else tensorCache
        for name, value in self.__dict__.items():
            self.__dict__[name] = converted(value, type, dtype, cache)
        self._type = type
        return self

    def float(self):
        """Convert to ``torch.FloatTensor``."""
        return self.type("torch.FloatTensor")

    def double(self):
        """Convert to ``torch.DoubleTensor``."""
        return self.type("torch.DoubleTensor")

    def half(self):
        """Convert to ``torch.HalfTensor``."""
        return self.type("torch.HalfTensor")

    def cuda(self):
        """Convert to ``torch.FloatTensor``, which ``torch.CudaTensor`` is on a CPU."""
        return self.float()

    def clone(self) -> Any:
        """Return a deep copy; arrays that share memory share it in the copy as well."""
        return copy.deepcopy(self)

    def _dtype(self) -> np.dtype | None:
        """Return the dtype of the float arrays the object owns, None where it owns none."""
        return None

    def __getstate__(self):
        state = self._state
        return {name: value if name in state else Shared.pack(value) for name, value in self.__dict__.items()}

    def __setstate__(self, state):
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return self.torch_typename
