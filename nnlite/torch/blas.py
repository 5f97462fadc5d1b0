"""Products of matrices and vectors: mm, mv, bmm, ger, dot, addmm, addmv, addr, addbmm, baddbmm."""

import numpy as np

from .arguments import check_out, deliver, is_number, number, second, tensor

__all__ = ["addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "dot", "ger", "mm", "mv"]


@np.errstate(all="ignore")
def dot(x: np.ndarray, y: np.ndarray):
    """The sum of the products of the elements. Lua: ``torch.dot(x, y)``, ``x:dot(y)``."""
    x = tensor("dot", x)
    return np.dot(x.ravel(), second("dot", x, y).ravel()).item()


def mm(a: np.ndarray, b: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``A B``. Lua: ``torch.mm([res,] a, b)``."""
    return _product("mm", a, b, 2, 2, out)


def mv(a: np.ndarray, x: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``A x``. Lua: ``torch.mv([res,] a, x)``."""
    return _product("mv", a, x, 2, 1, out)


def bmm(a: np.ndarray, b: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``A_i B_i`` for each i. Lua: ``torch.bmm([res,] a, b)``."""
    return _product("bmm", a, b, 3, 3, out)


@np.errstate(all="ignore")
def ger(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x y^T``. Lua: ``torch.ger([res,] x, y)``."""
    _check_ranks("ger", x, y, 1, 1)
    return deliver("ger", np.outer(x, y), out)


def addmm(*operands, out: np.ndarray | None = None) -> np.ndarray:
    """``beta M + alpha A B``, both 1 by default. Lua: ``torch.addmm([res,] [beta,] M, [alpha,] a, b)``."""
    return _accumulate("addmm", operands, lambda a, b: _product("addmm", a, b, 2, 2, None), out)


def addmv(*operands, out: np.ndarray | None = None) -> np.ndarray:
    """``beta y + alpha A x``, both 1 by default. Lua: ``torch.addmv([res,] [beta,] y, [alpha,] a, x)``."""
    return _accumulate("addmv", operands, lambda a, x: _product("addmv", a, x, 2, 1, None), out)


def addr(*operands, out: np.ndarray | None = None) -> np.ndarray:
    """``beta M + alpha x y^T``, both 1 by default. Lua: ``torch.addr([res,] [beta,] M, [alpha,] x, y)``."""
    return _accumulate("addr", operands, ger, out)


def addbmm(*operands, out: np.ndarray | None = None) -> np.ndarray:
    """``beta M + alpha sum_i A_i B_i``, both 1 by default. Lua: ``torch.addbmm([res,] [beta,] M, [alpha,] a, b)``."""
    return _accumulate("addbmm", operands, lambda a, b: _product("addbmm", a, b, 3, 3, None).sum(0, a.dtype), out)


def baddbmm(*operands, out: np.ndarray | None = None) -> np.ndarray:
    """``beta M_i + alpha A_i B_i``, both 1 by default. Lua: ``torch.baddbmm([res,] [beta,] M, [alpha,] a, b)``."""
    return _accumulate("baddbmm", operands, lambda a, b: _product("baddbmm", a, b, 3, 3, None), out)


def _check_ranks(name, a, b, rank_a, rank_b):
    a, b = tensor(name, a), tensor(name, b)
    if a.ndim != rank_a or b.ndim != rank_b:
        raise ValueError(f"torch.{name}: {rank_a} and {rank_b} dimensions expected, got {a.shape} and {b.shape}")
    if a.dtype != b.dtype:
        raise TypeError(f"torch.{name}: {a.dtype} expected, got {b.dtype}: convert it with .astype('{a.dtype}')")


@np.errstate(all="ignore")
def _product(name, a, b, rank_a, rank_b, out):
    _check_ranks(name, a, b, rank_a, rank_b)
    if a.shape[-1] != b.shape[-2 if rank_b > 1 else 0] or (rank_b == 3 and len(a) != len(b)):
        raise ValueError(f"torch.{name}: sizes that match expected, got {a.shape} and {b.shape}")
    if out is not None:
        check_out(name, out, (*a.shape[:-1], *b.shape[-1:][: rank_b - 1]))
    return np.matmul(a, b, out=out)


@np.errstate(all="ignore")
def _accumulate(name, operands, product, out):
    """Return ``beta * m + alpha * product(a, b)`` for the operands ``[beta,] m, [alpha,] a, b``."""
    *head, a, b = operands
    beta = head.pop(0) if head and is_number(head[0]) else 1
    m = tensor(name, head[0])
    alpha = number(m, head[1]) if len(head) > 1 else 1
    result = product(a, b)
    if result.shape != m.shape or result.dtype != m.dtype:
        raise ValueError(
            f"torch.{name}: {result.dtype} of shape {result.shape} to add to expected, got {m.dtype} {m.shape}"
        )
    if alpha != 1:
        result *= alpha
    if beta != 0:  # as in BLAS, what is multiplied by 0 is not looked at
        result += m if beta == 1 else number(m, beta) * m
    return deliver(name, result, out)
