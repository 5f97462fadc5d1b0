"""Recurrent steps and whole sequences: lstm, gru, reset_gru, plain_rnn, their gradients, accumulate.

A sequence is an array, or a list of arrays, with one item per step: ``gates`` is ``(T, N, k H)`` and holds ``x Wx + b``
when the forward kernel gets it; states are ``(T + 1, N, ...)``, state 0 being the one before the first step. The rows
of a batch do not depend on each other, so every thread runs its rows through all steps.
"""

import numpy as np

from .parallel import GRAIN, each, scratch, split

__all__ = [
    "accumulate",
    "gru",
    "gru_grad",
    "lstm",
    "lstm_grad",
    "plain_rnn",
    "plain_rnn_grad",
    "reset_gru",
    "reset_gru_grad",
]

_BLOCK = 1 << 16  # numbers that the gates of some steps may have, to stay in the cache
ROWS = 16  # least rows of a slice: products of fewer lose more than another thread gains


def _rows(gates, depth):
    """Return the slices of the batch; `depth` is the length of the state that is multiplied in each step."""
    batch, width = gates[0].shape
    cost = len(gates) * width * (depth / (40 if gates[0].itemsize == 4 else 20) + 10)
    return split(batch, cost, max(GRAIN, ROWS * cost))


def accumulate(x, grad_gates, scale, out):
    """``out += scale x^T g``, the gates in slices."""
    cost = x.size / (40 if out.itemsize == 4 else 20)

    def run(s):
        part = scratch((x.shape[1], s.stop - s.start), out.dtype, "recurrent product")
        np.matmul(x.T, grad_gates[:, s], out=part)
        if scale != 1:
            part *= scale
        out[:, s] += part

    each(run, split(grad_gates.shape[1], cost, max(GRAIN, 128 * cost)))


def _add_product(a, b, out):
    """``out += a b``."""
    part = np.matmul(a, b, out=scratch((len(a), b.shape[1]), out.dtype, "recurrent product"))
    out += part


@np.errstate(over="ignore")
def _sigmoid(x):
    """Put ``1 / (1 + exp(-x))`` in the place of `x`."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.divide(1, x, out=x)


def _slope(y, out):
    """``y (1 - y)``: the derivative of the sigmoid whose value is `y`."""
    np.subtract(1, y, out=out)
    out *= y


def _clear(mask, *arrays):
    """Set the rows of `arrays` to zero where `mask` is set."""
    if mask is not None and mask.any():
        for array in arrays:
            array[mask] = 0


def _part(array, i, size):
    return array[:, i * size : (i + 1) * size]


def lstm(gates, weight, h, c, mask=None, projection=None, hidden=None):
    """Run an LSTM: gates i, f, o, g; ``c_t = f c_{t-1} + i g``, ``h_t = o tanh(c_t)``.

    Parameters
    ----------
    gates : ndarray, (T, N, 4 H)
        The sums of the inputs; becomes the values of the gates.
    weight : ndarray, (R, 4 H)
        What the state before is multiplied by.
    h, c : ndarray, (T + 1, N, R) and (T + 1, N, H)
        The states; the first is given.
    mask : ndarray of bool, (T, N), optional
        Where states and gates become zero.
    projection : ndarray, (H, R), optional
        Maps ``o tanh(c_t)``, kept in `hidden` ``(T, N, H)``, to ``h_t``.
    """
    size = c[0].shape[1]

    def run(s):
        for t in range(len(gates)):
            a, now = gates[t][s], c[t + 1][s]
            _add_product(h[t][s], weight, a)
            _sigmoid(a[:, : 3 * size])
            g = np.tanh(_part(a, 3, size), out=_part(a, 3, size))
            out = h[t + 1][s] if projection is None else hidden[t][s]
            np.multiply(_part(a, 0, size), g, out=out)
            np.multiply(_part(a, 1, size), c[t][s], out=now)
            now += out
            np.tanh(now, out=out)
            out *= _part(a, 2, size)
            if projection is not None:
                np.matmul(out, projection, out=h[t + 1][s])
            if mask is not None:
                _clear(mask[t][s], h[t + 1][s], now, a)

    each(run, _rows(gates, len(weight)))


def lstm_grad(gates, weight, c, grad_output, grad_h, grad_c, grad_gates, mask=None, projection=None, grad_h_all=None):
    """Run an LSTM backward: the gradient of the sums of the inputs to `grad_gates`.

    `grad_h` and `grad_c` hold the gradients of the last states and become those of the first. With a projection,
    `grad_h_all` ``(T, N, R)`` takes the gradients of all ``h_t``.
    """
    size = c[0].shape[1]
    back = np.ascontiguousarray(weight.T)  # products with few rows are slow with a transposed view

    def run(s):
        dh, dc = grad_h[s], grad_c[s]
        length = max(1, _BLOCK // gates[0][s].size) if isinstance(gates, np.ndarray) else 1
        for stop in range(len(gates), 0, -length):
            start = max(0, stop - length)
            through = _lstm_slopes(
                *(_block(gates, start, stop, s), _block(c, start, stop, s), _block(c, start + 1, stop + 1, s)),
                _block(grad_gates, start, stop, s),
            )
            for t in range(stop - 1, start - 1, -1):
                dh += grad_output[t][s]
                if mask is not None:
                    _clear(mask[t][s], dh, dc)
                inner = dh
                if projection is not None:
                    grad_h_all[t][s] = dh
                    inner = np.matmul(dh, projection.T, out=scratch(dc.shape, dc.dtype, "recurrent hidden"))
                _lstm_step_grad(through[t - start], _part(gates[t][s], 1, size), inner, dc, grad_gates[t][s])
                np.matmul(grad_gates[t][s], back, out=dh)

    each(run, _rows(gates, len(weight)))


def _block(sequence, start, stop, rows):
    """Return some steps as one array; a list gives one step only."""
    return sequence[start:stop, rows] if isinstance(sequence, np.ndarray) else sequence[start][rows][None]


def _lstm_slopes(gates, before, after, out):
    """Write the slopes of the gates, for a gradient of one, to `out`, and return that of ``h`` in ``c``.

    Nothing here depends on the gradients, so that several steps are computed at once.
    """
    size = after.shape[-1]
    i, o, g = (gates[..., k * size : (k + 1) * size] for k in (0, 2, 3))
    di, df, do, dg = (out[..., k * size : (k + 1) * size] for k in range(4))
    through = np.tanh(after, out=scratch(after.shape, after.dtype, "recurrent tanh"))
    _slope(gates[..., : 3 * size], out[..., : 3 * size])
    do *= through
    di *= g
    df *= before
    np.multiply(g, g, out=dg)
    np.subtract(1, dg, out=dg)
    dg *= i
    through *= through
    np.subtract(1, through, out=through)
    through *= o
    return through


def _lstm_step_grad(through, f, dh, dc, out):
    """One step: `out`, the slopes, becomes the gradient of the sums, `dc` that of the cell before."""
    size = dc.shape[1]
    through *= dh
    dc += through
    gates = out.reshape(len(out), 4, size)
    gates[:, :2] *= dc[:, None]
    gates[:, 2] *= dh
    gates[:, 3] *= dc
    dc *= f


def gru(gates, weight, h, mask=None):
    """Run a GRU: gates r, u, n; ``n = tanh(a_n + (r h_{t-1}) W_n)``, ``h_t = (1 - u) n + u h_{t-1}``.

    The arrays are as in `lstm`, with 3 gates.
    """
    size = h[0].shape[1]

    def run(s):
        for t in range(len(gates)):
            a, before, after = gates[t][s], h[t][s], h[t + 1][s]
            first = a[:, : 2 * size]
            _add_product(before, weight[:, : 2 * size], first)
            _sigmoid(first)
            n = _part(a, 2, size)
            np.multiply(_part(a, 0, size), before, out=after)
            _add_product(after, weight[:, 2 * size :], n)
            np.tanh(n, out=n)
            np.subtract(before, n, out=after)
            after *= _part(a, 1, size)
            after += n
            if mask is not None:
                _clear(mask[t][s], after, a)

    each(run, _rows(gates, len(weight)))


def gru_grad(gates, weight, h, grad_output, grad_h, grad_gates, mask=None):
    """Run a GRU backward; the arrays are as in `lstm_grad`."""
    size = grad_h.shape[1]
    back = [np.ascontiguousarray(part.T) for part in (weight[:, : 2 * size], weight[:, 2 * size :])]

    def run(s):
        dh = grad_h[s]
        for t in range(len(gates) - 1, -1, -1):
            dh += grad_output[t][s]
            if mask is not None:
                _clear(mask[t][s], dh)
            _gru_step_grad(gates[t][s], back, h[t][s], dh, grad_gates[t][s])

    each(run, _rows(gates, len(weight)))


def _gru_step_grad(gates, back, before, dh, out):
    """One step: `out` takes the gradient of the sums, `dh` becomes the gradient of the state before."""
    size = dh.shape[1]
    r, u, n = (_part(gates, k, size) for k in range(3))
    dr, du, dn = (_part(out, k, size) for k in range(3))
    _slope(gates[:, : 2 * size], out[:, : 2 * size])
    through = np.subtract(before, n, out=scratch(dh.shape, dh.dtype, "recurrent tanh"))
    through *= dh
    du *= through
    np.multiply(n, n, out=dn)
    np.subtract(1, dn, out=dn)
    np.multiply(u, dh, out=through)
    np.subtract(dh, through, out=dh)
    dn *= dh
    np.copyto(dh, through)
    reset = np.matmul(dn, back[1], out=scratch(dh.shape, dh.dtype, "recurrent cell"))
    np.multiply(reset, before, out=through)
    dr *= through
    reset *= r
    dh += reset
    _add_product(out[:, : 2 * size], back[0], dh)


def reset_gru(gates, weight, bias, h, candidate):
    """Run a GRU that resets after the product: ``n = tanh(a_n + r (h_{t-1} W_n + b_n))``, the form of cudnn.

    Gates r, z, n; ``h_t = (1 - z) n + z h_{t-1}``; `candidate` ``(T, N, H)`` keeps ``h_{t-1} W_n + b_n``, `bias` is
    that of the product, ``(3 H,)``.
    """
    size = h[0].shape[1]

    def run(s):
        for t in range(len(gates)):
            a, before, after = gates[t][s], h[t][s], h[t + 1][s]
            product = np.matmul(before, weight, out=scratch(a.shape, a.dtype, "recurrent product"))
            product += bias
            candidate[t][s] = product[:, 2 * size :]
            a[:, : 2 * size] += product[:, : 2 * size]
            _sigmoid(a[:, : 2 * size])
            n = _part(a, 2, size)
            np.multiply(_part(a, 0, size), candidate[t][s], out=after)
            n += after
            np.tanh(n, out=n)
            np.subtract(before, n, out=after)
            after *= _part(a, 1, size)
            after += n

    each(run, _rows(gates, len(weight)))


def reset_gru_grad(gates, weight, candidate, h, grad_output, grad_h, grad_gates, grad_products):
    """Run `reset_gru` backward: `grad_gates` for the sums of the inputs, `grad_products` for those of the states."""
    size = h[0].shape[1]
    back = np.ascontiguousarray(weight.T)

    def run(s):
        dh = grad_h[s]
        for t in range(len(gates) - 1, -1, -1):
            dh += grad_output[t][s]
            a, out, product = gates[t][s], grad_gates[t][s], grad_products[t][s]
            r, z, n = (_part(a, k, size) for k in range(3))
            _slope(a[:, : 2 * size], out[:, : 2 * size])
            out[:, size : 2 * size] *= (h[t][s] - n) * dh
            np.multiply(1 - n * n, (1 - z) * dh, out=_part(out, 2, size))
            out[:, :size] *= _part(out, 2, size) * candidate[t][s]
            product[...] = out
            product[:, 2 * size :] *= r
            dh *= z
            _add_product(product, back, dh)

    each(run, _rows(gates, len(weight)))


def plain_rnn(sums, weight, h, activate):
    """Run ``h_t = activate(a_t + h_{t-1} W)``; ``activate(x, out)`` works in place. `sums` is used up."""

    def run(s):
        for t in range(len(sums)):
            _add_product(h[t][s], weight, sums[t][s])
            activate(sums[t][s], h[t + 1][s])

    each(run, _rows(sums, len(weight)))


def plain_rnn_grad(weight, h, slope, grad_output, grad_h, grad_sums):
    """Run `plain_rnn` backward; ``slope(y, out)`` is the derivative of the activation whose value is `y`."""
    back = np.ascontiguousarray(weight.T)

    def run(s):
        dh = grad_h[s]
        for t in range(len(grad_sums) - 1, -1, -1):
            dh += grad_output[t][s]
            slope(h[t + 1][s], grad_sums[t][s])
            grad_sums[t][s] *= dh
            np.matmul(grad_sums[t][s], back, out=dh)

    each(run, _rows(grad_sums, len(weight)))
