"""Parameters and clones of networks: combine_all_parameters, clone_many_times. After util/model_utils.lua.

The Lua file flattens the parameters by hand, and clones through memory files; here ``getParameters`` of a container
does the one and ``clone`` the other.
"""

import nnlite as nn


def combine_all_parameters(*networks):
    """Return the parameters and the gradients of all networks, as two vectors that the networks look into."""
    together = nn.Container()
    for net in networks:
        together.add(net)
    return together.getParameters()


def clone_many_times(net, T):
    """Return `T` copies of a network that share its parameters and gradients, or of a criterion."""
    clones = []

    for _ in range(T):
        if hasattr(net, "parameters"):
            clones.append(net.clone("weight", "bias", "gradWeight", "gradBias"))
        else:
            clones.append(net.clone())

    return clones
