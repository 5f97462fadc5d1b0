"""Train a neural network language model, with StochasticGradient or with optim: train.

After train.lua of coursera_neural_nets/assignment2/solution_torch_nn in torch/tutorials.
"""

import time

from load_data import load_data

import nnlite as nn
import optimlite as optim


def train(epochs, use_manual_technique):
    """Return the model and the two forms of its vocabulary."""
    start_time = time.process_time()

    # hyperparameters
    batchsize = 100
    learning_rate = 0.1
    momentum = 0.9
    numhid1 = 50  # length of the vector of a word
    numhid2 = 200  # hidden units

    # data
    train_input, train_target, vocab, vocab_size, vocab_ByIndex = load_data(batchsize)

    numwords, batchsize, numbatches = train_input.shape

    # network
    model = nn.Sequential()
    model.add(nn.LookupTable(vocab_size, numhid1))  # 3 words -> 3 x 50
    model.add(nn.Reshape(numwords * numhid1))  # -> 150
    model.add(nn.Linear(numwords * numhid1, numhid2))  # -> 200
    model.add(nn.Sigmoid())
    model.add(nn.Linear(numhid2, vocab_size))  # -> one score a word
    model.add(nn.LogSoftMax())

    # loss, and the trainer of the first style
    criterion = nn.ClassNLLCriterion()
    trainer = nn.StochasticGradient(model, criterion)
    trainer.learningRate = learning_rate
    trainer.maxIteration = 1

    # training
    for epoch in range(1, epochs + 1):
        print(f"Epoch {epoch:.0f}")

        for m in range(1, numbatches + 1):
            print(f"Batch #{m:.0f} of {numbatches:.0f} ")

            if not use_manual_technique:
                dataset, _, _ = getNextBatch(train_input, train_target, m)
                trainer.train(dataset)

            else:
                # the second style: optim
                _, inputs, targets = getNextBatch(train_input, train_target, m)

                # (a new state for each batch, as in the Lua script: the momentum never acts)
                optimState = nn.Table(
                    learningRate=learning_rate,
                    momentum=momentum,
                )
                parameters, gradParameters = model.getParameters()

                # loss and gradient of this batch, for optim.sgd
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

                    # normalize gradients and f(X)
                    gradParameters[...] /= len(inputs)
                    f = f / len(inputs)

                    print(f"error: {f:f}")
                    # return f and df/dX
                    return f, gradParameters

                optim.sgd(feval, parameters, optimState)

    diff = time.process_time() - start_time
    print(f"Training took {diff:.2f} seconds\n")

    return model, vocab, vocab_ByIndex


class Dataset(list):
    """A list of [input, output] that has Lua's size()."""

    def size(self):
        return len(self)


# batch m, as a list of pairs and as two arrays
def getNextBatch(input, target, m):
    input_batch = input[:, :, m - 1].T
    target_batch = target[:, :, m - 1].T

    target_batch = target_batch.reshape(len(target_batch))

    dataset = Dataset([x, y] for x, y in zip(input_batch, target_batch, strict=True))

    return dataset, input_batch, target_batch
