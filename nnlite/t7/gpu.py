"""Classes of GPU packages that nn has no equal of: DataParallelTable, GroupedConvolution."""

import numpy as np

from ..core.module import Module
from ..modules.decorators import Decorator
from ..modules.spatial_convolution import SpatialConvolution

__all__ = ["DataParallelTable", "GroupedConvolution"]


class DataParallelTable(Decorator):
    """``m(x)`` with the first of the replicas that were spread over GPUs; the others are kept but not run.

    It is written as the ``nn.Sequential`` around the first replica, which needs no GPU to be loaded.

    Notes
    -----
    Lua: cunn/DataParallelTable.lua.
    """

    t7_typename = "nn.Sequential"

    def parameters(self):
        return self.modules[0].parameters()

    def __t7_fields__(self):
        fields = {key: vars(self).get(key) for key in ("_type", "output", "gradInput", "train")}
        return fields | {"modules": self.modules[:1]}

    def __repr__(self):
        return self.torch_typename


class GroupedConvolution(Module):
    """As SpatialConvolution, with the planes in ``groups`` that are convolved each with its own filters.

    It stands for a ``cudnn.SpatialConvolution`` with more than one group, and is written as one.

    Attributes
    ----------
    weight : ndarray, (nOutputPlane, nInputPlane / groups, kH, kW)
        The filters, those of the first group first.
    """

    torch_typename = "cudnn.SpatialConvolution"
    groups: int

    def updateOutput(self, input):
        outputs = [part.updateOutput(x) for part, x in self._parts(input)]
        self.output = np.concatenate(outputs, axis=-3)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is not None:
            gradients = np.split(gradOutput, self.groups, axis=-3)
            found = [part.updateGradInput(x, g) for (part, x), g in zip(self._parts(input), gradients, strict=True)]
            self.gradInput = np.concatenate(found, axis=-3)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        for (part, x), gradient in zip(self._parts(input), np.split(gradOutput, self.groups, axis=-3), strict=True):
            part.accGradParameters(x, gradient, scale)

    def _parts(self, input):
        """Return a convolution, looking at its share of the parameters, and its share of the planes for each group."""
        planes, parts = np.split(input, self.groups, axis=-3), []
        done = np.ndim(self.output) > 2 and np.split(self.output, self.groups, axis=-3)
        for group in range(self.groups):
            part = object.__new__(SpatialConvolution)
            vars(part).update(
                vars(self), nInputPlane=self.nInputPlane // self.groups, gradInput=np.empty(0, input.dtype)
            )
            part.nOutputPlane = self.nOutputPlane // self.groups
            part.output = done[group] if done else None
            for name in ("weight", "bias", "gradWeight", "gradBias"):
                array = getattr(self, name)
                setattr(part, name, None if array is None else np.split(array, self.groups)[group])
            parts.append((part, np.ascontiguousarray(planes[group])))
        return parts
