"""Steps of single layers: convolutions pass by pass, and the layers that move memory."""

import numpy as np

__all__ = ["LAYERS"]

# name: batch, input planes, output planes, input size, kernel, stride, padding
CONVOLUTIONS = {
    "5x5 1-32 n128": (128, 1, 32, 32, 5, 1, 0),
    "5x5 32-64 n128": (128, 32, 64, 10, 5, 1, 0),
    "3x3 3-64 n32": (32, 3, 64, 32, 3, 1, 1),
    "3x3 64-64 n32": (32, 64, 64, 32, 3, 1, 1),
    "3x3 128-128 n32": (32, 128, 128, 16, 3, 1, 1),
    "3x3 256-256 n32": (32, 256, 256, 8, 3, 1, 1),
    "3x3 16-16 n32": (32, 16, 16, 32, 3, 1, 1),
    "3x3 16-32 stride 2 n32": (32, 16, 32, 32, 3, 2, 1),
    "1x1 256-64 n32": (32, 256, 64, 16, 1, 1, 0),
    "7x7 3-64 stride 2 n1": (1, 3, 64, 224, 7, 2, 3),
    "11x11 3-64 stride 4 n8": (8, 3, 64, 224, 11, 4, 2),
    "3x3 64-64 n1": (1, 64, 64, 56, 3, 1, 1),
    "3x3 256-256 n1": (1, 256, 256, 14, 3, 1, 1),
}
PASSES = ("forward", "gradInput", "gradWeight")


def random(*shape):
    """Return float32 numbers, the same for both libraries."""
    return np.random.default_rng(1).standard_normal(shape, np.float32)


def convolution_nnlite(batch, inputs, outputs, size, kernel, stride, pad, which):
    """Return one pass of a convolution."""
    import nnlite as nn

    layer = nn.SpatialConvolution(inputs, outputs, kernel, kernel, stride, stride, pad).float()
    x = random(batch, inputs, size, size)
    gradient = random(*layer.forward(x).shape)
    return {
        "forward": lambda: layer.forward(x),
        "gradInput": lambda: layer.updateGradInput(x, gradient),
        "gradWeight": lambda: layer.accGradParameters(x, gradient),
    }[which]


def convolution_torch(batch, inputs, outputs, size, kernel, stride, pad, which):
    """Return the same pass of PyTorch."""
    import torch

    weight, bias = torch.from_numpy(random(outputs, inputs, kernel, kernel)), torch.zeros(outputs)
    x = torch.from_numpy(random(batch, inputs, size, size))
    forward = torch.nn.functional.conv2d
    gradient = torch.from_numpy(random(*forward(x, weight, bias, stride, pad).shape))
    mask = [which == "gradInput", which == "gradWeight", which == "gradWeight"]

    def backward():
        arguments = [stride, stride], [pad, pad], [1, 1], False, [0, 0], 1, mask
        return torch.ops.aten.convolution_backward(gradient, x, weight, [outputs], *arguments)

    return (lambda: forward(x, weight, bias, stride, pad)) if which == "forward" else backward


def layer_nnlite(make, *shapes):
    """Return a forward and a backward pass of the layer ``make(nn)``."""
    import nnlite as nn

    layer = make(nn).float()
    layer.training()
    x = [random(*shape) for shape in shapes]
    x = x if len(x) > 1 else x[0]
    gradient = random(*layer.forward(x).shape)

    def step():
        layer.forward(x)
        layer.zeroGradParameters()
        layer.backward(x, gradient)

    return step


def layer_torch(make, *shapes):
    """Return the same passes of PyTorch's layer ``make(torch.nn)``."""
    import torch

    layer = make(torch.nn)
    x = [torch.from_numpy(random(*shape)).requires_grad_() for shape in shapes]
    gradient = torch.from_numpy(random(*layer(*x).shape))

    def step():
        for array in (*x, *getattr(layer, "parameters", list)()):
            array.grad = None
        layer(*x).backward(gradient)

    return step


def lookup_nnlite():
    """Return passes through a LookupTable of 50,000 x 128 with 4096 indices."""
    import nnlite as nn

    layer = nn.LookupTable(50000, 128).float()
    indices = np.random.default_rng(1).integers(1, 50001, 4096)
    gradient = random(4096, 128)

    def step():
        layer.forward(indices)
        layer.zeroGradParameters()
        layer.backward(indices, gradient)

    return step


def lookup_torch():
    """Return the same passes of PyTorch."""
    import torch

    layer = torch.nn.Embedding(50000, 128)
    indices = torch.from_numpy(np.random.default_rng(1).integers(0, 50000, 4096))
    gradient = torch.from_numpy(random(4096, 128))

    def step():
        if layer.weight.grad is not None:
            layer.weight.grad.zero_()
        layer(indices).backward(gradient)

    return step


def product_nnlite():
    """Return a product of two matrices on nnlite's threads: what this machine can do at most."""
    from nnlite.kernels.parallel import each

    a, b, out = random(1024, 512), random(512, 512), np.empty((1024, 512), np.float32)
    return lambda: each(lambda s: np.matmul(a[s], b, out=out[s]), [slice(0, 512), slice(512, 1024)])


def product_torch():
    """Return the same product of PyTorch."""
    import torch

    a, b, out = torch.from_numpy(random(1024, 512)), torch.from_numpy(random(512, 512)), torch.empty(1024, 512)
    return lambda: torch.mm(a, b, out=out)


IMAGE = (32, 64, 32, 32)
# name: layer of nnlite, layer of PyTorch, shapes of the input
OTHERS = {
    "BatchNormalization 128x512": (lambda n: n.BatchNormalization(512), lambda n: n.BatchNorm1d(512), (128, 512)),
    "SpatialBatchNormalization": (lambda n: n.SpatialBatchNormalization(64), lambda n: n.BatchNorm2d(64), IMAGE),
    "ReLU": (lambda n: n.ReLU(), lambda n: n.ReLU(), IMAGE),
    "Tanh": (lambda n: n.Tanh(), lambda n: n.Tanh(), IMAGE),
    "Sigmoid": (lambda n: n.Sigmoid(), lambda n: n.Sigmoid(), IMAGE),
    "ELU": (lambda n: n.ELU(), lambda n: n.ELU(), IMAGE),
    "LogSoftMax 512x1000": (lambda n: n.LogSoftMax(), lambda n: n.LogSoftmax(1), (512, 1000)),
    "CAddTable of 3": (lambda n: n.CAddTable(), lambda n: lambda a, b, c: a + b + c, IMAGE, IMAGE, IMAGE),
    "HardTanh": (lambda n: n.HardTanh(), lambda n: n.Hardtanh(), IMAGE),
    "LeakyReLU": (lambda n: n.LeakyReLU(0.1), lambda n: n.LeakyReLU(0.1), IMAGE),
    "PReLU of 64": (lambda n: n.PReLU(64), lambda n: n.PReLU(64), IMAGE),
    "SoftPlus": (lambda n: n.SoftPlus(), lambda n: n.Softplus(), IMAGE),
    "SoftSign": (lambda n: n.SoftSign(), lambda n: n.Softsign(), IMAGE),
    "LogSigmoid": (lambda n: n.LogSigmoid(), lambda n: n.LogSigmoid(), IMAGE),
    "SoftMax 512x1000": (lambda n: n.SoftMax(), lambda n: n.Softmax(1), (512, 1000)),
    "CMulTable of 2": (lambda n: n.CMulTable(), lambda n: lambda a, b: a * b, IMAGE, IMAGE),
    "Sum": (lambda n: n.Sum(2), lambda n: lambda x: x.sum(1), IMAGE),
    "Max": (lambda n: n.Max(2), lambda n: lambda x: x.max(1).values, IMAGE),
    "SpatialMaxPooling 2x2": (lambda n: n.SpatialMaxPooling(2, 2), lambda n: n.MaxPool2d(2), IMAGE),
}

# name: (functions for nnlite and PyTorch), target, floating-point operations
LAYERS = {"product": ((product_nnlite, product_torch), None, 2 * 1024 * 512 * 512)}
for name, shape in CONVOLUTIONS.items():
    batch, inputs, outputs, size, kernel, stride, pad = shape
    places = ((size + 2 * pad - kernel) // stride + 1) ** 2
    for which in PASSES:
        builders = (
            lambda shape=shape, which=which: convolution_nnlite(*shape, which),
            lambda shape=shape, which=which: convolution_torch(*shape, which),
        )
        LAYERS[f"{name} {which}"] = (builders, None, 2 * batch * inputs * outputs * places * kernel**2)
for name, (ours, theirs, *shapes) in OTHERS.items():
    builders = (
        lambda make=ours, shapes=shapes: layer_nnlite(make, *shapes),
        lambda make=theirs, shapes=shapes: layer_torch(make, *shapes),
    )
    LAYERS[name] = (builders, 1.2, None)
LAYERS["LookupTable"] = ((lookup_nnlite, lookup_torch), 1.2, None)
