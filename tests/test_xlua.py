"""nnlite.xlua: the progress bar, times, tables as text, parameters from the environment."""

import sys

import pytest

from nnlite import xlua


def test_progress_shows_and_starts_again(capsys):
    for _ in range(2):
        for i in range(1, 6):
            xlua.progress(i, 5)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("5/5") == 2
    assert "100%" in captured.err


def test_progress_that_never_ends_is_followed_by_a_new_bar(capsys):
    xlua.progress(3, 10)
    xlua.progress(1, 4)
    xlua.progress(4, 4)
    assert "3/10" in (err := capsys.readouterr().err)
    assert "4/4" in err
    assert xlua._bar is None


def test_progress_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"pip install 'nnlite\[progress\]'"):
        xlua.progress(1, 2)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0ms"), (0.0123, "12ms"), (59.5, "59s500ms"), (61, "1m1s"), (7322, "2h2m"), (90061, "1D1h"), (3601, "1h1s")],
)
def test_format_time(seconds, text):
    assert xlua.formatTime(seconds) == text


def test_table_as_text():
    table = {"a": [1, 2.5, True], "b c": {"x": None}, 3: 'say "hi"'}
    assert xlua.table2string(table) == '{a={1,2.5,true},["b c"]={x=nil},[3]=\'say "hi"\'}'
    assert xlua.table2string({"rate": 0.5, "name": "x\ny"}, True) == '{\n   rate : 0.5\n   name : "x\\ny"\n}'


def test_parameters_from_the_environment(monkeypatch):
    for name, value in {"rate": "1e-2", "epochs": "7", "nesterov": "false", "name": "b"}.items():
        monkeypatch.setenv(name, value)
    default = {"rate": 0.1, "epochs": 1, "nesterov": True, "name": "a", "other": 5}
    assert xlua.envparams(default) == {"rate": 0.01, "epochs": 7, "nesterov": False, "name": "b", "other": 5}
    assert default["epochs"] == 1


def test_errors_and_catching(capsys):
    caught = []
    xlua.trycatch(lambda: xlua.error("broken", "demo", "usage: demo"), caught.append)
    assert str(caught[0]) == "<demo> broken\nusage: demo"
    assert xlua.require("math").pi > 3
    assert xlua.require("no_such_package") is False
    assert "warning: <no_such_package> could not be loaded" in capsys.readouterr().out
