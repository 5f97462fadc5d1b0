"""Train autoencoders on patches of images: plain or with a sparse code, linear or convolutional.

    python train_autoencoder.py -model conv -maxiter 1000 -statinterval 250
    python train_autoencoder.py -model conv-psd -display

A plain autoencoder only has to give back its input. With predictive sparse decomposition (``-psd``) the decoder
searches for a sparse code of the input, and the encoder learns to predict it; its filters look more like something,
and convolutional ones repeat each other less. The filters are written as pictures beside the log.

After train-autoencoder.lua of torch/demos, by Koray Kavukcuoglu and Clement Farabet.
"""

import math
import os
import shutil
import sys

import numpy as np
import unsup
from autoencoder_data import displayData, getdata

import nnlite as nn
import optimlite as optim
from nnlite import image, torch, xlua

# ----------------------------------------------------------------------
# parse command-line options
#
cmd = torch.CmdLine()
cmd.text()
cmd.text("Training a simple sparse coding dictionary on Berkeley images")
cmd.text()
cmd.text("Options")
# general options:
cmd.option("-dir", "outputs", "subdirectory to save experiments in")
cmd.option("-seed", 1, "initial random seed")
cmd.option("-threads", 2, "threads")

# for all models:
cmd.option("-model", "conv-psd", "auto-encoder class: linear | linear-psd | conv | conv-psd")
cmd.option("-inputsize", 25, "size of each input patch")
cmd.option("-nfiltersin", 1, "number of input convolutional filters")
cmd.option("-nfiltersout", 16, "number of output convolutional filters")
cmd.option("-lambda", 1, "sparsity coefficient")
cmd.option("-beta", 1, "prediction error coefficient")
cmd.option("-eta", 2e-3, "learning rate")
cmd.option("-batchsize", 1, "batch size")
cmd.option("-etadecay", 1e-5, "learning rate decay")
cmd.option("-momentum", 0, "gradient momentum")
cmd.option("-maxiter", 1000000, "max number of updates")

# use hessian information for training:
cmd.option("-hessian", True, "compute diagonal hessian coefficients to condition learning rates")
cmd.option("-hessiansamples", 500, "number of samples to use to estimate hessian")
cmd.option("-hessianinterval", 10000, "compute diagonal hessian coefs at every this many samples")
cmd.option("-minhessian", 0.02, "min hessian to avoid extreme speed up")
cmd.option("-maxhessian", 500, "max hessian to avoid extreme slow down")

# for conv models:
cmd.option("-kernelsize", 9, "size of convolutional kernels")

# logging:
cmd.option("-datafile", "", "tensor file of images n x h x w (ascii); images made here without it")
cmd.option("-statinterval", 5000, "interval for saving stats and models")
cmd.option("-v", False, "be verbose")
cmd.option("-display", False, "display stuff")
cmd.option("-wcar", "", "additional flag to differentiate this run")
cmd.text()

params = cmd.parse(sys.argv[1:])

rundir = cmd.string("psd", params, {"dir": True})
params.rundir = params.dir + "/" + rundir

if os.path.isdir(params.rundir):
    shutil.rmtree(params.rundir)
os.makedirs(params.rundir)
cmd.addTime("psd")
cmd.log(params.rundir + "/log.txt", params)

torch.manualSeed(params.seed)

torch.setnumthreads(params.threads)

# ----------------------------------------------------------------------
# load data
#
dataset = getdata(params.datafile, params.inputsize)

if params.display:
    displayData(dataset, 100, 10, params.rundir + "/training-data.png")

# ----------------------------------------------------------------------
# create model
#
if params.model == "linear":
    # params
    inputSize = params.inputsize * params.inputsize
    outputSize = params.nfiltersout

    # encoder
    encoder = nn.Sequential()
    encoder.add(nn.Linear(inputSize, outputSize))
    encoder.add(nn.Tanh())
    encoder.add(unsup.Diag(outputSize))

    # decoder
    decoder = nn.Sequential()
    decoder.add(nn.Linear(outputSize, inputSize))

    # complete model
    module = unsup.AutoEncoder(encoder, decoder, params.beta)

    # verbose
    print("==> constructed linear auto-encoder")

elif params.model == "conv":
    # params:
    conntable = nn.tables.full(params.nfiltersin, params.nfiltersout)
    kw, kh = params.kernelsize, params.kernelsize
    iw, ih = params.inputsize, params.inputsize

    # connection table:
    decodertable = conntable.copy()
    decodertable[:, 0] = conntable[:, 1]
    decodertable[:, 1] = conntable[:, 0]
    outputFeatures = int(conntable[:, 1].max())

    # encoder:
    encoder = nn.Sequential()
    encoder.add(nn.SpatialConvolutionMap(conntable, kw, kh, 1, 1))
    encoder.add(nn.Tanh())
    encoder.add(unsup.Diag(outputFeatures))

    # decoder:
    decoder = nn.Sequential()
    decoder.add(nn.SpatialFullConvolutionMap(decodertable, kw, kh, 1, 1))

    # complete model
    module = unsup.AutoEncoder(encoder, decoder, params.beta)

    # patches as 1xKxK images, not as vectors
    dataset.conv()

    # verbose
    print("==> constructed convolutional auto-encoder")

elif params.model == "linear-psd":
    # params
    inputSize = params.inputsize * params.inputsize
    outputSize = params.nfiltersout

    # encoder
    encoder = nn.Sequential()
    encoder.add(nn.Linear(inputSize, outputSize))
    encoder.add(nn.Tanh())
    encoder.add(unsup.Diag(outputSize))

    # decoder is L1 solution
    decoder = unsup.LinearFistaL1(inputSize, outputSize, params["lambda"])

    # PSD autoencoder
    module = unsup.PSD(encoder, decoder, params.beta)

    # verbose
    print("==> constructed linear predictive sparse decomposition (PSD) auto-encoder")

elif params.model == "conv-psd":
    # params:
    conntable = nn.tables.full(params.nfiltersin, params.nfiltersout)
    kw, kh = params.kernelsize, params.kernelsize
    iw, ih = params.inputsize, params.inputsize

    # connection table:
    decodertable = conntable.copy()
    decodertable[:, 0] = conntable[:, 1]
    decodertable[:, 1] = conntable[:, 0]
    outputFeatures = int(conntable[:, 1].max())

    # encoder:
    encoder = nn.Sequential()
    encoder.add(nn.SpatialConvolutionMap(conntable, kw, kh, 1, 1))
    encoder.add(nn.Tanh())
    encoder.add(unsup.Diag(outputFeatures))

    # decoder is L1 solution:
    decoder = unsup.SpatialConvFistaL1(decodertable, kw, kh, iw, ih, params["lambda"])

    # PSD autoencoder
    module = unsup.PSD(encoder, decoder, params.beta)

    # patches as 1xKxK images, not as vectors
    dataset.conv()

    # verbose
    print("==> constructed convolutional predictive sparse decomposition (PSD) auto-encoder")

else:
    raise SystemExit("==> unknown model: " + params.model)

# ----------------------------------------------------------------------
# trainable parameters
#

# are we using the hessian?
if params.hessian:
    nn.hessian.enable()
    module.initDiagHessianParameters()

# get all parameters
x, dl_dx = module.getParameters()
ddl_ddx = module.diagHessianParameters()

# ----------------------------------------------------------------------
# train model
#

print("==> training model")

err = 0
iter = 0
etas = sgdconf = None

for t in range(1, params.maxiter + 1, params.batchsize):
    # --------------------------------------------------------------------
    # update diagonal hessian parameters
    #
    if params.hessian and math.fmod(t, params.hessianinterval) == 1:
        # some extra vars:
        hessiansamples = params.hessiansamples
        minhessian = params.minhessian
        maxhessian = params.maxhessian
        ddl_ddx_avg = np.zeros_like(ddl_ddx)
        if etas is None:
            etas = ddl_ddx.copy()

        print("==> estimating diagonal hessian elements")
        for i in range(1, hessiansamples + 1):
            # next
            ex = dataset[i]
            input = ex[0]
            target = ex[1]
            module.updateOutput(input, target)

            # gradient
            dl_dx.fill(0)
            module.updateGradInput(input, target)
            module.accGradParameters(input, target)

            # hessian
            ddl_ddx.fill(0)
            module.updateDiagHessianInput(input, target)
            module.accDiagHessianParameters(input, target)

            # accumulate
            ddl_ddx_avg += 1 / hessiansamples * ddl_ddx

        # cap hessian params
        print(f"==> ddl/ddx : min/max = {ddl_ddx_avg.min():.14g}/{ddl_ddx_avg.max():.14g}")
        ddl_ddx_avg[ddl_ddx_avg < minhessian] = minhessian
        ddl_ddx_avg[ddl_ddx_avg > maxhessian] = maxhessian
        print(f"==> corrected ddl/ddx : min/max = {ddl_ddx_avg.min():.14g}/{ddl_ddx_avg.max():.14g}")

        # generate learning rates
        np.divide(1, ddl_ddx_avg, out=etas)

    # --------------------------------------------------------------------
    # progress
    #
    iter = iter + 1
    xlua.progress(iter, params.statinterval)

    # --------------------------------------------------------------------
    # create mini-batch
    #
    example = dataset[t]
    inputs = []
    targets = []
    for i in range(t, t + params.batchsize):
        # load new sample
        sample = dataset[i]
        input = sample[0].copy()
        target = sample[1].copy()
        inputs.append(input)
        targets.append(target)

    # --------------------------------------------------------------------
    # define eval closure
    #
    def feval(x):
        # reset gradient/f
        f = 0
        dl_dx.fill(0)

        # estimate f and gradients, for minibatch
        for i in range(len(inputs)):
            # f
            f = f + module.updateOutput(inputs[i], targets[i])

            # gradients
            module.updateGradInput(inputs[i], targets[i])
            module.accGradParameters(inputs[i], targets[i])

        # normalize
        dl_dx[...] /= len(inputs)
        f = f / len(inputs)

        # return f and df/dx
        return f, dl_dx

    # --------------------------------------------------------------------
    # one SGD step
    #
    if sgdconf is None:
        sgdconf = nn.Table(
            learningRate=params.eta,
            learningRateDecay=params.etadecay,
            learningRates=etas,
            momentum=params.momentum,
        )
    _, fs = optim.sgd(feval, x, sgdconf)
    err = err + fs[0]

    # normalize
    if "psd" in params.model:
        module.normalize()

    # --------------------------------------------------------------------
    # compute statistics / report error
    #
    if math.fmod(t, params.statinterval) == 0:
        # report
        print(f"==> iteration = {t}, average loss = {err / params.statinterval:.14g}")

        # get weights
        eweight = module.encoder.modules[0].weight
        if "psd" in params.model:
            dweight = module.decoder.D.weight
        else:
            dweight = module.decoder.modules[0].weight

        # reshape weights if linear matrix is used
        if "linear" in params.model:
            dweight = dweight.T.reshape(-1, params.inputsize, params.inputsize)
            eweight = eweight.reshape(-1, params.inputsize, params.inputsize)

        # render filters
        nrow = math.floor(math.sqrt(params.nfiltersout))
        dd = image.toDisplayTensor({"input": dweight, "padding": 2, "nrow": nrow, "symmetric": True})
        de = image.toDisplayTensor({"input": eweight, "padding": 2, "nrow": nrow, "symmetric": True})

        # save stuff
        image.save(f"{params.rundir}/filters_dec_{t}.png", dd)
        image.save(f"{params.rundir}/filters_enc_{t}.png", de)
        torch.save(f"{params.rundir}/model_{t}.bin", module)

        # reset counters
        err = 0
        iter = 0
