"""The command line: ``python -m nnlite info FILE``, ``python -m nnlite convert FILE OUT``."""

import argparse
import os
import sys

import numpy as np

from .core.convert import converted
from .core.criterion import Criterion
from .core.module import Module
from .core.tensor_types import dtype_of
from .t7 import Report, load, save
from .t7.info import describe, named_arrays, skeleton, totals

__all__ = ["main"]

_FLOAT = "torch.FloatTensor"


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0, 1 for a file that cannot be read or written, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{error.filename or options.file}: {error.strerror or error}", file=sys.stderr)
        return 1
    except (ValueError, TypeError) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 1


def _parser():
    parser = argparse.ArgumentParser(prog="python -m nnlite", description="Look into Torch7 files and convert them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    info = commands.add_parser("info", help="print what is in a .t7 file, without loading it")
    info.add_argument("file", metavar="FILE")
    info.add_argument("--depth", type=int, metavar="N", help="show so many levels only")
    info.set_defaults(command=_info)
    convert = commands.add_parser("convert", help="write a .t7 file anew, or its arrays to an .npz file")
    convert.add_argument("file", metavar="FILE")
    convert.add_argument("out", metavar="OUT", help="a name that ends in .t7 or .npz")
    convert.add_argument(
        "--float", action="store_true", help="convert modules and arrays of doubles to single precision"
    )
    convert.add_argument("--clear-state", action="store_true", help="empty the buffers of modules")
    convert.add_argument("--ascii", action="store_true", help="write the text encoding")
    convert.set_defaults(command=_convert)
    for command in (info, convert):
        command.add_argument(
            "--mode", choices=["binary", "ascii", "b32", "b64"], help="the encoding of FILE, if it cannot be found out"
        )
    return parser


def _info(options):
    value = skeleton(options.file, options.mode)
    for line in describe(value, options.depth):
        print(line)
    found = totals(value)
    print(f"{os.path.getsize(options.file)} bytes in the file, {found['bytes']} bytes of numbers")
    for name, count in sorted(found["classes"].items()):
        note = f", becomes {found['mapped'][name]}" if name in found["mapped"] else ""
        print(f"{count} x {name}{', unknown' if name in found['unknown'] else note}")
    return 0


def _convert(options):
    if not options.out.endswith((".t7", ".npz")):
        print(f"{options.out}: a name that ends in .t7 or .npz expected", file=sys.stderr)
        return 2
    report = Report()
    value = load(options.file, options.mode, report=report)
    for name, ours in report.mapped.items():
        print(f"{name} becomes {ours}", file=sys.stderr)
    for name, paths in report.unknown.items():
        print(f"{name} is unknown and kept as it is ({paths[0] or 'the whole file'})", file=sys.stderr)
    value = _changed(value, options)
    if options.out.endswith(".t7"):
        save(options.out, value, "ascii" if options.ascii else "binary")
    else:
        np.savez(options.out, **dict(named_arrays(value)))
    return 0


def _changed(value, options):
    """Return the object after the changes asked for; modules deep inside tables are found."""
    holder, cache = [value], {}
    todo, seen = [holder], set()
    while todo:
        item = todo.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, Module | Criterion):
            if options.clear_state:
                item.clearState()
            if options.float:
                item.type(_FLOAT, cache)
            continue
        parts = item if isinstance(item, list | dict) else getattr(item, "__dict__", {})
        for key, part in list(enumerate(parts) if isinstance(parts, list) else parts.items()):
            if isinstance(part, np.ndarray) and options.float:
                parts[key] = converted(part, _FLOAT, dtype_of(_FLOAT), cache)
            elif not isinstance(part, np.ndarray | str | int | float | None):
                todo.append(part)
    return holder[0]


if __name__ == "__main__":
    sys.exit(main())
