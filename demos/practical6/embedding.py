"""A table of vectors, one for each character: Embedding.

After Embedding.lua of practical6, oxford-cs-ml-2015.
"""

import numpy as np

import nnlite as nn
from nnlite import torch


class Embedding(nn.Module):
    """Rows of a table: input n numbers from 1 on, output n x outputSize. It starts with zeros: fill it by hand."""

    def __init__(self, inputSize, outputSize):
        super().__init__()
        self.outputSize = outputSize
        self.weight = torch.zeros(inputSize, outputSize)
        self.gradWeight = torch.zeros(inputSize, outputSize)

    def updateOutput(self, input):
        self.output = self.weight[np.asarray(input, int) - 1]
        return self.output

    def updateGradInput(self, input, gradOutput):
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        np.add.at(self.gradWeight, np.asarray(input, int) - 1, scale * gradOutput)
