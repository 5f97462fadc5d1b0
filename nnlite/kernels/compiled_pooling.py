"""Adding values by position, compiled: scatter_add."""

from .compiled import loop

__all__ = ["scatter_add"]


@loop
def scatter_add(values, indices, out):
    """Set `out` to zero and add each value where its index says, from 1; index 0 drops it.

    Return the largest index that is too large, or 0.
    """
    wrong = 0
    for p in range(len(out)):
        out[p] = 0
        for k in range(values.shape[1]):
            at = indices[p, k] - 1
            if at >= out.shape[1]:
                wrong = max(wrong, at + 1)
            elif at >= 0:
                out[p, at] += values[p, k]
    return wrong
