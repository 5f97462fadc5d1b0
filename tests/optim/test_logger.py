"""Logger: files to the byte, styles, plots, mistakes."""

import re
import sys

import numpy as np
import pytest

import optimlite as optim


def test_file_with_names(tmp_path):
    logger = optim.Logger(tmp_path / "deep" / "folder" / "a.log")
    assert logger.setNames(["loss", "accuracy"]) is logger
    assert logger.add([1, 2.5]) is None
    logger.add([np.float32(0.1), "n/a"])
    logger.add([float("nan"), float("-inf")])
    logger.add([1.03125, -7.03125])  # halves are rounded as by Lua
    text = (tmp_path / "deep" / "folder" / "a.log").read_text()
    assert text == "loss\taccuracy\t\n 1.0000e+00\t 2.5000e+00\t\n 1.0000e-01\tn/a\t\n        nan\t       -inf\t\n" + (
        " 1.0313e+00\t-7.0313e+00\t\n"
    )


def test_file_titled_by_the_first_line(tmp_path):
    logger = optim.Logger(str(tmp_path / "a.log"))
    logger.add({"train": 1, "test": 2})
    logger.add({"train": 3, "test": 4})
    assert (tmp_path / "a.log").read_text() == "train\ttest\t\n 1.0000e+00\t 2.0000e+00\t\n 3.0000e+00\t 4.0000e+00\t\n"
    assert logger.symbols == {"train": [1, 3], "test": [2, 4]}
    assert logger.style({"train": "-"}).styles == {"train": ["-"], "test": ["+"]}
    other = optim.Logger(str(tmp_path / "b.log"))
    other.add([1, 2])
    assert other.symbols == [[1], [2]]
    assert (tmp_path / "b.log").read_text() == "1\t2\t\n 1.0000e+00\t 2.0000e+00\t\n"


def test_names_and_styles(tmp_path):
    logger = optim.Logger(tmp_path / "a.log")
    logger.setNames(["loss", "accuracy"])
    logger.add({"accuracy": 1, "loss": 2})
    assert logger.symbols == [[2], [1]]
    assert logger.styles == [["+"], ["+"]]
    assert logger.style(["-", ["+", "-"]]) is logger
    assert logger.styles == [["-"], ["+", "-"]]
    logger.style({"loss": "."})
    assert logger.styles[0] == ["."]
    assert logger.names == ["loss", "accuracy"]
    assert logger.idx == {"loss": 1, "accuracy": 2}


def test_time_in_the_name(tmp_path):
    logger = optim.Logger(str(tmp_path / "a.log"), True)
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(r"a\.log-\d{4}_\d\d_\d\d_\S+", path.name)
    assert logger.name == str(tmp_path / "a.log")


def test_standard_output(capsys):
    logger = optim.Logger()
    logger.add([1])
    assert logger.name == "stdout"
    assert logger.file is sys.stdout
    expected = "<Logger> warning: no path provided, logging to std out\n1\t\n 1.0000e+00\t\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("value", [None, [1], True])
def test_only_numbers_and_strings(value, tmp_path):
    logger = optim.Logger(tmp_path / "a.log")
    with pytest.raises(TypeError, match=r"optim\.Logger: can only log numbers and strings, got"):
        logger.add([1, value])
    assert (tmp_path / "a.log").read_text() == ""
    assert logger.symbols == {}


def test_mistakes(tmp_path):
    logger = optim.Logger(tmp_path / "a.log").setNames(["loss"])
    with pytest.raises(ValueError, match=r"optim\.Logger: columns 1 expected, got 2"):
        logger.add([1, 2])
    with pytest.raises(ValueError, match=r"optim\.Logger: columns 1 expected, got 'accuracy'"):
        logger.add({"accuracy": 2})
    with pytest.raises(ValueError, match="a style for 1 columns expected, got one for 2"):
        logger.style(["-", "-"])
    with pytest.raises(TypeError, match="style should be a string or a table of strings, got 3"):
        logger.style([3])


@pytest.mark.parametrize("shown", [True, False])
def test_plots(shown, tmp_path):
    logger = optim.Logger(tmp_path / "a.log").setNames(["loss", "accuracy"])
    logger.display(shown)
    logger.add([1, 0.1])
    logger.plot()
    assert not (tmp_path / "a.log.pdf").exists()  # one point is no curve
    logger.add([0.5, "n/a"])
    logger.add([0.25, 0.3])
    logger.style(["-", ["+", "-"]])
    logger.setlogscale(True)
    logger.plot()
    axes = logger.figure.axes[0]
    assert [line.get_label() for line in axes.lines] == ["loss", "accuracy", "accuracy"]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[1, 1], [2, 0.5], [3, 0.25]])
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), [0.1, np.nan, 0.3])
    assert [line.get_marker() for line in axes.lines] == ["None", "+", "None"]
    assert axes.get_yscale() == "log"
    assert axes.get_title() == f"<Logger::{tmp_path / 'a.log'}>"
    assert (tmp_path / "a.log.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.log.png").exists() == shown
    logger.plot("accuracy")
    assert [line.get_label() for line in logger.figure.axes[0].lines] == ["accuracy", "accuracy"]


def test_plots_need_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    logger = optim.Logger(tmp_path / "a.log")
    logger.add([1])
    logger.add([2])
    with pytest.raises(ImportError, match=r"optim\.Logger\.plot needs matplotlib: pip install 'nnlite\[plot\]'"):
        logger.plot()
    with pytest.raises(ImportError, match=r"optim\.ConfusionMatrix\.render needs matplotlib"):
        optim.ConfusionMatrix(2).render()
