"""Batches of characters from a text file: CharSplitLMMinibatchLoader. After util/CharSplitLMMinibatchLoader.lua."""

import os

import numpy as np

from nnlite import torch


class CharSplitLMMinibatchLoader:
    """A text as batches of character numbers, split into a training, a validation and a test part.

    Parameters
    ----------
    data_dir : str
        The folder of input.txt; vocab.t7 and data.t7 are written beside it once.
    batch_size, seq_length : int
        Rows and columns of a batch.
    split_fractions : list of float
        The shares of the three parts, [0.9, 0.05, 0.05] for example.
    """

    def __init__(self, data_dir, batch_size, seq_length, split_fractions):
        input_file = os.path.join(data_dir, "input.txt")
        vocab_file = os.path.join(data_dir, "vocab.t7")
        tensor_file = os.path.join(data_dir, "data.t7")

        # look at the files to determine if we need to rerun preprocessing
        run_prepro = False
        if not (os.path.exists(vocab_file) or os.path.exists(tensor_file)):
            # prepro files do not exist, generate them
            print("vocab.t7 and data.t7 do not exist. Running preprocessing...")
            run_prepro = True
        else:
            # check if the input file was modified since last time we ran the prepro
            modified = os.path.getmtime(input_file)
            if modified > os.path.getmtime(vocab_file) or modified > os.path.getmtime(tensor_file):
                print("vocab.t7 or data.t7 detected as stale. Re-running preprocessing...")
                run_prepro = True
        if run_prepro:
            # construct a tensor with all the data, and vocab file
            print(f"one-time setup: preprocessing input text file {input_file}...")
            text_to_tensor(input_file, vocab_file, tensor_file)

        print("loading data files...")
        data = torch.load(tensor_file)
        self.vocab_mapping = torch.load(vocab_file)

        # cut off the end so that it divides evenly
        length = len(data)
        if length % (batch_size * seq_length) != 0:
            print("cutting off end of data so that the batches/sequences divide evenly")
            data = data[: batch_size * seq_length * (length // (batch_size * seq_length))]

        # count vocab
        self.vocab_size = len(self.vocab_mapping)

        # self.x_batches is a list of arrays
        print("reshaping tensor...")
        self.batch_size = batch_size
        self.seq_length = seq_length

        ydata = data.copy()
        ydata[:-1] = data[1:]
        ydata[-1] = data[0]
        columns = range(seq_length, len(data) // batch_size, seq_length)
        self.x_batches = np.split(data.reshape(batch_size, -1), columns, axis=1)
        self.nbatches = len(self.x_batches)
        self.y_batches = np.split(ydata.reshape(batch_size, -1), columns, axis=1)

        # lets try to be helpful here
        if self.nbatches < 50:
            print(
                "WARNING: less than 50 batches in the data in total? Looks like very small dataset. "
                "You probably want to use smaller batch_size and/or seq_length."
            )

        # perform safety checks on split_fractions
        for fraction, name in zip(split_fractions, ("train", "val", "test"), strict=True):
            if not 0 <= fraction <= 1:
                raise SystemExit(f"bad split fraction {fraction} for {name}, not between 0 and 1")
        if split_fractions[2] == 0:
            # catch a common special case where the user might not want a test set
            self.ntrain = int(self.nbatches * split_fractions[0])
            self.nval = self.nbatches - self.ntrain
            self.ntest = 0
        else:
            # divide data to train/val and allocate rest to test
            self.ntrain = int(self.nbatches * split_fractions[0])
            self.nval = int(self.nbatches * split_fractions[1])
            self.ntest = self.nbatches - self.nval - self.ntrain  # the rest goes to test

        self.split_sizes = [self.ntrain, self.nval, self.ntest]
        self.batch_ix = [0, 0, 0]

        print(f"data load done. Number of data batches in train: {self.ntrain}, val: {self.nval}, test: {self.ntest}")

    def reset_batch_pointer(self, split_index, batch_index=0):
        """Let the next batch of a part be the one after `batch_index`."""
        self.batch_ix[split_index - 1] = batch_index

    def next_batch(self, split_index):
        """Return the next batch of part 1 (train), 2 (val) or 3 (test): characters, and those that follow them."""
        if self.split_sizes[split_index - 1] == 0:
            # perform a check here to make sure the user isn't screwing something up
            name = ("train", "val", "test")[split_index - 1]
            raise SystemExit(f"ERROR. Code requested a batch for split {name}, but this split has no data.")
        self.batch_ix[split_index - 1] += 1
        if self.batch_ix[split_index - 1] > self.split_sizes[split_index - 1]:
            self.batch_ix[split_index - 1] = 1  # cycle around to beginning
        # pull out the correct next batch
        ix = self.batch_ix[split_index - 1]
        if split_index == 2:
            ix = ix + self.ntrain  # offset by train set size
        if split_index == 3:
            ix = ix + self.ntrain + self.nval  # offset by train + val
        return self.x_batches[ix - 1], self.y_batches[ix - 1]


def text_to_tensor(in_textfile, out_vocabfile, out_tensorfile):
    """Write the table from character to number, and the text as numbers."""
    print("loading text file...")
    with open(in_textfile, encoding="latin-1", newline="") as f:  # a character is a byte, as in Lua
        rawdata = f.read()
    # create vocabulary if it doesn't exist yet
    print("creating vocabulary mapping...")
    # sort into a list, and invert it to create the char->int mapping
    ordered = sorted(set(rawdata))
    vocab_mapping = {char: i for i, char in enumerate(ordered, 1)}
    # construct a tensor with all the data
    print("putting data into tensor...")
    data = torch.ByteTensor([vocab_mapping[char] for char in rawdata])

    # save output preprocessed files
    print(f"saving {out_vocabfile}")
    torch.save(
        out_vocabfile, {char.encode("latin-1") if char > "\x7f" else char: i for char, i in vocab_mapping.items()}
    )
    print(f"saving {out_tensorfile}")
    torch.save(out_tensorfile, data)
