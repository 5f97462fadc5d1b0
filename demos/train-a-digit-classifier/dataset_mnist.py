"""The MNIST digits: 70000 images of 28x28, padded to 32x32 as in Torch's mnist.t7; downloaded once, checked by sum.

After dataset-mnist.lua of torch/demos.
"""

import gzip

import numpy as np

from nnlite import torch

# Torch's own archive is gone; these have the original files.
mirrors = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
trainset = {
    "train-images-idx3-ubyte.gz": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "md5:d53e105ee54ea40749a09fcbcd1e9432",
}
testset = {
    "t10k-images-idx3-ubyte.gz": "md5:9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "md5:ec29112dd5afa0611ce80d1b7f02629c",
}


def download(name, checksum):
    """Return the path of a file, from the cache or from the first mirror that has it."""
    try:
        import pooch
    except ImportError as missing:
        raise ImportError("--data mnist needs pooch: pip install 'nnlite[data]'") from missing
    for mirror in mirrors:
        try:
            return pooch.retrieve(mirror + name, known_hash=checksum, fname=name, progressbar=True)
        except (OSError, ValueError) as problem:
            print(f"<mnist> {mirror}: {problem}")
    raise OSError(f"none of the mirrors gave {name}: {', '.join(mirrors)}")


def read(path):
    """Return the array of an IDX file."""
    with gzip.open(path, "rb") as file:
        content = file.read()
    ndim = content[3]
    shape = np.frombuffer(content, ">i4", ndim, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * ndim).reshape(shape)


def loadTrainSet(maxLoad, geometry):
    return loadDataset(trainset, maxLoad)


def loadTestSet(maxLoad, geometry):
    return loadDataset(testset, maxLoad)


def loadDataset(files, maxLoad):
    images, labels = (read(download(name, checksum)) for name, checksum in files.items())
    data = np.pad(images[:, None], ((0, 0), (0, 0), (2, 2), (2, 2)))
    return Dataset(data, labels.astype(np.int64) + 1, maxLoad)


class Dataset:
    """Pairs of an image and a vector that is 1 at its class."""

    def __init__(self, data, labels, maxLoad):
        self.nExample = len(data)
        if maxLoad is not None and 0 < maxLoad < self.nExample:
            self.nExample = maxLoad
            print(f"<mnist> loading only {self.nExample} examples")
        self.data = torch.type(data[: self.nExample], torch.getdefaulttensortype())
        self.labels = labels[: self.nExample]
        self.labelvector = torch.zeros(10)
        print("<mnist> done")

    def normalizeGlobal(self, mean_=None, std_=None):
        std = std_ if std_ is not None else self.data.std(ddof=1)
        mean = mean_ if mean_ is not None else self.data.mean()
        self.data += -mean
        self.data *= 1 / std
        return mean, std

    def size(self):
        return self.nExample

    def __getitem__(self, index):
        input = self.data[index]
        label = self.labelvector
        label.fill(0)
        label[self.labels[index] - 1] = 1
        return input, label
