"""GFLOP/s of two linear layers, forward and backward. Port of profiling/linear-cpu.lua."""

import time

import nnlite as nn
from nnlite import torch


def main(bs=512, ninputs=4096, nhiddens=4096, noutputs=1000, N=5):
    """Print and return the rate."""
    n = nn.Sequential()
    n.add(nn.Linear(ninputs, nhiddens))
    n.add(nn.Threshold())
    n.add(nn.Linear(nhiddens, noutputs))
    n.add(nn.Threshold())

    i = torch.randn(bs, ninputs)

    ops = (ninputs * nhiddens + nhiddens * noutputs) * 2 * bs * 3

    n.float()
    i = i.astype("float32")

    # pre-alloc states:
    n.forward(i)
    n.backward(i, n.output)

    tic = time.perf_counter()
    for _ in range(N):
        n.forward(i)
        n.backward(i, n.output)
    t = (time.perf_counter() - tic) / N
    print("Fprop+Bprop+Acc - GFLOP/s:", ops / t / 1e9)
    return ops / t / 1e9


if __name__ == "__main__":
    main()
