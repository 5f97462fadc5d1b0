"""Check the gradient of a module of one's own with nn.Jacobian.

    python test_dropout.py

After 0_test_dropout.lua of 5_newmodules in torch/tutorials.
"""

import numpy as np
from dropout_ex import DropoutEx

import nnlite as nn
from nnlite import torch

print("==> testing backprop with Jacobian (finite element)")

# The finite differences of nn.Jacobian need the same output for the same input: the noise is drawn once and kept.
firsttime = True


class FrozenDropoutEx(DropoutEx):
    def updateOutput(self, input):
        global firsttime
        if firsttime:
            self.noise = np.empty_like(input)
            if self.p > 0:
                torch.bernoulli(self.noise, 1 - self.p)
            else:
                self.noise.fill(0)
            firsttime = False
        self.output = input * self.noise
        self.output /= 1 - self.p
        return self.output


# parameters
precision = 1e-5
jac = nn.Jacobian

# define inputs and module
ini = torch.random(5, 8)
inj = torch.random(5, 8)
ink = torch.random(5, 8)
percentage = 0.25
input = torch.zeros(ini, inj, ink)
module = FrozenDropoutEx(percentage)

# test backprop, with Jacobian
err = jac.testJacobian(module, input)
print(f"==> error: {err:.14g}")
if err < precision:
    print("==> module OK")
else:
    print("==> error too large, incorrect implementation")
