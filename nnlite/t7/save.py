"""Writing .t7 files so that the old file lives until the new one is whole: save, dumps."""

import contextlib
import errno
import io
import os
import stat
import tempfile

from .sink import AsciiSink, BinarySink, Sink
from .writer import Writer

__all__ = ["dumps", "save"]


def save(file, obj, mode: str | None = None, referenced: bool = True) -> None:
    """Write an object to a .t7 file.

    Parameters
    ----------
    file : path or binary file object
        Where to write. A file at this path is replaced at the very end: whatever happens before, it is left as it was.
    obj : object
        Anything made of None, numbers, booleans, strings, lists, dicts, arrays, modules and what came from a file.
    mode : {'binary', 'ascii', 'b32', 'b64'}, default 'binary'
        The encoding; b32 and b64 are binary with C longs of 4 and 8 bytes.
    referenced : bool, default True
        False writes an object in full each time it occurs; such a file is loaded with ``referenced=False``.
    """
    if hasattr(file, "write"):
        _write(file, obj, mode, referenced)
        return
    path = os.path.realpath(os.fspath(file))
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe
        with open(path, "wb") as handle:
            _write(handle, obj, mode, referenced)
        return
    with _replacing(path) as handle:
        _write(handle, obj, mode, referenced)


def dumps(obj, mode: str | None = None, referenced: bool = True) -> bytes:
    """Return the bytes of the .t7 file of an object."""
    memory = io.BytesIO()
    _write(memory, obj, mode, referenced)
    return memory.getvalue()


def sink_for(file, mode: str | None) -> Sink:
    """Return the sink of an encoding."""
    if mode not in (None, "binary", "ascii", "b32", "b64"):
        raise ValueError(f"mode {mode!r}: one of binary, ascii, b32, b64 expected")
    return AsciiSink(file) if mode == "ascii" else BinarySink(file, 4 if mode == "b32" else 8)


def _write(file, obj, mode, referenced):
    sink = sink_for(file, mode)
    Writer(sink, referenced).write(obj)
    sink.flush()


@contextlib.contextmanager
def _replacing(path):
    """Open a temporary file in the same folder that takes the place of `path` when the block ends well."""
    folder, name = os.path.split(path)
    if folder and not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "no such folder to save in", folder)
    descriptor, temporary = tempfile.mkstemp(".tmp", f".{name}.", folder)
    try:
        with open(descriptor, "wb", buffering=0) as handle:
            yield handle
            os.fsync(descriptor)
            _set_mode(descriptor, path)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _set_mode(descriptor, path):
    """Give the file the permissions of the one it replaces, or those of any new file."""
    if not hasattr(os, "fchmod"):
        return
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    os.fchmod(descriptor, mode)


def _sync_folder(folder):
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
