"""How Lua's image functions take their arguments: split, pick, picture, output, work_dtype, store."""

import numpy as np

__all__ = ["output", "pick", "picture", "split", "store", "work_dtype"]


def split(arguments, arrays=1):
    """Return ``(destination, other arguments)``: a destination is an array before the `arrays` needed."""
    if arguments and arguments[0] is None:
        return None, arguments[1:]
    leading = next((i for i, item in enumerate(arguments) if not isinstance(item, np.ndarray)), len(arguments))
    return (arguments[0], arguments[1:]) if leading > arrays else (None, arguments)


def pick(name, arguments, least, most, usage):
    """Return `arguments` padded with ``None`` to `most`; raises if there are too few or too many."""
    if not least <= len(arguments) <= most:
        raise TypeError(f"image.{name}({usage}) expected, got {len(arguments)} arguments besides the destination")
    return [*arguments, *[None] * (most - len(arguments))]


def picture(name, image, ndim=(2, 3), channels=None) -> np.ndarray:
    """Return `image` as an array; raises unless it is H x W or K x H x W (`ndim`) with so many `channels`."""
    image = np.asarray(image)
    if image.ndim not in ndim or image.size == 0:
        need = " or ".join("x".join("KHW"[-n:]) for n in ndim)
        raise ValueError(f"image.{name}: an image of {need} expected, got shape {image.shape}")
    if channels is not None and image.shape[0] != channels:
        raise ValueError(f"image.{name}: {channels} channels expected, got shape {image.shape}")
    return image


def output(name, destination, shape, dtype) -> np.ndarray:
    """Return the destination, or a new array; raises if the destination has another shape or dtype."""
    shape = tuple(shape)
    if destination is None:
        return np.empty(shape, dtype)
    if destination.shape != shape:
        raise ValueError(f"image.{name}: a destination of shape {shape} expected, got {destination.shape}")
    if destination.dtype != dtype:
        raise TypeError(f"image.{name}: a destination of dtype {dtype} expected, got {destination.dtype}")
    return destination


def work_dtype(dtype) -> np.dtype:
    """Return the type libimage computes in (``temp_t``): float32 for integers, else the image's own."""
    return np.dtype(dtype) if np.dtype(dtype).kind == "f" else np.dtype(np.float32)


def store(value, dtype) -> np.ndarray:
    """Return `value` in the image's dtype: bytes are rounded and clamped to 0..255, other integers cut off."""
    if dtype == np.uint8:
        value = np.clip(value + value.dtype.type(0.5), 0, 255)
    return value.astype(dtype, copy=False)
