"""Torch's random numbers, bit for bit: Generator (MT19937), default_generator, draw."""

import math
import os

import numpy as np

__all__ = ["Generator", "default_generator", "draw"]

_STATE = np.dtype(
    {  # struct THGenerator of a 64-bit Linux: what getRNGState returns
        "names": ["seed", "left", "seeded", "next", "words", "x", "y", "rho", "valid"],
        "formats": ["<i8", "<i4", "<i4", "<u8", ("<u8", 624), "<f8", "<f8", "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5016, 5024, 5032, 5040],
        "itemsize": 5048,
    }
)
_WORDS = 624
_SCALE = 2.0**-32
_TWO_PI = 2.0 * math.pi
_BLOCK = 16384  # numbers drawn at a time: the words and the results stay in the cache
_FEW = 64  # up to here libm, element by element, is both exact and quicker than ufuncs

# tensor:random() takes the raw word modulo this, by type; Double and Long keep all of it.
_RANDOM_LIMIT = {"u1": 2**8, "i1": 2**7, "i2": 2**15, "i4": 2**31, "f4": 2**24 + 1, "f2": 2**11 + 1}


class Generator:
    """Torch's Mersenne Twister: scalar draws under Torch's names, array fills as ``fill_...``.

    A fill writes one number per element in the logical order of the array, whatever its strides, and consumes exactly
    the draws of as many scalar calls. Numbers are computed in double and rounded to the array's dtype; a float32 array
    rounds the parameters of the distribution first. One word of the twister is one draw; two words make two normals,
    the second of which is kept for the next call.

    Notes
    -----
    Lua: ``torch.Generator()``, lib/TH/THRandom.c. Scalar draws use the C library's functions and are exact; fills of
    many elements use NumPy's, which may differ from them in the last places (2 ulp).

    Examples
    --------
    >>> generator = Generator()
    >>> generator.manualSeed(123)
    >>> generator.random(10), generator.uniform()
    (3, 0.7129553214...)
    """

    def __init__(self):
        self._twister = np.random.MT19937(0)
        self._reseed = np.random.RandomState(self._twister).seed  # init_genrand of the original MT19937
        self._word = self._twister.random_raw
        self.seed()

    # The state

    def manualSeed(self, seed: int) -> None:
        """Start over from the lower 32 bits of `seed`, and forget the cached normal."""
        self._seed = _signed(int(seed))
        self._reseed(self._seed & 0xFFFFFFFF)
        self._x = self._y = self._rho = 0.0
        self._valid = False

    def seed(self) -> int:
        """Start over from 64 bits of the system's randomness, and return them."""
        self.manualSeed(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initialSeed(self) -> int:
        """Return the last seed."""
        return self._seed

    def getRNGState(self) -> np.ndarray:
        """Return the state as the 5048 bytes of Torch's own."""
        twister = self._twister.state["state"]
        position = int(twister["pos"])
        state = np.zeros((), _STATE)
        state["seed"], state["seeded"], state["words"] = self._seed, 1, twister["key"]
        fresh = position == _WORDS and twister["key"][0] == self._seed & 0xFFFFFFFF
        state["left"], state["next"] = (1, 0) if fresh else (_WORDS + 1 - position, position)
        state["x"], state["y"], state["rho"], state["valid"] = self._x, self._y, self._rho, self._valid
        return np.frombuffer(state.tobytes(), np.uint8).copy()

    def setRNGState(self, state: np.ndarray) -> None:
        """Restore what `getRNGState` (here or in Torch) returned."""
        if np.size(state) != _STATE.itemsize:
            raise ValueError(f"RNG state: {_STATE.itemsize} bytes expected, got {np.size(state)}")
        state = np.frombuffer(state.astype(np.uint8).tobytes(), _STATE)[0]
        left, position = int(state["left"]), int(state["next"])
        if state["seeded"] != 1 or not 0 < left <= _WORDS or position > _WORDS:
            raise ValueError(
                "RNG state: seeded == 1, 0 < left <= 624 and next <= 624 expected, "
                f"got {state['seeded']}, {left} and {position}"
            )
        key = state["words"].astype(np.uint32)
        self._twister.state = {
            "bit_generator": "MT19937",
            "state": {"key": key, "pos": _WORDS if left == 1 else position},
        }
        self._seed, self._valid = int(state["seed"]), bool(state["valid"])
        self._x, self._y, self._rho = float(state["x"]), float(state["y"]), float(state["rho"])

    def __reduce__(self):
        return _restored, (self.getRNGState(),)

    # Scalars

    def random(self, a: int | None = None, b: int | None = None) -> int:
        """Return a 32-bit word, an integer in 1..a, or one in a..b."""
        if a is None:
            return self._word()
        low, count = _range(a, b)
        return self._word() % count + low

    def uniform(self, a: float = 0, b: float = 1) -> float:
        """Return a number from U[a, b) with 32 random bits."""
        a = float(a)
        return self._word() * _SCALE * (float(b) - a) + a

    def normal(self, mean: float = 0, stdv: float = 1) -> float:
        """Return a number from N(mean, stdv)."""
        _check_stdv(stdv)
        if self._valid:
            self._valid = False
            return self._rho * math.sin(_TWO_PI * self._x) * float(stdv) + float(mean)
        self._x, self._y = self._word() * _SCALE, self._word() * _SCALE
        self._rho = math.sqrt(-2.0 * math.log(1.0 - self._y))
        self._valid = True
        return self._rho * math.cos(_TWO_PI * self._x) * float(stdv) + float(mean)

    def exponential(self, lambda_: float) -> float:
        """Return a number of density ``lambda exp(-lambda x)``."""
        _check_lambda(lambda_)
        return -1.0 / float(lambda_) * math.log(1 - self.uniform())

    def cauchy(self, median: float = 0, sigma: float = 1) -> float:
        """Return a number of density ``sigma / (pi (sigma^2 + (x - median)^2))``."""
        return float(median) + float(sigma) * math.tan(math.pi * (self.uniform() - 0.5))

    def logNormal(self, mean: float = 1, stdv: float = 2) -> float:
        """Return ``exp`` of a number from N(mean, stdv)."""
        return math.exp(self.normal(mean, stdv))

    def geometric(self, p: float) -> int:
        """Return i = 1, 2, ... with probability ``(1 - p) p^(i-1)``."""
        _check_probability("geometric", 0 < p < 1, "0 < p < 1", p)
        return int(math.log(1 - self.uniform()) / math.log(p)) + 1

    def bernoulli(self, p: float = 0.5) -> int:
        """Return 1 with probability p, else 0."""
        _check_probability("bernoulli", 0 <= p <= 1, "0 <= p <= 1", p)
        return int(self.uniform() <= p)

    # Arrays, in place

    def fill_random(self, x: np.ndarray, a: int | None = None, b: int | None = None) -> np.ndarray:
        """Fill with words, cut to what the dtype holds, with integers in 1..a, or with integers in a..b."""
        if a is None:
            limit = _RANDOM_LIMIT.get(x.dtype.str[1:])
            return self._fill(x, lambda words: words if limit is None else words % np.uint64(limit))
        low, count = _range(a, b)
        count, low = np.uint64(count), np.uint64(low & 0xFFFFFFFFFFFFFFFF)
        return self._fill(x, lambda words: words % count + low)  # unsigned, as in C: for floats -1 is 2^64 - 1

    def fill_uniform(self, x: np.ndarray, a: float = 0, b: float = 1) -> np.ndarray:
        """Fill from U[a, b)."""
        a, b = _rounded(x, a, b)

        def convert(words, out):
            np.multiply(words, (b - a) * _SCALE, out=out)  # a power of two more does not change the rounding
            if a != 0:
                out += a
            return out

        return self._fill(x, convert, buffered=True)

    def fill_normal(self, x: np.ndarray, mean: float = 0, stdv: float = 1) -> np.ndarray:
        """Fill from N(mean, stdv)."""
        mean, stdv = _rounded(x, mean, stdv)
        _check_stdv(stdv)
        return self._fill_normal(x, mean, stdv, self.normal, None)

    def fill_logNormal(self, x: np.ndarray, mean: float = 1, stdv: float = 2) -> np.ndarray:
        """Fill with ``exp`` of numbers from N(mean, stdv)."""
        mean, stdv = _rounded(x, mean, stdv)
        _check_stdv(stdv)
        return self._fill_normal(x, mean, stdv, self.logNormal, np.exp)

    def fill_exponential(self, x: np.ndarray, lambda_: float) -> np.ndarray:
        """Fill from the density ``lambda exp(-lambda x)``."""
        (lambda_,) = _rounded(x, lambda_)
        _check_lambda(lambda_)
        if x.size <= _FEW:
            return self._fill_few(x, lambda: self.exponential(lambda_))
        return self._fill(x, lambda words: -1.0 / lambda_ * np.log(1 - words * _SCALE))

    def fill_cauchy(self, x: np.ndarray, median: float = 0, sigma: float = 1) -> np.ndarray:
        """Fill from the density ``sigma / (pi (sigma^2 + (x - median)^2))``."""
        median, sigma = _rounded(x, median, sigma)
        if x.size <= _FEW:
            return self._fill_few(x, lambda: self.cauchy(median, sigma))
        return self._fill(x, lambda words: median + sigma * np.tan(math.pi * (words * _SCALE - 0.5)))

    def fill_geometric(self, x: np.ndarray, p: float) -> np.ndarray:
        """Fill with i = 1, 2, ... of probability ``(1 - p) p^(i-1)``."""
        _check_probability("geometric", 0 < p < 1, "0 < p < 1", p)
        if x.size <= _FEW:
            return self._fill_few(x, lambda: self.geometric(p))
        return self._fill(x, lambda words: np.trunc(np.log(1 - words * _SCALE) / math.log(p)) + 1)

    def fill_bernoulli(self, x: np.ndarray, p=0.5) -> np.ndarray:
        """Fill with ones of probability `p` (a number, or an array of one probability per element) and zeros."""
        if isinstance(p, np.ndarray):
            low, high = np.min(p, initial=1), np.max(p, initial=0)
            _check_probability("bernoulli", low >= 0 and high <= 1, "0 <= p <= 1", f"{low} to {high}")
            if p.size != x.size:
                raise ValueError(f"bernoulli: {x.size} probabilities expected, got {p.size}")
            x[...] = (self.uniforms(x.size) <= p.ravel()).reshape(x.shape)
            return x
        _check_probability("bernoulli", 0 <= p <= 1, "0 <= p <= 1", p)
        limit = np.uint64(float(p) * 2**32)  # u <= p, in words
        return self._fill(x, lambda words: words <= limit)

    # Arrays, new

    def uniforms(self, n: int) -> np.ndarray:
        """Return n numbers from U[0, 1), double."""
        return self.fill_uniform(np.empty(n))

    def randperm(self, n: int) -> np.ndarray:
        """Return a random permutation of 1..n (n - 1 draws)."""
        if not n > 0:
            raise ValueError(f"randperm: n > 0 expected, got {n}")
        n = int(n)
        order = list(range(1, n + 1))
        offsets = self._word(n - 1) % np.arange(n, 1, -1, dtype=np.uint64)
        for i, offset in enumerate(offsets.tolist()):
            j = i + offset
            order[i], order[j] = order[j], order[i]
        return np.array(order, np.int64)

    def multinomial(self, p: np.ndarray, n: int, replacement: bool = False) -> np.ndarray:
        """Return n 1-based categories drawn from the weights `p`, or from each row of them."""
        n, categories = int(n), p.shape[-1]
        if not n > 0:
            raise ValueError(f"multinomial: n > 0 expected, got {n}")
        if not replacement and n > categories:
            raise ValueError(f"multinomial: cannot sample {n} of {categories} categories without replacement")
        draw = self._with_replacement if replacement else self._without_replacement
        result = np.empty((*p.shape[:-1], n), np.int64)
        for weights, row in zip(p.reshape(-1, categories), result.reshape(-1, n), strict=True):
            cumulated = np.cumsum(weights, dtype=np.float64)
            if not cumulated[-1] > 0:
                raise ValueError(f"multinomial: sum of probabilities > 0 expected, got {cumulated[-1]}")
            cumulated /= cumulated[-1]
            draw(cumulated, row)
        return result

    # Private helpers

    def _with_replacement(self, cumulated, out):
        cumulated[-1] = 1
        np.add(np.searchsorted(cumulated, self.uniforms(len(out))), 1, out=out)

    def _without_replacement(self, cumulated, out):
        for i in range(len(out)):
            cumulated[-1] = 1
            at = int(np.searchsorted(cumulated, self.uniform()))
            out[i] = at + 1
            mass = cumulated[at] - (cumulated[at - 1] if at else 0.0)
            cumulated[at:] -= mass
            with np.errstate(divide="ignore", invalid="ignore"):  # nothing is left to draw from
                cumulated /= 1.0 - mass

    def _fill(self, x, convert, buffered=False):
        """Write ``convert(words)`` to x, block by block; with `buffered` it is ``convert(words, out)``, out double."""
        if not x.flags.c_contiguous:
            x[...] = self._fill(np.empty(x.shape, x.dtype), convert, buffered)
            return x
        flat = x.reshape(-1)
        scratch = np.empty(min(_BLOCK, x.size)) if buffered and x.dtype != np.float64 else None
        for start in range(0, x.size, _BLOCK):
            part = flat[start : start + _BLOCK]
            words = self._word(part.size)
            if not buffered:
                np.copyto(part, convert(words), casting="unsafe")
            elif scratch is None:
                convert(words, part)
            else:
                np.copyto(part, convert(words, scratch[: part.size]), casting="unsafe")
        return x

    def _fill_few(self, x, draw):
        values = np.array([draw() for _ in range(x.size)], np.float64).reshape(x.shape)
        np.copyto(x, values, casting="unsafe")
        return x

    def _fill_normal(self, x, mean, stdv, draw, transform):
        """Write N(mean, stdv), transformed, to x: what is cached, blocks of pairs of words, and what is odd."""
        if x.size <= _FEW:
            return self._fill_few(x, lambda: draw(mean, stdv))
        if not x.flags.c_contiguous:
            x[...] = self._fill_normal(np.empty(x.shape, x.dtype), mean, stdv, draw, transform)
            return x
        flat = x.reshape(-1)
        if self._valid:
            flat[0] = draw(mean, stdv)
            flat = flat[1:]
        even = flat.size - flat.size % 2
        for start in range(0, even, _BLOCK):
            part = flat[start : min(start + _BLOCK, even)]
            normals = self._normal_pairs(part.size // 2)
            normals *= stdv
            normals += mean
            if transform is not None:
                transform(normals, out=normals)
            np.copyto(part, normals, casting="same_kind")
        if even < flat.size:
            flat[-1] = draw(mean, stdv)
        return x

    def _normal_pairs(self, pairs):
        """Return 2 * pairs numbers from N(0, 1); the cache keeps what the last pair would have left in it."""
        words = self._word(2 * pairs)
        angle = words[0::2] * _SCALE
        y = words[1::2] * _SCALE
        rho = np.sqrt(-2.0 * np.log(1.0 - y))
        self._x, self._y, self._rho = float(angle[-1]), float(y[-1]), float(rho[-1])
        angle *= _TWO_PI
        normals = np.empty((pairs, 2))
        np.multiply(rho, np.cos(angle), out=normals[:, 0])
        np.multiply(rho, np.sin(angle, out=angle), out=normals[:, 1])
        return normals.reshape(-1)


def _restored(state):
    generator = Generator()
    generator.setRNGState(state)
    return generator


def _signed(seed):
    """Return a seed as the C long it becomes."""
    return (seed + 2**63) % 2**64 - 2**63


def _rounded(x, *arguments):
    """Return the arguments of a distribution as Python floats, rounded to the dtype of the array they are for."""
    if x.dtype.kind != "f":
        raise TypeError(f"random numbers of a continuous distribution need a float array, got {x.dtype}")
    if x.dtype == np.float32:
        return tuple(float(np.float32(a)) for a in arguments)
    return tuple(float(a) for a in arguments)


def _range(a, b):
    """Return the lowest integer and how many there are, for random(a) and random(a, b)."""
    low, high = (1, int(a)) if b is None else (int(a), int(b))
    if high < low:
        raise ValueError(f"random: upper bound >= {low} expected, got {high}")
    return low, high + 1 - low


def _check_stdv(stdv):
    if not stdv > 0:
        raise ValueError(f"normal: standard deviation > 0 expected, got {stdv}")


def _check_lambda(lambda_):
    if lambda_ == 0:
        raise ValueError("exponential: lambda other than 0 expected, got 0")


def _check_probability(name, good, need, p):
    if not good:
        raise ValueError(f"{name}: {need} expected, got {p}")


default_generator = Generator()


def draw(stdv, size, *arrays):
    """Fill arrays, one after the other, from U(-s, s), s = 1/sqrt(size) or ``sqrt(3) stdv``: how most modules begin.

    An array that is ``None``, such as the bias of a module without one, is left out.
    """
    s = 1 / math.sqrt(size) if stdv is None else stdv * math.sqrt(3)
    for array in arrays:
        if array is not None:
            default_generator.fill_uniform(array, -s, s)
