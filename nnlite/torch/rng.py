"""Random numbers: manualSeed, uniform, normal, ..., rand, randn, randperm, multinomial, multinomialAlias.

Each takes an optional `Generator` first; with an array before or after it, a distribution fills that array in place
and returns it: ``torch.uniform(x, -0.1, 0.1)`` is Lua's ``x:uniform(-0.1, 0.1)``.
"""

import numpy as np

from ..core.generator import Generator, default_generator
from ..core.tensor_types import default_dtype
from .arguments import floats, is_number, shape_of, tensor

__all__ = [
    "Generator",
    "bernoulli",
    "cauchy",
    "exponential",
    "geometric",
    "getRNGState",
    "initialSeed",
    "logNormal",
    "manualSeed",
    "multinomial",
    "multinomialAlias",
    "multinomialAliasSetup",
    "normal",
    "rand",
    "randn",
    "random",
    "randperm",
    "seed",
    "setRNGState",
    "uniform",
]


def manualSeed(generator, seed: int | None = None) -> None:
    """Start the stream over. Lua: ``torch.manualSeed([gen,] seed)``."""
    if seed is None:
        generator, seed = default_generator, generator
    generator.manualSeed(seed)


def seed(generator: Generator = default_generator) -> int:
    """Start the stream over from the system's randomness; return the seed. Lua: ``torch.seed([gen])``."""
    return generator.seed()


def initialSeed(generator: Generator = default_generator) -> int:
    """Return the last seed. Lua: ``torch.initialSeed([gen])``."""
    return generator.initialSeed()


def getRNGState(generator: Generator = default_generator) -> np.ndarray:
    """Return the state of the stream as bytes. Lua: ``torch.getRNGState([gen])``."""
    return generator.getRNGState()


def setRNGState(generator, state: np.ndarray | None = None) -> np.ndarray:
    """Restore a state of the stream, and return it. Lua: ``torch.setRNGState([gen,] state)``."""
    if state is None:
        generator, state = default_generator, generator
    generator.setRNGState(state)
    return state


def random(*arguments):
    """A 32-bit integer, one in 1..a, or one in a..b. Lua: ``torch.random([gen,] [a,] [b])``, ``x:random(...)``."""
    generator, x, rest = _split(arguments)
    return generator.random(*rest) if x is None else generator.fill_random(tensor("random", x), *rest)


def uniform(*arguments):
    """From U[a, b), by default U[0, 1). Lua: ``torch.uniform([gen,] [a,] [b])``, ``x:uniform(...)``."""
    generator, x, rest = _split(arguments)
    return generator.uniform(*rest) if x is None else generator.fill_uniform(x, *rest)


def normal(*arguments):
    """From N(mean, stdv), by default N(0, 1). Lua: ``torch.normal([gen,] [mean,] [stdv])``, ``x:normal(...)``.

    To fill an array, mean and stdv may be arrays of one value per element as well.
    """
    generator, x, rest = _split(arguments)
    if x is None:
        return generator.normal(*rest)
    mean = rest[0] if rest else 0
    stdv = rest[1] if len(rest) > 1 else 1
    if is_number(mean) and is_number(stdv):
        return generator.fill_normal(x, mean, stdv)
    generator.fill_normal(x, 0, stdv if is_number(stdv) else 1)
    if not is_number(stdv):
        x *= stdv
    x += mean
    return x


def exponential(*arguments):
    """Of density ``lambda exp(-lambda x)``. Lua: ``torch.exponential([gen,] lambda)``, ``x:exponential(lambda)``."""
    generator, x, rest = _split(arguments)
    return generator.exponential(*rest) if x is None else generator.fill_exponential(x, *rest)


def cauchy(*arguments):
    """Of density ``sigma / (pi (sigma^2 + (x - median)^2))``, by default (0, 1). Lua: ``torch.cauchy([gen,] ...)``."""
    generator, x, rest = _split(arguments)
    return generator.cauchy(*rest) if x is None else generator.fill_cauchy(x, *rest)


def logNormal(*arguments):
    """``exp`` of a number from N(mean, stdv), by default N(1, 2). Lua: ``torch.logNormal([gen,] [mean,] [stdv])``."""
    generator, x, rest = _split(arguments)
    return generator.logNormal(*rest) if x is None else generator.fill_logNormal(x, *rest)


def geometric(*arguments):
    """i = 1, 2, ... of probability ``(1 - p) p^(i-1)``. Lua: ``torch.geometric([gen,] p)``, ``x:geometric(p)``."""
    generator, x, rest = _split(arguments)
    return generator.geometric(*rest) if x is None else generator.fill_geometric(x, *rest)


def bernoulli(*arguments):
    """1 with probability p, by default 0.5, else 0. Lua: ``torch.bernoulli([gen,] [p])``, ``x:bernoulli(p)``.

    To fill an array, p may be an array of one probability per element as well.
    """
    generator, x, rest = _split(arguments)
    return generator.bernoulli(*rest) if x is None else generator.fill_bernoulli(x, *rest)


def rand(*arguments, out: np.ndarray | None = None) -> np.ndarray:
    """A tensor from U[0, 1). Lua: ``torch.rand([res,] [gen,] m, n, ...)``."""
    generator, sizes = _generator(arguments)
    return generator.fill_uniform(np.empty(shape_of(sizes), default_dtype()) if out is None else out)


def randn(*arguments, out: np.ndarray | None = None) -> np.ndarray:
    """A tensor from N(0, 1). Lua: ``torch.randn([res,] [gen,] m, n, ...)``."""
    generator, sizes = _generator(arguments)
    return generator.fill_normal(np.empty(shape_of(sizes), default_dtype()) if out is None else out)


def randperm(generator, n: int | None = None) -> np.ndarray:
    """A random permutation of 1..n, as integers that can index (less 1). Lua: ``torch.randperm([gen,] n)``."""
    if n is None:
        generator, n = default_generator, generator
    return generator.randperm(n)


def multinomial(*arguments, **options) -> np.ndarray:
    """n 1-based categories, drawn by the weights p or each row of them.

    Lua: ``torch.multinomial([gen,] p, n [, replacement])``; without replacement by default.
    """
    generator, rest = _generator(arguments)
    p = floats("multinomial", rest[0])
    if p.ndim not in (1, 2):
        raise ValueError(f"torch.multinomial: weights of 1 or 2 dimensions expected, got shape {p.shape}")
    return generator.multinomial(p, *rest[1:], **options)


def multinomialAliasSetup(probs: np.ndarray, state: list | None = None) -> list:
    """Prepare drawing by the alias method; return the state ``[J, q]``. Lua: ``torch.multinomialAliasSetup(probs)``.

    The probabilities must be positive and sum to 1.
    """
    probs = floats("multinomialAliasSetup", probs)
    count = probs.size
    alias = np.zeros(count, np.int64)
    q = (count * probs.reshape(-1)).astype(probs.dtype)
    smaller, larger = [list(np.flatnonzero(which)) for which in (q < 1, q >= 1)]
    while smaller and larger:
        small, large = smaller.pop(), larger[-1]
        alias[small] = large
        q[large] = float(q[large]) - (1.0 - float(q[small]))
        if q[large] < 1:
            smaller.append(larger.pop())
    if not q.min() > 0:
        raise ValueError(f"torch.multinomialAliasSetup: positive probabilities expected, got {probs.min()}")
    q /= max(q.max(), 1)
    q[alias <= 0] = 1  # an alias that was never set must not be drawn
    made = [alias + 1, q]
    if state is not None:
        state[:] = made
    return made if state is None else state


def multinomialAlias(output: np.ndarray, state: list, generator: Generator = default_generator) -> np.ndarray:
    """Fill a 1-D array with categories by the alias method. Lua: ``torch.multinomialAlias(output, state)``."""
    alias, q = state
    draws = generator.uniforms(2 * output.size)  # for each a category, and whether to keep it
    category = (draws[0::2] * q.size).astype(np.int64)
    output[...] = np.where(draws[1::2] <= q[category], category + 1, alias[category])
    return output


def _generator(arguments):
    """Return the generator among the arguments, or the global one, and the other arguments."""
    if arguments and isinstance(arguments[0], Generator):
        return arguments[0], arguments[1:]
    return default_generator, arguments


def _split(arguments):
    """Return the generator, the array to fill or None, and the other arguments."""
    if not arguments or type(arguments[0]) in (int, float):
        return default_generator, None, arguments
    generator, rest = _generator(arguments)
    if not rest or not isinstance(rest[0], np.ndarray):
        return generator, None, rest
    x, rest = rest[0], rest[1:]
    if rest and isinstance(rest[0], Generator):
        generator, rest = rest[0], rest[1:]
    return generator, x, rest
