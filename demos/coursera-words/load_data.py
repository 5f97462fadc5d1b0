"""The 4-grams of a text: three words in, the next one out: load_data.

After load_data.lua of coursera_neural_nets/assignment2 in torch/tutorials, which reads them from a Matlab file.
"""

import pathlib
import re

from nnlite import torch

text = pathlib.Path(__file__).resolve().parents[1] / "tiny_text.txt"


def load_data(N):
    """Return the training set in mini-batches of `N`, and the vocabulary.

    The input is D x N x M (D words, N in a batch, M batches), the target 1 x N x M; both hold numbers of words from 1
    on. The vocabulary maps words to numbers; the list beside it, numbers (less 1) to words.
    """
    tokens = re.findall(r"[a-z']+|[.,?:\"]", text.read_text().lower())

    vocab_ByIndex = sorted(set(tokens))
    vocab = {word: i for i, word in enumerate(vocab_ByIndex, 1)}
    vocab_size = len(vocab)

    numbers = torch.Tensor([vocab[word] for word in tokens])
    count = len(numbers) - 3
    trainData = torch.Tensor(4, count)
    for d in range(4):
        trainData[d] = numbers[d : d + count]

    D = len(trainData) - 1
    M = trainData.shape[1] // N
    print(f"words {len(tokens)}, vocabulary {vocab_size}, training 4-grams {N * M}")

    train_input = trainData[:D, : N * M].reshape(D, N, M)
    train_target = trainData[D:, : N * M].reshape(1, N, M)

    return train_input, train_target, vocab, vocab_size, vocab_ByIndex
