"""Several networks with one vector of parameters, and copies that share it: combine_all_parameters, clone_many_times.

After model_utils.lua of practical6, oxford-cs-ml-2015.
"""

import nnlite as nn


def combine_all_parameters(*networks):
    """Like module.getParameters(), but operates on many modules."""
    together = nn.Sequential()
    for network in networks:
        together.add(network)
    return together.getParameters()


def clone_many_times(net, T):
    """Return `T` copies of a module (or criterion) that look into the same parameters and gradients."""
    shared = ("weight", "bias", "gradWeight", "gradBias") if hasattr(net, "parameters") else ()
    return [net.clone(*shared) for _ in range(T)]
