"""Products of matrices, LAPACK and convolutions of nnlite.torch."""

import numpy as np
import pytest
import scipy.signal

from nnlite import torch

rng = np.random.default_rng(1)
A, B, M = rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=(3, 5))
v, w = rng.normal(size=4), rng.normal(size=3)
P, Q, R = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 4, 5)), rng.normal(size=(2, 3, 5))
S, b = rng.normal(size=(5, 5)), rng.normal(size=(5, 2))
symmetric, definite = S + S.T, S @ S.T + np.eye(5)


def close(got, want, tolerance=1e-9):
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def test_products():
    close(torch.mm(A, B), A @ B)
    close(torch.mv(A, v), A @ v)
    close(torch.bmm(P, Q), P @ Q)
    close(torch.ger(w, v), np.outer(w, v))
    close(torch.dot(A, A.reshape(-1)), (A * A).sum())
    out = np.empty((3, 5))
    assert torch.mm(A, B, out=out) is out
    close(out, A @ B)
    close(torch.match(A, A, 2), 2 * ((A[:, None] - A) ** 2).sum(-1))


@pytest.mark.parametrize(
    ("name", "m", "a", "c", "product"),
    [
        ("addmm", M, A, B, A @ B),
        ("addmv", w, A, v, A @ v),
        ("addr", A, w, v, np.outer(w, v)),
        ("addbmm", M, P, Q, (P @ Q).sum(0)),
        ("baddbmm", R, P, Q, P @ Q),
    ],
)
def test_accumulating_products(name, m, a, c, product):
    call = getattr(torch, name)
    close(call(m, a, c), m + product)
    close(call(2, m, a, c), 2 * m + product)
    close(call(m, 3, a, c), m + 3 * product)
    close(call(2, m, 3, a, c), 2 * m + 3 * product)
    close(call(0, m * np.nan, a, c), product)
    changed = m.copy()
    assert call(2, changed, 3, a, c, out=changed) is changed
    close(changed, 2 * m + 3 * product)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_solvers(dtype):
    tolerance = 1e-9 if dtype == np.float64 else 1e-3
    s, k, right = S.astype(dtype), definite.astype(dtype), b.astype(dtype)
    x, factors = torch.gesv(right, s)
    assert x.dtype == factors.dtype == dtype
    close(s @ x, right, tolerance)
    close(torch.gesv(right[:, 0], s)[0], x[:, :1], tolerance)
    close(torch.inverse(s) @ s, np.eye(5), tolerance)
    upper, lower = torch.potrf(k), torch.potrf(k, "L")
    close(upper.T @ upper, k, tolerance)
    close(lower, upper.T, tolerance)
    close(k @ torch.potrs(right, upper), right, tolerance)
    close(k @ torch.potrs(right, lower, "L"), right, tolerance)
    close(torch.potri(upper), np.linalg.inv(k), tolerance)
    close(torch.potri(lower, "L"), np.linalg.inv(k), tolerance)
    triangle = np.triu(s) + 3 * np.eye(5, dtype=dtype)
    close(triangle @ torch.trtrs(right, triangle)[0], right, tolerance)
    close(triangle.T @ torch.trtrs(right, triangle, "U", "T")[0], right, tolerance)
    unit = np.tril(s, -1) + np.eye(5, dtype=dtype)
    close(unit @ torch.trtrs(right, s, "L", "N", "U")[0], right, tolerance)


def test_least_squares_and_least_norm():
    x, _ = torch.gels(rng.normal(size=(4, 2)), A.T)
    assert x.shape == (3, 2)
    right = rng.normal(size=(4, 2))
    close(torch.gels(right, A.T)[0], np.linalg.lstsq(A.T, right)[0])
    close(torch.gels(right[:3], A)[0], np.linalg.lstsq(A, right[:3])[0])


def test_pivoted_cholesky():
    for uplo in "UL":
        factor, pivots = torch.pstrf(definite, uplo)
        permuted = definite[np.ix_(pivots - 1, pivots - 1)]
        close(factor.T @ factor if uplo == "U" else factor @ factor.T, permuted)
    assert pivots.dtype == np.int32


def test_eigenvalues():
    values, vectors = torch.symeig(symmetric, "V")
    assert (np.diff(values) > 0).all()
    close(vectors @ np.diag(values) @ vectors.T, symmetric)
    close(torch.symeig(np.triu(symmetric))[0], values)
    close(torch.symeig(np.tril(symmetric), "N", "L")[0], values)
    pairs, vectors = torch.eig(symmetric, "V")
    close(pairs[:, 1], np.zeros(5))
    close(symmetric @ vectors, vectors * pairs[:, 0])
    pairs, vectors = torch.eig(torch.Tensor([[0, -1], [1, 0]]))
    close(pairs, [[0, 1], [0, -1]])
    assert vectors.size == 0


@pytest.mark.parametrize("a", [A, A.T, S])
def test_decompositions(a):
    u, s, vectors = torch.svd(a)
    close(u @ np.diag(s) @ vectors.T, a)
    assert u.shape[1] == vectors.shape[1] == len(s)
    u, s, vectors = torch.svd(a, "A")
    assert (u.shape, vectors.shape) == ((len(a),) * 2, (a.shape[1],) * 2)
    q, r = torch.qr(a)
    close(q @ r, a)
    close(q.T @ q, np.eye(q.shape[1]))
    close(r, np.triu(r))
    m, tau = torch.geqrf(a)
    close(torch.orgqr(m, tau), q)
    full = torch.ormqr(m, tau, np.eye(len(a)))
    close(full[:, : q.shape[1]], q)
    close(torch.ormqr(m, tau, np.eye(len(a)), "L", "T"), full.T)
    close(torch.ormqr(m, tau, np.eye(len(a)), "R"), full)


@pytest.mark.parametrize(("mode", "scipy_mode"), [("V", "valid"), ("F", "full")])
@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("name", ["conv", "xcorr"])
def test_convolutions(mode, scipy_mode, rank, name):
    call = getattr(torch, f"{name}{rank}")
    one = scipy.signal.convolve if name == "conv" else scipy.signal.correlate

    def reference(x, k):
        return one(x, k, scipy_mode, "direct")

    x, k = rng.normal(size=(2, 6, 7, 8)[: rank + 1]), rng.normal(size=(3, 2, 3, 2, 4)[: rank + 2])
    close(call(x[0], k[0, 0], mode), reference(x[0], k[0, 0]))
    close(call(x, k[0], mode), np.stack([reference(*pair) for pair in zip(x, k[0], strict=True)]))
    close(call(x, k, mode), np.stack([reference(x[0], planes[0]) + reference(x[1], planes[1]) for planes in k]))
    single = call(x.astype(np.float32), k.astype(np.float32), mode)
    assert single.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: torch.mm(A, A), ValueError, r"torch.mm: sizes that match expected, got \(3, 4\) and \(3, 4\)"),
        (lambda: torch.mm(A, v), ValueError, "torch.mm: 2 and 2 dimensions expected"),
        (lambda: torch.mm(A, B.astype(np.float32)), TypeError, "float64 expected, got float32"),
        (lambda: torch.mm(A, B, out=np.empty((5, 3))), ValueError, r"out of shape \(3, 5\) expected"),
        (lambda: torch.addmm(A, A, B), ValueError, r"shape \(3, 5\) to add to expected"),
        (lambda: torch.dot(v, w), ValueError, "torch.dot: 4 elements expected"),
        (lambda: torch.match(A, B), ValueError, "rows of 4 elements expected"),
        (lambda: torch.gesv(b, A), ValueError, r"torch.gesv: a square matrix expected, got shape \(3, 4\)"),
        (lambda: torch.gesv(b, np.zeros((5, 5))), ValueError, "A is singular"),
        (lambda: torch.gesv(v, S), ValueError, "of 5 rows expected"),
        (lambda: torch.inverse(np.zeros((2, 2))), ValueError, "torch.inverse: U.1,1. is 0"),
        (lambda: torch.potrf(-definite), ValueError, "leading minor of order 1 is not positive definite"),
        (lambda: torch.potrf(definite, "X"), ValueError, "'U' or 'L' expected, got 'X'"),
        (lambda: torch.svd(v), ValueError, "a matrix expected"),
        (lambda: torch.conv2(A, B), ValueError, "no smaller than the kernel"),
        (lambda: torch.conv2(A, P), ValueError, "one input and one kernel"),
        (lambda: torch.conv2(B, A[:2, :2], "X"), ValueError, "'V' or 'F' expected, got 'X'"),
    ],
)
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
