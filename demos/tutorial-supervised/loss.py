"""Step 3: the loss: negative log-likelihood, margin or squared error.

After 3_loss.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

from data import testData, trainData
from model import model
from options import opt

import nnlite as nn
from nnlite import torch

# 10-class problem
noutputs = 10

# ----------------------------------------------------------------------
print("==> define loss")

if opt.loss == "margin":
    # like an SVM: the score of the true class must beat the others by 1
    criterion = nn.MultiMarginCriterion()

elif opt.loss == "nll":
    # the log probability of the true class
    model.add(nn.LogSoftMax())

    criterion = nn.ClassNLLCriterion()

elif opt.loss == "mse":
    # outputs between -1 and 1, like the targets
    model.add(nn.Tanh())

    # not made for classes, but possible
    criterion = nn.MSECriterion()
    criterion.sizeAverage = False

    # its target is a vector: 1 for the class, -1 for the others

    # convert training labels:
    trsize = len(trainData.labels)
    trlabels = torch.Tensor(trsize, noutputs)
    trlabels.fill(-1)
    for i in range(trsize):
        trlabels[i, trainData.labels[i] - 1] = 1
    trainData.labels = trlabels

    # convert test labels
    tesize = len(testData.labels)
    telabels = torch.Tensor(tesize, noutputs)
    telabels.fill(-1)
    for i in range(tesize):
        telabels[i, testData.labels[i] - 1] = 1
    testData.labels = telabels

else:
    raise SystemExit("unknown -loss")

# ----------------------------------------------------------------------
print("==> here is the loss function:")
print(criterion)
