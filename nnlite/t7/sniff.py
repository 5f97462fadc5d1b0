"""Telling what a file really is: kind_of, is_ascii, is_binary."""

import re

__all__ = ["is_ascii", "is_binary", "kind_of"]

_KINDS = [
    (rb"version https://git-lfs", "a git-lfs pointer, not the file itself: run `git lfs pull`"),
    (rb"PK\x03\x04", "a zip archive: a PyTorch file (.pt, .pth), an .npz, or something to unpack"),
    (rb"\x80[\x01-\x05]", "a Python pickle, as PyTorch's torch.save wrote it: load it with PyTorch"),
    (rb"\x1f\x8b", "gzip-compressed: unpack it with gunzip first"),
    (rb"BZh", "bzip2-compressed: unpack it first"),
    (rb"\xfd7zXZ", "xz-compressed: unpack it first"),
    (rb"\x28\xb5\x2f\xfd", "zstd-compressed: unpack it first"),
    (rb"\x89HDF\r\n", "an HDF5 file (torch-hdf5, Keras): read it with h5py"),
    (rb"\x93NUMPY", "a NumPy .npy file: read it with numpy.load"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM", "an image"),
    (rb"%PDF", "a PDF document"),
    (rb"\x1bL[JQ-T]", "compiled Lua, not data"),
    (
        rb"\s*(?i:<!doctype|<html|<\?xml|<head|<)",
        "an HTML page, perhaps the error page of a download: fetch the file again",
    ),
    (rb"\s*[{\[]\s*[\"{\[\]}\d-]", "JSON text"),
    (rb"Rar!|7z\xbc\xaf", "an archive: unpack it first"),
]
_TAG = re.compile(rb"[\x00-\x08]\x00\x00\x00")
_BIG_ENDIAN = re.compile(rb"\x00\x00\x00[\x01-\x08]")
_ASCII = re.compile(rb"\s*[0-8]\s")
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")


def is_ascii(head: bytes) -> bool:
    """Return whether a file that begins like this is a .t7 file in the text encoding."""
    return _ASCII.match(head) is not None or head in (b"0", b"0\n")


def is_binary(head: bytes, order: str = "<") -> bool:
    """Return whether a file that begins like this can be a binary .t7 file of this byte order."""
    return (_TAG if order == "<" else _BIG_ENDIAN).match(head) is not None


def kind_of(head: bytes) -> str | None:
    """Return what a file that begins like this is, when it is something well known."""
    if not head:
        return "empty"
    for start, kind in _KINDS:
        if re.match(start, head):
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive: unpack it first (an old PyTorch file is one, too)"
    if len(head) >= 4 and _TEXT.fullmatch(head):
        return f"plain text that begins {head[:40].decode('latin-1')!r}"
    return None
