"""An object over groups of parameters: Optimizer."""

import copy

import numpy as np

from ._adadelta import adadelta
from ._adagrad import adagrad
from ._adam import adam
from ._adamax import adamax
from ._asgd import asgd
from ._nag import correct, look_ahead, nag
from ._rmsprop import rmsprop
from ._rprop import rprop
from ._sgd import sgd

__all__ = ["Optimizer"]

_METHODS = (sgd, adam, adamax, adagrad, adadelta, rmsprop, nag, asgd, rprop)
_ARRAYS = ("params", "gradParams")


class Optimizer:
    """A first-order method over groups of parameters, each with a config and a state of its own.

    A step over one group gives what the plain function gives, bit for bit.

    Parameters
    ----------
    method : callable
        One of sgd, adam, adamax, adagrad, adadelta, rmsprop, nag, asgd and rprop.
    groups : pair or list
        ``model.getParameters()``, or a list of such pairs (of several models, say) and of dicts with ``params``,
        ``gradParams`` and config keys.
    **config
        The config of groups that do not say otherwise. A learning rate may be a schedule.

    Attributes
    ----------
    param_groups : list of dict
        The groups, each its arrays and config in one; changes count from the next step on.
    state : list of dict
        The state of each group.

    Notes
    -----
    With nag the parameters have to move before the gradient is computed: give `step` a closure.

    Examples
    --------
    >>> x, g = np.ones(2), np.zeros(2)
    >>> optimizer = Optimizer(sgd, (x, g), learningRate=0.5)
    >>> optimizer.zero_grad()
    >>> g += x
    >>> optimizer.step()
    >>> x
    array([0.5, 0.5])
    """

    def __init__(self, method, groups, **config):
        if method not in _METHODS:
            names = ", ".join(known.__name__ for known in _METHODS)
            raise ValueError(f"Optimizer: one of the functions {names} expected, got {method!r}")
        self.method = method
        self.defaults = config
        self.param_groups: list[dict] = []
        self.state: list[dict] = []
        if isinstance(groups, dict) or _is_pair(groups):
            groups = [groups]
        for group in groups:
            self.add_param_group(group)
        if not self.param_groups:
            raise ValueError("Optimizer: at least one group of parameters expected, got none")

    def add_param_group(self, group):
        """Add a pair ``(params, gradParams)``, or a dict of the two and config keys."""
        if not isinstance(group, dict):
            if not _is_pair(group):
                raise TypeError(f"Optimizer: a pair (params, gradParams) or a dict expected, got {group!r}"[:300])
            group = dict(zip(_ARRAYS, group, strict=True))
        for name in _ARRAYS:
            if not isinstance(group.get(name), np.ndarray):
                raise TypeError(f"Optimizer: an array {name} expected in the group, got {group.get(name)!r}"[:300])
        params, gradients = (group[name] for name in _ARRAYS)
        if params.shape != gradients.shape or params.dtype != gradients.dtype:
            raise ValueError(
                f"Optimizer: gradParams like params expected, {params.shape} {params.dtype}, got {gradients.shape} "
                f"{gradients.dtype}"
            )
        for other in self.param_groups:
            if np.may_share_memory(params, other["params"]) and np.shares_memory(params, other["params"]):
                raise ValueError("Optimizer: parameters of one group only expected, got some that another group has")
        group = {**self.defaults, **group}
        if self.method is rprop and group.get("niter") not in (None, 1):
            raise ValueError(f"Optimizer: niter 1 expected (call step more often), got {group['niter']}")
        self.param_groups.append(group)
        self.state.append({})

    def zero_grad(self):
        """Set all gradients to zero, in place."""
        for group in self.param_groups:
            group["gradParams"].fill(0)

    def step(self, closure=None):
        """Update all parameters by their gradients, which `closure`, if given, computes first. Returns its loss."""
        if self.method is nag:
            return self._nag_step(closure)
        loss = None if closure is None else closure()
        for group, state in zip(self.param_groups, self.state, strict=True):
            gradients = group["gradParams"]
            self.method(lambda _, g=gradients: (loss, g), group["params"], group, state)
        return loss

    def state_dict(self):
        """Return a copy of the states and configs, as plain data."""
        configs = [{key: group[key] for key in group if key not in _ARRAYS} for group in self.param_groups]
        return copy.deepcopy({"state": self.state, "param_groups": configs})

    def load_state_dict(self, state_dict):
        """Go on from what `state_dict` returned; the parameters are the caller's to restore."""
        states, configs = state_dict["state"], state_dict["param_groups"]
        number = len(self.param_groups)
        if len(states) != number or len(configs) != number:
            raise ValueError(f"Optimizer: the state of {number} groups expected, got {len(states)}")
        for group, state in zip(self.param_groups, states, strict=True):
            params = group["params"]
            for name, value in state.items():
                if np.ndim(value) and np.size(value) and (value.shape, value.dtype) != (params.shape, params.dtype):
                    raise ValueError(
                        f"Optimizer: {name} of shape {params.shape} and dtype {params.dtype} expected, "
                        f"got {value.shape} and {value.dtype}"
                    )
        self.state = [dict(state) for state in copy.deepcopy(states)]
        for group, config in zip(self.param_groups, configs, strict=True):
            arrays = {name: group[name] for name in _ARRAYS}
            group.clear()
            group.update(copy.deepcopy(config), **arrays)

    def _nag_step(self, closure):
        """Move all groups ahead before their gradients are computed."""
        pairs = list(zip(self.param_groups, self.state, strict=True))
        for group, state in pairs:
            look_ahead(group["params"], group, state)
        loss = None if closure is None else closure()
        for group, state in pairs:
            correct(group["params"], group["gradParams"], group, state)
        return loss

    def __repr__(self):
        groups = [
            ", ".join([f"{g['params'].size} parameters", *(f"{key}={g[key]}" for key in g if key not in _ARRAYS)])
            for g in self.param_groups
        ]
        return f"Optimizer({self.method.__name__}: {'; '.join(groups)})"


def _is_pair(group):
    return isinstance(group, tuple | list) and len(group) == 2 and all(isinstance(part, np.ndarray) for part in group)
