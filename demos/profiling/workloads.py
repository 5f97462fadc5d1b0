"""What compare.py times: the same step by nnlite and by PyTorch, by name.

A workload has a function for each library that returns a step without arguments. Training steps are what a port does:
``optim.sgd`` with a closure; the first layer computes no ``gradInput``, as in PyTorch. Targets are shares of PyTorch's
time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import workloads_layers
import workloads_lstm
import workloads_networks
import workloads_optim

__all__ = ["WORKLOADS", "Workload"]


@dataclass
class Workload:
    """A step in two libraries, what share of PyTorch's time it may take, and the multiply-adds it does, times two."""

    nnlite: Callable
    torch: Callable
    target: float | None = None
    flops: float | None = None


WORKLOADS: dict[str, Workload] = {}

for name, (builders, target) in {**workloads_networks.NETWORKS, **workloads_lstm.RECURRENT}.items():
    WORKLOADS[name] = Workload(*builders, target)

for name, (builders, target, flops) in workloads_layers.LAYERS.items():
    WORKLOADS[name] = Workload(*builders, target, flops)

for size in (workloads_optim.SMALL, workloads_optim.LARGE):
    for method in workloads_optim.METHODS:
        WORKLOADS[f"{method} {size}"] = Workload(
            lambda method=method, size=size: workloads_optim.nnlite_step(method, size),
            lambda method=method, size=size: workloads_optim.torch_step(method, size),
            workloads_optim.TARGETS.get((size, method), (None, None))[0],
        )
