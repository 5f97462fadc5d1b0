"""GFLOP/s of one convolution, forward and backward. Port of profiling/conv-cpu.lua."""

import time

import nnlite as nn
from nnlite import torch

torch.setdefaulttensortype("torch.FloatTensor")


def main(batchSize=32, isize=64, ninputs=32, nhiddens=64, stride=1, fsize=8, nbOfAverages=3):
    """Print and return the rate."""
    # batch input:
    i = torch.randn(batchSize, ninputs, isize, isize)

    # layers to benchmark:
    n = nn.Sequential()
    n.add(nn.SpatialConvolutionMM(ninputs, nhiddens, fsize, fsize, stride, stride))

    # pre-alloc states:
    n.forward(i)
    n.backward(i, n.output)

    # nb of operations:
    opsPerMAC = 2
    steps = 3
    ops = opsPerMAC * batchSize * steps * (ninputs * nhiddens * fsize**2 * ((isize - fsize) / stride + 1) ** 2)

    # benchmark:
    tic = time.perf_counter()
    for _ in range(nbOfAverages):
        n.forward(i)
        n.backward(i, n.output)
    t = (time.perf_counter() - tic) / nbOfAverages

    # result:
    print("Fprop+Bprop+Acc - GFLOP/s:", ops / t / 1e9)
    return ops / t / 1e9


if __name__ == "__main__":
    main()
