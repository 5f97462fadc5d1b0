"""Lists of arrays: clone_list. After util/misc.lua."""


def clone_list(tensor_list, zero_too=False):
    """Return a list of copies of a list of arrays, filled with zeros if asked to."""
    out = []
    for v in tensor_list:
        out.append(v.copy())
        if zero_too:
            out[-1].fill(0)
    return out
