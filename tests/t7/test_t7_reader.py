"""Reading: encodings, broken files, what the messages say, how deep and how large things may be."""

import io
import os
import pickle
import struct
import sys
import time
import tracemalloc

import numpy as np
import pytest
from t7_expected import FILES, Comparison, records

import nnlite as nn
from nnlite import t7, torch
from nnlite.t7.format import as_list, as_number, path_text

BROKEN = [pytest.param(r, id=r["file"]) for r in records("broken", "either")]


def integer(*values):
    return struct.pack(f"<{len(values)}i", *values)


def tensor(size, stride, offset, elements, name="torch.DoubleTensor", dtype="f8"):
    """Return the bytes of a tensor with one storage."""
    storage = name.replace("Tensor", "Storage")
    data = np.arange(elements, dtype=dtype).tobytes()
    head = integer(4, 1, 3) + b"V 1" + integer(len(name)) + name.encode() + integer(len(size))
    head += struct.pack(f"<{2 * len(size) + 1}q", *size, *stride, offset)
    return (
        head + integer(4, 2, 3) + b"V 1" + integer(len(storage)) + storage.encode() + struct.pack("<q", elements) + data
    )


@pytest.mark.parametrize("record", BROKEN)
def test_broken(record):
    """Broken files raise T7Error, or give the right value where there is one, in little memory."""
    tracemalloc.start()
    try:
        value = torch.load(FILES / record["file"], record["mode"])
    except t7.T7Error as error:
        assert isinstance(error, ValueError)
        assert len(str(error)) > 20
    else:
        assert record["expect"] != "error"
        assert "value" not in record or not Comparison().check(record["value"], value)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10e6 + 50 * record.get("bytes", 1000)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gitlfs", "a git-lfs pointer, not the file itself: run `git lfs pull`"),
        ("html", "an HTML page"),
        ("pickle2", "a Python pickle, as PyTorch's torch.save wrote it"),
        ("pickle4", "a Python pickle"),
        ("zip", "a zip archive: a PyTorch file"),
        ("gzip", "gzip-compressed: unpack it"),
        ("hdf5", "an HDF5 file"),
        ("npy", "a NumPy .npy file"),
        ("png", "an image"),
        ("json", "JSON text"),
        ("text", "plain text that begins 'This is not a torch file"),
        ("empty", "empty"),
    ],
)
def test_what_the_file_is(name, message):
    with pytest.raises(t7.T7Error, match="not a .t7 file: it is " + message):
        torch.load(FILES / f"broken_{name}.t7")


@pytest.mark.parametrize(
    ("data", "mode", "message"),
    [
        (b"\x03\0\0\0\x01\0\0\0\xff\xff\xff\x7f" + bytes(24), None, "a table of 2147483647 entries announced, but the"),
        (integer(2, 100) + b"abc", None, "a string of 100 bytes announced, but the file has 3 bytes left"),
        (integer(2, -1) + b"abc", None, "a string of -1 bytes announced"),
        (integer(9), None, "no type tag at its beginning"),
        (integer(3, 1, 1, 2, 1) + b"k" + integer(77) + bytes(8), None, r"unknown type tag 77 \(at byte 25, in k\)"),
        (integer(3, 1, 1, 0, 1) + bytes(8), None, "a table key that is nil"),
        (
            integer(3, 1, 1, 1) + struct.pack("<d", np.nan) + integer(5, 1),
            None,
            r"a table key that is not a number \(NaN\)",
        ),
        (tensor([2], [1], 0, 10), None, r"size \[2\], stride \[1\], offset 0 on a storage of 10"),
        (tensor([5, 5], [5, 1], 1, 24), None, "on a storage of 24 elements"),
        (tensor([-1], [1], 1, 3), None, r"a tensor of size \[-1\], stride \[1\]"),
        (tensor([2], [-1], 2, 3), None, r"stride \[-1\]"),
        (
            tensor([3], [1], 1, 3)[:-1],
            None,
            "a storage of 3 elements of float64 announced, but the file has 23 bytes left",
        ),
        (
            tensor([3], [1], 1, 3).replace(b"\x12\0\0\0torch.Double", b"\x11\0\0\0torch.Float"),
            None,
            "on a storage that is one of float64",
        ),
        (b"3\n1\n1\n2\n1\nk\nx\n", None, r"a number expected, got b'x\\n' \(at byte 12\)"),
        (b"3\n1\n1\n2\n", None, "the file ends|announced"),
        (b"4\n1\n3\nV x\n", None, "version 'x' of a class is not a number"),
        (
            integer(4, 1, 3) + b"V 1" + integer(9) + b"nn.Linear" + integer(0),
            None,
            "nn.Linear: a table of fields expected",
        ),
        (b"3\n1\n0\n", "binary", "an ascii .t7 file: load it with mode='ascii'"),
        (integer(3, 1, 0), "ascii", "a binary .t7 file: load it with mode='binary'"),
        (b"hello", "ascii", "plain text that begins 'hello'"),
    ],
)
def test_messages(data, mode, message):
    with pytest.raises(t7.T7Error, match=message):
        torch.deserialize(data, mode)


def test_error_knows_offset_and_path():
    data = torch.serialize({"model": [1, nn.Linear(2, 3)]})
    with pytest.raises(t7.T7Error) as caught:
        torch.deserialize(data[:-40])
    assert caught.value.path.startswith("model[2].")
    assert caught.value.offset > 100
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.path) == (str(caught.value), caught.value.path)


def test_unknown_class_is_suspected():
    """A class may have written something of its own, which is read as something else."""
    data = integer(4, 1, 3) + b"V 1" + integer(6) + b"my.Own" + integer(3, 2, 1, 2, 1) + b"k" + integer(99)
    with pytest.raises(t7.T7Error, match="unknown type tag 99"):
        torch.deserialize(data)
    whole = integer(3, 9, 2, 1) + struct.pack("<d", 1) + data[:-4] + integer(0) + integer(98, 0, 0, 0)
    with pytest.raises(t7.T7Error, match=r"it may be that my\.Own, unknown here, has a format of its own"):
        torch.deserialize(whole)


def test_modes():
    for mode in ("binary", "ascii", "b32", "b64"):
        data = torch.serialize([np.arange(6.0).reshape(2, 3), np.arange(3)], mode)
        for read in {mode, None} if mode != "b32" else {"b32", None, "binary"}:
            value = torch.deserialize(data, read)
            assert value[0][1, 2] == 5
            assert value[1].dtype == np.int64
    with pytest.raises(ValueError, match="mode 'text': one of binary, ascii, b32, b64 expected"):
        torch.deserialize(data, "text")
    with pytest.raises(ValueError, match="mode 'text'"):
        torch.serialize(1, "text")


def test_big_endian():
    value = torch.load(FILES / "big_endian.t7")
    np.testing.assert_array_equal(value.a, [1, 2, 3, 4, 5])
    assert value.a.dtype.isnative
    assert value.s == "end"


def test_file_objects(tmp_path):
    data = torch.serialize([1, 2]) + torch.serialize("next")
    assert torch.load(io.BytesIO(data)) == [1, 2]
    path = tmp_path / "two.t7"
    path.write_bytes(data)
    with open(path, "rb") as file:
        file.seek(len(data) - 12)
        assert torch.load(file) == "next"
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert torch.load(pipe) == [1, 2]


def test_large_storages_are_read_from_the_file(tmp_path):
    x = np.random.default_rng(0).random(200_000)
    torch.save(tmp_path / "x.t7", [x, x[:10], x[::2]])
    y, head, step = torch.load(tmp_path / "x.t7")
    np.testing.assert_array_equal(x, y)
    assert y.flags.writeable
    assert y.flags.aligned
    assert np.shares_memory(y, head)
    assert np.shares_memory(y, step)


def deep(levels, binary=True):
    """Return a file of tables in tables."""
    if binary:
        parts = [integer(3, i + 1, 1, 2, 1) + b"c" for i in range(levels)]
        return b"".join(parts) + integer(2, 3) + b"end"
    return "".join(f"3\n{i + 1}\n1\n2\n1\nc\n" for i in range(levels)).encode() + b"2\n3\nend\n"


@pytest.mark.parametrize("binary", [True, False])
def test_deep_tables(binary):
    """Nesting costs memory, not stack: reading, writing, and letting go of it."""
    levels = 100_000 if binary else 20_000
    value = torch.deserialize(deep(levels, binary))
    assert torch.serialize(value, "binary" if binary else "ascii") == deep(levels, binary)
    for _ in range(levels - 1):
        value = value.c
    assert value == {"c": "end"}


def test_deep_modules():
    net = inner = nn.Sequential()
    for _ in range(3000):
        inner.modules.append(nn.Sequential())
        inner = inner.modules[0]
    assert sys.getrecursionlimit() < 3000
    data = torch.serialize(net)
    assert torch.serialize(torch.deserialize(data)) == data


def test_deep_error_path():
    with pytest.raises(t7.T7Error, match=r"in (c\.){9}c \.\.\. (\.c){9}"):
        torch.deserialize(deep(50_000)[:-1])


def test_speed_of_many_references():
    """A hundred thousand references to one tensor make one array."""
    data = torch.serialize([np.zeros(1000)] * 100_000)
    start = time.perf_counter()
    value = torch.deserialize(data)
    assert time.perf_counter() - start < 20  # far from the limit of any machine; what matters is that it ends
    assert value[0] is value[-1]


def test_lists_and_tables():
    for value, kind in [
        ({}, nn.Table),
        ([1], list),
        ({1: 1, 3: 3}, nn.Table),
        ({2: 1, 1: 2}, list),
        ({0: 1, 1: 2}, nn.Table),
    ]:
        assert type(torch.deserialize(torch.serialize(value))) is kind
    assert torch.deserialize(torch.serialize({2: "b", 1: "a"})) == ["a", "b"]
    assert as_list({True: 1}) == [1]  # the reader wraps boolean keys, so that this one is the number
    assert as_list({1.0: "a", 2: "b"}) == ["a", "b"]


def test_a_table_that_turns_out_to_be_a_list():
    """References from inside to a table whose keys are only known at its end."""
    inner = integer(3, 1, 2) + integer(1) + struct.pack("<d", 2) + integer(2, 1) + b"b"
    data = inner + integer(1) + struct.pack("<d", 1) + integer(3, 1)
    value = torch.deserialize(data)
    assert value[1] == "b"
    assert value[0] is value
    holder = (
        integer(3, 5, 1, 2, 1) + b"k" + data
    )  # the same one level down, with a function and a class that refer to it
    assert torch.deserialize(holder).k[0][1] == "b"


def test_boolean_keys():
    both = {1: "one", t7.ObjectKey(True): "true", 0: "zero", t7.ObjectKey(False): "false"}
    for mode in ("binary", "ascii"):
        value = torch.deserialize(torch.serialize(both, mode))
        assert value == both
        assert len(value) == 4
    plain = torch.deserialize(torch.serialize({True: "true", "x": 1}))
    assert plain == {True: "true", "x": 1}
    assert next(iter(plain)) is True


def test_object_keys():
    key = [1, 2]
    value = torch.deserialize(torch.serialize({"key": key, t7.ObjectKey(key): "by table"}))
    assert value[t7.ObjectKey(value.key)] == "by table"
    assert "list" in repr(t7.ObjectKey(key))


@pytest.mark.parametrize(
    ("number", "want"),
    [(1.0, 1), (-3.0, -3), (2.0**53, 2**53), (0.5, 0.5), (1e300, 1e300), (float("inf"), float("inf")), (-0.0, -0.0)],
)
def test_numbers(number, want):
    got = as_number(number)
    assert type(got) is type(want)
    assert str(got) == str(want)


def test_paths():
    assert path_text((((None, "a"), 3), "b")) == "a[3].b"
    assert path_text(((None, b"\xff"), 1.5)) == "[b'\\xff'][1.5]"
    assert path_text((None, object())) == "[a object]"
    assert path_text(None) == ""


def test_unreferenced():
    x = np.ones(3)
    data = torch.serialize({"a": x, "b": x}, referenced=False)
    value = torch.deserialize(data, referenced=False)
    assert value.a is not value.b
    twice = torch.deserialize(torch.serialize([x, x]))
    assert twice[0] is twice[1]


def test_ascii_oddities():
    """What printf writes on other machines, and what people type."""
    text = "4\n1\n3\nV 1\n18\ntorch.DoubleTensor\n1\n6\n1\n1\n4\n2\n3\nV 1\n19\ntorch.DoubleStorage\n6\n"
    value = torch.deserialize((text + "1.#INF -1.#INF 1.#QNAN -nan nan(0x8000) 1e3\n").encode())
    np.testing.assert_array_equal(value, [np.inf, -np.inf, np.nan, np.nan, np.nan, 1000])
    spread = torch.deserialize((text + "1 2\n3\n4 5\n\n6").encode())
    np.testing.assert_array_equal(spread, [1, 2, 3, 4, 5, 6])
    with pytest.raises(t7.T7Error, match=r"no such number|a number expected"):
        torch.deserialize((text + "1 2 3 4 5 1_0\n").encode())


def test_report(caplog):
    report = t7.Report()
    torch.load(FILES / "cuda_models.t7", report=report)
    assert report.mapped["cudnn.ClippedReLU"] == "nn.HardTanh"
    torch.load(FILES / "unknown_in_net.t7", report=report)
    assert report.unknown == {"nn.MyScale": ["net.modules[2]"], "w2x.Pool": ["other"], "Keeper": ["plain"]}
    torch.load(FILES / "cuda_dpt.t7", report=report, strict=True)
    assert report.mapped["nn.DataParallelTable"] == "nn.Sequential"


def test_strict_names_relatives():
    data = torch.serialize(nn.Linear(2, 1)).replace(b"nn.Linear", b"nn.Lineas")
    with pytest.raises(t7.T7Error, match=r"unknown class nn.Lineas; known names like it: .*nn.Linear"):
        torch.deserialize(data, strict=True)
