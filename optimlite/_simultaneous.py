"""Updates that all read the old values: simultaneous."""

import numpy as np

__all__ = ["simultaneous"]


def simultaneous(updates):
    """Assign new values to arrays in place, after all of them were computed; the order of the list does not matter.

    Parameters
    ----------
    updates : list of (array, value)
        An array to write, and its new value: an array, a number, or a function that returns one.

    Raises
    ------
    ValueError
        If an array occurs twice among those to write.

    Examples
    --------
    >>> a, b = np.array([1.0]), np.array([2.0])
    >>> simultaneous([(a, b), (b, lambda: a + b)])
    >>> a, b
    (array([2.]), array([3.]))
    """
    updates = list(updates)
    targets = [target for target, _ in updates]
    for i, target in enumerate(targets):
        if not isinstance(target, np.ndarray):
            raise TypeError(f"simultaneous: an array to write expected, got {type(target).__name__} {target!r}")
        if any(np.shares_memory(target, other) for other in targets[:i]):
            raise ValueError(f"simultaneous: update {i + 1} writes an array that another update writes too")
    values = [value() if callable(value) else value for _, value in updates]
    values = [
        value.copy() if isinstance(value, np.ndarray) and any(np.may_share_memory(value, t) for t in targets) else value
        for value in values
    ]
    for target, value in zip(targets, values, strict=True):
        if np.shape(value) not in ((), target.shape):
            raise ValueError(f"simultaneous: a value of shape {target.shape} expected, got {np.shape(value)}")
    for target, value in zip(targets, values, strict=True):
        target[...] = value
