"""torch.tostring: what the real Torch7 prints, to the byte."""

import math

import numpy as np
import pytest

from nnlite import torch

CASES = [
    (lambda: torch.Tensor(), "[torch.DoubleTensor with no dimension]\n"),
    (lambda: torch.range(1, 3), " 1\n 2\n 3\n[torch.DoubleTensor of size 3]\n"),
    (lambda: torch.Tensor([[1, -20], [3, 4]]), "  1 -20\n  3   4\n[torch.DoubleTensor of size 2x2]\n"),
    (lambda: torch.Tensor([0.5, -0.25]), " 0.5000\n-0.2500\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([1.5, 100]), "   1.5000\n 100.0000\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([1e-5, 1]), " 1.0000e-05\n 1.0000e+00\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([1e-200, 1.5]), " 1.0000e-200\n  1.5000e+00\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([[1234567.5, 2345678]]), "1e+06 *\n  1.2346  2.3457\n[torch.DoubleTensor of size 1x2]\n"),
    (lambda: torch.Tensor([0.001, 0.002]), "0.001 *\n 1.0000\n 2.0000\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([1e10, 1]), " 1.0000e+10\n 1.0000e+00\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([math.nan, 1.5]), "nan\n1.500000\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.Tensor([math.inf, 1]), "        inf\n 1.0000e+00\n[torch.DoubleTensor of size 2]\n"),
    (lambda: torch.zeros(1, 2), " 0  0\n[torch.DoubleTensor of size 1x2]\n"),
    (lambda: torch.FloatTensor([0.1]), " 0.1000\n[torch.FloatTensor of size 1]\n"),
    (lambda: torch.gt(torch.ones(1), 0), " 1\n[torch.ByteTensor of size 1]\n"),
    (lambda: torch.LongStorage([2, 30]), "  2\n 30\n[torch.LongStorage of size 2]\n"),
    (lambda: torch.DoubleStorage([0.001, 0.002]), "0.001 *\n 1.0000\n 2.0000\n[torch.DoubleStorage of size 2]\n"),
    (lambda: torch.LongStorage(), "[torch.LongStorage of size 0]\n"),
    (
        lambda: torch.view(torch.range(1, 8), 2, 2, 2),
        "(1,.,.) = \n  1  2\n  3  4\n\n(2,.,.) = \n  5  6\n  7  8\n[torch.DoubleTensor of size 2x2x2]\n",
    ),
    (
        lambda: torch.view(torch.range(1, 4), 2, 2, 1, 1),
        "(1,1,.,.) = \n  1\n\n(2,1,.,.) = \n  3\n\n(1,2,.,.) = \n  2\n\n(2,2,.,.) = \n  4\n"
        "[torch.DoubleTensor of size 2x2x1x1]\n",
    ),
    (
        lambda: torch.view(torch.Tensor([0.001, 0.002]), 1, 1, 2),
        "(1,.,.) = \n 0.001 *\n   1.0000  2.0000\n[torch.DoubleTensor of size 1x1x2]\n",
    ),
]


@pytest.mark.parametrize(("make", "text"), CASES)
def test_text(make, text):
    assert torch.tostring(make()) == text


def test_wide_matrices_are_cut_into_columns():
    matrix = np.arange(60.0).reshape(2, 30)  # numbers of 3 characters and a space: 20 on a line of 80
    first, second = (
        [" ".join(f"{n:3d}" for n in row) for row in part.astype(int)] for part in np.split(matrix, [20], 1)
    )
    want = f"Columns 1 to 20\n{first[0]}\n{first[1]}\n\nColumns 21 to 30\n{second[0]}\n{second[1]}\n"
    assert torch.tostring(matrix) == want + "[torch.DoubleTensor of size 2x30]\n"


def test_other_values_print_as_in_lua():
    values = [1, 1.0, 0.1, 1e20, math.inf, True, None, "a", [1]]
    assert [torch.tostring(v) for v in values] == ["1", "1", "0.1", "1e+20", "inf", "true", "nil", "a", "[1]"]
