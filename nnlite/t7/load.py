"""Finding out how a file is written, and reading it: load, loads, opened."""

import contextlib
import mmap
import os

from .assemble import Report
from .format import T7Error
from .reader import Reader
from .registry import nearest
from .sniff import is_ascii, is_binary, kind_of
from .source import AsciiSource, BinarySource, Source

__all__ = ["load", "loads", "opened", "read_from"]

_MODES = ("binary", "ascii", "b32", "b64")
_MAPPED = 1 << 16  # files from here on are mapped into memory


def load(file, mode: str | None = None, referenced: bool = True, strict: bool = False, report: Report | None = None):
    """Return the first object of a .t7 file.

    Parameters
    ----------
    file : path or binary file object
        Where to read; a file object is read from where it stands.
    mode : {'binary', 'ascii', 'b32', 'b64'}, optional
        The encoding; b32 and b64 are binary with C longs of 4 and 8 bytes. Found out when left out.
    referenced : bool, default True
        False for files written with ``referenced=False``.
    strict : bool, default False
        Whether an object of an unknown class is an error; else an `Unknown` takes its place.
    report : Report, optional
        Takes down which classes were mapped and which are unknown.

    Raises
    ------
    T7Error
        If the file is not a whole .t7 file; the message says what it is instead.
    """
    with opened(file) as (data, descriptor, position):
        return read_from(data, descriptor, position, mode, referenced, strict, report)


def loads(data: bytes, mode: str | None = None, referenced: bool = True, strict: bool = False):
    """Return the object that `data`, the bytes of a .t7 file, holds."""
    return read_from(data, None, 0, mode, referenced, strict, None)


@contextlib.contextmanager
def opened(file):
    """Open a path or file object: ``(data, descriptor, position)``, the large ones mapped and not read."""
    if hasattr(file, "read"):
        try:
            descriptor, position = file.fileno(), file.tell()
        except (AttributeError, OSError):
            yield file.read(), None, 0
            return
        with _mapped(descriptor) as data:
            yield data, descriptor, position
        return
    with open(file, "rb") as handle, _mapped(handle.fileno()) as data:
        yield data, handle.fileno(), 0


@contextlib.contextmanager
def _mapped(descriptor):
    size = os.fstat(descriptor).st_size
    if size < _MAPPED:
        with open(descriptor, "rb", closefd=False) as handle:
            with contextlib.suppress(OSError):  # a pipe has no beginning to go to
                handle.seek(0)
            yield handle.read()
    else:
        with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
            yield data


def read_from(data, descriptor, position, mode, referenced, strict, report, **options):
    """Return the object at `position`, read in the encoding `mode` or the first that fits."""
    if mode is not None and mode not in _MODES:
        raise ValueError(f"mode {mode!r}: one of {', '.join(_MODES)} expected")
    failed = None
    for source in _sources(data, descriptor, position, mode):
        reader = Reader(source, referenced, **options)
        try:
            value = reader.read()
        except T7Error as error:
            failed = error if failed is None else failed
        else:
            # Longs of the wrong size can look right for a while, but not to the last byte.
            if failed is None or (source.has_longs and source.position == source.end):
                _check(reader.report, strict, report)
                return value
    raise _explained(failed, bytes(data[position : position + 512]), mode)


def _sources(data, descriptor, position, mode) -> list[Source]:
    """Return the encodings to try, the likeliest first; none where the file cannot be a .t7 file."""
    head = bytes(data[position : position + 16])
    longs = {"b32": [4], "b64": [8]}.get(mode, [8, 4])
    if mode == "ascii" or (mode is None and is_ascii(head)):
        return [AsciiSource(data, descriptor, position)]
    if is_binary(head):
        return [BinarySource(data, descriptor, position, long) for long in longs]
    if is_binary(head, ">"):
        return [BinarySource(data, descriptor, position, long, ">") for long in longs]
    return []


def _check(found: Report, strict: bool, report: Report | None):
    if report is not None:
        report.mapped.update(found.mapped)
        report.unknown.update(found.unknown)
    if strict and found.unknown:
        name, paths = next(iter(found.unknown.items()))
        near = nearest(name)
        others = f"; unknown as well: {', '.join(list(found.unknown)[1:])}" if len(found.unknown) > 1 else ""
        raise T7Error(
            f"unknown class {name}{others}"
            + (f"; known names like it: {', '.join(near)}" if near else "")
            + f". Supply it with @torch.register({name!r}), or load with strict=False",
            path=paths[0],
        )


def _explained(failed: T7Error | None, head: bytes, mode: str | None) -> T7Error:
    """Return the error that says what the file is when it is no .t7 file at all."""
    if failed is None or mode == "ascii":
        if mode == "ascii" and is_binary(head):
            return T7Error("the file is a binary .t7 file: load it with mode='binary', or without a mode", 0)
        if mode != "ascii" and is_ascii(head):
            return T7Error("the file is an ascii .t7 file: load it with mode='ascii', or without a mode", 0)
        kind = kind_of(head)
        if kind is not None and not head[:1].isdigit():
            return T7Error(f"not a .t7 file: it is {kind}", 0)
    return failed or T7Error(f"not a .t7 file: no type tag at its beginning, but {head[:8]!r}", 0)
