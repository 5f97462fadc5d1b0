"""DiskFile and MemoryFile: numbers, strings and objects one after another."""

import numpy as np
import pytest

import nnlite as nn
from nnlite import t7, torch
from nnlite.core.tensor_types import Storage

NUMBERS = {
    "Byte": [0, 7, 255],
    "Char": [-128, 0, 127],
    "Short": [-(2**15), 3],
    "Int": [-(2**31), 5],
    "Long": [-(2**40), 2**40],
    "Float": [0.5, -1.25],
    "Double": [0.1, -1e300],
}


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(("kind", "values"), NUMBERS.items())
def test_numbers(kind, values, binary):
    file = torch.MemoryFile()
    file = file.binary() if binary else file.ascii()
    assert getattr(file, f"write{kind}")(values[0]) == 1
    assert getattr(file, f"write{kind}")(np.array(values)) == len(values)
    file.seek(1)
    read = getattr(file, f"read{kind}")
    assert read() == values[0]
    found = read(len(values))
    assert type(found) is Storage
    assert found.tolist() == values
    file.seek(1)
    read()
    out = np.empty(len(values), found.dtype)
    assert read(out) == len(values)
    assert out.tolist() == values


def test_text_is_what_torch_writes():
    file = torch.MemoryFile()
    file.writeInt(5)
    file.writeDouble([1.5, 2])
    file.writeBool(True)
    file.writeString("a line\nrest")
    assert file.storage().tobytes() == b"5\n1.5 2\n1\na line\nrest\0"
    file.seek(1)
    assert (file.readInt(), file.readDouble(2).tolist(), file.readBool()) == (5, [1.5, 2], True)
    assert file.readString("*l") == "a line"
    assert file.position() == 18
    assert file.readString("*a") == "rest"


def test_objects_share_one_memory_of_references():
    file = torch.MemoryFile().binary()
    x, net = np.arange(3.0), nn.Linear(2, 2)
    file.writeObject([x, x]).writeObject(x)
    size = file.position()
    file.writeObject(net)
    assert size < 250
    file.seek(1)
    both, again, loaded = (file.readObject() for _ in range(3))
    assert both[0] is both[1] is again
    np.testing.assert_array_equal(loaded.weight, net.weight)
    file = torch.MemoryFile().binary().referenced(False)
    assert not file.isReferenced()
    file.writeObject([x, x]).seek(1)
    first, second = file.readObject()
    assert first is not second


def test_disk_file(tmp_path):
    name = str(tmp_path / "numbers.bin")
    with torch.DiskFile(name, "w").binary() as file:
        file.writeLong([1, 2])
        file.synchronize()
        assert torch.DiskFile(name).binary().readLong(2).tolist() == [1, 2]
    assert torch.DiskFile(name, "r").binary().longSize(4).readLong(4).tolist() == [1, 0, 2, 0]
    with torch.DiskFile(name, "rw").binary() as file:
        file.seekEnd().writeLong(3)
        file.seek(9)
        assert file.readLong(2).tolist() == [2, 3]
        assert (file.isReadable(), file.isWritable(), file.isBinary(), file.isQuiet()) == (True, True, True, False)
    with torch.DiskFile(str(tmp_path / "new"), "rw") as file:
        file.writeObject({"a": 1}).seek(1)
        assert file.readObject() == {"a": 1}
    (tmp_path / "big").write_bytes(b"\0\0\0\x07")
    assert torch.DiskFile(str(tmp_path / "big")).binary().bigEndianEncoding().readInt() == 7


def test_an_object_that_load_reads(tmp_path):
    name = str(tmp_path / "object.t7")
    with torch.DiskFile(name, "w").binary() as file:
        file.writeObject(["one", 2])
    assert torch.load(name) == ["one", 2]


def test_quiet():
    file = torch.MemoryFile(b"1\n2\n\0").quiet()
    assert file.isQuiet()
    assert [file.readInt() for _ in range(3)] == [1, 2, None]
    assert file.hasError()
    assert not file.clearError().hasError()
    assert file.readInt(np.empty(2, np.int32)) == 0
    with pytest.raises(t7.T7Error, match="announced, but the file has 0 bytes left"):
        file.pedantic().readInt()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: torch.MemoryFile(b"abc"), ValueError, "a storage whose last element is 0"),
        (lambda: torch.MemoryFile("x"), ValueError, "mode 'r', 'w' or 'rw' expected, got 'x'"),
        (lambda: torch.MemoryFile("r").writeInt(1), ValueError, "open for reading only"),
        (lambda: torch.MemoryFile("w").readInt(), ValueError, "open for writing only"),
        (lambda: torch.MemoryFile().longSize(5), ValueError, "longSize of 0, 4 or 8 expected, got 5"),
        (lambda: torch.MemoryFile().readString("*n"), ValueError, r"'\*l' or '\*a', got '\*n'"),
        (lambda: torch.DiskFile("no such file"), FileNotFoundError, "no such file"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
