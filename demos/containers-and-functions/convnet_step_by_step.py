"""Containers and the four functions of a Module: a small convnet, trained step by step with printed tensors.

    python convnet_step_by_step.py [--steps 3]

Every module has four functions: `forward(input)` computes `output`; `backward(input, gradOutput)` computes
`gradInput` and adds to the gradients of the parameters; `zeroGradParameters()` empties them; `updateParameters(rate)`
moves the parameters against them. A container has the same four, and calls its modules in order, backward in reverse
order: that is all there is to backpropagation. Here each call is made by hand, and compared with the container's.
"""

import argparse

import numpy as np

import nnlite as nn
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--steps", type=int, default=3, help="number of updates")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# a container: modules in a row
net = nn.Sequential()
net.add(nn.SpatialConvolution(1, 2, 3, 3))  # 1x6x6 -> 2x4x4
net.add(nn.ReLU())
net.add(nn.SpatialMaxPooling(2, 2, 2, 2))  # -> 2x2x2
net.add(nn.Reshape(8))
net.add(nn.Linear(8, 2))
net.add(nn.LogSoftMax())
criterion = nn.ClassNLLCriterion()
print(net)

# an image with a bright bar, of class 1
image = torch.zeros(1, 6, 6)
image[0, :, 2] = 1
target = 1

print(nn.summary(net, image))

for step in range(1, opt.steps + 1):
    print(f"---- step {step}")

    # 1. forward, module by module
    value = image
    for module in net.modules:
        value = module.forward(value)
        print(f"forward {module} ->", "x".join(map(str, value.shape)))
    print(torch.tostring(value))
    loss = criterion.forward(value, target)
    print(f"loss {loss:.6f}")

    # 2. zeroGradParameters: backward will add to the gradients
    for module in net.modules:
        module.zeroGradParameters()

    # 3. backward, in reverse: each module gets its input of the forward pass, and the gradient of its output
    gradient = criterion.backward(value, target)
    for i in reversed(range(net.size())):
        module = net.modules[i]
        seen = net.modules[i - 1].output if i > 0 else image
        gradient = module.backward(seen, gradient)
        print(f"backward {module} -> largest gradient {np.abs(gradient).max():.6f}")
    print("the gradient of the filters:")
    print(torch.tostring(net.get(1).gradWeight[:, 0]))

    # the container does the same
    byhand = [g.copy() for g in net.parameters()[1]]
    net.zeroGradParameters()
    net.backward(image, criterion.backward(net.forward(image), target))
    same = all((a == b).all() for a, b in zip(byhand, net.parameters()[1], strict=True))
    print("the container's gradients are the same:", same)

    # 4. updateParameters: parameters = parameters - rate * gradients
    net.updateParameters(0.5)

print(f"loss after {opt.steps} steps {criterion.forward(net.forward(image), target):.6f}")
