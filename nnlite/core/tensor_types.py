"""Torch's tensor types as NumPy dtypes: default_dtype, set_default_dtype, dtype_of, name_of, Storage, storage."""

import numpy as np

__all__ = ["DTYPES", "Storage", "default_dtype", "dtype_of", "name_of", "set_default_dtype", "storage"]

DTYPES: dict[str, np.dtype] = {
    "torch.DoubleTensor": np.dtype(np.float64),
    "torch.FloatTensor": np.dtype(np.float32),
    "torch.HalfTensor": np.dtype(np.float16),
    "torch.LongTensor": np.dtype(np.int64),
    "torch.IntTensor": np.dtype(np.int32),
    "torch.ShortTensor": np.dtype(np.int16),
    "torch.CharTensor": np.dtype(np.int8),
    "torch.ByteTensor": np.dtype(np.uint8),
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()} | {np.dtype(np.bool_): "torch.ByteTensor"}
_CUDA: dict[str, np.dtype] = {name.replace("torch.", "torch.Cuda"): dtype for name, dtype in DTYPES.items()}
_CUDA["torch.CudaTensor"] = np.dtype(np.float32)

_default = DTYPES["torch.DoubleTensor"]


class Storage(np.ndarray):
    """A one-dimensional array that ``torch.save`` writes back as a storage; nothing else sets it apart."""

    def __deepcopy__(self, memo):
        return self.copy()  # NumPy's returns a plain array


def storage(*sizes: int) -> Storage:
    """Return a ``torch.LongStorage`` of these sizes."""
    return np.array(sizes, np.int64).view(Storage)


def default_dtype() -> np.dtype:
    """Return the dtype of new tensors and parameters (``torch.getdefaulttensortype``)."""
    return _default


def set_default_dtype(dtype) -> None:
    """Set the dtype of new tensors and parameters."""
    global _default
    _default = np.dtype(dtype)


def dtype_of(name: str) -> np.dtype:
    """Return the dtype of a Torch tensor type; Cuda types mean their CPU equivalents."""
    try:
        return DTYPES[name] if name in DTYPES else _CUDA[name]
    except KeyError:
        raise ValueError(f"tensor type {name!r}: one of {', '.join(DTYPES)} expected") from None


def name_of(dtype) -> str:
    """Return the Torch tensor type of a dtype: ``torch.DoubleTensor`` for float64."""
    try:
        return _NAMES[np.dtype(dtype)]
    except KeyError:
        raise TypeError(f"dtype {dtype}: Torch has no such tensor type") from None
