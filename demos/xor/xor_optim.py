"""XOR with optim: one minibatch of 128 samples, and any optimizer of the package, or all of them for comparison.

    python xor_optim.py                # optim.sgd
    python xor_optim.py --method lbfgs
    python xor_optim.py --method all   # a table, and the curves in xor-optim.png

After "Training using optim" in doc/intro.md of torch/optim.
"""

import argparse

import nnlite as nn
import optimlite as optim
from nnlite import gnuplot, torch

# a method and the options that suit this problem
configs = {
    "sgd": {"learningRate": 0.01},
    "adam": {"learningRate": 0.01},
    "adamax": {"learningRate": 0.01},
    "adagrad": {"learningRate": 0.01},
    "adadelta": {"rho": 0.95, "eps": 1e-4},
    "rmsprop": {"learningRate": 0.01},
    "rprop": {"stepsize": 0.01},
    "nag": {"learningRate": 0.01, "momentum": 0.8},
    "asgd": {"eta0": 0.01, "t0": 10},
    "cg": {"maxIter": 4},
    "lbfgs": {"maxIter": 4, "lineSearch": optim.lswolfe},
}

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--method", default="sgd", choices=(*configs, "all"), help="the optimizer")
parser.add_argument("--epochs", type=int, default=50, help="number of calls of the optimizer")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()


def run(method):
    """Train with one method; return the loss at each call."""
    torch.manualSeed(opt.seed)

    # Neural Network

    model = nn.Sequential()  # make a multi-layer perceptron
    inputs, outputs, HUs = 2, 1, 20  # parameters
    model.add(nn.Linear(inputs, HUs))
    model.add(nn.Tanh())
    model.add(nn.Linear(HUs, outputs))

    # Criterion

    criterion = nn.MSECriterion()

    # Data set

    batchSize = 128
    batchInputs = torch.DoubleTensor(batchSize, inputs)
    batchLabels = torch.DoubleTensor(batchSize)

    for i in range(batchSize):
        input = torch.randn(2)  # normally distributed example in 2d
        if input[0] * input[1] > 0:  # calculate label for XOR function
            label = -1
        else:
            label = 1
        batchInputs[i] = input
        batchLabels[i] = label

    # Flatten parameters

    params, gradParams = model.getParameters()

    # Training

    optimState = nn.Table(configs[method])
    losses = []

    for epoch in range(1, opt.epochs + 1):
        # What optim calls: weights in, loss and gradient out. The model looks into params, and backward fills
        # gradParams
        # through the modules, so that nothing has to be copied.
        def feval(params):
            gradParams.fill(0)

            outputs = model.forward(batchInputs)
            loss = criterion.forward(outputs, batchLabels)
            dloss_doutputs = criterion.backward(outputs, batchLabels)
            model.backward(batchInputs, dloss_doutputs)

            return loss, gradParams

        fs = getattr(optim, method)(feval, params, optimState)[1]
        losses.append(fs[0])
        if epoch % 10 == 0 and opt.method != "all":
            print(f"epoch {epoch} loss {fs[0]:.15g}")

    # Test the network

    if opt.method != "all":
        x = torch.Tensor(2)
        for x[0], x[1] in ((0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5)):
            print(torch.tostring(model.forward(x)))
        print(f"sum of parameters {params.sum():.15g}, sum of their squares {(params**2).sum():.15g}")
    return losses


if opt.method != "all":
    run(opt.method)
else:
    curves = []
    print("method     first loss  last loss")
    for method in configs:
        losses = run(method)
        curves.append([method, torch.Tensor(losses), "-"])
        print(f"{method:9s}  {losses[0]:10.6f} {losses[-1]:10.6f}")
    gnuplot.pngfigure("xor-optim.png")
    gnuplot.plot(curves)
    gnuplot.title("the optimizers of optim on XOR")
    gnuplot.xlabel("calls")
    gnuplot.ylabel("loss")
    gnuplot.logscale(True)
    gnuplot.movelegend("left", "bottom")
    gnuplot.plotflush()
