"""torch.CmdLine: Lua's syntax, its help and log to the byte."""

import builtins

import pytest

from nnlite import torch


@pytest.fixture
def cmd():
    cmd = torch.CmdLine()
    cmd.text()
    cmd.text("Train a network")
    cmd.argument("-file", "what to read")
    cmd.option("-seed", 123, "initial random seed")
    cmd.option("-lr", 1e-3, "learning rate")
    cmd.option("-plot", False, "plot as you go")
    cmd.option("-save", "logs")
    return cmd


def test_parse(cmd):
    opt = cmd.parse(["-seed", "7", "data.t7", "-plot", "-lr", "-1e-2", "-save", "-x"])
    assert opt == {"seed": 7, "lr": -0.01, "plot": True, "save": "-x", "file": "data.t7"}
    assert opt.seed == 7
    assert cmd.parse(["a"]).plot is False


@pytest.mark.parametrize(
    ("option", "word", "want"),
    [("-seed", "1e3", 1000), ("-seed", "0x10", 16), ("-lr", "2", 2), ("-lr", "2.0", 2.0), ("-seed", "0.5", 0.5)],
)
def test_numbers(cmd, option, word, want):
    value = cmd.parse(["a", option, word])[option[1:]]
    assert (value, type(value)) == (want, type(want))


def test_options_need_a_default(cmd):
    with pytest.raises(ValueError, match="option -x has no default value"):
        cmd.option("-x", None)
    with pytest.raises(ValueError, match="option -x has wrong default type value: string expected, got number"):
        cmd.option("-x", 1, "help", "string")


HELP = """\
Usage: [options] <file>

Train a network
  <file> what to read
  -seed  initial random seed [123]
  -lr    learning rate [0.001]
  -plot  plot as you go [false]
  -save  [logs]
"""


def test_help(cmd, capsys):
    cmd.help()
    assert capsys.readouterr().out == HELP


@pytest.mark.parametrize("word", ["-h", "-help", "--help"])
def test_help_ends_the_script(cmd, capsys, monkeypatch, word):
    with pytest.raises(SystemExit) as end:
        cmd.parse([word])
    assert end.value.code == 0
    assert capsys.readouterr().out == HELP
    monkeypatch.setattr("sys.argv", ["train.py", word])
    with pytest.raises(SystemExit):
        cmd.parse()
    assert capsys.readouterr().out.startswith("Usage: train.py [options] <file>\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "not enough arguments"),
        (["a", "b"], "invalid argument: b"),
        (["a", "-x"], "invalid argument: -x"),
        (["a", "-seed"], "missing argument for option -seed"),
        (["a", "-seed", "x"], "invalid type for option -seed (should be number)"),
        (["a", "-seed", "1_0"], "invalid type for option -seed (should be number)"),
    ],
)
def test_errors_print_the_help(cmd, capsys, words, message):
    with pytest.raises(SystemExit) as end:
        cmd.parse(words)
    assert end.value.code == 1
    out, err = capsys.readouterr()
    assert err == message
    assert out == f"\n\n{HELP}"


def test_arguments_may_be_numbers(capsys):
    cmd = torch.CmdLine()
    cmd.argument("n", "how many", "number")
    assert cmd.parse(["3"]).n == 3
    with pytest.raises(SystemExit):
        cmd.parse(["x"])
    assert "invalid argument type for argument n (should be number)" in capsys.readouterr().err


def test_string_names_what_differs(cmd, capsys):
    opt = cmd.parse(["a.t7", "-seed", "7", "-plot", "-lr", "0.5"])
    assert cmd.string("run", opt, {"seed": True}) == "run,file=a.t7,lr=0.5,plot=t"
    out = capsys.readouterr().out
    assert "-- ignore option seed\n" in out
    assert "lr\t0.5\t0.001\n" in out
    assert "plot\tt\tfalse\n" in out
    assert cmd.string("run", cmd.default()) == "run"
    assert cmd.string("run", {"save": "logs"}, {"save": False}) == "run,save=logs"
    assert cmd.string(None, {"other": 1}) == ""
    assert "WARNING: unknown option/argument: other IGNORING for DIRECTORY NAME" in capsys.readouterr().out
    other = torch.CmdLine(";", ":")
    other.option("-a", 1)
    assert other.string("run", {"a": 2}) == "run;a:2"


def test_log_writes_what_is_printed(cmd, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(builtins, "print", builtins.print)
    monkeypatch.setattr("time.strftime", lambda format: "NOW" if format == "%c" else format.replace("%H", "12"))
    cmd.log(tmp_path / "first", {"lr": 0.1, "plot": False})
    print("epoch", 1, 2.0)
    head = "[program started on NOW] \n[command line arguments] \nlr 0.1 \nplot false \n[----------------------] \n"
    assert (tmp_path / "first").read_text() == head + "epoch 1 2 \n"
    assert capsys.readouterr().out.splitlines()[2:4] == ["lr\t0.1", "plot\tfalse"]
    cmd.addTime("project", "%H ")
    with open(tmp_path / "second", "w") as file:
        cmd.silent()
        cmd.log(file)
        print("hidden")
    assert (tmp_path / "second").read_text().splitlines()[-1] == "12 [project]:  hidden "
    assert (tmp_path / "first").read_text() == head + "epoch 1 2 \n"  # a new log ends the old one
    assert capsys.readouterr().out == ""
