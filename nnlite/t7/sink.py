"""Where bytes go: BinarySink and AsciiSink."""

import struct

import numpy as np

from .format import NUMBER, STRING

__all__ = ["AsciiSink", "BinarySink", "Sink"]

_DIRECT = 1 << 16  # pieces from here on go to the file without passing through the buffer
_FULL = 1 << 20
_BLOCK = 1 << 14  # elements that are put into words at a time


class Sink:
    """Takes the values a .t7 file is made of and writes them to `file`, which has a method ``write``."""

    def __init__(self, file):
        self.file = file
        self.buffer = bytearray()

    def flush(self) -> None:
        """Hand what is left to the file."""
        self.file.write(self.buffer)
        self.buffer = bytearray()

    def chars(self, text: bytes) -> None:
        """Write a string: its length, then its bytes."""
        self.integer(len(text))
        self.raw(text)

    def text(self, chars: bytes) -> None:
        """Write a string object."""
        self.integer(STRING)
        self.chars(chars)

    def number(self, value: float) -> None:
        """Write a number object."""
        self.integer(NUMBER)
        self.double(value)
        if len(self.buffer) >= _FULL:
            self.flush()

    # What the two encodings do each in its own way

    def integer(self, value: int) -> None:
        """Write an integer of 4 bytes."""
        raise NotImplementedError

    def double(self, value: float) -> None:
        """Write a number of 8 bytes."""
        raise NotImplementedError

    def longs(self, values) -> None:
        """Write longs."""
        raise NotImplementedError

    def raw(self, chars) -> None:
        """Write bytes."""
        raise NotImplementedError

    def elements(self, array: np.ndarray) -> None:
        """Write the elements of a one-dimensional array."""
        raise NotImplementedError


class BinarySink(Sink):
    """The binary encoding; `long` is the size of a C long where the file will be read."""

    _int = struct.Struct("<i").pack
    _double = struct.Struct("<d").pack
    _tag_length = struct.Struct("<ii").pack
    _tag_double = struct.Struct("<id").pack

    def __init__(self, file, long: int = 8):
        super().__init__(file)
        self.long = long

    def integer(self, value):
        self.buffer += self._int(value)

    def double(self, value):
        self.buffer += self._double(value)

    def text(self, chars):
        self.buffer += self._tag_length(STRING, len(chars))
        self.raw(chars)

    def number(self, value):
        self.buffer += self._tag_double(NUMBER, value)
        if len(self.buffer) >= _FULL:
            self.flush()

    def longs(self, values):
        self.buffer += struct.pack(f"<{len(values)}{'q' if self.long == 8 else 'i'}", *values)

    def raw(self, chars):
        if len(chars) >= _DIRECT:
            self.flush()
            self.file.write(chars)
        else:
            self.buffer += chars
            if len(self.buffer) >= _FULL:
                self.flush()

    def elements(self, array):
        dtype = array.dtype.newbyteorder("<")
        if dtype == np.int64 and self.long == 4:
            if array.size and not -(2**31) <= array.min() <= array.max() < 2**31:
                raise ValueError("a LongTensor holds numbers too large for mode 'b32'")
            dtype = np.dtype("<i4")
        self.raw(memoryview(np.ascontiguousarray(array, dtype).view(np.uint8)))


class AsciiSink(Sink):
    """The text encoding: every number a word, every item on a line of its own, strings as they are."""

    def integer(self, value):
        self.buffer += b"%d\n" % value

    def double(self, value):
        self.buffer += f"{_word(value, '%.17g')}\n".encode()

    def longs(self, values):
        if values:
            self.buffer += f"{' '.join(map(str, values))}\n".encode()

    def raw(self, chars):
        self.buffer += chars
        if len(chars):
            self.buffer += b"\n"
        if len(self.buffer) >= _FULL:
            self.flush()

    def elements(self, array):
        if array.itemsize == 1:
            self.raw(np.ascontiguousarray(array).tobytes())
            return
        form = "%.17g" if array.dtype == np.float64 else "%.9g" if array.dtype.kind == "f" else "%d"
        for start in range(0, len(array), _BLOCK):
            words = [_word(value, form) for value in array[start : start + _BLOCK].tolist()]
            self.buffer += f"{' ' if start else ''}{' '.join(words)}".encode()
            if len(self.buffer) >= _FULL:
                self.flush()
        if len(array):
            self.buffer += b"\n"


def _word(value, form):
    """Return a number as C's printf writes it."""
    return form % value if value == value else "-nan" if np.signbit(value) else "nan"
