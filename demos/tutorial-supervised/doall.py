"""Supervised learning, step by step: data, model, loss, training, test; this script runs them all.

    python doall.py                      # generated images
    python doall.py -data svhn -size small -model mlp

After doall.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

from options import opt

# ----------------------------------------------------------------------
print("==> executing all")

import data  # noqa: F401, I001
import model  # noqa: F401
import loss  # noqa: F401
from train import train
from test import test

# ----------------------------------------------------------------------
print("==> training!")

for _ in range(opt.epochs):
    train()
    test()
