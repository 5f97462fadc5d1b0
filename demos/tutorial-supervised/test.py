"""Step 5: a function that tests, with the current parameters or the averaged ones of ASGD.

After 5_test.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

import time

import train
from data import testData
from model import model
from options import opt
from train import confusion, parameters, testLogger

from nnlite import torch, xlua

# ----------------------------------------------------------------------
print("==> defining test procedure")


# test function
def test():
    # local vars
    start = time.time()

    # averaged param use?
    if train.average is not None:
        cachedparams = parameters.copy()
        parameters[...] = train.average

    model.evaluate()

    # test over test data
    print("==> testing on test set:")
    for t in range(1, testData.size() + 1):
        # disp progress
        xlua.progress(t, testData.size())

        # get new sample
        input = testData.data[t - 1]
        if opt.type == "double":
            input = torch.type(input, "torch.DoubleTensor")
        target = testData.labels[t - 1]

        # test sample
        pred = model.forward(input)
        confusion.add(pred, target)

    # timing
    seconds = (time.time() - start) / testData.size()
    print(f"\n==> time to test 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)

    # update log/plot
    testLogger.add({"% mean class accuracy (test set)": confusion.totalValid * 100})
    if opt.plot:
        testLogger.style({"% mean class accuracy (test set)": "-"})
        testLogger.plot()

    # averaged param use?
    if train.average is not None:
        # restore parameters
        parameters[...] = cachedparams

    # next iteration:
    confusion.zero()
