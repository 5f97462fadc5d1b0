"""Train a convnet on the Street View House Numbers, with SGD, ASGD, CG or L-BFGS.

    python train_on_housenumbers.py                # generated images of the same form
    python train_on_housenumbers.py -data svhn     # the real ones, downloaded once

The convnet pools by the 2-norm, loosely after P. Sermanet, S. Chintala and Y. LeCun, arxiv.org/abs/1204.3968.

After train-on-housenumbers.lua of torch/demos, by Clement Farabet.
"""

import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

import dataset_housenumbers

import nnlite as nn
import optimlite as optim
from nnlite import image, torch, xlua

# ----------------------------------------------------------------------
# parse command-line options
#
fname = pathlib.Path(__file__).stem
cmd = torch.CmdLine()
cmd.text()
cmd.text("HouseNumber Training")
cmd.text()
cmd.text("Options:")
cmd.option("-save", fname, "subdirectory to save/log experiments in")
cmd.option("-network", "", "reload pretrained network")
cmd.option("-extra", False, "use extra training samples dataset (~500,000 extra training samples)")
cmd.option("-visualize", False, "visualize input data and weights during training")
cmd.option("-seed", 1, "fixed input seed for repeatable experiments")
cmd.option("-plot", False, "live plot")
cmd.option("-optimization", "SGD", "optimization method: SGD | ASGD | CG | LBFGS")
cmd.option("-learningRate", 1e-3, "learning rate at t=0")
cmd.option("-batchSize", 1, "mini-batch size (1 = pure stochastic)")
cmd.option("-weightDecay", 0, "weight decay (SGD only)")
cmd.option("-momentum", 0, "momentum (SGD only)")
cmd.option("-t0", 1, "start averaging at t0 (ASGD only), in nb of epochs")
cmd.option("-maxIter", 2, "maximum nb of iterations for CG and LBFGS")
cmd.option("-threads", 2, "nb of threads to use")
# the Lua script downloads its data and trains until it is stopped
cmd.option("-data", "generated", "generated | svhn")
cmd.option("-samples", 100, "how many images to generate for training, and half as many for testing")
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
classes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]

if opt.network == "":
    # ------------------------------------------------------------
    # Two stages of filters, squashed and pooled by their 2-norm, each followed by the subtraction of the local mean;
    # then
    # two layers. The images come in as YUV, with luminance normalized locally.
    # ------------------------------------------------------------
    # top container
    model = nn.Sequential()
    # stage 1 : filters -> squashing -> LP pooling
    model.add(nn.SpatialConvolutionMap(nn.tables.random(3, 16, 1), 5, 5))
    model.add(nn.Tanh())
    model.add(nn.SpatialLPPooling(16, 2, 2, 2, 2, 2))
    # stage 2 : filters -> squashing -> max pooling
    model.add(nn.SpatialSubtractiveNormalization(16, image.gaussian1D(7)))
    model.add(nn.SpatialConvolutionMap(nn.tables.random(16, 256, 4), 5, 5))
    model.add(nn.Tanh())
    model.add(nn.SpatialLPPooling(256, 2, 2, 2, 2, 2))
    # stage 3 : two layers
    model.add(nn.SpatialSubtractiveNormalization(256, image.gaussian1D(7)))
    model.add(nn.Reshape(256 * 5 * 5))
    model.add(nn.Linear(256 * 5 * 5, 128))
    model.add(nn.Tanh())
    model.add(nn.Linear(128, len(classes)))
    model.add(nn.LogSoftMax())
    # ------------------------------------------------------------
else:
    print("<trainer> reloading previously trained network")
    model = torch.load(opt.network)

# retrieve parameters and gradients
parameters, gradParameters = model.getParameters()

# verbose
print("<trainer> using model:")
print(model)

# ----------------------------------------------------------------------
# loss function: negative log-likelihood
#
criterion = nn.ClassNLLCriterion()

# ----------------------------------------------------------------------
# get/create dataset
#
if opt.data == "generated":
    trsize = opt.samples
    tesize = opt.samples // 2
elif opt.extra:
    trsize = 73257 + 531131
    tesize = 26032
else:
    print("<trainer> WARNING: using reduced train set")
    print("(use -extra to use complete training set, with extra samples)")
    trsize = 73257
    tesize = 26032


class Dataset:
    """The images, n x 3 x 32 x 32, and the labels from 1 on of one or several files."""

    def __init__(self, *files):
        self.data = torch.cat([loaded.X.swapaxes(2, 3) for loaded in files], 1)
        self.labels = torch.cat([loaded.y[0] for loaded in files], 1)

    def size(self):
        return len(self.data)


if opt.data == "generated":
    trainData = Dataset(dataset_housenumbers.generated(0, trsize))
    testData = Dataset(dataset_housenumbers.generated(trsize, trsize + tesize))
else:
    if opt.extra:
        trainData = Dataset(dataset_housenumbers.load("train_32x32"), dataset_housenumbers.load("extra_32x32"))
    else:
        trainData = Dataset(dataset_housenumbers.load("train_32x32"))
    testData = Dataset(dataset_housenumbers.load("test_32x32"))

# ----------------------------------------------------------------------
# preprocess
#

print("<trainer> preprocessing data (color space + normalization)")

# preprocess requires floating point
trainData.data = torch.type(trainData.data, "torch.FloatTensor")
testData.data = torch.type(testData.data, "torch.FloatTensor")

# preprocess trainSet
normalization = nn.SpatialContrastiveNormalization(1, image.gaussian1D(7)).float()
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
trainLogger = optim.Logger(save / "train.log")
testLogger = optim.Logger(save / "test.log")

# display: pictures in the folder of the logs
if opt.visualize:
    trset = trainData.data[:100]
    teset = testData.data[:100]
    image.save(save / "training-set.png", image.toDisplayTensor({"input": trset, "nrow": 10, "padding": 1}))
    image.save(save / "test-set.png", image.toDisplayTensor({"input": teset, "nrow": 10, "padding": 1}))

epoch = 1
config = average = None


# training function
def train(dataset):
    global epoch, config, average

    # local vars
    start = time.time()

    # shuffle at each epoch
    shuffle = torch.randperm(trsize)

    # do one epoch
    print("<trainer> on training set:")
    print(f"<trainer> online epoch # {epoch} [batchSize = {opt.batchSize}]")
    for t in range(1, dataset.size() + 1, opt.batchSize):
        # create mini batch
        inputs = []
        targets = []
        for i in range(t, min(t + opt.batchSize - 1, dataset.size()) + 1):
            # load new sample
            input = torch.type(dataset.data[int(shuffle[i - 1]) - 1], "torch.DoubleTensor")
            target = dataset.labels[int(shuffle[i - 1]) - 1]
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
                config = nn.Table(
                    eta0=opt.learningRate,
                    t0=trsize * opt.t0,
                )
            _, _, average = optim.asgd(feval, parameters, config)

        else:
            raise SystemExit("unknown optimization method")

        # disp progress
        xlua.progress(t + len(inputs) - 1, dataset.size())

    # time taken
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to learn 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)
    trainLogger.add({"% mean class accuracy (train set)": confusion.totalValid * 100})
    confusion.zero()

    # save/log current net
    filename = save / "house.net"
    filename.parent.mkdir(parents=True, exist_ok=True)
    print(f"<trainer> saving network to {filename}")
    torch.save(filename, model)

    # next epoch
    epoch = epoch + 1


# test function
def test(dataset):
    # local vars
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
        input = torch.type(dataset.data[t - 1], "torch.DoubleTensor")
        target = dataset.labels[t - 1]

        # test sample
        pred = model.forward(input)
        confusion.add(pred, target)

    # timing
    seconds = (time.time() - start) / dataset.size()
    print(f"<trainer> time to test 1 sample = {seconds * 1000:.14g}ms")

    # print confusion matrix
    print(confusion)
    testLogger.add({"% mean class accuracy (test set)": confusion.totalValid * 100})
    confusion.zero()

    # averaged param use?
    if average is not None:
        # restore parameters
        parameters[...] = cachedparams


# ----------------------------------------------------------------------
# and train!
#
for _ in range(opt.epochs):
    # train/test
    train(trainData)
    test(testData)

    # plot errors
    trainLogger.style({"% mean class accuracy (train set)": "-"})
    testLogger.style({"% mean class accuracy (test set)": "-"})
    if opt.plot:
        trainLogger.plot()
        testLogger.plot()
