"""Torch's files: DiskFile, MemoryFile."""

import io
import os
from typing import Any

import numpy as np

from ..core.args import given
from ..core.tensor_types import Storage, dtype_of
from ..t7 import T7Error
from ..t7.reader import Reader
from ..t7.sink import AsciiSink, BinarySink
from ..t7.source import AsciiSource, BinarySource
from ..t7.writer import Writer

__all__ = ["DiskFile", "File", "MemoryFile"]

_MODES = {"r": "rb", "w": "wb", "rw": "r+b"}


class File:
    """What `DiskFile` and `MemoryFile` share: numbers, strings and objects, one after another.

    ``readInt()`` returns a number, ``readInt(n)`` a storage of `n` of them, ``readInt(storage)`` fills the storage and
    returns how many were read; ``writeInt(number)`` and ``writeInt(storage)`` return how many were written. So do
    Byte, Char, Short, Long, Float and Double. Positions count from 1. Files begin in the text encoding.

    Notes
    -----
    Lua: torch/File.lua, doc/file.md.
    """

    torch_typename = "torch.File"

    def __init__(self, handle, mode: str, quiet: bool = False):
        self._handle, self._mode, self._quiet = handle, mode, quiet
        self._binary, self._long, self._order = False, 8, "<"
        self._position, self._error, self._referenced = 0, False, True
        self._spacing = True
        self._source: Any = None
        self._reader: Any = None
        self._writer: Any = None

    # How numbers are written

    def ascii(self):
        """Use the text encoding."""
        return self._encoded(binary=False)

    def binary(self):
        """Use the binary encoding."""
        return self._encoded(binary=True)

    def autoSpacing(self):
        """Separate numbers in the text encoding, and skip what separates them, as at first."""
        self._spacing = True
        return self

    def noAutoSpacing(self):
        """Put numbers in the text encoding one right after the other; skip no end of line after a number."""
        self._spacing = False
        return self

    def longSize(self, size):
        """Take longs to have 4 or 8 bytes; 0 is 8."""
        if size not in (0, 4, 8):
            raise ValueError(f"longSize of 0, 4 or 8 expected, got {size}")
        return self._encoded(long=8 if size == 0 else size)

    def littleEndianEncoding(self):
        """Read numbers of a little-endian machine, the least significant byte first."""
        return self._encoded(order="<")

    nativeEndianEncoding = littleEndianEncoding

    def bigEndianEncoding(self):
        """Read numbers of a big-endian machine; writing is little-endian only."""
        return self._encoded(order=">")

    def referenced(self, ref):
        """Choose whether an object that occurs twice is one object."""
        self._referenced = bool(ref)
        self._reader = self._writer = None
        return self

    def _encoded(self, binary=None, long=None, order=None):
        self._binary, self._long = given(binary, self._binary), given(long, self._long)
        self._order, self._source = given(order, self._order), None
        return self

    # Where the next number is

    def position(self):
        """Return the position of the next byte, from 1."""
        return self._position + 1

    def seek(self, position):
        """Go to a position, from 1."""
        self._position = int(position) - 1
        return self

    def seekEnd(self):
        """Go behind the last byte."""
        self._position = self._handle.seek(0, io.SEEK_END)
        return self

    def synchronize(self):
        """Hand everything written to the system."""
        self._handle.flush()
        return self

    def close(self):
        """Close the file."""
        self._source = self._reader = None
        self._handle.close()

    def __del__(self):
        if hasattr(self, "_handle"):
            self._handle.close()  # as Lua does when it collects a file

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    # Errors

    def quiet(self):
        """Let reading past the end set a flag in place of raising."""
        self._quiet = True
        return self

    def pedantic(self):
        """Let reading past the end raise, as at first."""
        self._quiet = False
        return self

    def hasError(self):
        """Return whether a quiet read has failed."""
        return self._error

    def clearError(self):
        """Forget that a quiet read has failed."""
        self._error = False
        return self

    def isQuiet(self):
        """Return whether errors only set a flag."""
        return self._quiet

    def isBinary(self):
        """Return whether the encoding is binary."""
        return self._binary

    def isAutoSpacing(self):
        """Return whether the text encoding separates numbers."""
        return self._spacing

    def isReferenced(self):
        """Return whether an object that occurs twice is one object."""
        return self._referenced

    def isReadable(self):
        """Return whether the file may be read."""
        return "r" in self._mode

    def isWritable(self):
        """Return whether the file may be written."""
        return "w" in self._mode

    # Objects and strings

    def readObject(self):
        """Return the next object."""
        return self._reading(self._read_object)

    def writeObject(self, object):
        """Write an object; one that was written before is only referred to."""
        self._writing(lambda sink: self._write_object(sink, object))
        return self

    def readString(self, format):
        """Return the next line (``'*l'``) or all that is left (``'*a'``)."""
        if format[:2] not in ("*l", "*a"):
            raise ValueError(f"readString wants '*l' or '*a', got {format!r}")
        return self._reading(lambda source: _string(source, format[:2] == "*l"))

    def writeString(self, str):
        """Write the bytes of a string and return how many they are."""
        chars = str if isinstance(str, bytes) else str.encode(errors="surrogateescape")
        self._writing(lambda sink: sink.buffer.extend(chars))
        return len(chars)

    def readBool(self):
        """Return whether the next integer is 1."""
        return self._reading(lambda source: source.integer() == 1)

    def writeBool(self, value):
        """Write 1 for true, 0 for false."""
        self._writing(lambda sink: sink.integer(1 if value else 0))

    # Numbers

    def readByte(self, n=None):
        """Read unsigned bytes."""
        return self._numbers("Byte", n)

    def readChar(self, n=None):
        """Read signed bytes."""
        return self._numbers("Char", n)

    def readShort(self, n=None):
        """Read integers of 2 bytes."""
        return self._numbers("Short", n)

    def readInt(self, n=None):
        """Read integers of 4 bytes."""
        return self._numbers("Int", n)

    def readLong(self, n=None):
        """Read C longs, 8 bytes unless `longSize` said otherwise."""
        return self._numbers("Long", n)

    def readFloat(self, n=None):
        """Read numbers of 4 bytes."""
        return self._numbers("Float", n)

    def readDouble(self, n=None):
        """Read numbers of 8 bytes."""
        return self._numbers("Double", n)

    def writeByte(self, value):
        """Write unsigned bytes."""
        return self._put("Byte", value)

    def writeChar(self, value):
        """Write signed bytes."""
        return self._put("Char", value)

    def writeShort(self, value):
        """Write integers of 2 bytes."""
        return self._put("Short", value)

    def writeInt(self, value):
        """Write integers of 4 bytes."""
        return self._put("Int", value)

    def writeLong(self, value):
        """Write C longs."""
        return self._put("Long", value)

    def writeFloat(self, value):
        """Write numbers of 4 bytes."""
        return self._put("Float", value)

    def writeDouble(self, value):
        """Write numbers of 8 bytes."""
        return self._put("Double", value)

    def _numbers(self, kind, n):
        dtype = dtype_of(f"torch.{kind}Tensor")
        if n is None:
            storage = self._reading(lambda source: self._storage(source, dtype, 1))
            return None if storage is None else storage[0].item()
        if isinstance(n, np.ndarray):
            storage = self._reading(lambda source: self._storage(source, dtype, n.size))
            if storage is not None:
                n.reshape(-1)[...] = storage
            return 0 if storage is None else n.size
        return self._reading(lambda source: self._storage(source, dtype, int(n)))

    def _storage(self, source, dtype, n):
        start = source.position
        storage = source.storage(dtype, n, True)
        if not (self._spacing or self._binary):
            skipped = source.data[source.position - 1 : source.position] == b"\n"
            source.position = start + n if dtype.itemsize == 1 else source.position - skipped
        return storage

    def _put(self, kind, value):
        values = np.atleast_1d(np.asarray(value)).astype(dtype_of(f"torch.{kind}Tensor"), copy=False)
        together = not (self._spacing or self._binary)
        self._writing(lambda sink: _unspaced(sink, values.ravel()) if together else sink.elements(values.ravel()))
        return values.size

    def _reading(self, read):
        if not self.isReadable():
            raise ValueError("attempt to read a file that is open for writing only")
        source = self._current_source()
        source.position = self._position
        try:
            value = read(source)
        except T7Error:
            self._error = True
            if not self._quiet:
                raise
            return None
        self._position = source.position
        return value

    def _writing(self, write):
        if not self.isWritable():
            raise ValueError("attempt to write to a file that is open for reading only")
        self._handle.seek(self._position)
        sink = BinarySink(self._handle, self._long) if self._binary else AsciiSink(self._handle)
        write(sink)
        sink.flush()
        self._position = self._handle.tell()
        self._source = None

    def _current_source(self):
        if self._source is None:
            self._handle.flush()
            self._handle.seek(0)
            data = self._handle.read()
            self._source = BinarySource(data, None, 0, self._long, self._order) if self._binary else AsciiSource(data)
        return self._source

    def _read_object(self, source):
        if self._reader is None:
            self._reader = Reader(source, self._referenced)
        self._reader.source = source
        return self._reader.read()

    def _write_object(self, sink, value):
        if self._writer is None:
            self._writer = Writer(sink, self._referenced)
        self._writer.sink = sink
        self._writer.write(value)


class DiskFile(File):
    """A file on disk.

    Parameters
    ----------
    fileName : str
        Its path.
    mode : {'r', 'w', 'rw'}, default 'r'
        To read, to write anew, or to do both with what is there.
    quiet : bool, default False
        Whether errors only set a flag.

    Notes
    -----
    Lua: torch/DiskFile.c. A file that cannot be opened is an ``OSError`` even when quiet.
    """

    torch_typename = "torch.DiskFile"

    def __init__(self, fileName: str, mode: str | None = None, quiet: bool | None = None):
        mode = given(mode, "r")
        _check_mode(mode)
        create = mode == "rw" and not os.path.exists(fileName)
        handle = open(fileName, "w+b" if create else _MODES[mode])  # noqa: SIM115
        super().__init__(handle, mode, bool(given(quiet, False)))


class MemoryFile(File):
    """A file in memory.

    Parameters
    ----------
    storage : array of bytes, optional
        What it holds at first; its last byte must be 0.
    mode : {'r', 'w', 'rw'}, default 'rw'
        What may be done with it.

    Notes
    -----
    Lua: torch/MemoryFile.c. ``MemoryFile(mode)`` is an empty file.

    Examples
    --------
    >>> file = MemoryFile().binary()
    >>> file.writeObject({"name": "net"}).seek(1).readObject()
    {'name': 'net'}
    """

    torch_typename = "torch.MemoryFile"

    def __init__(self, storage: Any = None, mode: str | None = None):
        if isinstance(storage, str) and mode is None:
            storage, mode = None, storage
        mode = given(mode, "rw")
        _check_mode(mode)
        data = b"\0" if storage is None else bytes(memoryview(storage).cast("B"))
        if not data.endswith(b"\0"):
            raise ValueError("MemoryFile wants a storage whose last element is 0")
        super().__init__(io.BytesIO(data[:-1]), mode)

    def storage(self):
        """Return the bytes of the file and a final 0, as a CharStorage; a copy, not the memory of the file."""
        data = self._handle.getvalue() + b"\0"
        return np.frombuffer(data, np.int8).copy().view(Storage)


def _check_mode(mode):
    if mode not in _MODES:
        raise ValueError(f"mode 'r', 'w' or 'rw' expected, got {mode!r}")


def _unspaced(sink, values):
    for i in range(len(values)):
        sink.elements(values[i : i + 1])
        del sink.buffer[-1:]  # the end of the line


def _string(source, line):
    left = bytes(source.data[source.position :])
    if not left:
        raise source.fail("the file ends where a string is expected")
    chars, newline, _ = left.partition(b"\n") if line else (left, b"", b"")
    source.position += len(chars) + len(newline)
    try:
        return chars.decode()
    except UnicodeDecodeError:
        return chars
