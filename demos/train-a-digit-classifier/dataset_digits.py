"""The digits in this folder, in the place of MNIST: 8x8 pixels, each enlarged to a 4x4 block. See README.md."""

import pathlib

import numpy as np
from dataset_mnist import Dataset

from nnlite import torch

path = pathlib.Path(__file__).with_name("digits.t7")


def loadTrainSet(maxLoad, geometry):
    return loadDataset(slice(0, 1000), maxLoad)


def loadTestSet(maxLoad, geometry):
    return loadDataset(slice(1000, 1500), maxLoad)


def loadDataset(rows, maxLoad):
    f = torch.load(path)
    data = f.data[rows].repeat(4, 2).repeat(4, 3)
    return Dataset(data, f.labels[rows].astype(np.int64), maxLoad)
