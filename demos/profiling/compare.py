"""The ruler: time the same steps in nnlite and, if it is there, PyTorch, and print the ratios.

    python compare.py vgg32 convnet          workloads whose names contain one of these words (default: the networks)
    python compare.py --list
    python compare.py 3x3 --threads 1 --png ratios.png
    python compare.py vgg32 --memory         peak resident memory in place of times

Each library runs in a process of its own, so that no two thread pools compete; they take turns, and every figure is
the median over the rounds of the median step. A ratio is nnlite's time by PyTorch's, round by round.
"""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time

from workloads import WORKLOADS
from workloads_networks import NETWORKS

LIBRARIES = ("nnlite", "torch")


# In the process of one library ----------------------------------------------------------------------------------------


def measured(step, seconds):
    """Return the median time of a step: of many small steps at once where one is too short to time."""
    begin = time.perf_counter()
    step()
    step()
    once = (time.perf_counter() - begin) / 2
    repeat = max(1, int(1e-3 / max(once, 1e-7)))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        begin = time.perf_counter()
        for _ in range(repeat):
            step()
        times.append((time.perf_counter() - begin) / repeat)
    return statistics.median(times)


def work(library, threads):
    """Answer requests, lines of JSON, until there are no more."""
    if library == "torch":
        import torch

        torch.set_num_threads(threads)
    else:
        from nnlite import torch

        torch.setnumthreads(threads)
    steps = {}
    for line in sys.stdin:
        name, seconds = json.loads(line)
        if name not in steps:
            steps = {name: getattr(WORKLOADS[name], library)()}  # one at a time, to keep the caches to it
        step = steps[name]
        seconds = 0 if step is None else measured(step, seconds)
        print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]), flush=True)


# In the process that asks ---------------------------------------------------------------------------------------------


class Library:
    """A process that times steps of one library."""

    def __init__(self, name, threads):
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        command = [sys.executable, __file__, "--work", name, "--threads", str(threads)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, name, seconds):
        """Return the time of a step, in seconds, and the peak memory of the process in MB."""
        print(json.dumps([name, seconds]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{name}: the process that should time it has ended")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def compared(names, libraries, options):
    """Yield the name, the time of each library, and the ratio, of each workload."""
    processes = {library: Library(library, options.threads) for library in libraries}
    for name in names:
        rounds = [
            {library: process.ask(name, options.seconds)[0] for library, process in processes.items()}
            for _ in range(options.rounds)
        ]
        times = {library: statistics.median(r[library] for r in rounds) for library in libraries}
        ratio = None
        if len(libraries) == 2 and min(times.values()) > 0:
            ratio = statistics.median(r["nnlite"] / r["torch"] for r in rounds)
        yield name, times, ratio
    for process in processes.values():
        process.close()


def remembered(names, libraries, options):
    """Yield the name, the peak memory of a fresh process of each library, and the ratio, of each workload."""
    for name in names:
        peaks = {}
        for library in libraries:
            process = Library(library, options.threads)
            peaks[library] = process.ask(name, options.seconds)[1]
            process.close()
        yield name, peaks, peaks["nnlite"] / peaks["torch"] if len(libraries) == 2 else None


def row(name, values, ratio, options, peak):
    """Return a line of the table; `peak` is the rate of a matrix product."""
    cells = [f"{name:36s}"]
    for value in values.values():
        cells.append(f"{value:10.1f} MB" if options.memory else f"{value * 1e3:10.3f} ms")
    workload = WORKLOADS[name]
    if ratio is not None:
        target = f"(target {workload.target:.2f})" if workload.target is not None and not options.memory else ""
        cells.append(f"{ratio:7.2f} {target:13s}")
    if workload.flops is not None and not options.memory:
        rate = workload.flops / values["nnlite"] / 1e9
        cells.append(f"{rate:6.0f} GFLOP/s" + (f" {100 * rate / peak:4.0f} %" if peak else ""))
    return " ".join(cells).rstrip()


def draw(rows, path, threads):
    """Save the ratios as bars."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [(name, ratio) for name, _, ratio in rows if ratio is not None][::-1]
    figure, axes = pyplot.subplots(figsize=(8, 1 + 0.28 * len(rows)), layout="constrained")
    axes.barh([name for name, _ in rows], [ratio for _, ratio in rows])
    for place, (name, _) in enumerate(rows):
        if WORKLOADS[name].target is not None:
            axes.plot([WORKLOADS[name].target] * 2, [place - 0.4, place + 0.4], color="black")
    axes.axvline(1, color="grey", linewidth=0.5)
    axes.set_xlabel(f"nnlite / PyTorch, {threads} threads (black: target)")
    figure.savefig(path, dpi=120)


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="parts of the names of workloads")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="per workload, library and round")
    parser.add_argument("--libraries", nargs="+", choices=LIBRARIES, default=LIBRARIES)
    parser.add_argument("--png", help="where to save a picture of the ratios")
    parser.add_argument("--memory", action="store_true", help="compare peak resident memory")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("--work", choices=LIBRARIES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.threads)
        return
    names = [n for n in WORKLOADS if any(w in n for w in options.words)] if options.words else list(NETWORKS)
    if options.list:
        print("\n".join(names if options.words else WORKLOADS))
        return
    libraries = [n for n in options.libraries if n == "nnlite" or importlib.util.find_spec("torch") is not None]
    print(f"{'':36s} " + " ".join(f"{library:>13s}" for library in libraries) + "   ratio")
    rows, peak = [], None
    for name, values, ratio in (remembered if options.memory else compared)(names, libraries, options):
        rows.append((name, values, ratio))
        if name == "product" and not options.memory:
            peak = WORKLOADS[name].flops / values["nnlite"] / 1e9
        print(row(name, values, ratio, options, peak), flush=True)
    if options.png:
        draw(rows, options.png, options.threads)


if __name__ == "__main__":
    main()
