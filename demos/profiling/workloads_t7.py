"""Reading and writing .t7 files beside NumPy's and Python's own formats: load_model, save_model, load_table, ratios.

    python workloads_t7.py

A model of 200 MB (float) may take 1.5 times as long as the same bytes in an .npy file, saved through to the disk; a
table of a million entries five times as long as its pickle. Times are the best of some rounds, taken in turn, from a
warm cache.
"""

import os
import pickle
import tempfile
import time

import numpy as np

import nnlite as nn
from nnlite import torch

TARGETS = {"load_model": 1.5, "save_model": 1.5, "load_table": 5.0}
LAYERS, WIDTH = 12, 2041  # 12 layers of 2041 x 2041 floats: 200 MB
ENTRIES = 1_000_000


def model():
    """Return a network of 200 MB without its gradients, which a saved model would double."""
    torch.setdefaulttensortype("torch.FloatTensor")
    net = nn.Sequential()
    for _ in range(LAYERS):
        layer = nn.Linear(1, WIDTH)
        layer.weight = np.random.default_rng(0).random((WIDTH, WIDTH), np.float32)
        net.add(layer)
    torch.setdefaulttensortype("torch.DoubleTensor")
    return net


def load_model(folder):
    """Return two functions: one loads the model, one the same bytes as .npy."""
    _written(folder)
    return lambda: torch.load(f"{folder}/model.t7"), lambda: np.load(f"{folder}/model.npy")


def save_model(folder):
    """Return two functions: one saves the model, one the same bytes as .npy, with fsync."""
    net, array = model(), np.load(_written(folder))

    def save_array():
        with open(f"{folder}/other.npy", "wb") as file:
            np.save(file, array)
            file.flush()
            os.fsync(file.fileno())

    return lambda: torch.save(f"{folder}/other.t7", net), save_array


def load_table(folder):
    """Return two functions: one loads a table of a million numbers by name, one the equal dict from a pickle."""
    table = {f"key{i}": i / 7 for i in range(ENTRIES)}
    torch.save(f"{folder}/table.t7", table)
    with open(f"{folder}/table.pkl", "wb") as file:
        pickle.dump(table, file)

    def load_pickle():
        with open(f"{folder}/table.pkl", "rb") as file:
            return pickle.load(file)

    return lambda: torch.load(f"{folder}/table.t7"), load_pickle


def ratio(ours, theirs, rounds=5):
    """Return the best time of `ours` and of `theirs`, in seconds, called in turn."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for i, function in enumerate((ours, theirs)):
            begin = time.perf_counter()
            result = function()
            best[i] = min(best[i], time.perf_counter() - begin)
            del result
    return best


def _written(folder):
    """Write the model in both formats, once, and return the path of the .npy file."""
    path = f"{folder}/model.npy"
    if not os.path.exists(path):
        net = model()
        torch.save(f"{folder}/model.t7", net)
        np.save(path, np.concatenate([layer.weight.ravel() for layer in net.modules]))
    return path


def main():
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        for name, target in TARGETS.items():
            ours, theirs = ratio(*globals()[name](folder))
            print(f"{name:12} {ours:7.3f} s, {theirs:7.3f} s: {ours / theirs:5.2f} (target {target})")


if __name__ == "__main__":
    main()
