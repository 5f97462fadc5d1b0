"""The command line: what it prints, what it writes, its exit status."""

import os
import subprocess
import sys

import numpy as np
import pytest
from t7_expected import FILES

import nnlite as nn
from nnlite import torch
from nnlite.__main__ import main
from nnlite.core.tensor_types import Storage
from nnlite.t7 import info


def test_info(capsys):
    assert main(["info", str(FILES / "unknown_in_net.t7")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "table of 5"
    assert "      [2]: nn.MyScale" in lines
    assert "        weight: torch.DoubleTensor 2x3" in lines
    assert "  again: w2x.Pool, the same as other" in lines
    assert "1 x nn.MyScale, unknown" in lines
    assert "1 x nn.Tanh" in lines
    assert "3037 bytes in the file, 200 bytes of numbers" in lines


def test_info_of_a_gpu_model(capsys):
    assert main(["info", "--depth", "1", str(FILES / "cuda_models.t7")]) == 0
    out = capsys.readouterr().out
    assert "cudnn.ClippedReLU, becomes nn.HardTanh" in out
    assert "torch.FloatTensor" not in out.split("[1]")[0]


def test_info_reads_no_numbers(tmp_path):
    torch.save(tmp_path / "x.t7", {"x": np.ones(50_000), "size": np.array([1, 2]).view(Storage)})
    value = info.skeleton(tmp_path / "x.t7")
    assert value["x"].shape == (50_000,)
    assert list(info.describe(value)) == ["table of 2", "  x: torch.DoubleTensor 50000", "  size: torch.LongStorage 2"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("cycles", "  self: table of 9, the same as the whole"),
        ("functions", "  add: Lua function, "),
        ("odd_keys", "  [table of 1]: 'by table'"),
        ("tds", "  hash: tds.Hash of 6"),
        ("top_nil", "nil"),
        ("strings", "  bytes: b'\\x00\\x01\\x02\\xc8\\xff'"),
    ],
)
def test_describe(name, line):
    assert any(text.startswith(line) for text in info.describe(torch.load(FILES / f"{name}.t7")))


def test_deep_files(capsys):
    assert main(["info", str(FILES / "broken_deep_20000.t7")]) == 0
    assert len(capsys.readouterr().out) > 20_000
    assert len(list(info.named_arrays(torch.load(FILES / "broken_deep_20000.t7")))) == 0


def test_convert_to_npz(tmp_path, capsys):
    out = tmp_path / "model.npz"
    assert main(["convert", str(FILES / "net1.t7"), str(out)]) == 0
    with np.load(out) as arrays:
        net = torch.load(FILES / "net1.t7")
        np.testing.assert_array_equal(arrays["modules.1.weight"], net.modules[0].weight)
    assert main(["convert", str(FILES / "top_number.t7"), str(out)]) == 0
    assert capsys.readouterr().err == ""


def test_convert_to_t7(tmp_path, capsys):
    out = str(tmp_path / "model.t7")
    assert main(["convert", str(FILES / "checkpoint.t7"), out, "--float", "--clear-state", "--ascii"]) == 0
    assert (tmp_path / "model.t7").read_bytes()[:2] == b"3\n"
    saved = torch.load(out)
    net = saved.trainer.module
    assert net.type() == "torch.FloatTensor"
    assert all(p.dtype == np.float32 for p in net.parameters()[0])
    assert main(["convert", str(FILES / "cuda_models.t7"), out]) == 0
    assert "cudnn.ClippedReLU becomes nn.HardTanh" in capsys.readouterr().err
    assert isinstance(torch.load(out, strict=True)[20].module, nn.HardTanh)
    assert main(["convert", str(FILES / "unknown_class.t7"), out]) == 0
    assert "nn.MyScale is unknown and kept as it is (the whole file)" in capsys.readouterr().err


def test_convert_keeps_sharing(tmp_path):
    x = np.arange(6.0)
    torch.save(tmp_path / "x.t7", [x, x[2:], {"net": nn.Linear(2, 2)}])
    assert main(["convert", str(tmp_path / "x.t7"), str(tmp_path / "y.t7"), "--float"]) == 0
    value = torch.load(tmp_path / "y.t7")
    assert value[0].dtype == np.float32
    assert np.shares_memory(value[0], value[1])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["info", str(FILES / "broken_html.t7")], 1, "not a .t7 file: it is an HTML page"),
        (["info", "no such file"], 1, "no such file: No such file or directory"),
        (["convert", str(FILES / "net1.t7"), "model.txt"], 2, "model.txt: a name that ends in .t7 or .npz expected"),
        (["convert", str(FILES / "net1.t7"), "no/such/folder/x.t7"], 1, "no such folder to save in"),
    ],
)
def test_errors(arguments, status, message, capsys):
    assert main(arguments) == status
    assert message in capsys.readouterr().err


def test_wrong_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["frobnicate"])
    assert "invalid choice" in capsys.readouterr().err


def test_as_a_program():
    command = [sys.executable, "-m", "nnlite", "info", str(FILES / "models.t7")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()  # as `head` does
        error = process.stderr.read()
    assert error == b""
    assert process.returncode in (0, 1)
    assert os.path.exists(FILES)
