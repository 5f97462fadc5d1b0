"""Character numbers as rows with a single 1: OneHot. After util/OneHot.lua."""

import numpy as np

import nnlite as nn
from nnlite import torch


@torch.register("OneHot")
class OneHot(nn.Module):
    """Numbers 1..outputSize, ``(batch,)``, to ``(batch, outputSize)``."""

    def __init__(self, outputSize):
        super().__init__()
        self.outputSize = outputSize
        # The encodings are rows of an identity matrix, which is kept for all calls.
        self._eye = torch.eye(outputSize)

    def updateOutput(self, input):
        self._eye = torch.type(self._eye, self._type)
        self.output = self._eye[np.asarray(input).astype(int) - 1]
        return self.output
