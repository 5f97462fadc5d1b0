"""Minibatches of text for character-level language models: CharLMMinibatchLoader.

After data/CharLMMinibatchLoader.lua of practical6, oxford-cs-ml-2015.
"""

import pathlib

import numpy as np

from nnlite import torch


class CharLMMinibatchLoader:
    """Minibatches of sequences and of the characters that follow, from the two files of `text_to_tensor`."""

    def __init__(self, tensor_file, vocab_file, batch_size, seq_length):
        print("loading data files...")
        data = torch.load(tensor_file)
        self.vocab_mapping = torch.load(vocab_file)

        # only whole batches
        length = len(data)
        if length % (batch_size * seq_length) != 0:
            print("cutting off end of data so that the batches/sequences divide evenly")
            data = data[: batch_size * seq_length * (length // (batch_size * seq_length))]

        # count vocab
        self.vocab_size = len(self.vocab_mapping)

        # self.x_batches is a list of tensors
        print("reshaping tensor...")
        self.batch_size = batch_size
        self.seq_length = seq_length

        ydata = np.roll(data, -1)
        self.x_batches = np.split(data.reshape(batch_size, -1), len(data) // (batch_size * seq_length), 1)
        self.nbatches = len(self.x_batches)
        self.y_batches = np.split(ydata.reshape(batch_size, -1), self.nbatches, 1)

        self.current_batch = 0
        self.evaluated_batches = 0  # number of times next_batch() called

        print("data load done.")

    @staticmethod
    def text_to_tensor(in_textfile, out_vocabfile, out_tensorfile):
        print("loading text file...")
        rawdata = pathlib.Path(in_textfile).read_text(encoding="latin-1")

        # characters in order, numbered from 1
        print("creating vocabulary mapping...")
        vocab_mapping = {char: i for i, char in enumerate(sorted(set(rawdata)), 1)}

        print("putting data into tensor...")
        data = torch.ByteTensor([vocab_mapping[char] for char in rawdata])

        print("saving two files...")
        torch.save(out_vocabfile, vocab_mapping)
        torch.save(out_tensorfile, data)

    def next_batch(self):
        self.current_batch = (self.current_batch % self.nbatches) + 1
        self.evaluated_batches = self.evaluated_batches + 1
        return self.x_batches[self.current_batch - 1], self.y_batches[self.current_batch - 1]
