"""Every ported demo runs, in the process of the test and without network, and prints what its Lua original printed."""

import builtins
import functools
import gzip
import io
import math
import pathlib
import re
import runpy
import sys
import tarfile
import types

import numpy as np
import pytest

import nnlite as nn
import optimlite as optim
from nnlite import torch

DEMOS = pathlib.Path(__file__).resolve().parents[1] / "demos"
LOGS = pathlib.Path(__file__).with_name("demo_logs")
OTHERS = ("profiling", "char-rnn", "update-order")  # demos with tests of their own
OPTIMIZERS = ("adadelta", "adagrad", "adam", "adamax", "asgd", "cg", "lbfgs", "nag", "rmsprop", "rprop", "sgd")


class Demo:
    """Runs demo scripts in an empty folder and keeps the losses that pass through the optimizers or criterions."""

    def __init__(self, monkeypatch, capsys, folder):
        self.monkeypatch, self.capsys, self.folder = monkeypatch, capsys, folder
        self.losses, self.criterion_losses = [], []
        for name in OPTIMIZERS:
            monkeypatch.setattr(optim, name, self._recording(getattr(optim, name)))
        forward = nn.Criterion.forward

        def recorded(criterion, input, target):
            loss = forward(criterion, input, target)
            self.criterion_losses.append(loss)
            return loss

        monkeypatch.setattr(nn.Criterion, "forward", recorded)

    def _recording(self, optimizer):
        @functools.wraps(optimizer)
        def recorded(opfunc, *arguments):
            def evaluated(x):
                f, *rest = opfunc(x)
                self.losses.append(f)
                return f, *rest

            return optimizer(evaluated, *arguments)

        return recorded

    def run(self, script, *arguments):
        """Run a script and return what it printed, line by line."""
        path = DEMOS / script
        for name, module in list(sys.modules.items()):
            if str(DEMOS) in str(getattr(module, "__file__", None)):
                del sys.modules[name]
        self.monkeypatch.setattr(sys, "argv", [str(path), *arguments])
        self.monkeypatch.setattr(sys, "path", [str(path.parent), *sys.path])
        self.monkeypatch.setattr(builtins, "print", builtins.print)
        self.capsys.readouterr()
        self.names = runpy.run_path(str(path), run_name="__main__")
        return self.capsys.readouterr().out.splitlines()


@pytest.fixture
def demo(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    threads = torch.getnumthreads()
    yield Demo(monkeypatch, capsys, tmp_path)
    torch.setnumthreads(threads)


def wanted(name):
    """Return the recorded losses of a log, a list for each of its sections."""
    sections = [[]]
    for line in (LOGS / f"{name}.losses.txt").read_text().splitlines():
        if line.startswith("#"):
            sections.append([])
        else:
            sections[-1].append(float(line))
    return [section for section in sections if section]


def printed(name):
    """Return the lines of a log after its header."""
    return (LOGS / f"{name}.log").read_text().split("\n\n", 1)[1].splitlines()


NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?|nan|inf")


def assert_same_lines(got, want, rtol=1e-9, atol=1e-12):
    """Compare texts line by line: words exactly, numbers to a tolerance; times and trailing blanks do not count."""
    got, want = (
        [re.sub(r"(time to \w+ 1 sample = ).*", r"\1", line.rstrip()) for line in lines if "mean loss" not in line]
        for lines in (got, want)
    )
    while got and not got[-1]:
        got.pop()
    while want and not want[-1]:
        want.pop()
    assert len(got) == len(want)
    for a, b in zip(got, want, strict=True):
        assert NUMBER.sub("#", a) == NUMBER.sub("#", b)
        np.testing.assert_allclose(
            [float(n) for n in NUMBER.findall(a)], [float(n) for n in NUMBER.findall(b)], rtol, atol, err_msg=b
        )


def assert_losses(got, want, rtol=1e-9, atol=0.0):
    assert len(got) == len(want)
    np.testing.assert_allclose(got, want, rtol, atol)


# Linear and logistic regression ------------------------------------------------------------------


def test_linear_regression(demo):
    demo.run("linear-regression/example_linear_regression.py", "--quick")
    assert_losses(demo.losses, wanted("linear-regression")[0])
    assert (demo.folder / "loss_log.txt.png").exists()


@pytest.mark.slow
def test_linear_regression_to_its_end(demo):
    lines = demo.run("linear-regression/example_linear_regression.py")
    means = [float(line.split("=")[1]) for line in lines if "loss" in line]
    assert_losses(means[99::100], wanted("linear-regression")[1])
    assert_same_lines(lines[-11:], printed("linear-regression")[-11:])


def test_logistic_regression(demo):
    lines = demo.run("logistic-regression/example_logistic_regression.py", "--quick")
    steps, means, _ = wanted("logistic-regression-synthetic")
    assert_losses(demo.losses[:2000], steps)
    epochs = [float(line.split("=")[-1]) for line in lines if line.startswith("epoch")]
    assert_losses(epochs, means[:7])


@pytest.mark.slow
def test_logistic_regression_to_its_end(demo):
    lines = demo.run("logistic-regression/example_logistic_regression.py")
    steps, means, evaluations = wanted("logistic-regression-synthetic")
    epochs = [float(line.split("=")[-1]) for line in lines if line.startswith("epoch")]
    assert_losses(demo.losses[:2000], steps)
    assert_losses(epochs, means)
    assert_losses(demo.losses[30000:], evaluations)
    start = lines.index("Testing the model")
    table = printed("logistic-regression-synthetic")
    skip = re.compile("evalCounter|learningRate|weightDecay|momentum")  # in the order of pairs()
    kept = [[line for line in part if not skip.search(line)] for part in (lines[start:], table)]
    # LuaJIT prints 1/16 with three digits as 0.063, Python as 0.062
    assert_same_lines(kept[0], kept[1][kept[1].index("Testing the model") :], atol=1.1e-3)


# The digit classifier ----------------------------------------------------------------------------

DIGITS = {
    "mnist-linear-sgd-double": ("--model", "linear", "--type", "double"),
    "mnist-linear-lbfgs": ("--model", "linear", "-o", "LBFGS", "-b", "250"),
    "mnist-mlp-sgd-double": ("--model", "mlp", "--type", "double"),
    "mnist-mlp-lbfgs": ("--model", "mlp", "-o", "LBFGS", "-b", "250"),
    "mnist-convnet-sgd-double": ("--type", "double"),
    "mnist-convnet-sgd-momentum-double": ("--type", "double", "--momentum", "0.9", "-r", "0.02"),
    "mnist-convnet-lbfgs": ("-o", "LBFGS", "-b", "250"),
    "mnist-linear-sgd": ("--model", "linear"),
    "mnist-mlp-sgd": ("--model", "mlp"),
    "mnist-convnet-sgd": (),
}
SLOW_DIGITS = (
    "mnist-convnet-lbfgs",
    "mnist-mlp-sgd-double",
    "mnist-mlp-lbfgs",
    "mnist-convnet-sgd-momentum-double",
    "mnist-mlp-sgd",
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW_DIGITS else ()) for name in DIGITS]
)
def test_digits(demo, name):
    lines = demo.run("train-a-digit-classifier/train_on_mnist.py", "-t", "1", *DIGITS[name])
    if name.endswith(("double", "lbfgs")):
        assert_losses(demo.losses, wanted(name)[0])
        assert_same_lines(lines, printed(name))
    else:  # single precision: the iteration amplifies the last digits
        assert_losses(demo.losses, wanted(name)[0], 1e-3, 1e-4)


def test_digits_penalties_plot_and_reloading(demo):
    script, common = "train-a-digit-classifier/train_on_mnist.py", ("--model", "linear", "-t", "1", "--epochs", "2")
    plain = demo.run(script, *common, "-b", "300")
    start = len(demo.losses)
    demo.run(script, *common, "-b", "300", "--coefL1", "1e-3", "--coefL2", "1e-2", "--plot")
    assert demo.losses[start] > demo.losses[0]
    assert (demo.folder / "logs" / "train.log.png").exists()
    assert (demo.folder / "logs" / "mnist.net.old").exists()
    start = len(demo.losses)
    demo.run(script, *common, "-b", "300", "--network", "logs/mnist.net")
    assert demo.losses[start] < demo.losses[0]  # it goes on where training ended
    assert sum("online epoch" in line for line in plain) == 2
    with pytest.raises(SystemExit, match="LBFGS should not be used with small mini-batches"):
        demo.run(script, "-o", "LBFGS")


# XOR, the toy model, and other small ones --------------------------------------------------------


def test_toy_model(demo):
    lines = demo.run("how-parameters-update/toy_model.py")
    want = printed("toy-linear-4-1")
    assert_losses(demo.criterion_losses[:22], wanted("toy-linear-4-1")[0])
    assert_same_lines(lines[: len(want)], want, atol=0)
    steps = [float(line.split()[-1]) for line in lines[len(want) :] if line.startswith("step")]
    assert steps == sorted(steps, reverse=True)


def test_xor_by_hand(demo):
    lines = demo.run("xor/xor_manual.py")
    assert_losses(demo.criterion_losses, wanted("xor-manual")[0])
    assert_same_lines(lines, without_digits("xor-manual"))


def test_xor_with_stochastic_gradient(demo):
    lines = demo.run("xor/xor_stochastic_gradient.py")
    assert_losses(demo.criterion_losses, wanted("xor-stochasticgradient")[0])
    assert_same_lines(lines, without_digits("xor-stochasticgradient"))


def without_digits(name):
    """Return the lines of a log without those that repeat a tensor with all its digits."""
    return [line for line in printed(name) if not re.fullmatch(r"-?\d\.\d{10,}", line)]


def tanh_of_c(x, out):
    out[...] = np.reshape([math.tanh(value) for value in x.ravel().tolist()], x.shape)


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_xor_with_optim(demo, method, monkeypatch):
    if method == "lbfgs":
        # On so small a net it amplifies rounding: its log says how far it can be compared, and then only with the C
        # library's tanh. NumPy's differs in the last digit, which becomes 1.3e-9.
        monkeypatch.setattr(np, "tanh", tanh_of_c)
    lines = demo.run("xor/xor_optim.py", "--method", method)
    name = "xor-optim-doc" if method == "sgd" else f"xor-optim-{method}"
    if method == "lbfgs":
        assert_losses(demo.losses[:97], wanted(name)[0][:97])
        return
    assert_losses(demo.losses, wanted(name)[0])
    assert_same_lines(lines, without_digits(name))


def test_xor_with_every_optimizer(demo):
    lines = demo.run("xor/xor_optim.py", "--method", "all", "--epochs", "20")
    assert len(lines) == 1 + len(OPTIMIZERS)
    assert all(float(line.split()[2]) < float(line.split()[1]) for line in lines[1:])
    assert (demo.folder / "xor-optim.png").exists()


def test_optimizer_groups_and_exact_resumption(demo, monkeypatch):
    monkeypatch.setattr(optim, "adam", optim.adam.__wrapped__)  # Optimizer takes its own functions only
    alone, _, both, resumed = demo.run("what-an-optimizer-manages/groups_and_resumption.py", "--steps", "5")
    assert alone.endswith("the body moved: False")
    assert both.endswith("the body moved: True")
    assert resumed.endswith("the same bits: True")


def test_several_models_under_one_optimizer(demo):
    lines = demo.run("loss-and-update/several_models.py", "--steps", "100")
    assert lines[0] == "234 parameters: 114, 114, 6"
    assert demo.losses[-1] < 0.01 * demo.losses[0]


def test_functions_by_hand_are_the_containers(demo):
    lines = demo.run("containers-and-functions/convnet_step_by_step.py", "--steps", "2")
    assert [line for line in lines if "are the same" in line] == ["the container's gradients are the same: True"] * 2
    losses = [float(line.split()[-1]) for line in lines if line.startswith("loss")]
    assert losses == sorted(losses, reverse=True)


def test_slicing(demo):
    lines = demo.run("tensors/slicing.py")
    lua = [line.rstrip() for line in printed("tensors-slicing")]
    numbers = [[NUMBER.findall(line) for line in part if re.fullmatch(r"[ \d]+", line)] for part in (lines, lua)]
    assert len(numbers[1]) > 80
    assert numbers[0] == numbers[1]


def test_slicing_asks(demo, monkeypatch):
    answers = iter(["y", "", "!"])
    monkeypatch.setattr(builtins, "input", lambda prompt: next(answers))
    demo.run("tensors/slicing.py", "--ask")
    assert next(answers, None) is None
    monkeypatch.setattr(builtins, "input", lambda prompt: "n")
    with pytest.raises(SystemExit):
        demo.run("tensors/slicing.py", "--ask")


def test_perceptron(demo):
    assert_same_lines(demo.run("coursera-perceptron/main.py"), printed("coursera-perceptron"))
    assert {p.name for p in demo.folder.iterdir()} == {"perceptron-1.png", "perceptron-2.png"}


@pytest.mark.parametrize(("name", "option"), [("coursera-words-sg", ()), ("coursera-words-optim", ("--manual",))])
def test_words(demo, name, option):
    lines = demo.run("coursera-words/main.py", *option)
    assert_losses(demo.losses if option else demo.criterion_losses, wanted(name)[0])
    mask = re.compile(r"Training took .*")
    got, want = ([mask.sub("", line) for line in part] for part in (lines, printed(name)))
    assert_same_lines(got, want, atol=2e-6)


def test_practical_3_simple(demo):
    demo.run("practical3/simple_example.py", "--iterations", "1998")
    assert_losses(demo.losses, wanted("practical3-simple")[0])


@pytest.mark.parametrize(("method", "comparable"), [("sgd", 73), ("adagrad", 62), ("lbfgs", 40)])
def test_practical_3(demo, method, comparable):
    lines = demo.run("practical3/practical3.py", "--optimization", method)
    want = wanted(f"practical3-{method}")[0]
    assert len(demo.losses) == len(want) or method == "lbfgs"
    assert_losses(demo.losses[:comparable], want[:comparable], 1e-9, 1e-12)
    assert_same_lines(lines[:22], printed(f"practical3-{method}")[:22])
    assert (demo.folder / "practical3.png").exists()


def test_practical_6(demo):
    options = ("-batch_size", "8", "-seq_length", "12", "-rnn_size", "16", "-print_every", "5", "-seed", "123")
    lines = demo.run("practical6/train.py", *options)
    assert_losses(demo.losses, wanted("practical6-lstm")[0])
    got, want = ([line for line in part if line.startswith("iter")] for part in (lines, printed("practical6-lstm")))
    assert_same_lines(got, want, 1e-4)


# Images ------------------------------------------------------------------------------------------

CIFAR = {
    "cifar-linear-cg": ("-model", "linear", "-optimization", "CG", "-batchSize", "20"),
    "cifar-linear-lbfgs": ("-model", "linear", "-optimization", "LBFGS", "-batchSize", "20"),
    "cifar-mlp-sgd": ("-model", "mlp", "-batchSize", "10", "-momentum", "0.9"),
    "cifar-convnet-sgd": (),
}


@pytest.mark.parametrize("name", CIFAR)
def test_cifar(demo, name):
    lines = demo.run("train-on-cifar/train_on_cifar.py", "-threads", "1", "-save", "train-on-cifar", *CIFAR[name])
    assert_losses(demo.losses, wanted(name)[0], atol=1e-14)  # CG drives some to 1e-7, where rounding is 1e-16
    assert_same_lines(lines, printed(name))


def test_cifar_averaged_and_pictured(demo):
    options = (
        "-model",
        "linear",
        "-optimization",
        "ASGD",
        "-batchSize",
        "50",
        "-visualize",
        "-save",
        "out",
        "-epochs",
        "2",
    )
    demo.run("train-on-cifar/train_on_cifar.py", *options)
    assert demo.names["average"] is not None
    for file in ("input.png", "accuracy.log.png", "error.log.png", "cifar.net"):
        assert (demo.folder / "out" / file).exists()


@pytest.mark.parametrize("method", ["SGD", "ASGD", "CG", "LBFGS"])
def test_house_numbers(demo, method):
    options = ("-samples", "6", "-batchSize", "3", "-optimization", method, "-visualize", "-plot", "-epochs", "2")
    lines = demo.run("train-on-housenumbers/train_on_housenumbers.py", "-save", "out", *options)
    assert sum(line.startswith("ConfusionMatrix") for line in lines) == 4
    for file in ("training-set.png", "test-set.png", "train.log.png", "house.net"):
        assert (demo.folder / "out" / file).exists()


TUTORIAL = {
    "tutorial-supervised-convnet": (),
    "tutorial-supervised-linear-asgd": ("-model", "linear", "-optimization", "ASGD"),
    "tutorial-supervised-linear-margin": ("-model", "linear", "-loss", "margin", "-batchSize", "10"),
    "tutorial-supervised-mlp-mse": ("-model", "mlp", "-loss", "mse"),
}


@pytest.mark.parametrize("name", TUTORIAL)
def test_supervised_tutorial(demo, name):
    lines = demo.run("tutorial-supervised/doall.py", "-threads", "1", "-seed", "1", *TUTORIAL[name])
    assert_losses(demo.losses, wanted(name)[0], 1e-6)  # its data are in single precision
    assert_same_lines(lines, printed(name), 1e-6, 1e-9)


AUTOENCODERS = {
    "autoencoder-linear": ("-model", "linear"),
    "autoencoder-conv": ("-model", "conv"),
    "autoencoder-linear-psd": ("-model", "linear-psd"),
    "autoencoder-conv-psd": ("-model", "conv-psd", "-hessian"),
}


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_autoencoders(demo, name):
    count = {"autoencoder-linear-psd": 30, "autoencoder-conv-psd": 40}.get(name, 250)
    options = ("-threads", "1", "-maxiter", str(count), "-statinterval", str(count))
    hessian = ("-hessianinterval", "500", "-hessiansamples", "100", *AUTOENCODERS[name])
    lines = demo.run("train-autoencoder/train_autoencoder.py", *options, *hessian)
    assert_losses(demo.losses, wanted(name)[0][:count])
    got, want = ([line for line in part if line.startswith("==>")] for part in (lines, printed(name)))
    assert_same_lines(got[:-1], want[: len(got) - 1])
    assert len(list(demo.folder.glob("outputs/*/*.png"))) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["autoencoder-linear", "autoencoder-conv"])
def test_autoencoders_to_their_end(demo, name):
    options = ("-threads", "1", "-maxiter", "1000", "-statinterval", "250")
    hessian = ("-hessianinterval", "500", "-hessiansamples", "100", *AUTOENCODERS[name])
    lines = demo.run("train-autoencoder/train_autoencoder.py", *options, *hessian)
    assert_losses(demo.losses, wanted(name)[0])
    got, want = ([line for line in part if line.startswith("==>")] for part in (lines, printed(name)))
    assert_same_lines(got, want)


def test_new_module(demo):
    assert demo.run("tutorial-new-modules/test_dropout.py")[-1] == "==> module OK"
    line = demo.run("tutorial-new-modules/dropout.py")[-1]
    assert float(line.split()[-1]) > 1
    assert (demo.folder / "dropout.png").exists()


def test_image_demos_draw(demo):
    from PIL import Image

    assert len(demo.run("load-data/load_images.py")) == 15
    assert len(demo.run("gabor-layer-demo/gabortest.py", "--size", "40")) == 16
    demo.run("filter-bank/run.py", "--frames", "1")
    for file in ("loaded-images.png", "gabor.png", "gabor-filters.png", "filter-bank.png"):
        assert np.asarray(Image.open(demo.folder / file)).std() > 1
    with pytest.raises(SystemExit, match="given directory doesnt contain any files of type: png"):
        demo.run("load-data/load_images.py", "--dir", "images", "--ext", "png")


def test_gabor_filters():
    module = runpy.run_path(str(DEMOS / "gabor-layer-demo" / "gabor_layer.py"))
    kernel = module["gabor"](9, 0.5, 0.7, 1, 0.5)
    assert kernel.shape == (9, 9)
    assert kernel[4, 4] == kernel.max() == 1
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1])


def test_every_script_is_run_here():
    text = pathlib.Path(__file__).read_text()
    for path in sorted(DEMOS.rglob("*.py")):
        script = path.relative_to(DEMOS)
        if script.parts[0] not in OTHERS and f"    python {path.name}" in path.read_text():
            alone = script.name in ("data.py", "model.py")  # steps that doall.py runs too
            assert alone or f'"{script.as_posix()}"' in text, f"no test runs demos/{script}"


# Files from the net, without the net -------------------------------------------------------------


@pytest.fixture
def mirror(monkeypatch, tmp_path):
    """Let downloads find the files of a folder, on the second mirror of each."""
    folder, asked = tmp_path / "mirror", []
    folder.mkdir()

    def retrieve(url, known_hash, fname, progressbar):
        asked.append(url)
        if sum(other.endswith(fname) for other in asked) == 1:
            raise OSError("this mirror is gone")
        assert known_hash.startswith("md5:")
        return str(folder / fname)

    monkeypatch.setitem(sys.modules, "pooch", types.SimpleNamespace(retrieve=retrieve))
    return folder


def idx(array):
    """Return an array in the format of the MNIST files."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(head + array.astype(np.uint8).tobytes())


def test_mnist_is_read_from_its_files(demo, mirror):
    rng = np.random.default_rng(0)
    for part in ("train", "t10k"):
        (mirror / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(rng.integers(0, 256, (30, 28, 28))))
        (mirror / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(np.arange(30) % 10))
    options = ("--data", "mnist", "--model", "linear", "--epochs", "1", "-t", "1")
    lines = demo.run("train-a-digit-classifier/train_on_mnist.py", *options)
    assert sum("this mirror is gone" in line for line in lines) == 4
    data = demo.names["trainData"]
    assert data.data.shape == (30, 1, 32, 32)
    assert (data.data[:, :, :2] == data.data.min()).all()
    assert data.labels.tolist() == [*range(1, 11)] * 3


def test_cifar_is_read_from_both_formats(demo, mirror, monkeypatch):
    rng = np.random.default_rng(0)
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    rows = {name: rng.integers(0, 256, (4, 3073), dtype=np.uint8) % 10 for name in names}
    with tarfile.open(mirror / "cifar-10-binary.tar.gz", "w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = rows[name].nbytes
            tar.addfile(member, io.BytesIO(rows[name].tobytes()))
    monkeypatch.syspath_prepend(DEMOS)
    loaded = runpy.run_path(str(DEMOS / "train-on-cifar" / "dataset_cifar.py"))["load"]
    downloaded = loaded("data_batch_2")
    np.testing.assert_array_equal(downloaded.data, rows["data_batch_2"][:, 1:].T)
    (demo.folder / "cifar-10-batches-t7").mkdir()
    torch.save("cifar-10-batches-t7/data_batch_2.t7", nn.Table(downloaded), "ascii")
    kept = loaded("data_batch_2")
    np.testing.assert_array_equal(kept.data, downloaded.data)
    np.testing.assert_array_equal(kept.labels, rows["data_batch_2"][:, :1].T)


def test_house_numbers_are_read_from_both_formats(demo, mirror, monkeypatch):
    from scipy.io import savemat

    X = np.random.default_rng(0).integers(0, 256, (32, 32, 3, 5), dtype=np.uint8)
    savemat(mirror / "test_32x32.mat", {"X": X, "y": np.arange(1, 6, dtype=np.uint8)[:, None]})
    monkeypatch.syspath_prepend(DEMOS)
    load = runpy.run_path(str(DEMOS / "train-on-housenumbers" / "dataset_housenumbers.py"))["load"]
    downloaded = load("test_32x32")
    np.testing.assert_array_equal(downloaded.X.swapaxes(2, 3)[4, 1], X[:, :, 1, 4])
    torch.save("test_32x32.t7", nn.Table(downloaded), "ascii")
    kept = load("test_32x32")
    np.testing.assert_array_equal(kept.X, downloaded.X)
    assert kept.y.tolist() == [[1, 2, 3, 4, 5]]


def test_downloads_say_what_is_missing(monkeypatch):
    download = runpy.run_path(str(DEMOS / "demo_data.py"))["download"]
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'nnlite\[data\]'"):
        download("x", "md5:0", ())

    def retrieve(url, **options):
        raise ValueError("hash does not match")

    monkeypatch.setitem(sys.modules, "pooch", types.SimpleNamespace(retrieve=retrieve))
    with pytest.raises(OSError, match="none of the mirrors has x: https://a/, https://b/"):
        download("x", "md5:0", ("https://a/", "https://b/"))
