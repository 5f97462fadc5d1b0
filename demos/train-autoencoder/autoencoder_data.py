"""Patches of images for the autoencoders: getdata, displayData; and images made here: generated.

After autoencoder-data.lua of torch/demos.
"""

import math

import numpy as np

from nnlite import image, torch


def generated(count=60):
    """Return `count` images of 56x56: coarse squares and some noise, from a generator of their own."""
    generator = torch.Generator()
    torch.manualSeed(generator, 77)
    images = torch.Tensor(count, 56, 56)
    for i in range(count):
        coarse, fine = torch.rand(generator, 8, 8), torch.rand(generator, 56, 56)
        images[i] = (coarse.repeat(7, 0).repeat(7, 1) - 0.5) * 2 + (fine - 0.5) * 0.4
    return images


class getdata:
    """A dataset whose every item is a new random patch, of a standard deviation of more than `std`.

    `datafile` is a Torch file with a tensor of n x h x w, or empty for the images of `generated`. An item is
    ``(patch, patch, image)``; the patch is a buffer.
    """

    def __init__(self, datafile, inputsize, std=0.2):
        self.data = torch.load(datafile, "ascii") if datafile != "" else generated()
        self.inputsize = inputsize
        self.std = std
        self.nsamples, self.nrows, self.ncols = self.data.shape
        self.dsample = torch.Tensor(inputsize * inputsize)

    def size(self):
        return self.nsamples

    def selectPatch(self, nr, nc):
        while True:
            # image index
            i = math.ceil(torch.uniform(1e-12, self.nsamples))
            im = self.data[i - 1]
            ri = math.ceil(torch.uniform(1e-12, self.nrows - nr))
            ci = math.ceil(torch.uniform(1e-12, self.ncols - nc))
            patch = im[ri - 1 : ri - 1 + nr, ci - 1 : ci - 1 + nc]
            if patch.std(ddof=1) > self.std:
                return patch, i, im

    def conv(self):
        self.dsample = torch.Tensor(1, self.inputsize, self.inputsize)

    def __getitem__(self, index):
        sample, _, im = self.selectPatch(self.inputsize, self.inputsize)
        self.dsample[...] = sample.reshape(self.dsample.shape)
        return self.dsample, self.dsample, im


def displayData(dataset, nsamples, nrow, file):
    """Write a picture of `nsamples` patches, `nrow` in a row."""
    side = dataset.inputsize
    ex = np.stack([dataset[0][0].reshape(side, side).copy() for _ in range(nsamples)])
    image.save(file, image.toDisplayTensor({"input": ex, "padding": 2, "symmetric": True, "nrow": nrow}))
