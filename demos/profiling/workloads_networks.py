"""Steps of whole networks: the digit classifier's, single samples, and networks of convolutions."""

import numpy as np

__all__ = ["NETWORKS"]


def training(model, criterion, input, target, **config):
    """Return a training step of nnlite, as a port of a Lua script writes it."""
    import optimlite as optim

    parameters, gradParameters = model.getParameters()
    model.listModules()[0].training()
    first = next(m for m in model.listModules() if m.modules is None and m.weight is not None)
    first.gradInput = None
    state = {"learningRate": 1e-3, **config}

    def feval(x):
        gradParameters.fill(0)
        output = model.forward(input)
        loss = criterion.forward(output, target)
        model.backward(input, criterion.backward(output, target))
        return loss, gradParameters

    return lambda: optim.sgd(feval, parameters, state)


def torch_training(model, criterion, input, target, **config):
    """Return a training step of PyTorch."""
    import torch

    input, target = torch.from_numpy(input), torch.from_numpy(target)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, **config)

    def step():
        optimizer.zero_grad()
        criterion(model(input), target).backward()
        optimizer.step()

    return step


def images(batch, planes, size):
    """Return float32 images and labels, from one."""
    random = np.random.default_rng(1)
    return random.standard_normal((batch, planes, size, size), np.float32), random.integers(1, 11, batch)


# The digit classifier of the demo, and one sample at a time -----------------------------------------------------------


def mlp_nnlite(batch):
    """Return a step of the demo's ``-model mlp``, fed with vectors: Reshape would ask for the gradient of the input."""
    import nnlite as nn

    model = nn.Sequential().add(nn.Linear(1024, 2048)).add(nn.Tanh()).add(nn.Linear(2048, 10)).add(nn.LogSoftMax())
    x, t = images(batch, 1, 32)
    criterion = nn.ClassNLLCriterion().float()
    return training(model.float(), criterion, x.reshape(batch, -1), t, learningRateDecay=5e-7)


def mlp_torch(batch):
    """Return the same step of PyTorch."""
    from torch import nn

    model = nn.Sequential(nn.Linear(1024, 2048), nn.Tanh(), nn.Linear(2048, 10), nn.LogSoftmax(1))
    x, t = images(batch, 1, 32)
    return torch_training(model, nn.NLLLoss(), x.reshape(batch, -1), t - 1)


def convnet_nnlite(batch):
    """Return a step of the demo's ``-model convnet``."""
    import nnlite as nn

    model = nn.Sequential()
    model.add(nn.SpatialConvolutionMM(1, 32, 5, 5)).add(nn.Tanh()).add(nn.SpatialMaxPooling(3, 3, 3, 3, 1, 1))
    model.add(nn.SpatialConvolutionMM(32, 64, 5, 5)).add(nn.Tanh()).add(nn.SpatialMaxPooling(2, 2, 2, 2))
    model.add(nn.Reshape(64 * 3 * 3)).add(nn.Linear(64 * 3 * 3, 200)).add(nn.Tanh()).add(nn.Linear(200, 10))
    model.add(nn.LogSoftMax())
    return training(model.float(), nn.ClassNLLCriterion().float(), *images(batch, 1, 32), learningRateDecay=5e-7)


def convnet_torch(batch):
    """Return the same step of PyTorch."""
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 32, 5), nn.Tanh(), nn.MaxPool2d(3, 3, 1),
        nn.Conv2d(32, 64, 5), nn.Tanh(), nn.MaxPool2d(2, 2),
        nn.Flatten(), nn.Linear(576, 200), nn.Tanh(), nn.Linear(200, 10), nn.LogSoftmax(1),
    )  # fmt: skip
    x, t = images(batch, 1, 32)
    return torch_training(model, nn.NLLLoss(), x, t - 1)


def linear21_nnlite():
    """Return a step of linear regression on one sample, in double."""
    import nnlite as nn

    model = nn.Sequential().add(nn.Linear(2, 1))
    return training(model, nn.MSECriterion(), np.ones(2), np.ones(1))


def linear21_torch():
    """Return the same step of PyTorch."""
    from torch import nn

    return torch_training(nn.Sequential(nn.Linear(2, 1)).double(), nn.MSELoss(), np.ones(2), np.ones(1))


def logistic_nnlite():
    """Return a step of logistic regression on one sample, in double."""
    import nnlite as nn

    model = nn.Sequential().add(nn.Linear(2, 3)).add(nn.LogSoftMax())
    return training(model, nn.ClassNLLCriterion(), np.ones(2), 2)


def logistic_torch():
    """Return the same step of PyTorch."""
    from torch import nn

    model = nn.Sequential(nn.Linear(2, 3), nn.LogSoftmax(-1)).double()
    return torch_training(model, nn.NLLLoss(), np.ones(2), np.array(1))


# Networks of convolutions ---------------------------------------------------------------------------------------------


def vgg32_nnlite():
    """Return a step of six convolutions with batch normalization on 32 images of 3x32x32."""
    import nnlite as nn

    model, planes = nn.Sequential(), 3
    for i, outputs in enumerate((64, 64, 128, 128, 256, 256)):
        model.add(nn.SpatialConvolution(planes, outputs, 3, 3, 1, 1, 1)).add(nn.SpatialBatchNormalization(outputs))
        model.add(nn.ReLU(True))
        if i % 2:
            model.add(nn.SpatialMaxPooling(2, 2))
        planes = outputs
    model.add(nn.View(4096)).add(nn.Linear(4096, 10)).add(nn.LogSoftMax())
    return training(model.float(), nn.ClassNLLCriterion().float(), *images(32, 3, 32), momentum=0.9, dampening=0)


def vgg32_torch():
    """Return the same step of PyTorch."""
    from torch import nn

    layers, planes = [], 3
    for i, outputs in enumerate((64, 64, 128, 128, 256, 256)):
        layers += [nn.Conv2d(planes, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(True)]
        if i % 2:
            layers.append(nn.MaxPool2d(2))
        planes = outputs
    x, t = images(32, 3, 32)
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(4096, 10), nn.LogSoftmax(1))
    return torch_training(model, nn.NLLLoss(), x, t - 1, momentum=0.9)


def residual_nnlite(stem, stages, blocks, classes, tail):
    """Return a residual network of nnlite."""
    import nnlite as nn

    def block(planes, outputs, stride):
        main = nn.Sequential()
        main.add(nn.SpatialConvolution(planes, outputs, 3, 3, stride, stride, 1).noBias())
        main.add(nn.SpatialBatchNormalization(outputs)).add(nn.ReLU(True))
        main.add(nn.SpatialConvolution(outputs, outputs, 3, 3, 1, 1, 1).noBias())
        main.add(nn.SpatialBatchNormalization(outputs))
        short = nn.Identity()
        if stride != 1 or planes != outputs:
            short = nn.Sequential().add(nn.SpatialConvolution(planes, outputs, 1, 1, stride, stride).noBias())
            short.add(nn.SpatialBatchNormalization(outputs))
        both = nn.ConcatTable().add(main).add(short)
        return nn.Sequential().add(both).add(nn.CAddTable(True)).add(nn.ReLU(True))

    model, planes = nn.Sequential(), stages[0]
    kernel, stride, pad, pool = stem
    model.add(nn.SpatialConvolution(3, planes, kernel, kernel, stride, stride, pad).noBias())
    model.add(nn.SpatialBatchNormalization(planes)).add(nn.ReLU(True))
    if pool:
        model.add(nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1))
    for i, outputs in enumerate(stages):
        for j in range(blocks):
            model.add(block(planes, outputs, 2 if i and not j else 1))
            planes = outputs
    model.add(nn.SpatialAveragePooling(tail, tail)).add(nn.View(planes).setNumInputDims(3))
    return model.add(nn.Linear(planes, classes)).float()


def residual_torch(stem, stages, blocks, classes, tail):
    """Return the same network of PyTorch."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self, planes, outputs, stride):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(planes, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs),
            )  # fmt: skip
            self.short = nn.Identity()
            if stride != 1 or planes != outputs:
                self.short = nn.Sequential(nn.Conv2d(planes, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            self.relu = nn.ReLU(True)

        def forward(self, x):
            return self.relu(self.main(x) + self.short(x))

    planes = stages[0]
    kernel, stride, pad, pool = stem
    layers = [nn.Conv2d(3, planes, kernel, stride, pad, bias=False), nn.BatchNorm2d(planes), nn.ReLU(True)]
    if pool:
        layers.append(nn.MaxPool2d(3, 2, 1))
    for i, outputs in enumerate(stages):
        for j in range(blocks):
            layers.append(Block(planes, outputs, 2 if i and not j else 1))
            planes = outputs
    return nn.Sequential(*layers, nn.AvgPool2d(tail), nn.Flatten(), nn.Linear(planes, classes))


CIFAR = ((3, 1, 1, False), (16, 32, 64), 3, 10, 8)
IMAGENET = ((7, 2, 3, True), (64, 128, 256, 512), 2, 1000, 7)


def resnet32_nnlite():
    """Return a step of the CIFAR ResNet-20 on 32 images of 3x32x32."""
    import nnlite as nn

    model = residual_nnlite(*CIFAR).add(nn.LogSoftMax().float())
    return training(model, nn.ClassNLLCriterion().float(), *images(32, 3, 32), momentum=0.9, dampening=0)


def resnet32_torch():
    """Return the same step of PyTorch."""
    from torch import nn

    x, t = images(32, 3, 32)
    return torch_training(nn.Sequential(residual_torch(*CIFAR), nn.LogSoftmax(1)), nn.NLLLoss(), x, t - 1, momentum=0.9)


def infer1_nnlite():
    """Return a forward pass of a ResNet-18 on one image of 3x224x224."""
    model = residual_nnlite(*IMAGENET)
    model.evaluate()
    x, _ = images(1, 3, 224)
    return lambda: model.forward(x)


def infer1_torch():
    """Return the same pass of PyTorch."""
    import torch

    model = residual_torch(*IMAGENET).eval()
    x = torch.from_numpy(images(1, 3, 224)[0])

    def step():
        with torch.inference_mode():
            return model(x)

    return step


# name: (functions for nnlite and PyTorch), the share of PyTorch's time that is the target
NETWORKS = {
    "linear21": ((linear21_nnlite, linear21_torch), 0.15),
    "logsoftmax": ((logistic_nnlite, logistic_torch), 0.15),
    "mlp10": ((lambda: mlp_nnlite(10), lambda: mlp_torch(10)), 1.0),
    "mlp128": ((lambda: mlp_nnlite(128), lambda: mlp_torch(128)), 1.0),
    "convnet10": ((lambda: convnet_nnlite(10), lambda: convnet_torch(10)), 1.0),
    "convnet128": ((lambda: convnet_nnlite(128), lambda: convnet_torch(128)), 1.0),
    "vgg32": ((vgg32_nnlite, vgg32_torch), 1.2),
    "resnet32": ((resnet32_nnlite, resnet32_torch), 1.2),
    "infer1": ((infer1_nnlite, infer1_torch), 1.3),
}
