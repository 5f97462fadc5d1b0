"""Options of a script: CmdLine."""

import builtins
import sys
import time
from pathlib import Path

from ..core.args import given
from ..core.tables import Table
from .printing import tostring
from .types import type as lua_type

__all__ = ["CmdLine"]


class CmdLine:
    """Options and arguments of a script, in Lua's syntax: ``-lr 0.1``.

    An option takes the next word as its value; a boolean one takes none and turns its default around. ``-h``, ``-help``
    and ``--help`` print the help and end the script.

    Parameters
    ----------
    argseparator, keyseparator : str, default "," and "="
        What `string` puts between options, and between an option and its value.

    Notes
    -----
    Lua: CmdLine.lua. Python's argparse is not underneath: it takes words that start with a dash for options, and its
    help is another text. An argument of type ``'number'``, which Torch always refuses, is converted.

    Examples
    --------
    >>> cmd = CmdLine()
    >>> cmd.option('-lr', 0.1, 'learning rate')
    >>> cmd.option('-plot', False, 'plot as you go')
    >>> opt = cmd.parse(['-lr', '1e-3', '-plot'])
    >>> opt.lr, opt.plot
    (0.001, True)
    """

    torch_typename = "torch.CmdLine"

    def __init__(self, argseparator: str | None = None, keyseparator: str | None = None):
        self.argseparator = given(argseparator, ",")
        self.keyseparator = given(keyseparator, "=")
        self.options: dict = {}
        self.arguments: list = []
        self.helplines: list = []
        self.dateformat: str | None = None
        self.silentio = False

    def text(self, txt: str = "") -> None:
        """Add a line of text to the help."""
        self.helplines.append(txt)

    def argument(self, key: str, help: str | None = None, type: str | None = None) -> None:
        """Add an argument: a word that must be there; `type` is ``'string'`` or ``'number'``."""
        self.arguments.append(Table(key=key, help=help, type=type))
        self.helplines.append(self.arguments[-1])

    def option(self, key: str, default, help: str | None = None, type: str | None = None) -> None:
        """Add an option ``-name`` with a default value, whose type its values take."""
        if default is None:
            raise ValueError(f"option {key} has no default value")
        type = given(type, lua_type(default))
        if lua_type(default) != type:
            raise ValueError(f"option {key} has wrong default type value: {type} expected, got {lua_type(default)}")
        self.options[key] = Table(key=key, default=default, help=help, type=type)
        self.helplines.append(self.options[key])

    def default(self) -> Table:
        """Return the default values."""
        return Table((_strip(key), option.default) for key, option in self.options.items())

    def parse(self, arg: list[str] | None = None) -> Table:
        """Return the values of all options and arguments in a list of words, by default the script's own."""
        words = list(given(arg, sys.argv[1:]))
        params = self.default()
        count = i = 0
        while i < len(words):
            if words[i] in ("-help", "-h", "--help"):
                self.help(sys.argv if arg is None else None)
                raise SystemExit(0)
            if words[i] in self.options:
                i += self._read_option(params, words, i)
            else:
                self._read_argument(params, words[i], count)
                count, i = count + 1, i + 1
        if count != len(self.arguments):
            self.error("not enough arguments")
        return params

    def help(self, arg: list[str] | None = None) -> None:
        """Print the options and arguments; the script's name first, if `arg` has it in front."""
        script = "" if arg is None else f"{arg[0]} "
        names = "".join(f" <{_strip(argument.key)}>" for argument in self.arguments)
        print(f"Usage: {script}[options]{names}")
        width = max((len(_shown(line)) for line in self.helplines if not isinstance(line, str)), default=0)
        for line in self.helplines:
            print(line if isinstance(line, str) else _help_line(line, width))

    def error(self, message: str) -> None:
        """Print a message and the help, and end the script."""
        print()
        sys.stderr.write(message)
        print()
        self.help()
        raise SystemExit(1)

    def string(self, prefix: str | None, params: dict, ignore: dict | None = None) -> str:
        """Return a name for a run: `prefix`, the arguments, and the options that differ from their default.

        Options with a true value in `ignore` are left out; those with ``False`` there are always in.
        """
        arguments, options = {}, []
        for key, value in params.items():
            skip = given(ignore, {}).get(key)
            option = self.options.get(f"-{key}")
            if skip is not None and skip is not False:
                print(f"-- ignore option {key}")
            elif option is not None:
                if value != option.default or skip is False:
                    options.append(f"{key}{self.keyseparator}{_short(value)}")
                    _print(key, _short(value), option.default)
            else:
                places = [i for i, argument in enumerate(self.arguments) if _strip(argument.key) == key]
                if places:
                    arguments[places[-1]] = f"{key}{self.keyseparator}{_short(value)}"
                else:
                    print(f"WARNING: unknown option/argument: {key} IGNORING for DIRECTORY NAME")
        text = self.argseparator.join(sorted(options))
        if arguments:
            text = self.argseparator.join([*(arguments[i] for i in sorted(arguments)), text])
        prefix = given(prefix, "")
        return f"{prefix}{self.argseparator}{text}" if text else prefix

    def log(self, file, params: dict | None = None) -> None:
        """Let ``print`` write to `file` (a name or an open file) as well, starting with the time and `params`."""
        write = _writer(file)
        screen = getattr(builtins.print, "screen", builtins.print)

        def logged(*values, **options):
            if not self.silentio or options.get("file") is not None:
                screen(*values, **options)
            if options.get("file") is None:
                stamp = [] if self.dateformat is None else [time.strftime(self.dateformat)]
                write(" ".join([*stamp, *map(tostring, values), "\n"]))

        logged.screen = screen  # type: ignore[attr-defined]
        builtins.print = logged  # type: ignore[assignment]
        logged(f"[program started on {time.strftime('%c')}]")
        logged("[command line arguments]")
        for key, value in given(params, {}).items():
            _print(key, value)
        logged("[----------------------]")

    def silent(self) -> None:
        """Keep what is logged off the screen."""
        self.silentio = True

    def addTime(self, name: str | None = None, format: str = "%Y-%m-%d %H:%M:%S") -> None:
        """Start each line of the log with the time, and the name of the project."""
        self.dateformat = format + ("" if name is None else f"[{name}]: ")

    def _read_option(self, params, words, i):
        key = words[i]
        option = self.options[key]
        if option.type == "boolean":
            params[_strip(key)] = not option.default
            return 1
        if i + 1 == len(words):
            self.error(f"missing argument for option {key}")
        value = words[i + 1]
        if option.type == "number":
            value = _number(value, option.default)
        elif option.type != "string":
            self.error(f"unknown required option type {option.type}")
        if value is None:
            self.error(f"invalid type for option {key} (should be {option.type})")
        params[_strip(key)] = value
        return 2

    def _read_argument(self, params, word, count):
        if count >= len(self.arguments):
            self.error(f"invalid argument: {word}")
        argument = self.arguments[count]
        value = _number(word) if argument.type == "number" else word
        if value is None or argument.type not in (None, "string", "number"):
            self.error(f"invalid argument type for argument {argument.key} (should be {argument.type})")
        params[_strip(argument.key)] = value


def _strip(key):
    return key.lstrip("-")


def _shown(entry):
    return entry.key if "default" in entry else f"<{_strip(entry.key)}>"


def _help_line(entry, width):
    line = f"  {_shown(entry):<{width}}" + ("" if entry.help is None else f" {entry.help}")
    return line + (f" [{tostring(entry.default)}]" if "default" in entry else "")


def _short(value):
    return {True: "t", False: "f"}[value] if isinstance(value, bool) else tostring(value)


def _number(word, default=0.0):
    """Return the number a word stands for, an integer where it can be one, None if there is none."""
    try:
        if "_" in word:
            return None
        value = float(int(word, 16)) if "x" in word.lower() else float(word)
    except ValueError:
        return None
    whole = value.is_integer() and (isinstance(default, int) or word.strip().lstrip("+-").isdigit())
    return int(value) if whole else value


def _writer(file):
    """Return the function that writes a text to a log: to an open file, or to the end of the file of that name."""
    if hasattr(file, "write"):

        def write(text):
            file.write(text)
            file.flush()

        return write
    path = Path(file)
    path.write_text("")

    def append(text):
        with path.open("a") as stream:
            stream.write(text)

    return append


def _print(*values):
    print(*map(tostring, values), sep="\t")
