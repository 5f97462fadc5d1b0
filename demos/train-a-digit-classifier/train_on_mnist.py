"""Train a convnet, a two-layer network or a linear classifier on handwritten digits, with SGD or L-BFGS.

    python train_on_mnist.py                                # the digits in this folder
    python train_on_mnist.py --data mnist --full --epochs 5 # MNIST, downloaded once
    python train_on_mnist.py --model linear -o LBFGS -b 250

The steps are those of every training script: a model, a loss, data, a function that trains, a function that tests.

After train-on-mnist.lua of torch/demos, by Clement Farabet.
"""

import argparse
import os
import time

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch, xlua

# ----------------------------------------------------------------------
# parse command-line options
#
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("-s", "--save", default="logs", help="subdirectory to save logs")
parser.add_argument("-n", "--network", default="", help="reload pretrained network")
parser.add_argument("-m", "--model", default="convnet", help="type of model to train: convnet | mlp | linear")
parser.add_argument("-f", "-full", "--full", action="store_true", help="use the full dataset (with --data mnist)")
parser.add_argument("-p", "--plot", action="store_true", help="plot while training")
parser.add_argument("-o", "--optimization", default="SGD", help="optimization: SGD | LBFGS")
parser.add_argument("-r", "--learningRate", type=float, default=0.05, help="learning rate, for SGD only")
parser.add_argument("-b", "--batchSize", type=int, default=10, help="batch size")
parser.add_argument("--momentum", type=float, default=0, help="momentum, for SGD only")
parser.add_argument("-i", "--maxIter", type=int, default=3, help="maximum nb of iterations per batch, for LBFGS")
parser.add_argument("--coefL1", type=float, default=0, help="L1 penalty on the weights")
parser.add_argument("--coefL2", type=float, default=0, help="L2 penalty on the weights")
parser.add_argument("-t", "--threads", type=int, default=4, help="number of threads")
# the Lua script takes MNIST and floats for SGD, and trains until it is stopped
parser.add_argument(
    "--data", choices=("digits", "mnist"), default="digits", help="digits: 1500 images beside the script"
)
parser.add_argument("--epochs", type=int, default=2, help="number of epochs")
parser.add_argument("--seed", type=int, default=1, help="seed of the random weights")
parser.add_argument("--type", choices=("float", "double"), help="default: float for SGD, double for LBFGS")
opt = parser.parse_args()

if opt.data == "digits":
    import dataset_digits as mnist
else:
    import dataset_mnist as mnist

# fix seed
torch.manualSeed(opt.seed)

# threads
torch.setnumthreads(opt.threads)
print(f"<torch> set nb of threads to {torch.getnumthreads()}")

# use floats, for SGD
if opt.type == "float" or (opt.type is None and opt.optimization == "SGD"):
    torch.setdefaulttensortype("torch.FloatTensor")

# batch size?
if opt.optimization == "LBFGS" and opt.batchSize < 100:
    raise SystemExit("LBFGS should not be used with small mini-batches; 1000 is recommended")

# ----------------------------------------------------------------------
# model: ten classes
#
classes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]

# width and height of the images
geometry = (32, 32)

if opt.network == "":
    # define model to train
    model = nn.Sequential()

    if opt.model == "convnet":
        # ------------------------------------------------------------
        # convolutional network
        # ------------------------------------------------------------
        # stage 1 : filters -> squashing -> max pooling
        model.add(nn.SpatialConvolutionMM(1, 32, 5, 5))
        model.add(nn.Tanh())
        model.add(nn.SpatialMaxPooling(3, 3, 3, 3, 1, 1))
        # stage 2 : filters -> squashing -> max pooling
        model.add(nn.SpatialConvolutionMM(32, 64, 5, 5))
        model.add(nn.Tanh())
        model.add(nn.SpatialMaxPooling(2, 2, 2, 2))
        # stage 3 : standard 2-layer MLP:
        model.add(nn.Reshape(64 * 3 * 3))
        model.add(nn.Linear(64 * 3 * 3, 200))
        model.add(nn.Tanh())
        model.add(nn.Linear(200, len(classes)))
        # ------------------------------------------------------------

    elif opt.model == "mlp":
        # ------------------------------------------------------------
        # regular 2-layer MLP
        # ------------------------------------------------------------
        model.add(nn.Reshape(1024))
        model.add(nn.Linear(1024, 2048))
        model.add(nn.Tanh())
        model.add(nn.Linear(2048, len(classes)))
        # ------------------------------------------------------------

    elif opt.model == "linear":
        # ------------------------------------------------------------
        # simple linear model: logistic regression
        # ------------------------------------------------------------
        model.add(nn.Reshape(1024))
        model.add(nn.Linear(1024, len(classes)))
        # ------------------------------------------------------------

    else:
        parser.error("Unknown model type")
else:
    print("<trainer> reloading previously trained network")
    model = torch.load(opt.network)

# retrieve parameters and gradients
parameters, gradParameters = model.getParameters()

# verbose
print("<mnist> using model:")
print(model)

# ----------------------------------------------------------------------
# loss function: negative log-likelihood
#
if opt.network == "":  # a saved network has it already
    model.add(nn.LogSoftMax())
criterion = nn.ClassNLLCriterion()

# ----------------------------------------------------------------------
# get/create dataset
#
if opt.full:
    nbTrainingPatches = 60000
    nbTestingPatches = 10000
else:
    nbTrainingPatches = 2000
    nbTestingPatches = 1000
    print("<warning> only using 2000 samples to train quickly (use flag -full to use 60000 samples)")

# create training set and normalize
trainData = mnist.loadTrainSet(nbTrainingPatches, geometry)
trainData.normalizeGlobal()

# test set, normalized by its own mean and deviation, as in the Lua script
testData = mnist.loadTestSet(nbTestingPatches, geometry)
testData.normalizeGlobal()

# ----------------------------------------------------------------------
# training and testing
#

# who is taken for whom
confusion = optim.ConfusionMatrix(classes)

# log results to files
trainLogger = optim.Logger(os.path.join(opt.save, "train.log"))
testLogger = optim.Logger(os.path.join(opt.save, "test.log"))

epoch = 1
lbfgsState = sgdState = None


# training function
def train(dataset):
    global epoch, lbfgsState, sgdState

    # local vars
    start = time.time()
    losses = []

    # do one epoch
    print("<trainer> on training set:")
    print(f"<trainer> online epoch # {epoch} [batchSize = {opt.batchSize}]")
    for t in range(1, dataset.size() + 1, opt.batchSize):
        # create mini batch
        size = min(opt.batchSize, dataset.size() - t + 1)
        inputs = torch.Tensor(size, 1, geometry[0], geometry[1])
        targets = torch.Tensor(size)
        k = 0
        for i in range(t, t + size):
            # load new sample
            sample = dataset[i - 1]
            input = sample[0]
            target = np.argmax(sample[1]) + 1
            inputs[k] = input
            targets[k] = target
            k = k + 1

        # what optim calls: parameters in, loss and gradient out
        def feval(x):
            # get new parameters
            if x is not parameters:
                parameters[...] = x

            # reset gradients
            gradParameters.fill(0)

            # evaluate function for complete mini batch
            outputs = model.forward(inputs)
            f = criterion.forward(outputs, targets)

            # estimate df/dW
            df_do = criterion.backward(outputs, targets)
            model.backward(inputs, df_do)

            # penalties (L1 and L2):
            if opt.coefL1 != 0 or opt.coefL2 != 0:
                # Loss:
                f = f + opt.coefL1 * np.abs(parameters).sum()
                f = f + opt.coefL2 * (parameters**2).sum() / 2

                # Gradients:
                gradParameters[...] += np.sign(parameters) * opt.coefL1 + parameters * opt.coefL2

            # update confusion
            for i in range(size):
                confusion.add(outputs[i], targets[i])

            # return f and df/dX
            losses.append(f)
            return f, gradParameters

        # optimize on current mini-batch
        if opt.optimization == "LBFGS":
            # Perform LBFGS step:
            if lbfgsState is None:
                lbfgsState = nn.Table(
                    maxIter=opt.maxIter,
                    lineSearch=optim.lswolfe,
                )
            optim.lbfgs(feval, parameters, lbfgsState)

            # disp report:
            print("LBFGS step")
            print(f" - progress in batch: {t}/{dataset.size()}")
            print(f" - nb of iterations: {lbfgsState.nIter}")
            print(f" - nb of function evalutions: {lbfgsState.funcEval}")

        elif opt.optimization == "SGD":
            # Perform SGD step:
            if sgdState is None:
                sgdState = nn.Table(
                    learningRate=opt.learningRate,
                    momentum=opt.momentum,
                    learningRateDecay=5e-7,
                )
            optim.sgd(feval, parameters, sgdState)

            # disp progress
            xlua.progress(t + size - 1, dataset.size())

        else:
            raise SystemExit("unknown optimization method")

    # time taken
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to learn 1 sample = {seconds * 1000:.14g}ms")
    print(f"<trainer> mean loss = {np.mean(losses):.14g}")

    # print confusion matrix
    print(confusion)
    trainLogger.add({"% mean class accuracy (train set)": confusion.totalValid * 100})
    confusion.zero()

    # save/log current net
    filename = os.path.join(opt.save, "mnist.net")
    os.makedirs(os.path.dirname(filename), exist_ok=True)
    if os.path.exists(filename):
        os.replace(filename, filename + ".old")
    print(f"<trainer> saving network to {filename}")
    torch.save(filename, model)

    # next epoch
    epoch = epoch + 1


# test function
def test(dataset):
    # local vars
    start = time.time()

    # test over given dataset
    print("<trainer> on testing Set:")
    for t in range(1, dataset.size() + 1, opt.batchSize):
        # create mini batch
        size = min(opt.batchSize, dataset.size() - t + 1)
        inputs = torch.Tensor(size, 1, geometry[0], geometry[1])
        targets = torch.Tensor(size)
        k = 0
        for i in range(t, t + size):
            # load new sample
            sample = dataset[i - 1]
            input = sample[0]
            target = np.argmax(sample[1]) + 1
            inputs[k] = input
            targets[k] = target
            k = k + 1

        # test samples
        preds = model.forward(inputs)

        # confusion:
        for i in range(size):
            confusion.add(preds[i], targets[i])

        # disp progress
        xlua.progress(t + size - 1, dataset.size())

    # timing
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to test 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)
    testLogger.add({"% mean class accuracy (test set)": confusion.totalValid * 100})
    confusion.zero()


# ----------------------------------------------------------------------
# and train!
#
for _ in range(opt.epochs):
    # train/test
    train(trainData)
    test(testData)

    # plot errors
    if opt.plot:
        trainLogger.style({"% mean class accuracy (train set)": "-"})
        testLogger.style({"% mean class accuracy (test set)": "-"})
        trainLogger.plot()
        testLogger.plot()
