"""Writing: what goes into a file and what does not, and that no crash destroys the old one."""

import copy
import io
import os
import pickle
import random
import signal
import stat
import subprocess
import sys
import time

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from t7_expected import FILES

import nnlite as nn
from nnlite import t7, torch
from nnlite.core.tensor_types import Storage

DTYPES = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1"]


def again(value, mode="binary", **options):
    return torch.deserialize(torch.serialize(value, mode, **options), mode)


def same(a, b):
    """Return whether two values are equal, arrays by dtype, shape and bits."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and (a.size == b.size == 0 or (a.shape == b.shape and a.tobytes() == b.tobytes()))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return type(b) is list and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or a != a)


arrays = st.builds(
    lambda dtype, shape, seed: np.random.default_rng(seed).integers(-99, 99, shape).astype(dtype),
    st.sampled_from(DTYPES),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(0, 99),
)
plain = st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.binary().filter(lambda b: not is_text(b))
plain = plain | st.floats().filter(lambda x: not x.is_integer()) | arrays
keys = st.text() | st.integers(-9, 9) | st.floats(allow_nan=False).filter(lambda x: not x.is_integer())
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(keys, inner, max_size=4).filter(lambda t: t.keys() != set(range(1, len(t) + 1)) or not t)
    ),
    max_leaves=12,
)


def is_text(chars):
    try:
        chars.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(values, st.sampled_from(["binary", "ascii", "b32"]))
def test_round_trip(value, mode):
    assert same(value, again(value, mode))
    assert same(value, torch.deserialize(torch.serialize(value, mode)))


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), nn.Module.clone])
@pytest.mark.parametrize("module", [nn.Reshape(2, 3), nn.Sequential().add(nn.JoinTable(1)).add(nn.View(2, 3))])
def test_copies_keep_storages(module, twin):
    """Lua calls a storage's methods, so a copy must not turn one into a tensor; nor a copy of what a file gave."""
    for original in (module, again(module)):
        assert torch.serialize(twin(original)) == torch.serialize(original)


def test_numpy_values():
    value = again([np.float32(0.5), np.int64(3), np.bool_(True), (1, 2), np.array(7.0), np.array([True, False])])
    assert value[:4] == [0.5, 3, True, [1, 2]]
    np.testing.assert_array_equal(value[4], [7])
    assert value[5].dtype == np.uint8
    np.testing.assert_array_equal(again(np.arange(4, dtype=">f8")), np.arange(4))
    np.testing.assert_array_equal(again(np.arange(4)[::-1]), [3, 2, 1, 0])
    np.testing.assert_array_equal(
        again(np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2).copy(order="K")).shape, (3, 2, 4)
    )
    assert again([1, None, 3]) == {1: 1, 3: 3}
    assert again({"a": None, "b": 1}) == {"b": 1}


def test_expanded():
    value = again(np.broadcast_to(np.array([[1.0], [2.0]]), (2, 1000)))
    assert value.strides == (8, 0)
    assert value.base.size == 2


def test_sharing():
    """Views keep their memory, an array keeps its identity, a storage is a storage."""
    x = np.arange(10.0)
    shared = again({"x": x, "twice": x, "head": x[:4], "rows": x.reshape(2, 5), "column": x.reshape(2, 5)[:, 1]})
    shared.x[:] = 7
    assert shared.twice is shared.x
    for name in ("head", "rows", "column"):
        assert (shared[name] == 7).all()
        assert np.shares_memory(shared[name], shared.x)
    size = np.array([2, 3]).view(Storage)
    value = again([size, x.view(Storage), x])
    assert type(value[0]) is Storage
    assert type(value[2]) is np.ndarray
    assert np.shares_memory(value[1], value[2])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"a": [1, object()]}, TypeError, r"object <object.* cannot be written to a .t7 file \(in a\[2\]\)"),
        ([{1, 2}], TypeError, "set .1, 2. cannot be written"),
        ([2**53 + 1], ValueError, r"9007199254740993 is not exact as a Lua number \(a double\) \(in \[1\]\)"),
        ([10**400], ValueError, "not exact as a Lua number"),
        ({None: 1}, ValueError, "a table key cannot be None"),
        ({float("nan"): 1}, ValueError, "a table key cannot be nan"),
        ([np.zeros(2, complex)], TypeError, r"complex128: Torch has no such tensor type \(in \[1\]\)"),
        ([nn.Linear], TypeError, "cannot be written"),
    ],
)
def test_errors(value, error, message):
    with pytest.raises(error, match=message):
        torch.serialize(value)


def test_too_large_for_b32():
    with pytest.raises(ValueError, match="numbers too large for mode 'b32'"):
        torch.serialize(np.array([2**40]), "b32")


def test_buffers_are_written_empty():
    """Nothing a module built here has computed is in its file, least of all the caller's data."""
    data = np.random.default_rng(0).random((50, 2, 10, 10))
    net = nn.Sequential().add(nn.Identity()).add(nn.View(-1, 200)).add(nn.Linear(200, 3)).add(nn.ReLU(True))
    branch = nn.ConcatTable().add(nn.Identity()).add(nn.Narrow(2, 1, 2))
    net.add(branch)
    before = len(torch.serialize(net))
    out = net.forward(data)
    net.backward(data, [np.ones_like(x) for x in out])
    assert abs(len(torch.serialize(net)) - before) < 4000
    loaded = again(net)
    assert loaded.output == [] or all(x.size == 0 for x in loaded.output)
    np.testing.assert_allclose(loaded.forward(data)[0], net.forward(data)[0])
    both = again({"net": net, "output": net.output})
    np.testing.assert_array_equal(both.output[0], net.output[0])


def test_fields_of_a_file_are_kept_until_they_are_replaced(tmp_path):
    """An output that came with the model is written back, the caller's array that replaced it is not."""
    data = (FILES / "models.t7").read_bytes()
    net = torch.deserialize(data)[0].module
    size = len(torch.serialize(net))
    torch.save(tmp_path / "x.t7", torch.load(FILES / "models.t7")[0].input)
    x = torch.load(tmp_path / "x.t7")  # from a file as well, but not the model's own
    identity = nn.Sequential().add(nn.Identity()).add(net)
    identity.forward(x)
    assert len(torch.serialize(identity)) < size
    fresh = torch.deserialize(data)[0].module
    assert len(torch.serialize(copy.deepcopy(fresh))) < len(torch.serialize(fresh)) == size


def test_user_fields():
    net = nn.Linear(2, 2)
    net.label, net.sizes, net.lambda_ = "mine", [1, 2], 3
    loaded = again(net)
    assert (loaded.label, loaded.sizes, loaded.lambda_) == ("mine", [1, 2], 3)
    assert b"lambda_" not in torch.serialize(net)


def test_functions_and_generators():
    value = torch.load(FILES / "functions.t7")
    assert "Lua function" in repr(value.add)
    with pytest.raises(TypeError, match="cannot be run in Python"):
        value.add(1)
    function = torch.load(FILES / "old_versions.t7")[39].module
    assert torch.serialize(function) == torch.serialize(again(function))
    generator = torch.load(FILES / "generator.t7").gen
    assert generator.getRNGState().tobytes() in (FILES / "generator.t7").read_bytes()
    assert again([generator])[0].random() == generator.random()


def test_unknown_objects_can_be_copied():
    value = torch.load(FILES / "unknown_class.t7")
    for twin in (copy.deepcopy(value), pickle.loads(pickle.dumps(value)), value.clone()):
        assert twin.torch_typename == "nn.MyScale"
        assert twin.factor == 2.5
    table = copy.deepcopy(torch.load(FILES / "tds.t7"))
    assert type(table.hash) is t7.Hash
    assert type(table.vec) is t7.Vec
    assert torch.serialize(table) == torch.serialize(torch.load(FILES / "tds.t7"))


def test_save(tmp_path):
    path = tmp_path / "model.t7"
    torch.save(path, [1])
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    path.chmod(0o640)
    torch.save(str(path), [2], "ascii")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == b"3\n1\n1\n1\n1\n1\n2\n"
    (tmp_path / "link.t7").symlink_to(path)
    torch.save(tmp_path / "link.t7", [3])
    assert torch.load(path) == [3]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.t7", "model.t7"]
    file = io.BytesIO()
    torch.save(file, [4])
    assert torch.deserialize(file.getvalue()) == [4]
    torch.save(os.devnull, [5])
    assert not os.path.isfile(os.devnull)


def test_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "model.t7"
    torch.save(path, "old")
    with pytest.raises(TypeError, match="cannot be written"):
        torch.save(path, [np.zeros(300_000), object()])
    assert torch.load(path) == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model.t7"]
    with pytest.raises(FileNotFoundError):
        torch.save(tmp_path / "nowhere" / "model.t7", 1)


SAVES = """
import sys
import numpy as np
from nnlite import torch
print('ready', flush=True)
for i in range(10**6):
    torch.save(sys.argv[1], {'first': i, 'data': np.full(200_000, float(i)), 'last': i})
"""


def killed(path, times):
    """Kill a process in the middle of saving, many times; the file is always whole."""
    rng = random.Random(0)
    for _ in range(times):
        with subprocess.Popen([sys.executable, "-c", SAVES, str(path)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(0.01 + rng.random() * 0.05)
            process.send_signal(signal.SIGKILL)
        if path.exists():
            value = torch.load(path)
            assert value.first == value.last
            assert (value.data == value.first).all()


def test_killed_while_saving(tmp_path):
    torch.save(tmp_path / "model.t7", {"first": 0, "data": np.zeros(3), "last": 0})
    killed(tmp_path / "model.t7", 4)


@pytest.mark.slow
def test_killed_while_saving_often(tmp_path):
    torch.save(tmp_path / "model.t7", {"first": 0, "data": np.zeros(3), "last": 0})
    killed(tmp_path / "model.t7", 100)


def test_full_disk(tmp_path, monkeypatch):
    """An error of the system in the middle leaves the old file and nothing else."""
    path = tmp_path / "model.t7"
    torch.save(path, "old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        torch.save(path, "new")
    assert torch.load(path) == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model.t7"]
