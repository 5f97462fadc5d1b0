"""char-rnn: the losses and texts of the Lua program, the other models, checkpoints of ours and of Lua's."""

import re
import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import nnlite as nn
import optimlite as optim
from nnlite import t7, torch

DEMO = Path(__file__).resolve().parents[1] / "demos" / "char-rnn"
LOGS = Path(__file__).with_name("demo_logs")
T7 = Path(__file__).parent / "t7" / "files"
SMALL = ("-rnn_size", "24", "-batch_size", "8", "-seq_length", "20", "-train_frac", "0.85", "-val_frac", "0.15")


class CharRNN:
    """Runs the scripts of the demo in a folder with the tiny text."""

    def __init__(self, monkeypatch, capsys, folder):
        self.monkeypatch, self.capsys, self.folder = monkeypatch, capsys, folder
        (folder / "data" / "tiny").mkdir(parents=True)
        shutil.copy(DEMO / "data" / "tiny" / "input.txt", folder / "data" / "tiny" / "input.txt")
        monkeypatch.chdir(folder)
        monkeypatch.setattr(t7.registry, "_registered", {})

    def run(self, script, *arguments):
        """Run a script and return what it printed; `names` holds its variables."""
        for name in [name for name in sys.modules if name.partition(".")[0] in ("model", "util")]:
            del sys.modules[name]
        self.monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        self.monkeypatch.setattr(sys, "path", [str(DEMO), *sys.path])
        self.capsys.readouterr()
        self.names = runpy.run_path(str(DEMO / script), run_name="__main__")
        return self.capsys.readouterr().out

    def train(self, *arguments):
        """Train on the tiny text."""
        return self.run("train.py", "-data_dir", "data/tiny", *SMALL, *arguments)

    def checkpoint(self):
        """Return the path of the last checkpoint."""
        return max(self.folder.glob("cv/*.t7"), key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture
def demo(monkeypatch, capsys, tmp_path):
    return CharRNN(monkeypatch, capsys, tmp_path)


def test_the_run_of_lua(demo):
    """Every loss, every line, and two texts drawn from the checkpoint."""
    printed, *samples = (LOGS / "char-rnn-lstm.log").read_text().split("\n\n", 1)[1].split("\n==== sample.lua ")
    lines = demo.train("-max_epochs", 2, "-eval_val_every", 25).splitlines()
    losses = np.loadtxt(LOGS / "char-rnn-lstm.losses.txt")
    np.testing.assert_allclose(demo.names["train_losses"], losses, 1e-9)
    assert [re.sub(r"batch = .*s$", "batch = <t>s", line) for line in lines] == printed.rstrip("\n").splitlines()
    checkpoint = demo.checkpoint().relative_to(demo.folder)
    for sample in samples:
        options, text = sample.split("\n", 1)
        options, prime, words = options.partition(" -primetext ")
        prime = ["-primetext", f"{words} "] if prime else []  # the log has lost the blank at its end
        drawn = demo.run("sample.py", checkpoint, *options.split(), *prime)
        assert [line.rstrip() for line in drawn.splitlines()] == text.rstrip("\n").splitlines()


@pytest.mark.parametrize(("model", "layers", "count"), [("lstm", 1, 8304), ("gru", 2, 10128), ("rnn", 2, 4176)])
def test_models(demo, model, layers, count):
    options = ("-model", model, "-num_layers", layers, "-dropout", 0.25, "-max_epochs", 4, "-learning_rate", 0.01)
    demo.train(*options, "-type", "float", "-learning_rate_decay_after", 3)
    names = demo.names
    assert names["params"].dtype == np.float32
    assert names["params"].size == count
    assert names["train_losses"][-1] < 0.85 * names["train_losses"][0]
    assert names["optim_state"].learningRate == pytest.approx(0.01 * 0.97**2)
    assert len(demo.run("sample.py", demo.checkpoint(), "-length", 30, "-verbose", 0, "-sample", 0)) == 31


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_a_checkpoint_is_where_training_goes_on(demo, model):
    demo.train("-model", model, "-max_epochs", 1, "-eval_val_every", 100)
    first, path = demo.names["params"].copy(), demo.checkpoint()
    saved = torch.load(path)
    assert saved.i == 25
    assert saved.epoch == 1
    assert saved.opt.rnn_size == 24
    assert list(saved.val_losses) == [25]
    np.testing.assert_array_equal(saved.train_losses, demo.names["train_losses"])
    assert f"{saved.val_loss:.4f}" in path.name
    lines = demo.train("-init_from", path, "-max_epochs", 0, "-rnn_size", 3).splitlines()
    assert f"overwriting rnn_size=24, num_layers=2, model={model} based on the checkpoint." in lines
    begun = demo.names["params"]
    if model == "lstm":  # as in Lua, the biases of the forget gates are set again
        assert (begun != first).sum() == 48
        assert (begun[begun != first] == 1).all()
    else:
        np.testing.assert_array_equal(begun, first)
    demo.train("-init_from", path, "-max_epochs", 1)
    assert demo.names["train_losses"][0] < saved.train_losses[1]


def test_another_text_is_refused(demo):
    demo.train("-max_epochs", 0.04, "-num_layers", 1)
    path = demo.folder / "data" / "tiny" / "input.txt"
    path.write_text("abc " * 300)
    with pytest.raises(SystemExit, match="the character vocabulary for this dataset and the one in the saved"):
        demo.train("-init_from", demo.checkpoint())
    with pytest.raises(SystemExit, match=r"File nowhere\.t7 does not exist"):
        demo.run("sample.py", "nowhere.t7")


@pytest.fixture
def lua_checkpoint():
    """Return the little checkpoint that Lua wrote, and a function that runs its network over one character."""
    saved = torch.load(T7 / "char_checkpoint.t7")
    width = saved.opt.rnn_size

    def run(index, state):
        row = np.zeros((1, len(saved.vocab)))
        row[0, index - 1] = 1
        *state, prediction = saved.protos.rnn.forward([row, *state])
        return [array.copy() for array in state], prediction.copy()

    return saved, run, [np.zeros((1, width)), np.zeros((1, width))]


def test_a_checkpoint_of_lua_gives_its_text(lua_checkpoint):
    (record,) = [r for r in t7_records() if r["kind"] == "char_checkpoint"]
    saved, run, zeros = lua_checkpoint
    state = zeros
    for char, want in zip(record["text"], record["logp"]["list"], strict=True):
        state, prediction = run(saved.vocab[char], state)
        np.testing.assert_allclose(prediction.ravel(), want["data"], 1e-12)
    greedy = []
    for _ in range(8):
        greedy.append(int(prediction.argmax()) + 1)
        state, prediction = run(greedy[-1], state)
    assert greedy == record["greedy"]["list"]
    torch.manualSeed(5)
    index, state, sampled = 1, zeros, []
    for _ in range(12):
        state, prediction = run(index, state)
        index = int(torch.multinomial(np.exp(prediction.ravel()), 1)[0])
        sampled.append(index)
    assert sampled == record["sampled"]["list"]


def t7_records():
    import json

    return json.loads((T7 / "expected.json").read_text())["files"]


def test_a_checkpoint_of_lua_trains_on(lua_checkpoint):
    saved, _, zeros = lua_checkpoint
    rnn, criterion = saved.protos.rnn, saved.protos.criterion
    params, gradients = rnn.getParameters()
    text = [saved.vocab[char] for char in "abu hobo"]
    steps = len(text) - 1
    clones = [rnn.clone("weight", "bias", "gradWeight", "gradBias") for _ in range(steps)]
    criterions = [criterion.clone() for _ in range(steps)]
    rows = np.eye(len(saved.vocab))[np.array(text) - 1][:, None]

    def feval(_):
        gradients.fill(0)
        states, loss = [zeros], 0.0
        for t in range(steps):
            *state, prediction = clones[t].forward([rows[t], *states[t]])
            states.append(state)
            loss += criterions[t].forward(prediction, np.array([text[t + 1]]))
        dstate = zeros
        for t in reversed(range(steps)):
            doutput = criterions[t].backward(clones[t].output[-1], np.array([text[t + 1]]))
            _, *dstate = clones[t].backward([rows[t], *states[t]], [*dstate, doutput])
        return loss / steps, gradients

    state = nn.Table(learningRate=0.02)
    losses = [optim.rmsprop(feval, params, state)[1][0] for _ in range(30)]
    assert losses[-1] < 0.3 * losses[0]
    again = torch.deserialize(torch.serialize(saved))
    row = [rows[0], *zeros]
    np.testing.assert_array_equal(again.protos.rnn.forward(row)[-1], rnn.forward(row)[-1])
