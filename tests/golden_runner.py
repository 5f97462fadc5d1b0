"""Hold an importable nnlite and optimlite against golden data measured on Torch7.

python check_golden.py [--set DIR] [--theme NAME] [--all] [--quiet]

DIR holds the ``<theme>.json`` and ``<theme>.npz`` files that README.md describes (default: the
folder ``holdout`` beside this file, or else the folder of this file).  Every case runs; a case that
raises, hangs or lacks its class has failed.  The exit status is 0 if all cases passed.
"""

import argparse
import contextlib
import importlib
import io
import json
import math
import pathlib
import signal
import sys
import tempfile
import warnings

import numpy as np

SECONDS = 60  # the most one case may take
DRAW, CLOSE = "draw", "close"  # how numbers are compared: a random draw, or a result


class MismatchError(Exception):
    """A value differs from the recorded one; the text says where."""


# Comparing ---------------------------------------------------------------------------------------


def allowed(want, rule, single):
    """Return the largest accepted error for each element of `want`."""
    size = np.abs(want)
    if rule == DRAW:
        return 2e-7 * size if single else 1e-15 * size + 1e-16
    if rule == CLOSE:
        return 2e-5 * np.max(size, initial=0) + 1e-5 if single else 1e-9 + 1e-9 * size
    return rule + rule * size  # a tolerance of the case's own


def compare_nothing(name, got):
    """Accept None, an empty array and an empty table."""
    size = got.size if isinstance(got, np.ndarray) else -1
    if got is None or size == 0 or (isinstance(got, (list, tuple, dict)) and not got):
        return
    raise MismatchError(f"{name}: {type(got).__name__}, want nothing")


def compare_arrays(name, got, want, rule):
    """Compare one array: shape, floating type, values; NaN equals NaN."""
    if want.size == 0:
        compare_nothing(name, got)
        return
    if not isinstance(got, (np.ndarray, np.generic)):
        raise MismatchError(f"{name}: {type(got).__name__}, want an array of shape {want.shape}")
    if got.shape != want.shape:
        raise MismatchError(f"{name}: shape {got.shape}, want {want.shape}")
    if got.dtype.kind == "f" and want.dtype.kind == "f" and got.dtype != want.dtype:
        raise MismatchError(f"{name}: {got.dtype}, want {want.dtype}")
    if want.dtype.kind != "f":  # indices, counts, masks
        bound = np.zeros(want.shape)
    else:
        bound = np.broadcast_to(allowed(want, rule, want.dtype == np.float32), want.shape)
    with np.errstate(all="ignore"):
        a, b = got.astype(np.float64), want.astype(np.float64)
        error = np.abs(a - b)
        good = (error <= bound) | (a == b) | (np.isnan(a) & np.isnan(b))
    if not good.all():
        excess = np.where(good, -1, np.where(np.isnan(error), np.inf, error))
        at = np.unravel_index(np.argmax(excess), want.shape)
        where = f"at {[int(i) for i in at]}: got {a[at]:.12g}, want {b[at]:.12g}"
        raise MismatchError(f"{name}: error {error[at]:.1e} {where}")


def compare(name, got, want, rule=CLOSE, single=False):
    """Compare `got` with the recorded value `want`, table by table."""
    if isinstance(want, np.ndarray):
        compare_arrays(name, got, want, rule)
    elif want is None or want == []:
        compare_nothing(name, got)
    elif isinstance(want, (str, bool)):
        if got != want:
            raise MismatchError(f"{name}: got {shorten(got, want)}, want {shorten(want, got)}")
    elif isinstance(want, (int, float)):
        compare_numbers(name, got, want, rule, single)
    elif isinstance(want, dict):
        if not isinstance(got, dict):
            raise MismatchError(f"{name}: {type(got).__name__}, want a dict")
        for key, item in want.items():
            if key not in got:
                raise MismatchError(f"{name}: no {key!r}")
            compare(f"{name}.{key}", got[key], item, rule, single)
    else:
        if not isinstance(got, (list, tuple)):
            raise MismatchError(f"{name}: {type(got).__name__}, want a list of {len(want)}")
        if len(got) != len(want):
            raise MismatchError(f"{name}: {len(got)} items, want {len(want)}")
        for number, (a, b) in enumerate(zip(got, want, strict=True), 1):
            compare(f"{name}.{number}", a, b, rule, single)


def compare_numbers(name, got, want, rule, single):
    """Compare a number; `got` may be any scalar or an array of one element."""
    try:
        got = float(np.reshape(got, ()))
    except (TypeError, ValueError):
        raise MismatchError(f"{name}: {type(got).__name__}, want {want}") from None
    if got == want or (math.isnan(got) and math.isnan(want)):
        return
    if not abs(got - want) <= allowed(np.float64(want), rule, single):
        raise MismatchError(f"{name}: got {got:.17g}, want {want:.17g}")


def shorten(value, other):
    """Return the part of a text around its first difference from `other`."""
    if not (isinstance(value, str) and isinstance(other, str)):
        return repr(value)
    at = next((i for i, (a, b) in enumerate(zip(value, other, strict=False)) if a != b), min(len(value), len(other)))
    start = max(0, at - 20)
    return ("..." if start else "") + repr(value[start : at + 40])


# What the expressions of the cases may name ------------------------------------------------------


def rosenbrock(x):
    """Return the Rosenbrock function and its gradient."""
    f, g = 0.0, np.zeros_like(x)
    for i in range(len(x) - 1):
        a, t = float(x[i]), float(x[i + 1]) - float(x[i]) * float(x[i])
        f = f + 100 * t * t + (1 - a) * (1 - a)
        g[i] = float(g[i]) - 400 * a * t - 2 * (1 - a)
        g[i + 1] = float(g[i + 1]) + 200 * t
    return f, g


def quadratic(x):
    """Return a quadratic with matrix diag(1..n) + 0.5 off the diagonal, and its gradient."""
    n, f, g = len(x), 0.0, np.zeros_like(x)
    for i in range(n):
        a = float(x[i])
        neighbours = (float(x[i - 1]) if i > 0 else 0) + (float(x[i + 1]) if i < n - 1 else 0)
        f = f + 0.5 * (i + 1) * a * a + 0.25 * a * neighbours - a
        g[i] = (i + 1) * a + 0.5 * neighbours - 1
    return f, g


def smooth(x, mode=None):
    """Return the smooth part of FistaLS: the value, with `mode` also the gradient."""
    f, g = quadratic(x)
    return (f, g) if mode else f


def norm1(x):
    """Return 0.3 times the 1-norm."""
    return sum(0.3 * abs(float(a)) for a in x)


def shrink(x, L):
    """Apply the proximal map of norm1 in place."""
    for i, a in enumerate(x):
        x[i] = math.copysign(max(abs(a) - 0.3 / L, 0), a)


class Dataset(list):
    """Pairs of input and target, with the size() that StochasticGradient asks for."""

    def size(self):
        """Return the number of pairs."""
        return len(self)


def namespace(printed):
    """Return the names for one case; raises ImportError where the library is missing."""
    nn = importlib.import_module("nnlite")
    torch = importlib.import_module("nnlite").torch
    names = {"nn": nn, "torch": torch, "np": np, "math": math, "tostring": str}
    with contextlib.suppress(ImportError):
        names["optim"] = importlib.import_module("optimlite")
    with contextlib.suppress(ImportError):
        names["image"] = importlib.import_module("nnlite.image")
    with contextlib.suppress(ImportError):
        names["rnn"] = importlib.import_module("nnlite.rnn")
    names["times"] = lambda n, name, *args: [getattr(torch, name)(*args) for _ in range(n)]
    names["readfile"] = lambda path: pathlib.Path(path).read_text()
    names["count"] = lambda value: len(first(value))
    names["dot"] = lambda a, b: float(np.dot(a, b))
    names["dataset"] = lambda x, y: Dataset([a, b] for a, b in zip(x, y, strict=True))
    names["printed"] = lambda: take(printed)
    for function in (rosenbrock, quadratic, smooth, norm1, shrink):
        names[function.__name__] = function
    return names


def first(value):
    """Return the first of several return values."""
    return value[0] if isinstance(value, tuple) else value


def copied(value):
    """Return `value` with arrays of its own, for a module may use its buffers again."""
    if isinstance(value, (list, tuple)):
        return [copied(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def take(stream):
    """Return what was written to `stream`, and empty it."""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


def build(text, names):
    """Run a snippet and return the value of its last line."""
    *head, last = text.split("\n")
    exec("\n".join(head), names)
    return eval(last, names)


# Running -----------------------------------------------------------------------------------------


class Run:
    """One case with its arrays and the names its expressions use."""

    def __init__(self, case, arrays, names):
        self.case, self.arrays, self.names = case, arrays, names
        self.torch = names["torch"]
        self.single = case["dtype"] == "float32"
        self.rule = DRAW if case.get("exact") else case.get("tolerance", CLOSE)

    def value(self, what):
        """Return a fresh copy of the recorded value that `what` describes."""
        if isinstance(what, str):
            return self.arrays[f"{self.case['id']}/{what}"].copy()
        if isinstance(what, list):
            return [self.value(item) for item in what]
        if isinstance(what, dict):
            if "text" in what:
                return what["text"]
            return {key: self.value(item) for key, item in what["fields"].items()}
        return what

    def check(self, name, got, what, rule=None):
        """Compare `got` with the recorded value that `what` describes."""
        compare(name, got, self.value(what), rule or self.rule, self.single)

    def check_draws(self, name, want):
        """Compare the next uniform word and the next normal deviate of the global generator."""
        got = [self.torch.random(), self.torch.normal()]
        compare(name + " (random, normal)", got, want, DRAW)

    def construct(self):
        """Return the module or criterion of the case, and check the draws its constructor took."""
        case = self.case
        default = case.get("conversion") == "default type"
        if default:
            self.torch.setdefaulttensortype("torch.FloatTensor")
        self.torch.manualSeed(case["seed"])
        made = build(case["python"], self.names)
        if "draws" in case:
            self.check_draws("draws after construction", case["draws"])
        if self.single and not default:
            made = made.float()
        self.names["m"] = made
        return made

    def setup(self):
        """Run the statements that follow the constructor."""
        for line in self.case.get("setup", []):
            exec(line, self.names)

    def run(self):
        """Run the case; raises at the first difference."""
        getattr(self, "run_" + self.case["kind"])()

    # Modules

    def parameters(self, which):
        """Return the parameters (0) or their gradients (1); a module without any has no list."""
        lists = self.names["m"].parameters()
        return [] if lists is None or lists[which] is None else lists[which]

    def inputs(self, call):
        """Return the input of a call, with its strides."""
        order = call.get("fortran", [])

        def fresh(what):
            if isinstance(what, list):
                return [fresh(item) for item in what]
            value = self.value(what)
            return np.asfortranarray(value) if isinstance(what, str) and what in order else value

        return fresh(call["input"])

    def run_module(self):
        case, torch = self.case, self.torch
        m = self.construct()
        if case["text"] is not None:
            compare("repr", repr(m), case["text"])
        self.check("parameters", self.parameters(0), case["parameters"], DRAW)
        self.setup()
        m.zeroGradParameters()
        m.training()
        for k, call in enumerate(case["calls"], 1):
            self.run_call(m, k, call)
        m.updateParameters(0.1)
        self.check("updated", self.parameters(0), case["updated"])
        last = case["evaluate"]
        m.evaluate()
        torch.manualSeed(last["seed"])
        x = self.inputs(case["calls"][0])
        self.check("output (evaluate)", m.forward(x), last["output"])
        if "gradInput" in last:
            gradient = m.updateGradInput(x, self.value(last["gradOutput"]))
            self.check("gradInput (evaluate)", gradient, last["gradInput"])
        self.check_draws("draws (evaluate)", last["draws"])
        for name, what in case.get("fields", {}).items():
            self.check(name, getattr(m, name), what)

    def run_call(self, m, k, call):
        """Run forward and backward number `k`, and check what they did to their arguments."""
        x = self.inputs(call)
        self.torch.manualSeed(call["seed"])
        output = m.forward(x)
        self.check(f"output{k}", output, call["output"])
        self.check(f"input{k} after forward", x, call.get("inputAfterForward", call["input"]))
        gradient = self.value(call["gradOutput"])
        self.check(f"gradInput{k}", m.backward(x, gradient, call["scale"]), call["gradInput"])
        self.check(f"input{k} after backward", x, call.get("inputAfter", call["input"]))
        after = call.get("gradOutputAfter", call["gradOutput"])
        self.check(f"gradOutput{k} after backward", gradient, after)
        self.check(f"gradParameters{k}", self.parameters(1), call["gradParameters"])
        self.check_draws(f"draws{k}", call["draws"])

    # Modules that take one step of a sequence at a time

    def run_recurrent(self):
        case = self.case
        m = self.construct()
        if case["text"] is not None:
            compare("repr", repr(m), case["text"])
        self.check("parameters", self.parameters(0), case["parameters"], DRAW)
        self.setup()
        m.zeroGradParameters()
        m.training()
        for k, call in enumerate(case["calls"], 1):
            if k > 1:
                m.forget()
            self.run_sequence(m, k, call)
        m.updateParameters(0.1)
        self.check("updated", self.parameters(0), case["updated"])
        last = case["evaluate"]
        m.evaluate()
        m.forget()
        self.torch.manualSeed(last["seed"])
        sequence = self.value(case["calls"][0]["input"])
        self.check("output (evaluate)", [copied(m.forward(x)) for x in sequence], last["output"])
        self.check_draws("draws (evaluate)", last["draws"])
        for name, what in case.get("fields", {}).items():
            self.check(name, getattr(m, name), what)

    def run_sequence(self, m, k, call):
        """Run sequence number `k`: forward in order, then backward in reverse."""
        sequence, gradients = self.value(call["input"]), self.value(call["gradOutput"])
        self.torch.manualSeed(call["seed"])
        outputs = [copied(m.forward(x)) for x in sequence]
        self.check(f"output{k}", outputs, call["output"])
        steps = list(zip(sequence, gradients, strict=True))
        found = [copied(m.backward(x, g, call["scale"])) for x, g in reversed(steps)]
        self.check(f"gradInput{k}", found[::-1], call["gradInput"])
        self.check(f"gradParameters{k}", self.parameters(1), call["gradParameters"])
        self.check_draws(f"draws{k}", call["draws"])

    # Criterions

    def run_criterion(self):
        case = self.case
        c = self.construct()
        self.setup()
        for k, call in enumerate(case["calls"], 1):
            x, target = self.value(call["input"]), self.value(call["target"])
            self.torch.manualSeed(call["seed"])
            loss = c.forward(x, target)
            if isinstance(loss, tuple):
                self.check(f"second value {k}", loss[1], call["second"])
                loss = loss[0]
            self.check(f"loss{k}", loss, call["loss"])
            self.check(f"gradInput{k}", c.backward(x, target), call["gradInput"])
            self.check_draws(f"draws{k}", call["draws"])

    # Scripts

    def run_script(self):
        case, names = self.case, self.names
        for name, what in case["data"].items():
            names[name] = self.value(what)
        self.torch.manualSeed(case["seed"])
        results = iter(case["results"])
        with tempfile.TemporaryDirectory() as folder:
            names["path"] = str(pathlib.Path(folder) / "file")
            for line in case["lines"]:
                if line.startswith("= "):
                    got, want = eval(line[2:], names), next(results)
                    self.check(line[2:], got if isinstance(want, list) else first(got), want)
                else:
                    exec(line, names)

    # Optimizers

    def run_optim(self):
        case, names = self.case, self.names
        optimize = getattr(names["optim"], case["optimizer"])
        config = eval(case["config"], names)
        state = {} if case.get("separateState") else None
        x = self.value(case["x"])
        evaluations = 0

        def objective(point):
            nonlocal evaluations
            evaluations += 1
            return names[case["objective"]](point)

        self.torch.manualSeed(case["seed"])
        kept, third = iter(case["trajectory"]), None
        for k in range(1, case["keep"][-1] + 1):
            best, f, *rest = optimize(objective, x, config, *([] if state is None else [state]))
            third = rest[0] if rest else None
            self.check(f"f after call {k}", f, case["f"][k - 1])
            if k in case["keep"]:
                self.check(f"x after call {k}", best, next(kept))
        self.check("third value", third, case.get("third"))
        self.check("x itself", x, case["argument"])
        compare("evaluations", evaluations, case["evaluations"])
        table = config if state is None else state
        compare("state", table, case["state"], self.rule, self.single)

    def run_fista(self):
        case, names = self.case, self.names
        config = eval(case["config"], names)
        x = self.value(case["x"])
        y, history = names["optim"].FistaLS(smooth, norm1, shrink, x, config)
        self.check("y", y, case["y"])
        self.check("history", history, case["history"])
        self.check("x itself", x, case["argument"])
        compare("state", config, case["state"])


def attempt(case, arrays):
    """Run one case; return None, or the reason why it failed."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(), deadline():
            warnings.simplefilter("ignore")
            names = namespace(printed)
            names["torch"].setdefaulttensortype("torch.DoubleTensor")
            Run(case, arrays, names).run()
    except KeyboardInterrupt:
        raise
    except MismatchError as difference:
        return str(difference)
    except BaseException as error:  # whatever the library does, the other cases still run
        lines = str(error).strip().splitlines() or [""]
        return f"{type(error).__name__}: {lines[-1]}"[:200]
    return None


@contextlib.contextmanager
def deadline():
    """Raise TimeoutError inside the block when it takes too long."""

    def expire(number, frame):
        raise TimeoutError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, expire)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def main():
    """Run the command line; return the exit status."""
    here = pathlib.Path(__file__).resolve().parent
    default = here / "holdout" if (here / "holdout").is_dir() else here
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=pathlib.Path, default=default, metavar="DIR")
    parser.add_argument("--theme", metavar="NAME")
    parser.add_argument("--all", action="store_true", help="name all failing cases, not five")
    parser.add_argument("--quiet", action="store_true", help="print the last line only")
    options = parser.parse_args()
    passed = total = 0
    for path in sorted(options.set.glob(f"{options.theme or '*'}.json")):
        cases = json.loads(path.read_text())["cases"]
        with np.load(path.with_suffix(".npz")) as archive:
            arrays = dict(archive)
        reasons = [(case["id"], attempt(case, arrays)) for case in cases]
        failures = [(name, reason) for name, reason in reasons if reason]
        passed += len(cases) - len(failures)
        total += len(cases)
        if options.quiet:
            continue
        print(f"{path.stem:14} {len(cases) - len(failures)}/{len(cases)} passed")
        shown = failures if options.all else failures[:5]
        for name, reason in shown:
            print(f"  {name}: {reason}")
        if len(shown) < len(failures):
            print(f"  ... and {len(failures) - len(shown)} more")
    print(f"golden: {passed}/{total} passed")
    return 0 if 0 < total == passed else 1


if __name__ == "__main__":
    sys.exit(main())
