"""A module of one's own: DropoutEx, which sets a part of its input to zero.

After DropoutEx.lua of 5_newmodules in torch/tutorials.
"""

import numpy as np

import nnlite as nn
from nnlite import torch


class DropoutEx(nn.Module):
    """Set each number to 0 with probability `p`, and divide the others by ``1 - p``."""

    def __init__(self, p=None):
        super().__init__()
        self.p = p if p is not None else 0.5
        if self.p >= 1 or self.p < 0:
            raise ValueError("<DropoutEx> illegal percentage, must be 0 <= p < 1")
        self.noise = torch.Tensor()

    def updateOutput(self, input):
        self.noise = np.empty_like(input)
        if self.p > 0:
            torch.bernoulli(self.noise, 1 - self.p)
        else:
            self.noise.fill(0)
        self.output = input * self.noise
        self.output /= 1 - self.p
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = gradOutput * self.noise  # simply mask the gradients with the noise vector
        self.gradInput /= 1 - self.p
        return self.gradInput
