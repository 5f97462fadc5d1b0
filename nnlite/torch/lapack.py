"""Linear algebra by LAPACK: gesv, gels, trtrs, symeig, eig, svd, inverse, potrf, potrs, potri, pstrf, qr, ...

Matrices come back in LAPACK's column-major order, as in Torch.
"""

import numpy as np
from scipy.linalg import get_lapack_funcs

from .arguments import floats, option, shifted

__all__ = [
    "eig",
    "gels",
    "geqrf",
    "gesv",
    "inverse",
    "orgqr",
    "ormqr",
    "potrf",
    "potri",
    "potrs",
    "pstrf",
    "qr",
    "svd",
    "symeig",
    "trtrs",
]


def gesv(b: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(X, LU)``: the solution of ``A X = B``, and the factors of A. Lua: ``torch.gesv(b, a)``."""
    a, b = _square("gesv", a), _right_side("gesv", a, b)
    lu, _, x, info = _lapack("gesv", a)(a, b)
    _check("gesv", info, "U({0},{0}) is 0: A is singular")
    return x, lu


def gels(b: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(X, QR)``: the least squares or least norm solution of ``A X = B``, factors of A. Lua: ``torch.gels(b, a)``."""
    a = _matrix("gels", a)
    b = _right_side("gels", a, b)
    rows, columns = a.shape
    padded = np.zeros((max(rows, columns), b.shape[1]), a.dtype, order="F")
    padded[:rows] = b
    factors, x, info = _lapack("gels", a)(a, padded)
    _check("gels", info, "the {0}-th diagonal element of the triangular factor of A is 0: A has not full rank")
    return x[:columns], factors


def trtrs(
    b: np.ndarray, a: np.ndarray, uplo: str = "U", trans: str = "N", diag: str = "N"
) -> tuple[np.ndarray, np.ndarray]:
    """``(X, A)``: the solution of ``A X = B`` for a triangular A. Lua: ``torch.trtrs(b, a [, 'U'] [, 'N'] [, 'N'])``.

    `uplo` names the triangle, `trans` ``'T'`` solves ``A^T X = B``, `diag` ``'U'`` takes the diagonal for ones.
    """
    a = _square("trtrs", a)
    b = _right_side("trtrs", a, b)
    uplo, trans, diag = shifted((uplo, trans, diag), "UL", "NT", "NU")
    lower = option("trtrs", uplo, "U", "L") == "L"
    transposed = option("trtrs", trans, "N", "T") == "T"
    unit = option("trtrs", diag, "N", "U") == "U"
    x, info = _lapack("trtrs", a)(a, b, lower=lower, trans=transposed, unitdiag=unit)
    _check("trtrs", info, "A({0},{0}) is 0: A is singular")
    return x, np.array(a, order="F")


def symeig(a: np.ndarray, job: str = "N", uplo: str = "U") -> tuple[np.ndarray, np.ndarray]:
    """``(e, V)``: eigenvalues, ascending, and eigenvectors of a symmetric A. Lua: ``torch.symeig(a [, 'V'] [, 'U'])``.

    With `job` ``'N'`` only the eigenvalues are computed, V is what LAPACK leaves; `uplo` is the triangle to look at.
    """
    a = _square("symeig", a)
    job, uplo = shifted((job, uplo), "NV", "UL")
    vectors = option("symeig", job, "N", "V") == "V"
    lower = option("symeig", uplo, "U", "L") == "L"
    values, v, info = _lapack("syev", a)(a, compute_v=vectors, lower=lower)
    _check("symeig", info, "{0} elements did not converge")
    return values, v


def eig(a: np.ndarray, job: str = "N") -> tuple[np.ndarray, np.ndarray]:
    """``(e, V)``: eigenvalues, as rows of real and imaginary part, and eigenvectors. Lua: ``torch.eig(a [, 'V'])``.

    Without ``'V'`` V is empty; a pair of complex vectors is packed in two columns, its real and its imaginary part.
    """
    a = _square("eig", a)
    vectors = option("eig", job, "N", "V") == "V"
    real, imaginary, _, v, info = _lapack("geev", a)(a, compute_vl=False, compute_vr=vectors)
    _check("eig", info, "{0} elements did not converge")
    return np.stack([real, imaginary], axis=1), v if vectors else np.empty(0, a.dtype)


def svd(a: np.ndarray, job: str = "S") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(U, S, V)`` with ``A = U diag(S) V^T``, all columns of U and V for ``'A'``. Lua: ``torch.svd(a [, 'A'])``."""
    a = _matrix("svd", a)
    u, s, vt, info = _lapack("gesvd", a)(a, full_matrices=option("svd", job, "S", "A") == "A")
    _check("svd", info, "{0} superdiagonals did not converge")
    return u, s, np.ascontiguousarray(vt.T)


def inverse(a: np.ndarray) -> np.ndarray:
    """The inverse of a square matrix. Lua: ``torch.inverse(a)``."""
    a = _square("inverse", a)
    lu, pivots, info = _lapack("getrf", a)(a)
    _check("inverse", info, "U({0},{0}) is 0: A is singular")
    result, info = _lapack("getri", a)(lu, pivots)
    _check("inverse", info, "U({0},{0}) is 0: A is singular")
    return result


def potrf(a: np.ndarray, uplo: str = "U") -> np.ndarray:
    """The Cholesky factor: U of ``U^T U``, or L of ``L L^T``. Lua: ``torch.potrf(a [, 'U' | 'L'])``."""
    a = _square("potrf", a)
    factor, info = _lapack("potrf", a)(a, lower=option("potrf", uplo, "U", "L") == "L", clean=True)
    _check("potrf", info, "the leading minor of order {0} is not positive definite")
    return factor


def potrs(b: np.ndarray, chol: np.ndarray, uplo: str = "U") -> np.ndarray:
    """The solution of ``A X = B`` from the Cholesky factor of A. Lua: ``torch.potrs(b, chol [, 'U' | 'L'])``."""
    chol = _square("potrs", chol)
    b = _right_side("potrs", chol, b)
    x, info = _lapack("potrs", chol)(chol, b, lower=option("potrs", uplo, "U", "L") == "L")
    _check("potrs", info, "A({0},{0}) is 0: A is singular")
    return x


def potri(chol: np.ndarray, uplo: str = "U") -> np.ndarray:
    """The inverse of A from its Cholesky factor. Lua: ``torch.potri(chol [, 'U' | 'L'])``."""
    chol = _square("potri", chol)
    lower = option("potri", uplo, "U", "L") == "L"
    half, info = _lapack("potri", chol)(chol, lower=lower)
    _check("potri", info, "A({0},{0}) is 0: A is singular")
    triangle = np.tril(half) if lower else np.triu(half)
    return triangle + triangle.T - np.diag(np.diag(half))


def pstrf(a: np.ndarray, uplo: str | float = "U", tol: float = -1) -> tuple[np.ndarray, np.ndarray]:
    """``(U, piv)``: the Cholesky factor with complete pivoting. Lua: ``torch.pstrf(a [, 'U' | 'L'] [, tol])``."""
    a = _square("pstrf", a)
    if not isinstance(uplo, str):
        tol, uplo = uplo, "U"
    lower = option("pstrf", uplo, "U", "L") == "L"
    factor, pivots, _, _ = _lapack("pstrf", a)(a, tol=tol, lower=lower)  # a rank below full is no error
    return np.tril(factor) if lower else np.triu(factor), pivots


def qr(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(Q, R)`` with ``A = Q R``, Q of orthonormal columns. Lua: ``torch.qr(a)``."""
    m, tau = geqrf(a)
    return orgqr(m, tau), np.triu(m[: len(tau)])


def geqrf(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(M, tau)``: R and, below it, the reflectors whose product is Q. Lua: ``torch.geqrf(a)``."""
    a = _matrix("geqrf", a)
    m, tau, _, _ = _lapack("geqrf", a)(a)
    return m, tau


def orgqr(m: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """Q from the results of `geqrf`. Lua: ``torch.orgqr(m, tau)``."""
    m = _matrix("orgqr", m)
    return _lapack("orgqr", m)(m[:, : len(tau)], tau)[0]


def ormqr(m: np.ndarray, tau: np.ndarray, c: np.ndarray, side: str = "L", trans: str = "N") -> np.ndarray:
    """``Q C`` (side ``'L'``) or ``C Q`` (``'R'``) from the results of `geqrf`, of ``Q^T`` for trans ``'T'``.

    Lua: ``torch.ormqr(m, tau, c [, 'L' | 'R'] [, 'N' | 'T'])``.
    """
    m, c = _matrix("ormqr", m), _matrix("ormqr", c)
    side, trans = shifted((side, trans), "LR", "NT")
    option("ormqr", side, "L", "R"), option("ormqr", trans, "N", "T")
    if c.shape[0 if side == "L" else 1] != len(m):
        raise ValueError(f"torch.ormqr: {len(m)} {'rows' if side == 'L' else 'columns'} expected, got shape {c.shape}")
    ormqr = _lapack("ormqr", m)
    work = ormqr(side, trans, m[:, : len(tau)], tau, c, -1)[1]
    result, _, info = ormqr(side, trans, m[:, : len(tau)], tau, c, int(work[0]))
    _check("ormqr", info, "argument {0}")
    return result


def _lapack(routine, a):
    return get_lapack_funcs(routine, (a,))


def _matrix(name, a):
    a = floats(name, a)
    if a.ndim != 2:
        raise ValueError(f"torch.{name}: a matrix expected, got shape {a.shape}")
    return a


def _square(name, a):
    a = floats(name, a)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise ValueError(f"torch.{name}: a square matrix expected, got shape {a.shape}")
    return a


def _right_side(name, a, b):
    b = floats(name, b)
    if b.ndim not in (1, 2) or len(a) != len(b) or a.dtype != b.dtype:
        raise ValueError(f"torch.{name}: a {a.dtype} of {len(a)} rows expected, got {b.dtype} of shape {b.shape}")
    return b.reshape(len(b), -1)


def _check(name, info, meaning):
    if info > 0:
        raise ValueError(f"torch.{name}: {meaning.format(info)}")
