"""Minimize a function of one number with optim.adagrad: ``f(x) = x^2 / 2 + x sin x``.

    python simple_example.py

After simple_example.lua of practical3, oxford-cs-ml-2015.
"""

import argparse
import math

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--iterations", type=int, default=50000, help="most iterations")
opt = parser.parse_args()

# --------------------------------------------------------------------------------
# --------------------------------------------------------------------------------

grad = torch.Tensor([0])


def feval(x_vec):
    x = float(x_vec[0])

    f = 0.5 * x**2 + x * math.sin(x)
    grad[0] = x + math.sin(x) + x * math.cos(x)
    return f, grad


# the start
x = torch.Tensor([5])

# options, and memory from call to call
state = nn.Table(learningRate=1e-2)

# until it is flat, or for long enough
iter = 0
while True:
    optim.adagrad(feval, x, state)

    # (flat does not always mean a minimum: think of x^3 at 0)
    if np.linalg.norm(grad) < 0.005 or iter > opt.iterations:
        break
    iter = iter + 1

print(f"{x[0]:.6f}")
