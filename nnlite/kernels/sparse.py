"""Steps of IndexLinear on the rows that a batch touches: normalized, update_rows.

A row of a normalized table begins with four numbers: the largest absolute value seen, its inverse, a factor of the
learning rate, and a summand for the normalized value.
"""

import numpy as np

__all__ = ["NORMALIZE", "normalized", "update_rows"]

NORMALIZE = 4
LARGEST, INVERSE, RATE, SUMMAND = range(NORMALIZE)


def normalized(table, rows, values, training):
    """Return the values divided by the largest ever seen in their rows, plus the summands.

    In training the values are seen one after the other, and the table is changed accordingly.
    """
    if not training:
        sizes = np.abs(values)
        inside = values * table[rows, INVERSE]
        return np.where(sizes > table[rows, LARGEST], np.sign(values), inside) + table[rows, SUMMAND]
    order = np.argsort(rows, kind="stable")
    sorted_rows = rows[order]
    largest = _running_largest(sorted_rows, np.abs(values[order]))
    before, inverse = table[sorted_rows, LARGEST], table[sorted_rows, INVERSE].copy()
    larger = largest > before
    inverse[larger] = 1 / largest[larger]
    np.maximum(largest, before, out=largest)
    last = np.flatnonzero(np.diff(sorted_rows, append=-1))
    table[sorted_rows[last], LARGEST] = largest[last]
    table[sorted_rows[last], INVERSE] = inverse[last]
    table[sorted_rows[last], RATE] = 1
    result = np.empty_like(values)
    result[order] = values[order] * inverse
    return result + table[rows, SUMMAND]


def _running_largest(rows, sizes):
    """Return the running maximum of `sizes` within each stretch of equal `rows`."""
    by_size = np.argsort(sizes, kind="stable")
    rank = np.empty_like(by_size)
    rank[by_size] = np.arange(len(sizes))
    stretch = np.cumsum(np.diff(rows, prepend=rows[0]) != 0)
    best = np.maximum.accumulate(stretch * len(sizes) + rank) % len(sizes)
    return sizes[by_size[best]]


def update_rows(table, rows, gradients, rate, decay, plain=None):
    """Take steps ``row <- (1 - decay) row - rate gradient``, one after the other.

    `plain` are the gradients of the summands over those of the weights, for a normalized table, whose steps are scaled
    by its factors. With one output Torch adds the decay there.
    """
    single = gradients.shape[1] == 1
    for i, row in enumerate(rows):
        weight, step, shrink = table[row], rate, decay
        if plain is not None:
            step = step * weight[RATE]
            shrink = shrink * (-weight[RATE] if single else weight[RATE])
            weight[SUMMAND] -= np.dot(weight[NORMALIZE:], plain[i]) * step
            weight = weight[NORMALIZE:]
        if shrink != 0:
            weight -= shrink * weight
        weight -= step * gradients[i]
