"""Step 2: define different models: linear, a two-layer network, or a convolutional network.

    python model.py -model mlp

After 2_model.lua of 2_supervised in torch/tutorials, by Clement Farabet.
"""

from options import opt

import nnlite as nn
from nnlite import image

# ----------------------------------------------------------------------
print("==> define parameters")

# 10-class problem
noutputs = 10

nfeats = 3
width = 32
height = 32
ninputs = nfeats * width * height

# of the two-layer network
nhiddens = ninputs // 2

# of the convnet
nstates = [64, 64, 128]
filtsize = 5
poolsize = 2
normkernel = image.gaussian1D(7)

# ----------------------------------------------------------------------
print("==> construct model")

if opt.model == "linear":
    model = nn.Sequential()
    model.add(nn.Reshape(ninputs))
    model.add(nn.Linear(ninputs, noutputs))

elif opt.model == "mlp":
    model = nn.Sequential()
    model.add(nn.Reshape(ninputs))
    model.add(nn.Linear(ninputs, nhiddens))
    model.add(nn.Tanh())
    model.add(nn.Linear(nhiddens, noutputs))

elif opt.model == "convnet":
    # filters, squashing, pooling by the 2-norm, and subtraction of the local mean, twice; then two layers

    # (loosely after P. Sermanet, S. Chintala and Y. LeCun, arxiv.org/abs/1204.3968)

    model = nn.Sequential()

    # stage 1 : filters -> squashing -> LP pooling -> normalization
    model.add(nn.SpatialConvolutionMM(nfeats, nstates[0], filtsize, filtsize))
    model.add(nn.Tanh())
    model.add(nn.SpatialLPPooling(nstates[0], 2, poolsize, poolsize, poolsize, poolsize))
    model.add(nn.SpatialSubtractiveNormalization(nstates[0], normkernel))

    # stage 2 : filters -> squashing -> LP pooling -> normalization
    model.add(nn.SpatialConvolutionMM(nstates[0], nstates[1], filtsize, filtsize))
    model.add(nn.Tanh())
    model.add(nn.SpatialLPPooling(nstates[1], 2, poolsize, poolsize, poolsize, poolsize))
    model.add(nn.SpatialSubtractiveNormalization(nstates[1], normkernel))

    # stage 3 : two layers
    model.add(nn.Reshape(nstates[1] * filtsize * filtsize))
    model.add(nn.Linear(nstates[1] * filtsize * filtsize, nstates[2]))
    model.add(nn.Tanh())
    model.add(nn.Linear(nstates[2], noutputs))

else:
    raise SystemExit("unknown -model")

# ----------------------------------------------------------------------
print("==> here is the model:")
print(model)

# ----------------------------------------------------------------------

if opt.visualize and opt.model == "convnet":
    print("==> visualizing ConvNet filters")
    for layer in (1, 5):
        weight = model.get(layer).weight.reshape(-1, filtsize, filtsize)
        image.save(f"filters-{layer}.png", image.toDisplayTensor({"input": weight, "nrow": 16, "padding": 1}))
