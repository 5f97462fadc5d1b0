"""Logistic regression on digits with different optimizers: sgd, adagrad or lbfgs.

    python practical3.py [--optimization adagrad]

After practical3.lua of practical3, oxford-cs-ml-2015.
"""

import argparse
import math
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "train-a-digit-classifier"))

import nnlite as nn
import optimlite as optim
from nnlite import gnuplot, torch

# ------------------------------------------------------------------------------
# INITIALIZATION AND DATA
# ------------------------------------------------------------------------------

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--optimization", default="sgd", choices=("sgd", "adagrad", "lbfgs"), help="the optimizer")
parser.add_argument("--batch_size", type=int, default=3, help="samples in a minibatch, less one")
parser.add_argument("--train_size", type=int, default=8000, help="most training samples; 0 means all")
parser.add_argument("--test_size", type=int, default=0, help="most test samples; 0 means all")
parser.add_argument("--epochs", type=int, default=2, help="**approximate** number of passes through the data")
parser.add_argument("--data", choices=("digits", "mnist"), default="digits", help="the Lua script takes mnist")
opt = parser.parse_args()

if opt.data == "digits":
    import dataset_digits as mnist
else:
    import dataset_mnist as mnist

torch.manualSeed(1)  # fix random seed so program runs the same every time

if opt.optimization == "lbfgs":
    optimState = nn.Table(
        learningRate=1e-1,
        maxIter=2,
        nCorrection=10,
    )
    optimMethod = optim.lbfgs
elif opt.optimization == "sgd":
    optimState = nn.Table(
        learningRate=1e-1,
        weightDecay=0,
        momentum=0,
        learningRateDecay=1e-7,
    )
    optimMethod = optim.sgd
elif opt.optimization == "adagrad":
    optimState = nn.Table(
        learningRate=1e-1,
    )
    optimMethod = optim.adagrad


# the data, shuffled, one image a row
def load_dataset(train_or_test, count):
    # load
    if train_or_test == "train":
        data = mnist.loadTrainSet(count, (32, 32))
    else:
        data = mnist.loadTestSet(count, (32, 32))

    # shuffle the dataset
    shuffled_indices = torch.randperm(len(data.data)).astype(int) - 1
    data.data = data.data[shuffled_indices].squeeze()
    data.labels = data.labels[shuffled_indices].squeeze()

    data.data = data.data.reshape(len(data.data), 32 * 32)

    print("--------------------------------")
    print(f' loaded dataset "{train_or_test}"')
    print("inputs\t" + torch.tostring(torch.LongStorage(list(data.data.shape))))
    print("targets\t" + torch.tostring(torch.LongStorage(list(data.labels.shape))))
    print("--------------------------------")

    return data


train = load_dataset("train", opt.train_size)
test = load_dataset("test", opt.test_size)

# ------------------------------------------------------------------------------
# MODEL
# ------------------------------------------------------------------------------

n_train_data = train.data.shape[0]  # number of training data
n_inputs = train.data.shape[1]  # number of cols = number of dims of input
n_outputs = train.labels.max()  # highest label = # of classes

print(train.labels.max())
print(train.labels.min())

lin_layer = nn.Linear(n_inputs, n_outputs)
softmax = nn.LogSoftMax()
model = nn.Sequential()
model.add(lin_layer)
model.add(softmax)

# ------------------------------------------------------------------------------
# LOSS FUNCTION
# ------------------------------------------------------------------------------

criterion = nn.ClassNLLCriterion()

# ------------------------------------------------------------------------------
# TRAINING
# ------------------------------------------------------------------------------

parameters, gradParameters = model.getParameters()

# ------------------------------------------------------------------------
# Define closure with mini-batches
# ------------------------------------------------------------------------

counter = 0


def feval(x):
    global counter
    if x is not parameters:
        parameters[...] = x

    # Both ends count from 1 and are included, so that neighbouring batches share a sample, as in the Lua script.
    start_index = counter * opt.batch_size + 1
    end_index = min(n_train_data, (counter + 1) * opt.batch_size + 1)
    if end_index == n_train_data:
        counter = 0
    else:
        counter = counter + 1

    batch_inputs = train.data[start_index - 1 : end_index]
    batch_targets = train.labels[start_index - 1 : end_index]
    gradParameters.fill(0)

    # log probabilities
    batch_outputs = model.forward(batch_inputs)
    # loss
    batch_loss = criterion.forward(batch_outputs, batch_targets)
    # its derivative
    dloss_doutput = criterion.backward(batch_outputs, batch_targets)
    # 4. use gradients to update weights
    model.backward(batch_inputs, dloss_doutput)

    return batch_loss, gradParameters


# ------------------------------------------------------------------------
# OPTIMIZE
# ------------------------------------------------------------------------
losses = []  # training losses for each iteration/minibatch
epochs = opt.epochs  # number of full passes over all the training data
iterations = epochs * math.ceil(n_train_data / opt.batch_size)  # integer number of minibatches to process

for i in range(1, iterations + 1):
    # the parameters are changed in place: only the losses are of interest
    _, minibatch_loss, *_ = optimMethod(feval, parameters, optimState)

    # each batch has a loss of its own: the numbers jump
    if i % 10 == 0:  # don't print *every* iteration, this is enough to get the gist
        print(f"minibatches processed: {i:6d}, loss = {minibatch_loss[0]:6.6f}")

    losses.append(minibatch_loss[0])  # append the new loss

gnuplot.pngfigure("practical3.png")
gnuplot.plot(
    [
        torch.range(1, len(losses)),  # x-coordinates for data to plot, creates a tensor holding {1,2,3,...,#losses}
        torch.Tensor(losses),  # y-coordinates (the training losses)
        "-",
    ]
)
gnuplot.plotflush()

# ------------------------------------------------------------------------------
# TESTING THE LEARNED MODEL
# ------------------------------------------------------------------------------

logProbs = model.forward(test.data)
classProbabilities = np.exp(logProbs)
classPredictions = classProbabilities.argmax(1) + 1
# classPredictions holds predicted classes from 1-10
