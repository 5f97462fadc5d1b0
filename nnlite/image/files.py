"""Picture files, on pillow: load, save, compress, decompress, getSize and their forms for one format."""

import io
import os

import numpy as np

from ..core.args import given
from ..core.tensor_types import default_dtype
from .colour import rgb2y

__all__ = [
    "compressJPG",
    "compressPNG",
    "decompress",
    "decompressJPG",
    "decompressPNG",
    "getSize",
    "is_supported",
    "load",
    "loadJPG",
    "loadPNG",
    "loadPPM",
    "save",
    "saveJPG",
    "savePGM",
    "savePNG",
    "savePPM",
]

_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "ppm": "PPM", "pgm": "PGM"}
_TYPES = {"byte": np.dtype(np.uint8), "float": np.dtype(np.float32), "double": np.dtype(np.float64)}
_QUALITY = 75  # of saved JPEG files


def _pillow():
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError("picture files need pillow: pip install 'nnlite[image]'") from error
    return Image


def is_supported(suffix: str) -> bool:
    """Return whether files with this suffix can be loaded and saved. Lua: image/init.lua."""
    return suffix.lower() in _FORMATS


def load(filename, depth=None, tensortype=None) -> np.ndarray:
    """Load a JPEG, PNG, PPM or PGM file.

    Parameters
    ----------
    filename : str or path
        The file; its content tells the format.
    depth : {1, 3}, optional
        The number of channels; by default those of the file.
    tensortype : {'byte', 'float', 'double'}, optional
        The type of the result; by default the default type.

    Returns
    -------
    ndarray, K x H x W
        The image, in 0..1, or 0..255 in bytes. A 16-bit PNG keeps its precision.

    Notes
    -----
    Lua: image/init.lua.
    """
    with _pillow().open(filename, formats=["JPEG", "PNG", "PPM"]) as file:
        return _decode(file, depth, tensortype)


def loadJPG(filename, depth=None, tensortype=None) -> np.ndarray:
    """As `load`. Lua: image/init.lua."""
    return load(filename, depth, tensortype)


def loadPNG(filename, depth=None, tensortype=None) -> np.ndarray:
    """As `load`. Lua: image/init.lua."""
    return load(filename, depth, tensortype)


def loadPPM(filename, depth=None, tensortype=None) -> np.ndarray:
    """As `load`. Lua: image/init.lua."""
    return load(filename, depth, tensortype)


def decompress(tensor, depth=None, tensortype=None) -> np.ndarray:
    """As `load`, from the bytes of a JPEG or PNG file in an array. Lua: image/init.lua."""
    if np.asarray(tensor).dtype != np.uint8:
        raise TypeError(f"image.decompress: a byte array expected, got {np.asarray(tensor).dtype}")
    with _pillow().open(io.BytesIO(tensor.tobytes()), formats=["JPEG", "PNG"]) as file:
        return _decode(file, depth, tensortype)


def decompressJPG(tensor, depth=None, tensortype=None) -> np.ndarray:
    """As `decompress`. Lua: image/init.lua."""
    return decompress(tensor, depth, tensortype)


def decompressPNG(tensor, depth=None, tensortype=None) -> np.ndarray:
    """As `decompress`. Lua: image/init.lua."""
    return decompress(tensor, depth, tensortype)


def _decode(file, depth, tensortype):
    """Return the picture of an open file, channels first."""
    if tensortype not in (None, *_TYPES):
        raise ValueError(f"image.load: a type of {', '.join(_TYPES)} expected, got {tensortype!r}")
    dtype = default_dtype() if tensortype is None else _TYPES[tensortype]
    if file.mode == "P":
        file = file.convert("RGB")
    elif file.mode == "1":
        file = file.convert("L")
    elif file.mode not in ("L", "LA", "RGB", "RGBA", "I", "I;16", "I;16B"):
        file = file.convert("RGB")
    pixels = np.asarray(file)
    pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    largest = 255 if pixels.dtype == np.uint8 else 65535
    if dtype == np.uint8:
        pixels = (pixels if largest == 255 else pixels >> 8).astype(dtype)
    else:
        pixels = pixels.astype(dtype) * dtype.type(1 / largest)
    return _to_depth(np.ascontiguousarray(pixels), depth)


def _to_depth(image, depth):
    if depth == 1:
        return rgb2y(image[:3])[0] if len(image) > 2 else image[:1]
    if depth == 3:
        return np.repeat(image[:1], 3, 0) if len(image) < 3 else image[:3]
    return image


def getSize(filename) -> np.ndarray:
    """Return channels, height and width of a picture file. Lua: image/init.lua."""
    with _pillow().open(filename, formats=["JPEG", "PNG", "PPM"]) as file:
        channels = {"P": 3, "1": 1}.get(file.mode, len(file.getbands()))
        return np.array([channels, file.height, file.width], np.int64)


def _encode(name, tensor, channels):
    """Return the image as pillow takes it: 0..1 is mapped to 0..255, bytes are taken as they are."""
    tensor = np.asarray(tensor)
    if tensor.ndim not in (2, 3) or (1 if tensor.ndim == 2 else len(tensor)) not in channels:
        need = " or ".join(map(str, channels))
        raise ValueError(f"image.{name}: an image of H x W or K x H x W, K = {need}, expected, got {tensor.shape}")
    if tensor.dtype != np.uint8:
        tensor = (np.clip(tensor.astype(default_dtype()), 0, 1) * 255).astype(np.uint8)
    if tensor.ndim == 3:
        tensor = tensor[0] if len(tensor) == 1 else tensor.transpose(1, 2, 0)
    return _pillow().fromarray(np.ascontiguousarray(tensor))


def save(filename, tensor) -> None:
    """Save an image (H x W, or K x H x W with 1 or 3 channels, 4 in a PNG) in the format of the file's suffix.

    Values are clamped to 0..1 and mapped to 0..255; bytes are taken as they are. Lua: image/init.lua.
    """
    suffix = os.path.splitext(filename)[1][1:].lower()
    if suffix not in _FORMATS:
        raise ValueError(f"image.save: a suffix of {', '.join(_FORMATS)} expected, got {os.fspath(filename)!r}")
    _SAVERS[_FORMATS[suffix]](filename, tensor)


def savePNG(filename, tensor) -> None:
    """As `save`, always as PNG. Lua: image/init.lua."""
    _encode("savePNG", tensor, (1, 3, 4)).save(filename, "PNG")


def saveJPG(filename, tensor) -> None:
    """As `save`, always as JPEG of quality 75. Lua: image/init.lua."""
    _encode("saveJPG", tensor, (1, 3)).save(filename, "JPEG", quality=_QUALITY)


def savePPM(filename, tensor) -> None:
    """As `save`, always as PPM. Lua: image/init.lua."""
    _encode("savePPM", tensor, (3,)).save(filename, "PPM")


def savePGM(filename, tensor) -> None:
    """As `save`, always as PGM. Lua: image/init.lua."""
    _encode("savePGM", tensor, (1,)).save(filename, "PPM")


_SAVERS = {"PNG": savePNG, "JPEG": saveJPG, "PPM": savePPM, "PGM": savePGM}


def compressPNG(tensor) -> np.ndarray:
    """Return the bytes of the PNG file of an image. Lua: image/init.lua."""
    return _bytes(_encode("compressPNG", tensor, (1, 3, 4)), "PNG")


def compressJPG(tensor, quality=None) -> np.ndarray:
    """Return the bytes of the JPEG file of an image, of quality 75 by default. Lua: image/init.lua."""
    return _bytes(_encode("compressJPG", tensor, (1, 3)), "JPEG", quality=given(quality, _QUALITY))


def _bytes(file, kind, **options):
    buffer = io.BytesIO()
    file.save(buffer, kind, **options)
    return np.frombuffer(buffer.getvalue(), np.uint8).copy()
