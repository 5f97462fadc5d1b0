"""Counts of predictions by class: ConfusionMatrix."""

import math
import numbers

import numpy as np

from nnlite.core.lua_format import lua_format

from ._tables import given

__all__ = ["ConfusionMatrix"]


class ConfusionMatrix:
    """Confusion matrix ``mat[target - 1, prediction - 1]``: how often each class was taken for each other.

    Its text, with the shares that are right by row, by row and column, and in all, is what ``print`` shows.

    Parameters
    ----------
    nclasses : int or list of str
        The number of classes, or their names.
    classes : list of str, optional
        The names.

    Attributes
    ----------
    mat : ndarray of int64, (nclasses, nclasses)
        The counts: a row is a target, a column a prediction.
    valids, unionvalids : ndarray of float32, (nclasses,)
        Of each class, the share of its row that is right, and of its row and column together; see `updateValids`.
    averageValid, averageUnionValid, totalValid : float
        The means of the two over the classes that occur, and the share of all samples that is right.

    Raises
    ------
    ValueError
        If a class is not one of 1 to nclasses. Targets below 1 are missing values and ignored.

    Notes
    -----
    Lua: optim/ConfusionMatrix.lua. Scores are compared in float32. A prediction out of range is an error also in
    `batchAdd`, where Torch counts another cell; targets given as rows of scores there are accepted.

    Examples
    --------
    >>> confusion = ConfusionMatrix(["cat", "dog"])
    >>> confusion.add(1, 1)
    >>> confusion.batchAdd(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([2, 2]))
    >>> print(confusion)
    ConfusionMatrix:
    [[       1       0]   100.000%  [class: cat]
     [       1       1]]  50.000%   [class: dog]
     + average row correct: 75%
     + average rowUcol correct (VOC measure): 50%
     + global correct: 66.666666666667%
    """

    torch_typename = "optim.ConfusionMatrix"

    def __init__(self, nclasses: int | list, classes: list | None = None):
        if isinstance(nclasses, list | tuple):
            classes = list(nclasses)
            nclasses = len(classes)
        self.mat = np.zeros((nclasses, nclasses), np.int64)
        self.valids = np.zeros(nclasses, np.float32)
        self.unionvalids = np.zeros(nclasses, np.float32)
        self.nclasses = nclasses
        self.totalValid = 0.0
        self.averageValid = 0.0
        self.averageUnionValid = 0.0
        self.classes = given(classes, [])
        # Torch, reading a saved matrix, wants to find its buffers
        self._target = np.empty(0, np.float32)
        self._prediction = np.empty(0, np.float32)
        self._max = np.empty(0, np.float32)
        self._pred_idx = np.empty(0, np.int64)
        self._targ_idx = np.empty(0, np.int64)

    def add(self, prediction, target):
        """Count one sample: each of the two is a class (1, 2, ...) or an array of scores."""
        self._count(self._class(prediction, "prediction"), self._class(target, "target"))

    def batchAdd(self, predictions, targets):
        """Count a batch: each of the two is an array of classes, (n,) or (n, 1), or of scores, (n, nclasses)."""
        predictions, targets = self._classes(predictions, "predictions"), self._classes(targets, "targets")
        if len(predictions) != len(targets):
            raise ValueError(
                f"optim.ConfusionMatrix: as many targets as predictions expected, got {len(targets)} targets and "
                f"{len(predictions)} predictions"
            )
        there = targets >= 1
        self._count(predictions[there], targets[there])

    def zero(self):
        """Forget all samples."""
        self.mat[...] = 0
        self.valids[...] = 0
        self.unionvalids[...] = 0
        self.totalValid = 0.0
        self.averageValid = 0.0

    def updateValids(self):
        """Compute the shares of right predictions from the counts. A class without samples has NaN."""
        right, rows, columns = self.mat.diagonal(), self.mat.sum(1), self.mat.sum(0)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.valids[...] = right / rows
            self.unionvalids[...] = right / (rows + columns - right)
            self.totalValid = float(np.divide(right.sum(), self.mat.sum()))
        there = ~np.isnan(self.valids)
        self.averageValid = _mean(self.valids[there])
        self.averageUnionValid = _mean(self.unionvalids[there & ~np.isnan(self.unionvalids)])

    def farFrr(self):
        """Return the rates of false rejection and false acceptance.

        Returns
        -------
        classFrrs, classFars : ndarray, (nclasses,)
            Of each class, the share of its samples taken for others, and the mean share of other classes' samples
            taken for it; -1 for a class without samples.
        frrs, fars : ndarray
            The same of the classes with samples.
        """
        rows = self.mat.sum(1)
        there = rows != 0
        frrs, fars = np.full(self.nclasses, -1.0), np.full(self.nclasses, -1.0)
        shares = self.mat[there] / rows[there, None]
        own = shares[np.arange(len(shares)), np.flatnonzero(there)]
        frrs[there] = 1 - own
        with np.errstate(invalid="ignore"):
            fars[there] = (shares[:, there].sum(0) - own) / np.float64(len(shares) - 1)
        return frrs, fars, frrs[there], fars[there]

    def render(self, sortmode=None, display=None, block=None, legendwidth=None, filename=None):
        """Draw the matrix with matplotlib (extra ``plot``) and return the picture.

        Parameters
        ----------
        sortmode : str, default "score"
            Order of the classes: "score" (best first) or "occurrence" (most frequent first).
        display : bool, default False
            Whether to write the accuracies above the picture.
        block, legendwidth : int, default 25 and 200
            Pixels of a cell and of the legend.
        filename : str, optional
            Where to write the picture, as PNG, PDF or whatever the ending says.

        Returns
        -------
        ndarray, (3, height, width)
            The picture, from 0 to 1.
        """
        from ._picture import render

        self.updateValids()
        return render(
            self, given(sortmode, "score"), given(display, False), given(block, 25), given(legendwidth, 200), filename
        )

    def _class(self, value, name):
        """Return the class that `value`, a number or an array of scores, stands for."""
        if isinstance(value, numbers.Real | np.number) or np.ndim(value) == 0:
            return int(value)
        scores = np.asarray(value)
        if scores.ndim != 1:
            raise ValueError(
                f"optim.ConfusionMatrix: a class or an array of scores expected as {name}, got shape {scores.shape}"
            )
        return 1 + int(np.argmax(scores.astype(np.float32)))

    def _classes(self, values, name):
        """Return the classes that `values`, an array of classes or scores, stand for."""
        values = np.asarray(values)
        if values.ndim == 2:
            if values.shape[1] == 1:
                values = values[:, 0]
            else:
                return 1 + np.argmax(values.astype(np.float32), axis=1)
        if values.ndim != 1:
            raise ValueError(f"optim.ConfusionMatrix: {name} with 1 or 2 dimensions expected, got shape {values.shape}")
        return values.astype(np.int64)

    def _count(self, predictions, targets):
        """Count classes (numbers or arrays of them)."""
        predictions, targets = np.atleast_1d(predictions), np.atleast_1d(targets)
        there = targets >= 1
        predictions, targets = predictions[there], targets[there]
        n = self.nclasses
        for name, values in (("prediction", predictions), ("target", targets)):
            wrong = values[(values < 1) | (values > n)]
            if len(wrong):
                raise ValueError(f"optim.ConfusionMatrix: a {name} from 1 to {n} expected, got {wrong[0]}")
        self.mat += np.bincount((targets - 1) * n + predictions - 1, minlength=n * n).reshape(n, n)

    def __repr__(self):
        self.updateValids()
        largest = int(self.mat.max(initial=0))
        width = max(8, 1 + math.ceil(math.log10(largest))) if largest > 0 else 8
        lines = ["ConfusionMatrix:"]
        for t in range(self.nclasses):
            cells = "".join(f"{count:{width}d}" for count in self.mat[t])
            start, end = ("[[" if t == 0 else " ["), ("]]  " if t == self.nclasses - 1 else "]   ")
            share = lua_format("%2.3f", float(self.valids[t]) * 100)
            name = ""
            if self.classes:
                name = f"\t[class: {_text(self.classes[t]) if t < len(self.classes) else ''}]"
            lines.append(f"{start}{cells}{end}{share}% {name}")
        lines.append(f" + average row correct: {_text(self.averageValid * 100)}% ")
        lines.append(f" + average rowUcol correct (VOC measure): {_text(self.averageUnionValid * 100)}% ")
        lines.append(f" + global correct: {_text(self.totalValid * 100)}%")
        return "\n".join(lines)


def _mean(values):
    """Return the mean of float32 numbers, added one by one in double; NaN of none."""
    return sum(values.tolist()) / len(values) if len(values) else math.nan


def _text(value):
    """Return a string as it is and a number as Lua prints it."""
    return value if isinstance(value, str) else lua_format("%.14g", float(value))
