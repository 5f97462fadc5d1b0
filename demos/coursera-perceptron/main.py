"""The perceptron algorithm on points in the plane, drawn from a generator.

    python main.py

After main.lua of coursera_neural_nets/assignment1 in torch/tutorials, which reads its points from a Matlab file.
"""

from learn_perceptron import learn_perceptron

from nnlite import torch

generator = torch.Generator()
torch.manualSeed(generator, 1)

pos_examples_nobias = torch.Tensor(12, 2)
neg_examples_nobias = torch.Tensor(12, 2)
for i in range(12):
    pos_examples_nobias[i] = [torch.uniform(generator, 0.2, 1.2) for _ in range(2)]
    neg_examples_nobias[i] = [torch.uniform(generator, -1.2, -0.05) for _ in range(2)]
w_init = torch.Tensor([[torch.uniform(generator, -1, 1)] for _ in range(3)])

print(torch.tostring(pos_examples_nobias))
print(torch.tostring(neg_examples_nobias))

learn_perceptron(neg_examples_nobias, pos_examples_nobias, w_init)
