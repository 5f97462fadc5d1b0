"""Momentum as a list of simultaneous updates, as Theano writes it, beside optim.sgd.

    python momentum_by_updates.py --steps 8

In Theano an update rule is a list of pairs (variable, new value), and all new values are computed from the old ones:

    velocity <- m * velocity + (1 - m) * gradient
    param    <- param - learningRate * velocity

The order of the list therefore does not matter: both orders step with the velocity of the step before. Lua and Python
execute statements one after the other, and there the order does matter. `optim.sgd` is the order above, executed one
after the other, with `dampening = momentum` giving the factor 1 - m: it steps with the velocity it just computed.

What the printed paths show (`v0 = 0`):

1. Swapping the list of `optim.simultaneous` changes nothing, to the last bit.
2. Executed one after the other, "velocity first" is `optim.sgd` to the last bit, if that starts with the same zero
   velocity (`state.dfdx`); "param first" is the simultaneous list.
3. The simultaneous list is `optim.sgd` fed with the gradient of the step before (and 0 at first): a delayed gradient.
   Under a constant gradient a delay changes nothing but the beginning: the same path, one step late.
4. Left alone, `optim.sgd` begins with the whole gradient as its velocity: Torch does not dampen the first step.
"""

import argparse

import numpy as np

import optimlite as optim

learningRate = 0.1
momentum = 0.9


def curved(param):
    """Return the gradient of a quadratic bowl."""
    return np.array([1.0, 10.0]) * param


def constant(param):
    """Return the gradient of a plane."""
    return np.array([1.0, 10.0])


def start():
    """Return a parameter and a zero velocity."""
    return np.array([1.0, 1.0]), np.zeros(2)


def simultaneous(gradient, steps, swapped=False):
    """Return the path of the list of updates, which may be swapped."""
    param, velocity = start()
    updates = [
        (velocity, lambda: momentum * velocity + (1 - momentum) * gradient(param)),
        (param, lambda: param - learningRate * velocity),
    ]
    if swapped:
        updates.reverse()
    path = [param.copy()]
    for _ in range(steps):
        optim.simultaneous(updates)
        path.append(param.copy())
    return np.array(path)


def sequential(gradient, steps, param_first=False):
    """Return the path of the two updates, executed one after the other."""
    param, velocity = start()
    path = [param.copy()]
    for _ in range(steps):
        if param_first:
            g = gradient(param)
            param[...] = param - learningRate * velocity
            velocity[...] = momentum * velocity + (1 - momentum) * g
        else:
            velocity[...] = momentum * velocity + (1 - momentum) * gradient(param)
            param[...] = param - learningRate * velocity
        path.append(param.copy())
    return np.array(path)


def torch(gradient, steps, zero_velocity=False, delayed=False):
    """Return the path of optim.sgd; with a velocity of zero to begin with, and a delayed gradient, on demand."""
    param, velocity = start()
    config = {"learningRate": learningRate, "momentum": momentum, "dampening": momentum}
    state = {"dfdx": velocity} if zero_velocity else {}
    before = np.zeros(2)

    def feval(param):
        nonlocal before
        g = gradient(param)
        used, before = (before if delayed else g), g
        return 0.0, used

    path = [param.copy()]
    for _ in range(steps):
        optim.sgd(feval, param, config, state)
        path.append(param.copy())
    return np.array(path)


def paths(gradient, steps):
    """Return all paths by name."""
    return {
        "simultaneous": simultaneous(gradient, steps),
        "simultaneous, swapped": simultaneous(gradient, steps, swapped=True),
        "param first": sequential(gradient, steps, param_first=True),
        "velocity first": sequential(gradient, steps),
        "optim.sgd from dfdx = 0": torch(gradient, steps, zero_velocity=True),
        "optim.sgd, delayed gradient": torch(gradient, steps, zero_velocity=True, delayed=True),
        "optim.sgd": torch(gradient, steps),
    }


def main(arguments=None):
    """Print the first coordinate of all paths, for a curved and a flat surface."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=8, help="how many steps (default: 8)")
    options = parser.parse_args(arguments)
    for gradient in (curved, constant):
        print(f"{gradient.__name__} gradient")
        for name, path in paths(gradient, options.steps).items():
            print(f"  {name:28}", " ".join(f"{x:8.5f}" for x in path[:, 0]))


if __name__ == "__main__":
    main()
