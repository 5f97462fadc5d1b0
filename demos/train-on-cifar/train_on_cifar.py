"""Train a convnet, a two-layer network or a linear classifier on CIFAR-10, with SGD, ASGD, CG or L-BFGS.

    python train_on_cifar.py                       # generated images of the same form
    python train_on_cifar.py -data cifar -full     # CIFAR-10, downloaded once
    python train_on_cifar.py -model linear -optimization CG -batchSize 20

After train-on-cifar.lua of torch/demos, by Clement Farabet.
"""

import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

import dataset_cifar

import nnlite as nn
import optimlite as optim
from nnlite import image, torch, xlua

# ----------------------------------------------------------------------
# parse command-line options
#
fname = pathlib.Path(__file__).stem
cmd = torch.CmdLine()
cmd.text()
cmd.text("CIFAR Training")
cmd.text()
cmd.text("Options:")
cmd.option("-save", fname, "subdirectory to save/log experiments in")
cmd.option("-network", "", "reload pretrained network")
cmd.option("-model", "convnet", "type of model to train: convnet | mlp | linear")
cmd.option("-full", False, "use full dataset (50,000 samples)")
cmd.option("-visualize", False, "visualize input data and weights during training")
cmd.option("-seed", 1, "fixed input seed for repeatable experiments")
cmd.option("-optimization", "SGD", "optimization method: SGD | ASGD | CG | LBFGS")
cmd.option("-learningRate", 1e-3, "learning rate at t=0")
cmd.option("-batchSize", 1, "mini-batch size (1 = pure stochastic)")
cmd.option("-weightDecay", 0, "weight decay (SGD only)")
cmd.option("-momentum", 0, "momentum (SGD only)")
cmd.option("-t0", 1, "start averaging at t0 (ASGD only), in nb of epochs")
cmd.option("-maxIter", 5, "maximum nb of iterations for CG and LBFGS")
cmd.option("-threads", 2, "nb of threads to use")
# the Lua script downloads its data and trains until it is stopped
cmd.option("-data", "generated", "generated | cifar")
cmd.option("-epochs", 1, "number of epochs")
cmd.text()
opt = cmd.parse(sys.argv[1:])

# fix seed
torch.manualSeed(opt.seed)

# threads
torch.setnumthreads(opt.threads)
print(f"<torch> set nb of threads to {opt.threads}")

# ----------------------------------------------------------------------
# model: ten classes
#
classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

if opt.network == "":
    # define model to train
    model = nn.Sequential()

    if opt.model == "convnet":
        # ------------------------------------------------------------
        # convolutional network
        # ------------------------------------------------------------
        # stage 1 : filters -> squashing -> max pooling
        model.add(nn.SpatialConvolutionMap(nn.tables.random(3, 16, 1), 5, 5))
        model.add(nn.Tanh())
        model.add(nn.SpatialMaxPooling(2, 2, 2, 2))
        # stage 2 : filters -> squashing -> max pooling
        model.add(nn.SpatialConvolutionMap(nn.tables.random(16, 256, 4), 5, 5))
        model.add(nn.Tanh())
        model.add(nn.SpatialMaxPooling(2, 2, 2, 2))
        # stage 3 : two layers
        model.add(nn.Reshape(256 * 5 * 5))
        model.add(nn.Linear(256 * 5 * 5, 128))
        model.add(nn.Tanh())
        model.add(nn.Linear(128, len(classes)))
        # ------------------------------------------------------------

    elif opt.model == "mlp":
        # ------------------------------------------------------------
        # regular 2-layer MLP
        # ------------------------------------------------------------
        model.add(nn.Reshape(3 * 32 * 32))
        model.add(nn.Linear(3 * 32 * 32, 1 * 32 * 32))
        model.add(nn.Tanh())
        model.add(nn.Linear(1 * 32 * 32, len(classes)))
        # ------------------------------------------------------------

    elif opt.model == "linear":
        # ------------------------------------------------------------
        # simple linear model: logistic regression
        # ------------------------------------------------------------
        model.add(nn.Reshape(3 * 32 * 32))
        model.add(nn.Linear(3 * 32 * 32, len(classes)))
        # ------------------------------------------------------------

    else:
        raise SystemExit("Unknown model type")
else:
    print("<trainer> reloading previously trained network")
    model = torch.load(opt.network)

# retrieve parameters and gradients
parameters, gradParameters = model.getParameters()

# verbose
print("<cifar> using model:")
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
if opt.data == "generated":
    trsize = 200
    tesize = 100
elif opt.full:
    trsize = 50000
    tesize = 10000
else:
    trsize = 2000
    tesize = 1000


class Dataset:
    """The images, n x 3072, and the labels from 1 on of one or several files."""

    def __init__(self, subsets, size):
        data = [torch.type(subset.data.T, "torch.DoubleTensor") for subset in subsets]
        labels = [torch.type(subset.labels[0], "torch.DoubleTensor") + 1 for subset in subsets]
        self.data = torch.cat(data, 1)[:size]
        self.labels = torch.cat(labels, 1)[:size]

    def size(self):
        return len(self.data)


# load dataset
if opt.data == "generated":
    trainData = Dataset([dataset_cifar.generated(0, trsize)], trsize)
    testData = Dataset([dataset_cifar.generated(trsize, trsize + tesize)], tesize)
else:
    trainData = Dataset([dataset_cifar.load(f"data_batch_{i}") for i in range(1, 6)], trsize)
    testData = Dataset([dataset_cifar.load("test_batch")], tesize)

# reshape data
trainData.data = trainData.data.reshape(trsize, 3, 32, 32)
testData.data = testData.data.reshape(tesize, 3, 32, 32)

# ----------------------------------------------------------------------
# preprocess
#

print("<trainer> preprocessing data (color space + normalization)")

# preprocess trainSet
normalization = nn.SpatialContrastiveNormalization(1, image.gaussian1D(7))
for i in range(trainData.size()):
    # rgb -> yuv
    rgb = trainData.data[i]
    yuv = image.rgb2yuv(rgb)
    # normalize y locally:
    yuv[0] = normalization.forward(yuv[:1])[0]
    trainData.data[i] = yuv
# normalize u globally (with the sign turned around, as in the Lua script)
mean_u = trainData.data[:, 1].mean()
std_u = trainData.data[:, 1].std(ddof=1)
trainData.data[:, 1] += -mean_u
trainData.data[:, 1] /= -std_u
# normalize v globally:
mean_v = trainData.data[:, 2].mean()
std_v = trainData.data[:, 2].std(ddof=1)
trainData.data[:, 2] += -mean_v
trainData.data[:, 2] /= -std_v

# preprocess testSet
for i in range(testData.size()):
    # rgb -> yuv
    rgb = testData.data[i]
    yuv = image.rgb2yuv(rgb)
    # normalize y locally:
    yuv[0] = normalization.forward(yuv[:1])[0]
    testData.data[i] = yuv
# normalize u globally:
testData.data[:, 1] += -mean_u
testData.data[:, 1] /= -std_u
# normalize v globally:
testData.data[:, 2] += -mean_v
testData.data[:, 2] /= -std_v

# ----------------------------------------------------------------------
# training and testing
#

# who is taken for whom
confusion = optim.ConfusionMatrix(classes)

# log results to files
save = pathlib.Path(opt.save)
accLogger = optim.Logger(save / "accuracy.log")
errLogger = optim.Logger(save / "error.log")

iter = 0
epoch = 1
config = average = None


# display function: pictures in the folder of the logs
def display(input):
    global iter
    if iter % 10 == 0:
        image.save(save / "input.png", image.toDisplayTensor({"input": input}))
        if opt.model == "convnet":
            w1 = image.toDisplayTensor({"input": model.get(1).weight, "nrow": 10, "min": -1, "max": 1, "padding": 1})
            image.save(save / "stage-1-weights.png", w1)
            w2 = image.toDisplayTensor({"input": model.get(4).weight, "nrow": 30, "min": -1, "max": 1, "padding": 1})
            image.save(save / "stage-2-weights.png", w2)
        elif opt.model == "mlp":
            W1 = model.get(2).weight.reshape(3072, 1024)
            image.save(save / "W1-weights.png", image.toDisplayTensor({"input": W1, "min": -1, "max": 1}))
            W2 = model.get(4).weight
            image.save(save / "W2-weights.png", image.toDisplayTensor({"input": W2, "min": -1, "max": 1}))
    iter = iter + 1


# training function
def train(dataset):
    global epoch, config, average

    # local vars
    start = time.time()
    trainError = 0

    # do one epoch
    print("<trainer> on training set:")
    print(f"<trainer> online epoch # {epoch} [batchSize = {opt.batchSize}]")
    for t in range(1, dataset.size() + 1, opt.batchSize):
        # create mini batch
        inputs = []
        targets = []
        for i in range(t, min(t + opt.batchSize - 1, dataset.size()) + 1):
            # load new sample
            input = dataset.data[i - 1]
            target = dataset.labels[i - 1]
            inputs.append(input)
            targets.append(target)

        # what optim calls: parameters in, loss and gradient out
        def feval(x):
            nonlocal trainError
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

                # visualize?
                if opt.visualize:
                    display(inputs[i])

            # normalize gradients and f(X)
            gradParameters[...] /= len(inputs)
            f = f / len(inputs)
            trainError = trainError + f

            # return f and df/dX
            return f, gradParameters

        # optimize on current mini-batch
        if opt.optimization == "CG":
            if config is None:
                config = nn.Table(maxIter=opt.maxIter)
            optim.cg(feval, parameters, config)

        elif opt.optimization == "LBFGS":
            if config is None:
                config = nn.Table(
                    learningRate=opt.learningRate,
                    maxIter=opt.maxIter,
                    nCorrection=10,
                )
            optim.lbfgs(feval, parameters, config)

        elif opt.optimization == "SGD":
            if config is None:
                config = nn.Table(
                    learningRate=opt.learningRate,
                    weightDecay=opt.weightDecay,
                    momentum=opt.momentum,
                    learningRateDecay=5e-7,
                )
            optim.sgd(feval, parameters, config)

        elif opt.optimization == "ASGD":
            if config is None:
                # the Lua script multiplies a name it never defines
                config = nn.Table(
                    eta0=opt.learningRate,
                    t0=trsize * opt.t0,
                )
            _, _, average = optim.asgd(feval, parameters, config)

        else:
            raise SystemExit("unknown optimization method")

        # disp progress
        xlua.progress(t + len(inputs) - 1, dataset.size())

    # train error
    trainError = trainError / (dataset.size() // opt.batchSize)

    # time taken
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to learn 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)
    trainAccuracy = confusion.totalValid * 100
    confusion.zero()

    # save/log current net
    filename = save / "cifar.net"
    filename.parent.mkdir(parents=True, exist_ok=True)
    if filename.exists():
        filename.replace(f"{filename}.old")
    print(f"<trainer> saving network to {filename}")
    torch.save(filename, model)

    # next epoch
    epoch = epoch + 1

    return trainAccuracy, trainError


# test function
def test(dataset):
    # local vars
    testError = 0
    start = time.time()

    # averaged param use?
    if average is not None:
        cachedparams = parameters.copy()
        parameters[...] = average

    # test over given dataset
    print("<trainer> on testing Set:")
    for t in range(1, dataset.size() + 1):
        # disp progress
        xlua.progress(t, dataset.size())

        # get new sample
        input = dataset.data[t - 1]
        target = dataset.labels[t - 1]

        # test sample
        pred = model.forward(input)
        confusion.add(pred, target)

        # compute error
        err = criterion.forward(pred, target)
        testError = testError + err

    # timing
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to test 1 sample = {seconds * 1000:.14g}ms")

    # testing error estimation
    testError = testError / dataset.size()

    # print confusion matrix
    print(confusion)
    testAccuracy = confusion.totalValid * 100
    confusion.zero()

    # averaged param use?
    if average is not None:
        # restore parameters
        parameters[...] = cachedparams

    return testAccuracy, testError


# ----------------------------------------------------------------------
# and train!
#
for _ in range(opt.epochs):
    # train/test
    trainAcc, trainErr = train(trainData)
    testAcc, testErr = test(testData)

    # update logger
    accLogger.add({"% train accuracy": trainAcc, "% test accuracy": testAcc})
    errLogger.add({"% train error": trainErr, "% test error": testErr})

# plot logger (Lua redraws its window after every epoch)
accLogger.style({"% train accuracy": "-", "% test accuracy": "-"})
errLogger.style({"% train error": "-", "% test error": "-"})
accLogger.plot()
errLogger.plot()
