"""Tables of connections for SpatialConvolutionMap, as ``nn.tables``: full, oneToOne, random."""

import numpy as np

from ..core.generator import default_generator
from ..core.tensor_types import default_dtype

__all__ = ["full", "oneToOne", "random"]


def full(nin: int, nout: int) -> np.ndarray:
    """Return rows ``(input, output)``, 1-based, that connect each input plane with each output plane."""
    table = np.empty((nin * nout, 2), default_dtype())
    table[:, 0] = np.tile(np.arange(1, nin + 1), nout)
    table[:, 1] = np.repeat(np.arange(1, nout + 1), nin)
    return table


def oneToOne(nfeat: int) -> np.ndarray:
    """Return rows ``(i, i)``, 1-based, that connect each plane with itself."""
    return np.repeat(np.arange(1, nfeat + 1, dtype=default_dtype())[:, None], 2, axis=1)


def random(nin: int, nout: int, nto: int) -> np.ndarray:
    """Return rows ``(input, output)``, 1-based, that connect each output plane with `nto` random input planes.

    Inputs are dealt out from random permutations, so that all are used about equally often.
    """
    chunks = nin // nto
    if chunks < 1:
        raise ValueError(f"nn.tables.random: nto <= nin expected, got {nto} > {nin}")
    table = np.empty((nto * nout, 2), default_dtype())
    order, taken = default_generator.randperm(nin), 0
    for output in range(nout):
        rows = slice(output * nto, (output + 1) * nto)
        table[rows, 0] = order[taken * nto : (taken + 1) * nto]
        table[rows, 1] = output + 1
        taken += 1
        if taken == chunks:  # also after the last output: the numbers are drawn all the same
            order, taken = default_generator.randperm(nin), 0
    return table
