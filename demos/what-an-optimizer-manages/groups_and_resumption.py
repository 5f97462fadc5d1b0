"""What an optimizer manages: groups of parameters, their gradients, their state; and exact resumption from a file.

    python groups_and_resumption.py

`optim.sgd(feval, x, config, state)` is a function: the caller keeps the parameters, the gradients and the state.
`optim.Optimizer` keeps them together, for several groups of parameters with configs of their own:

1. `zero_grad()` sets the gradients to 0, because `backward` only adds to them;
2. `step()` moves each group by its gradient, with its own learning rate, momentum and state;
3. `add_param_group()` takes in more parameters while training goes on;
4. `state_dict()` is the state as plain data: with the parameters beside it in a file, training goes on as if it had
   never stopped, to the last bit.
"""

import argparse

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--steps", type=int, default=20, help="steps of each of the three parts")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()


def network():
    """Return a body and a head, two groups of parameters that learn at different rates."""
    body = nn.Sequential().add(nn.Linear(2, 20)).add(nn.Tanh())
    head = nn.Linear(20, 1)
    return body, head


torch.manualSeed(opt.seed)
inputs = torch.randn(128, 2)
targets = np.where(inputs[:, :1] * inputs[:, 1:] > 0, -1.0, 1.0)
criterion = nn.MSECriterion()


def losses(body, head, optimizer, steps):
    """Train, and return the loss of each step."""
    seen = []
    for _ in range(steps):
        optimizer.zero_grad()
        hidden = body.forward(inputs)
        output = head.forward(hidden)
        seen.append(criterion.forward(output, targets))
        body.backward(inputs, head.backward(hidden, criterion.backward(output, targets)))
        optimizer.step()
    return seen


# 1. one group: the head learns, the body stays as it was drawn
body, head = network()
bodyParams, bodyGradients = body.getParameters()
headParams, headGradients = head.getParameters()
before = bodyParams.copy()
optimizer = optim.Optimizer(optim.adam, (headParams, headGradients), learningRate=0.05)
seen = losses(body, head, optimizer, opt.steps)
print(f"the head alone:      loss {seen[0]:.6f} to {seen[-1]:.6f}; the body moved: {not (bodyParams == before).all()}")

# 2. a second group, with a smaller rate, joins in
optimizer.add_param_group({"params": bodyParams, "gradParams": bodyGradients, "learningRate": 0.02})
print(optimizer)
bodyGradients.fill(0)  # what backward has added while nobody used it
seen = losses(body, head, optimizer, opt.steps)
print(f"both:                loss {seen[0]:.6f} to {seen[-1]:.6f}; the body moved: {not (bodyParams == before).all()}")

# 3. save everything, go on, and go on again from the file
torch.save("checkpoint.t7", {"body": body, "head": head, "optimizer": optimizer.state_dict()})
first = losses(body, head, optimizer, opt.steps)

checkpoint = torch.load("checkpoint.t7")
body, head = checkpoint.body, checkpoint.head
optimizer = optim.Optimizer(optim.adam, [head.getParameters(), body.getParameters()])
optimizer.load_state_dict(checkpoint.optimizer)
second = losses(body, head, optimizer, opt.steps)
print(f"on, and from a file: loss {first[-1]:.6f} and {second[-1]:.6f}; the same bits: {first == second}")
