"""Data that several demos share: generated images, and files from the net: images, download."""

import nnlite.torch as torch


def images(seed, count):
    """Return images of ten classes as bytes, count x 3072, and their labels 1..10, drawn from a generator of their own.

    An image is a mixture of the prototype of its class and noise: ``floor((0.6 prototype + 0.4 noise) * 255)``.
    """
    generator = torch.Generator()
    torch.manualSeed(generator, seed)
    prototypes = torch.rand(generator, 10, 3072)
    noise = torch.rand(generator, count, 3072)
    labels = torch.type(torch.range(0, count - 1) % 10 + 1, "torch.ByteTensor")
    pixels = (prototypes[labels - 1] * 0.6 + noise * 0.4) * 255
    return torch.type(pixels, "torch.ByteTensor"), labels


def download(name, checksum, mirrors):
    """Return the path of a file, from the cache or from the first mirror that has it; the checksum must be right."""
    try:
        import pooch
    except ImportError as missing:
        raise ImportError("downloads need pooch: pip install 'nnlite[data]'") from missing
    for mirror in mirrors:
        try:
            return pooch.retrieve(mirror + name, known_hash=checksum, fname=name, progressbar=True)
        except (OSError, ValueError) as problem:
            print(f"{mirror}{name}: {problem}")
    raise OSError(f"none of the mirrors has {name}: {', '.join(mirrors)}")
