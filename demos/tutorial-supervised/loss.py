"""Step 3: define a couple of different loss functions.

  + negative-log likelihood, using log-normalized output units (SoftMax)
  + mean-square error
  + margin loss (SVM-like)

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
    # This loss takes a vector of classes, and the index of the grountruth class as arguments. It is an SVM-like loss
    # with a default margin of 1.
    criterion = nn.MultiMarginCriterion()

elif opt.loss == "nll":
    # This loss requires the outputs of the trainable model to be properly normalized log-probabilities, which can be
    # achieved using a softmax function
    model.add(nn.LogSoftMax())

    # The loss works like the MultiMarginCriterion: it takes a vector of classes, and the index of the grountruth class
    # as arguments.
    criterion = nn.ClassNLLCriterion()

elif opt.loss == "mse":
    # for MSE, we add a tanh, to restrict the model's output
    model.add(nn.Tanh())

    # The mean-square error is not recommended for classification tasks, as it typically tries to do too much, by
    # exactly modeling the 1-of-N distribution. For the sake of showing more examples, we still provide it here:
    criterion = nn.MSECriterion()
    criterion.sizeAverage = False

    # Compared to the other losses, the MSE criterion needs a distribution as a target, instead of an index. Indeed, it
    # is a regression loss! So we need to transform the entire label vectors:

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
