"""The options that the steps of the tutorial share. After doall.lua of 2_supervised in torch/tutorials."""

import sys

from nnlite import torch

print("==> processing options")

cmd = torch.CmdLine()
cmd.text()
cmd.text("SVHN Loss Function")
cmd.text()
cmd.text("Options:")
# global:
cmd.option("-seed", 1, "fixed input seed for repeatable experiments")
cmd.option("-threads", 2, "number of threads")
# data:
cmd.option("-size", "full", "how many samples do we load: small | full | extra")
# model:
cmd.option("-model", "convnet", "type of model to construct: linear | mlp | convnet")
# loss:
cmd.option("-loss", "nll", "type of loss function to minimize: nll | mse | margin")
# training:
cmd.option("-save", "results", "subdirectory to save/log experiments in")
cmd.option("-plot", False, "live plot")
cmd.option("-optimization", "SGD", "optimization method: SGD | ASGD | CG | LBFGS")
cmd.option("-learningRate", 1e-3, "learning rate at t=0")
cmd.option("-batchSize", 1, "mini-batch size (1 = pure stochastic)")
cmd.option("-weightDecay", 0, "weight decay (SGD only)")
cmd.option("-momentum", 0, "momentum (SGD only)")
cmd.option("-t0", 1, "start averaging at t0 (ASGD only), in nb of epochs")
cmd.option("-maxIter", 2, "maximum nb of iterations for CG and LBFGS")
cmd.option("-type", "double", "type: double | float")
# the Lua scripts download their data, show pictures in a notebook, and train until they are stopped
cmd.option("-data", "generated", "generated (60 + 30 images) | svhn")
cmd.option("-visualize", False, "save pictures of data and weights")
cmd.option("-epochs", 1, "number of epochs")
cmd.text()
opt = cmd.parse(sys.argv[1:])

if opt.type == "float":
    print("==> switching to floats")
    torch.setdefaulttensortype("torch.FloatTensor")
torch.setnumthreads(opt.threads)
torch.manualSeed(opt.seed)
