"""Differential evolution: de."""

import numpy as np

from nnlite.core.generator import Generator

from ._tables import check_start, number, tables, value_of

__all__ = ["de"]


def de(opfunc, x, config=None, state=None):
    """Differential evolution: a population learns from its best member and the difference of two others.

    Parameters
    ----------
    opfunc : callable
        ``f = opfunc(x)``; a gradient behind the value is ignored.
    x : ndarray
        Gives shape and dtype; neither read nor written.
    config : mapping
        ``maxFEs`` (how many evaluations), ``scaleFactor`` (of the difference) and ``crossoverRate`` are demanded;
        ``popsize`` (10 per parameter), ``minRegion`` (-30) and ``maxRegion`` (30), where the search begins.
    state : mapping, optional
        Stays as it is.

    Returns
    -------
    best, fx
        The best point and the values of all evaluations, two arrays.

    Raises
    ------
    ValueError
        If a demanded key is missing, or maxFEs does not suffice for one population of at least three.

    Notes
    -----
    Lua: optim/de.lua. As there, the random numbers come from a generator of its own, seeded 1; the worst point counts
    as the best until a better one is found; and the child that is changed in every place is the one whose number was
    drawn. Where maxFEs is no multiple of popsize, the last whole generation ends the search (Torch raises).
    """
    config, _ = tables(config, state)
    check_start(x, config)
    for key in ("maxFEs", "scaleFactor", "crossoverRate"):
        if config.get(key) is None:
            raise ValueError(f"de: a number {key} expected in the config, got none")
    size = int(number(config, "popsize", 10 * x.size))
    evaluations = int(number(config, "maxFEs", 0))
    if not 3 <= size <= evaluations:
        raise ValueError(f"de: 3 <= popsize <= maxFEs expected, got popsize {size} and maxFEs {evaluations}")

    generator = Generator()
    generator.manualSeed(1)
    population = np.empty((size, x.size), x.dtype)
    generator.fill_uniform(population, number(config, "minRegion", -30.0), number(config, "maxRegion", 30.0))
    fitness = _fitness(opfunc, population, x)
    history = [fitness.copy()]
    index = int(np.argmax(fitness))
    best, best_fitness = population[index].copy(), fitness[index]
    for _ in range(evaluations // size - 1):
        children = _children(generator, population, best, config)
        values = _fitness(opfunc, children, x)
        history.append(values)
        better = values <= fitness
        population[better] = children[better]
        fitness[better] = values[better]
        index = int(np.argmin(np.where(better, values, np.inf)))
        if better[index] and values[index] < best_fitness:
            best, best_fitness = children[index].copy(), values[index]
    return best, np.concatenate(history)


def _fitness(opfunc, population, x):
    return np.array([value_of(opfunc(member.reshape(x.shape))) for member in population], x.dtype)


def _children(generator, population, best, config):
    """Return a child for each member: places of the best plus a difference, or the member's own."""
    scale, rate = float(config["scaleFactor"]), float(config["crossoverRate"])
    size, n = population.shape
    children = population.copy()
    for i in range(1, size + 1):
        first = _another(generator, size, i)
        second = _another(generator, size, i, first)
        place = generator.random(1, n)
        difference = population[first - 1].astype(np.float64) - population[second - 1]
        changed = (generator.uniforms(n) < rate) | (i == place)  # Torch compares i, not the place
        children[i - 1, changed] = (best + scale * difference)[changed]
    return children


def _another(generator, size, *taken):
    """Return a random number from 1 to `size` that is none of `taken`."""
    while True:
        number = generator.random(1, size)
        if number not in taken:
            return number
