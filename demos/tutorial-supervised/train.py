"""Step 4: a function that trains any of the models with any of the losses: minibatches, closure, optimizer.

After 4_train.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

import os
import time

from data import trainData, trsize
from loss import criterion
from model import model
from options import opt

import nnlite as nn
import optimlite as optim
from nnlite import torch, xlua

# ----------------------------------------------------------------------
print("==> defining some tools")

# classes
classes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]

# who is taken for whom
confusion = optim.ConfusionMatrix(classes)

# Log results to files
trainLogger = optim.Logger(os.path.join(opt.save, "train.log"))
testLogger = optim.Logger(os.path.join(opt.save, "test.log"))

# one vector for all parameters, one for all gradients
parameters, gradParameters = model.getParameters()

# ----------------------------------------------------------------------
print("==> configuring optimizer")

if opt.optimization == "CG":
    optimState = nn.Table(
        maxIter=opt.maxIter,
    )
    optimMethod = optim.cg

elif opt.optimization == "LBFGS":
    optimState = nn.Table(
        learningRate=opt.learningRate,
        maxIter=opt.maxIter,
        nCorrection=10,
    )
    optimMethod = optim.lbfgs

elif opt.optimization == "SGD":
    optimState = nn.Table(
        learningRate=opt.learningRate,
        weightDecay=opt.weightDecay,
        momentum=opt.momentum,
        learningRateDecay=1e-7,
    )
    optimMethod = optim.sgd

elif opt.optimization == "ASGD":
    optimState = nn.Table(
        eta0=opt.learningRate,
        t0=trsize * opt.t0,
    )
    optimMethod = optim.asgd

else:
    raise SystemExit("unknown optimization method")

# ----------------------------------------------------------------------
print("==> defining training procedure")

# epoch tracker
epoch = 1
average = None


def train():
    global epoch, average

    # local vars
    start = time.time()

    model.training()

    # shuffle at each epoch
    shuffle = torch.randperm(trsize)

    # do one epoch
    print("==> doing epoch on training data:")
    print(f"==> online epoch # {epoch} [batchSize = {opt.batchSize}]")
    for t in range(1, trainData.size() + 1, opt.batchSize):
        # create mini batch
        inputs = []
        targets = []
        for i in range(t, min(t + opt.batchSize - 1, trainData.size()) + 1):
            # load new sample
            input = trainData.data[int(shuffle[i - 1]) - 1]
            target = trainData.labels[int(shuffle[i - 1]) - 1]
            if opt.type == "double":
                input = torch.type(input, "torch.DoubleTensor")
            inputs.append(input)
            targets.append(target)

        # what optim calls: parameters in, loss and gradient out
        def feval(x):
            # get new parameters
            if x is not parameters:
                parameters[...] = x

            # reset gradients
            gradParameters.fill(0)

            # the loss is the mean over the batch
            f = 0

            # evaluate function for complete mini batch
            for i in range(len(inputs)):
                # estimate f
                output = model.forward(inputs[i])
                err = criterion.forward(output, targets[i])
                f = f + err

                # estimate df/dW
                df_do = criterion.backward(output, targets[i])
                model.backward(inputs[i], df_do)

                # update confusion
                confusion.add(output, targets[i])

            # normalize gradients and f(X)
            gradParameters[...] /= len(inputs)
            f = f / len(inputs)

            # return f and df/dX
            return f, gradParameters

        # optimize on current mini-batch
        if optimMethod == optim.asgd:
            _, _, average = optimMethod(feval, parameters, optimState)
        else:
            optimMethod(feval, parameters, optimState)

        # disp progress
        xlua.progress(t + len(inputs) - 1, trainData.size())

    # time taken
    seconds = (time.time() - start) / trainData.size()
    print(f"\n==> time to learn 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)

    # update logger/plot
    trainLogger.add({"% mean class accuracy (train set)": confusion.totalValid * 100})
    if opt.plot:
        trainLogger.style({"% mean class accuracy (train set)": "-"})
        trainLogger.plot()

    # save/log current net
    filename = os.path.join(opt.save, "model.net")
    os.makedirs(os.path.dirname(filename), exist_ok=True)
    print(f"==> saving model to {filename}")
    torch.save(filename, model)

    # next epoch
    confusion.zero()
    epoch = epoch + 1
