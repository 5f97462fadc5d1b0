"""What scripts take from Lua's xlua: progress, formatTime, table2string, envparams, error, trycatch, require."""

import importlib
import math
import os

from .core.args import given
from .core.lua_format import lua_format

__all__ = ["envparams", "error", "formatTime", "progress", "require", "table2string", "trycatch"]

_bar = None  # the progress bar on the screen


def progress(current, goal) -> None:
    """Show a progress bar: `current` steps of `goal` are done. A smaller `current` starts a new bar.

    The bar is tqdm's (extra ``progress``) and goes to the error stream, so that it never mixes with what a script
    prints. Lua: xlua/init.lua.
    """
    global _bar
    if _bar is not None and (current < _bar.n or goal != _bar.total):
        _bar.close()
        _bar = None
    if _bar is None:
        _bar = _new_bar(goal)
    _bar.update(current - _bar.n)
    if current >= goal:
        _bar.close()
        _bar = None


def _new_bar(goal):
    try:
        from tqdm import tqdm
    except ImportError as missing:
        raise ImportError("a progress bar needs tqdm: pip install 'nnlite[progress]'") from missing
    return tqdm(total=goal)


def formatTime(seconds) -> str:
    """Return a time in its two largest units. Lua: xlua/init.lua.

    >>> formatTime(3723.5), formatTime(0.25)
    ('1h2m', '250ms')
    """
    parts: list[str] = []
    for size, unit in ((86400, "D"), (3600, "h"), (60, "m"), (1, "s"), (0.001, "ms")):
        count = math.floor(seconds / size) if size >= 1 else math.floor(seconds * 1000)
        seconds -= count * size
        if count > 0 and len(parts) < 2:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0ms"


def table2string(tbl, newline=None) -> str:
    """Return a table as text: lists first, then ``key=value``. Lua: xlua/init.lua.

    >>> table2string({"rate": 0.1, "names": ["a", "b"]})
    '{rate=0.1,names={"a","b"}}'
    """
    if isinstance(tbl, dict):
        sign = " : " if given(newline, False) else "="
        items = [f"{_key(key)}{sign}{_value(value)}" for key, value in tbl.items()]
    else:
        items = [_value(value) for value in tbl]
    if given(newline, False):
        return "{\n   " + "\n   ".join(items) + "\n}"
    return "{" + ",".join(items) + "}"


def _value(value):
    if isinstance(value, str):
        value = value.replace("\n", "\\n")
        return f"'{value}'" if '"' in value and "'" not in value else '"' + value.replace('"', '\\"') + '"'
    if isinstance(value, dict | list | tuple):
        return table2string(value)
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    return lua_format("%.14g", value) if isinstance(value, float) else str(value)


def _key(key):
    return key if isinstance(key, str) and key.isidentifier() else f"[{_value(key)}]"


def envparams(default: dict) -> dict:
    """Return `default` with the values of environment variables of the same names, in their types.

    Lua: xlua/init.lua.
    """
    params = type(default)(default)
    for key, value in default.items():
        text = os.environ.get(key)
        if text is None:
            continue
        if isinstance(value, bool):
            params[key] = {"false": False, "true": True}.get(text.lower(), text)
        elif isinstance(value, int | float):
            params[key] = float(text) if not text.lstrip("+-").isdigit() else int(text)
        else:
            params[key] = text
    return params


def error(message, domain=None, usage=None) -> None:
    """Raise a RuntimeError: ``<domain> message``, then the usage. Lua: xlua/init.lua."""
    text = message if domain is None else f"<{domain}> {message}"
    raise RuntimeError(text if usage is None else f"{text}\n{usage}")


def trycatch(attempt, catch) -> None:
    """Call `attempt`; if it raises, call `catch` with the error. Lua: xlua/init.lua."""
    try:
        attempt()
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as problem:
        catch(problem)


def require(package):
    """Return the Python package, or print why it is missing and return ``False``. Lua: xlua/init.lua."""
    try:
        return importlib.import_module(package)
    except ImportError as problem:
        print(problem)
        print(f"warning: <{package}> could not be loaded (is it installed?)")
        return False
