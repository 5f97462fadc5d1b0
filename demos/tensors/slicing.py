"""Tensor slicing, in NumPy's terms: what you write in [] counts from 0, and a range ends before its second number.

    python slicing.py
    python slicing.py --ask    # and then press 'y' or 'return' at each step, to keep going

Each line of Lua is shown with its Python form. After slicing.lua of torch/demos.
"""

import argparse
import sys

from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--ask", action="store_true", help="ask before each step")
opt = parser.parse_args()
neverstall = not opt.ask


# wait for an answer
def next():
    global neverstall
    answer = None
    while answer not in ("", "y", "Y") and not neverstall:
        answer = input("continue ([y]/n/!)? ")
        if answer == "!":
            neverstall = True
        if answer == "n":
            print("exiting...")
            sys.exit()
    print("")


def show(tensor):
    print(torch.tostring(tensor))


print("----------------------------------------------------------------------")
print("two tensors to slice")

t1 = torch.range(1, 75).reshape(3, 5, 5)
print("t1 = torch.range(1,75):resize(3,5,5)      t1 = torch.range(1, 75).reshape(3, 5, 5)")
print("t1 = ")
show(t1)

t2 = torch.range(1, 25).reshape(5, 5)
print("t2 = torch.range(1,25):resize(5,5)      t2 = torch.range(1, 25).reshape(5, 5)")
print("t2 = ")
show(t2)

print("done.")
print("")

next()
print("----------------------------------------------------------------------")
print("one number takes one slice of the first dimension")
print("")

print("t1 =")
show(t1)

print("t1[2] =      t1[1] =")
show(t1[1])

next()
print("----------------------------------------------------------------------")
print("a slice is a view: what is written into it is in t1 as well")
print("")

t1[1].fill(7)
print("t1[2]:fill(7)      t1[1].fill(7)")

print("t1[2] =      t1[1] =")
show(t1[1])

print("t1 =")
show(t1)

next()
print("----------------------------------------------------------------------")
print("one number or range for each dimension: Lua counts from 1 and includes the last,")
print("Python counts from 0 and stops before it")
print("")

t2_slice1 = t2[:, 1]
t2_slice2 = t2[1, :]  # equivalent to t2[1]
t2_slice3 = t2[1:2, :]
t2_slice4 = t2[0:3, 2:4]
t2_slice5 = t2[2:3, 3:4]
t2_slice6 = t2[2, 3]

print("t2 = ")
show(t2)

print("t2[{ {},2 }] =      t2[:, 1] =")
show(t2_slice1)

print("t2[{ 2,{} }] =      t2[1, :] =")
show(t2_slice2)

print("t2[{ {2},{} }] =      t2[1:2, :] =")
show(t2_slice3)

print("t2[{ {1,3},{3,4} }] =      t2[0:3, 2:4] =")
show(t2_slice4)

print("t2[{ {3},{4} }] =      t2[2:3, 3:4] =")
show(t2_slice5)

print("t2[{ 3,4 }] =      t2[2, 3] =")
show(t2_slice6)

next()
print("----------------------------------------------------------------------")
print("negative numbers count from the end, in Lua up to and including the last given")
print("")

t2_slice7 = t2[:, 1:-1]
t2_slice8 = t2[-1, -1]

print("t2[{ {},{2,-2} }] =      t2[:, 1:-1] =")
show(t2_slice7)

print("t2[{ -1,-1 }] =      t2[-1, -1] =")
show(t2_slice8)

next()
print("----------------------------------------------------------------------")
print("= gives a name to a tensor; [{}] = (in Python [...] =) copies into it")
print("")

print("t3 = torch.Tensor(5)")
print("t3[{}] = t2[{ {},1 }]      t3[...] = t2[:, 0]")

t3 = torch.Tensor(5)
t3[...] = t2[:, 0]

print("t3 =")
show(t3)

next()
print("----------------------------------------------------------------------")
print("columns that are not neighbours are copied one by one")
print("")

t4 = torch.Tensor(5, 2)
t4[:, 0] = t2[:, 1]
t4[:, 1] = t2[:, 4]

print("t4 = torch.Tensor(5,2)")
print("t4[{ {},1 }] = t2[{ {},2 }]      t4[:, 0] = t2[:, 1]")
print("t4[{ {},2 }] = t2[{ {},5 }]      t4[:, 1] = t2[:, 4]")
print("")

print("t4 =")
show(t4)
