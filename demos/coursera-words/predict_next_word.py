"""The most probable words after three: predict_next_word.

After predict_next_word.lua of coursera_neural_nets/assignment2/solution_torch_nn in torch/tutorials.
"""

import numpy as np

from nnlite import torch


def predict_next_word(word1, word2, word3, model, vocab, vocab_ByIndex, k):
    """Print the `k` most probable words after word1 word2 word3."""
    for word in (word1, word2, word3):
        if word not in vocab:
            print(f"Word not in vocabulary:\t{word}")
            return
    input = torch.Tensor([[vocab[word1], vocab[word2], vocab[word3]]])

    output = np.exp(model.forward(input))

    indices = np.argsort(-output[0], kind="stable")

    for i in range(k):
        print(f"{word1} {word2} {word3} {vocab_ByIndex[indices[i]]} Prob: {output[0, indices[i]]:f}")
