"""Step 1: load the House Numbers (SVHN), or generated images of the same form, and bring them to a common scale.

    python data.py

After 1_data.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

import pathlib
import sys

import numpy as np
from options import opt

demos = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(demos), str(demos / "train-on-housenumbers")]

import dataset_housenumbers

import nnlite as nn
from nnlite import image, torch

# ----------------------------------------------------------------------
print("==> downloading dataset")

# train, test, and many more easy ones: extra

# ----------------------------------------------------------------------
# training/test size

if opt.data == "generated":
    print("==> using reduced training data, for fast experiments")
    trsize = 60
    tesize = 30
elif opt.size == "extra":
    print("==> using extra training data")
    trsize = 73257 + 531131
    tesize = 26032
elif opt.size == "full":
    print("==> using regular, full training data")
    trsize = 73257
    tesize = 26032
elif opt.size == "small":
    print("==> using reduced training data, for fast experiments")
    trsize = 10000
    tesize = 2000

# ----------------------------------------------------------------------
print("==> loading dataset")


class Dataset:
    def __init__(self, loaded, size):
        # (the files hold the images with width before height)
        self.data = loaded.X.swapaxes(2, 3)[:size]
        self.labels = loaded.y[0][:size]

    def size(self):
        return len(self.data)


if opt.data == "generated":
    trainData = Dataset(dataset_housenumbers.generated(0, trsize), trsize)
    testData = Dataset(dataset_housenumbers.generated(trsize, trsize + tesize), tesize)
else:
    trainData = Dataset(dataset_housenumbers.load("train_32x32"), trsize)
    if opt.size == "extra":
        extra = Dataset(dataset_housenumbers.load("extra_32x32"), trsize)
        trainData.data = torch.cat(trainData.data, extra.data, 1)
        trainData.labels = torch.cat(trainData.labels, extra.labels, 1)
    testData = Dataset(dataset_housenumbers.load("test_32x32"), tesize)

# ----------------------------------------------------------------------
print("==> preprocessing data")

trainData.data = torch.type(trainData.data, "torch.FloatTensor")
testData.data = torch.type(testData.data, "torch.FloatTensor")

# Why: in YUV brightness is apart from colour; what is left of lighting goes with the local mean and deviation of a
# neighbourhood; and channels of one size learn at one speed.

print("==> preprocessing data: colorspace RGB -> YUV")
for i in range(trainData.size()):
    trainData.data[i] = image.rgb2yuv(trainData.data[i])
for i in range(testData.size()):
    testData.data[i] = image.rgb2yuv(testData.data[i])

channels = ["y", "u", "v"]


# Mean and deviation are summed in double precision, as Torch does for floats
def mean_of(x):
    return x.mean(dtype=np.float64)


def std_of(x):
    return x.std(ddof=1, dtype=np.float64)


# The numbers of the training set are kept: the test set is treated with them.
print("==> preprocessing data: normalize each feature (channel) globally")
mean = {}
std = {}
for i, channel in enumerate(channels):
    # normalize each channel globally:
    mean[i] = mean_of(trainData.data[:, i])
    std[i] = std_of(trainData.data[:, i])
    trainData.data[:, i] += np.float32(-mean[i])
    trainData.data[:, i] /= np.float32(std[i])

for i, channel in enumerate(channels):
    # normalize each channel globally:
    testData.data[:, i] += np.float32(-mean[i])
    testData.data[:, i] /= np.float32(std[i])

# Local normalization
print("==> preprocessing data: normalize all three channels locally")

neighborhood = image.gaussian1D(13)

# it is a module like any other, and could be part of the model
normalization = nn.SpatialContrastiveNormalization(1, neighborhood, 1).float()

for c, channel in enumerate(channels):
    for i in range(trainData.size()):
        trainData.data[i, c : c + 1] = normalization.forward(trainData.data[i, c : c + 1])
    for i in range(testData.size()):
        testData.data[i, c : c + 1] = normalization.forward(testData.data[i, c : c + 1])

# ----------------------------------------------------------------------
print("==> verify statistics")

for i, channel in enumerate(channels):
    trainMean = mean_of(trainData.data[:, i])
    trainStd = std_of(trainData.data[:, i])

    testMean = mean_of(testData.data[:, i])
    testStd = std_of(testData.data[:, i])

    print(f"training data, {channel}-channel, mean: {trainMean:.14g}")
    print(f"training data, {channel}-channel, standard deviation: {trainStd:.14g}")

    print(f"test data, {channel}-channel, mean: {testMean:.14g}")
    print(f"test data, {channel}-channel, standard deviation: {testStd:.14g}")

# ----------------------------------------------------------------------
print("==> visualizing data")

if opt.visualize:
    for i, channel in enumerate(channels):
        first256Samples = trainData.data[:256, i]
        image.save(f"training-data-{channel}.png", image.toDisplayTensor({"input": first256Samples, "nrow": 16}))
