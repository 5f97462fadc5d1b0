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
# Simple example of minimizing a function,
#    f(x) = 1/2 x^2 + x sin(x)
# with derivative
#    f'(x) = x + x cos(x) + sin(x).
# --------------------------------------------------------------------------------

# preallocate space for gradient, which is 1-dim and 1 element (since f is univariate)
grad = torch.Tensor([0])


# return function's value and the gradient, at a given point x_vec
def feval(x_vec):
    # note: x_vec is a Tensor of 1-dim and size 1, so we get its one and only element:
    x = float(x_vec[0])

    # compute and return func val (scalar), and gradient (Tensor)
    f = 0.5 * x**2 + x * math.sin(x)
    grad[0] = x + math.sin(x) + x * math.cos(x)
    return f, grad


# where to start the algorithm (usually random, but here we won't since it's a demo)
x = torch.Tensor([5])

# optim functions use this table for bookkeeping and for reading options
state = nn.Table(learningRate=1e-2)

# stop when the gradient is close to 0, or after many iterations
iter = 0
while True:
    # optim has multiple functions, such as adagrad, sgd, lbfgs, and others
    optim.adagrad(feval, x, state)

    # gradient norm is SOMETIMES a good measure of how close we are to the optimum, but often not.
    # the issue is that we'd stop at points like x=0 for x^3
    if np.linalg.norm(grad) < 0.005 or iter > opt.iterations:
        break
    iter = iter + 1

print(f"{x[0]:.6f}")
