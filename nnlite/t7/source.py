"""Where bytes come from: BinarySource and AsciiSource, with every length checked before it is believed."""

import os
import re
import struct

import numpy as np

from ..core.tensor_types import Storage
from ..kernels.parallel import each, split
from .format import NUMBER, STRING, T7Error, as_number

__all__ = ["AsciiSource", "BinarySource", "Source"]

_DIRECT = 1 << 16  # storages from here on are read straight into their array
_COPY, _LEAST = 0.1, 200_000  # nanoseconds to read a byte of a cached file, and of the least part for a thread


class Source:
    """The values a .t7 file is made of, one after another.

    Parameters
    ----------
    data : bytes or mmap
        The whole file.
    file : int, optional
        A descriptor of the same file, from which large storages are read without a second copy.
    position : int, default 0
        Where to begin.

    Attributes
    ----------
    has_longs : bool
        Whether longs were read, whose size depends on the machine that wrote them.
    """

    def __init__(self, data, file: int | None = None, position: int = 0):
        self.data, self.file, self.position = data, file, position
        self.end = len(data)
        self.has_longs = False

    def count(self, size: int, at_least: int, what: str) -> int:
        """Return `size`, a number of things of at least so many bytes, if they can still follow."""
        left = self.end - self.position
        if size < 0 or size * at_least > left:
            raise T7Error(f"{what.format(size)} announced, but the file has {left} bytes left", self.position)
        return size

    def chars(self) -> bytes:
        """Return a string: its length, then its bytes."""
        return self.raw(self.count(self.integer(), 1, "a string of {} bytes"))

    def text(self) -> str | bytes:
        """Return a string as ``str``, or as ``bytes`` where it is not UTF-8."""
        chars = self.chars()
        try:
            return chars.decode()
        except UnicodeDecodeError:
            return chars

    def fail(self, reason: str):
        """Return the error to raise here."""
        return T7Error(reason, self.position)

    # What the two encodings do each in its own way

    def integer(self) -> int:
        """Return an integer of 4 bytes."""
        raise NotImplementedError

    def double(self) -> float:
        """Return a number of 8 bytes."""
        raise NotImplementedError

    def longs(self, n: int) -> list[int]:
        """Return `n` longs."""
        raise NotImplementedError

    def raw(self, n: int) -> bytes:
        """Return `n` bytes; the caller has checked `n`."""
        raise NotImplementedError

    def storage(self, dtype: np.dtype, n: int, contents: bool) -> Storage:
        """Return a storage of `n` elements, passed over and undefined unless `contents`."""
        raise NotImplementedError

    def entries(self, table, count):
        """Read table entries up to the first whose key or value is not a plain string or number.

        Returns how many are left and the key of the next one, or None where the key itself is to be read.
        """
        while count:
            start = self.position
            tag = self.integer()
            if tag == STRING:
                key = self.text()
            elif tag == NUMBER:
                key = as_number(self.double())
                if key != key:
                    raise self.fail("a table key that is not a number (NaN)")
            else:
                self.position = start
                return count, None
            start = self.position
            tag = self.integer()
            if tag == NUMBER:
                table[key] = as_number(self.double())
            elif tag == STRING:
                table[key] = self.text()
            else:
                self.position = start
                return count, key
            count -= 1
        return 0, None


class BinarySource(Source):
    """The binary encoding. `long` is the size of a C long where the file was written, `order` its byte order."""

    def __init__(self, data, file: int | None = None, position: int = 0, long: int = 8, order: str = "<"):
        super().__init__(data, file, position)
        self.long, self.order = long, order
        self._int = struct.Struct(f"{order}i").unpack_from
        self._double = struct.Struct(f"{order}d").unpack_from
        self._tag_length = struct.Struct(f"{order}ii").unpack_from
        self._tag_double = struct.Struct(f"{order}id").unpack_from

    def integer(self):
        try:
            (value,) = self._int(self.data, self.position)
        except struct.error:
            raise self._cut() from None
        self.position += 4
        return value

    def double(self):
        try:
            (value,) = self._double(self.data, self.position)
        except struct.error:
            raise self._cut() from None
        self.position += 8
        return value

    def longs(self, n):
        self.count(n, self.long, "{} longs")
        self.has_longs = True
        values = struct.unpack_from(f"{self.order}{n}{'q' if self.long == 8 else 'i'}", self.data, self.position)
        self.position += n * self.long
        return list(values)

    def raw(self, n):
        if n > self.end - self.position:
            raise self._cut()
        self.position += n
        return self.data[self.position - n : self.position]

    def storage(self, dtype, n, contents):
        stored = dtype.newbyteorder(self.order)
        if dtype == np.int64 and self.long == 4:
            stored = np.dtype(f"{self.order}i4")
        self.count(n, stored.itemsize, f"a storage of {{}} elements of {dtype}")
        storage = Storage(n, dtype)
        if contents and stored == dtype and storage.nbytes >= _DIRECT and self.file is not None:
            _read_into(self.file, memoryview(storage).cast("B"), self.position)
        elif contents:
            storage[...] = np.frombuffer(self.data, stored, n, self.position)
        self.position += n * stored.itemsize
        return storage

    def entries(self, table, count):
        # The generic loop with its calls written out: a vocabulary or a data set has millions of entries.
        data, position, end = self.data, self.position, self.end
        tag_length, tag_double, unread = self._tag_length, self._tag_double, -1
        try:
            while count:
                unread = position
                tag, length = tag_length(data, position)
                if tag == STRING:
                    position += 8 + length
                    if not 0 <= length <= end - unread - 8:
                        break
                    key = data[unread + 8 : position]
                    try:  # noqa: SIM105 - suppress() costs more than all the rest of the loop
                        key = key.decode()
                    except UnicodeDecodeError:
                        pass
                elif tag == NUMBER:
                    (_, key), position = tag_double(data, position), position + 12
                    if key.is_integer():
                        key = as_number(key)
                    elif key != key:
                        break
                else:
                    break
                tag, value = tag_double(data, position)
                if tag == NUMBER:
                    position += 12
                    table[key] = as_number(value) if value.is_integer() else value
                elif tag == STRING:
                    (_, length), start = tag_length(data, position), position + 8
                    if not 0 <= length <= end - start:
                        break
                    position = start + length
                    value = data[start:position]
                    try:
                        table[key] = value.decode()
                    except UnicodeDecodeError:
                        table[key] = value
                else:
                    break
                count -= 1
        except struct.error:  # near the end of the file: the careful loop finds out why
            pass
        self.position = unread if count else position
        return super().entries(table, count) if count else (0, None)

    def _cut(self):
        return self.fail(f"the file ends in the middle of a value ({self.end} bytes)")


class AsciiSource(Source):
    """The text encoding: every number a word, every item on a line of its own, strings as they are."""

    _integer = re.compile(rb"\s*([+-]?[0-9]{1,20})(?![^\s])\n?")
    _number = re.compile(rb"\s*([^\s_]{1,40})(?![^\s])\n?")
    _odd = {b"1.#inf": "inf", b"-1.#inf": "-inf"}  # what Windows printed

    def integer(self):
        value = self._whole()
        if not -(2**31) <= value < 2**31:
            raise self.fail(f"{value} where an integer of 4 bytes is expected")
        return value

    def double(self):
        match = self._number.match(self.data, self.position)
        if match is None:
            raise self._no_number()
        value = self._float(match[1])
        self.position = match.end()
        return value

    def longs(self, n):
        self.count(n, 2, "{} longs")
        return [self._whole() for _ in range(n)]

    def raw(self, n):
        if n > self.end - self.position:
            raise self.fail(f"the file ends in the middle of a string ({self.end} bytes)")
        start, self.position = self.position, self.position + n
        if n and self.data[self.position : self.position + 1] == b"\n":
            self.position += 1
        return self.data[start : start + n]

    def storage(self, dtype, n, contents):
        self.count(n, 1 if dtype.itemsize == 1 else 2, f"a storage of {{}} elements of {dtype}")
        storage = Storage(n, dtype)
        if dtype.itemsize == 1:
            storage[...] = np.frombuffer(self.raw(n), dtype)
            return storage
        words = self._words(n)
        try:
            if dtype.kind == "i":
                storage[...] = np.array([int(word) for word in words], dtype)
            else:
                with np.errstate(over="ignore"):
                    storage[...] = [self._float(word) for word in words]
        except (ValueError, OverflowError):
            raise self.fail(f"a storage of {n} elements of {dtype} with a word that is no such number") from None
        return storage

    def _words(self, n):
        """Return `n` words, which a writer puts on one line."""
        end = self.data.find(b"\n", self.position)
        end = self.end if end < 0 else end
        words = self.data[self.position : end].split()
        if len(words) == n and n and b"_" not in self.data[self.position : end]:
            self.position = min(end + 1, self.end)
            return words
        words = []
        for _ in range(n):
            match = self._number.match(self.data, self.position)
            if match is None:
                raise self._no_number()
            words.append(match[1])
            self.position = match.end()
        return words

    def _whole(self):
        match = self._integer.match(self.data, self.position)
        if match is None:
            raise self._no_number()
        self.position = match.end()
        return int(match[1])

    def _float(self, word):
        try:
            return float(word)
        except ValueError:
            low = word.lower()
            if low in self._odd:
                return float(self._odd[low])
            if "nan" in (text := low.decode("latin-1")) or text.lstrip("-") in ("1.#qnan", "1.#ind", "1.#snan"):
                return float("-nan" if text.startswith("-") else "nan")
            raise self._no_number() from None

    def _no_number(self):
        left = self.data[self.position : self.position + 20].lstrip()
        return self.fail(f"a number expected, got {left!r}" if left else "the file ends where a number is expected")


def _read_into(file, view, position):
    """Fill `view` from a file, a large one on several threads; a file that was cut meanwhile is an error."""
    if not hasattr(os, "preadv"):
        _read_portably(file, view, position)
        return

    def read(s):
        at = s.start
        while at < s.stop:
            got = os.preadv(file, [view[at : s.stop]], position + at)
            if not got:
                raise T7Error("the file became shorter while it was read", position + at)
            at += got

    each(read, split(len(view), _COPY, _LEAST))


def _read_portably(file, view, position):
    os.lseek(file, position, os.SEEK_SET)
    while view:
        chunk = os.read(file, min(len(view), 1 << 24))
        if not chunk:
            raise T7Error("the file became shorter while it was read", position)
        view[: len(chunk)] = chunk
        view = view[len(chunk) :]
