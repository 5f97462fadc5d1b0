"""Borders around planes: pad, pad_grad."""

import numpy as np

from .arithmetic import along
from .parallel import scratch
from .pooling import in_blocks

__all__ = ["REFLECTION", "REPLICATION", "ZERO", "pad", "pad_grad"]

ZERO, REFLECTION, REPLICATION = "zero", "reflection", "replication"


def pad(x, amounts, kind, out) -> None:
    """Write `x` with a border to `out`.

    Parameters
    ----------
    x : ndarray, (planes, *sizes)
    amounts : list of (before, after)
        Width of the border for each axis after the first; a negative one crops.
    kind : {"zero", "reflection", "replication"}
        What the border holds: zeros, the mirror image (about the last element, which is not repeated), or copies of
        the last element.
    out : ndarray, (planes, *sizes with the amounts)
    """
    plans = _plans(x.shape, amounts, kind)

    def run(block):
        part, last = x[block], plans[-1][0] if plans else None
        if not plans:
            out[block] = part
        for number, kept, place, edges in plans:
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = out[block] if number == last else scratch(shape, x.dtype, f"pad{number}")
            along(target, number, place)[...] = along(part, number, kept)
            for edge, source in edges:
                along(target, number, edge)[...] = 0 if source is None else along(part, number, source)
            part = target

    in_blocks(run, len(x), out[0].nbytes, 0.7 * out[0].size * max(1, len(plans)))


def pad_grad(grad_output, amounts, kind, out) -> None:
    """Write the gradient of the input of `pad` to `out`."""
    plans = _plans(out.shape, amounts, kind)

    def run(block):
        part, last = grad_output[block], plans[0][0] if plans else None
        if not plans:
            out[block] = part
        for number, kept, place, edges in reversed(plans):
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = out[block] if number == last else scratch(shape, out.dtype, f"pad{number}")
            if along(target, number, kept).shape != target.shape:
                target.fill(0)
            along(target, number, kept)[...] = along(part, number, place)
            for edge, source in edges:
                if source is not None:
                    inside = along(target, number, source)
                    inside += along(part, number, edge)
            part = target

    in_blocks(run, len(out), grad_output[0].nbytes, 0.7 * grad_output[0].size * max(1, len(plans)))


def _plans(shape, amounts, kind):
    """Return ``(axis, kept, place, edges)`` for the axes that change.

    ``kept`` of the input comes to ``place`` of the output; each of the edges is an output position and the input
    position it copies, None for a zero.
    """
    plans = []
    for number, (before, after) in enumerate(amounts, 1):
        if (before, after) == (0, 0):
            continue
        size = shape[number]
        positions = np.arange(-before, size + after)
        inside = np.flatnonzero((positions >= 0) & (positions < size))
        first, stop = (inside[0], inside[-1] + 1) if len(inside) else (0, 0)
        sources = _sources(positions, size, kind)
        edges = [
            (slice(i, i + 1), None if kind == ZERO else slice(sources[i], sources[i] + 1))
            for i in (*range(first), *range(stop, len(positions)))
        ]
        plans.append((number, slice(first - before, stop - before), slice(first, stop), edges))
    return plans


def _sources(positions, size, kind):
    if kind == REFLECTION:
        positions = np.abs(positions)
        return np.where(positions < size, positions, 2 * (size - 1) - positions)
    return np.clip(positions, 0, size - 1)
