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


# little function to pause execution, and request user input
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
print("creating a few tensors")

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
print("the most basic slicing is done using the [] operator")
print("")

print("t1 =")
show(t1)

print("t1[2] =      t1[1] =")
show(t1[1])

next()
print("----------------------------------------------------------------------")
print("t1_1 is a view in the existing t1 tensor: changing the values")
print("in t1_1 directly affects t1:")
print("")

t1[1].fill(7)
print("t1[2]:fill(7)      t1[1].fill(7)")

print("t1[2] =      t1[1] =")
show(t1[1])

print("t1 =")
show(t1)

next()
print("----------------------------------------------------------------------")
print("more complex slicing can be done using the [{}] operator")
print("this operator lets you specify one list/number per dimension")
print("for example, t2 is a 2-dimensional tensor, therefore")
print("we should pass 2 lists/numbers to the [{}] operator:")
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
print("negative indexes can also be used:")
print("")

t2_slice7 = t2[:, 1:-1]
t2_slice8 = t2[-1, -1]

print("t2[{ {},{2,-2} }] =      t2[:, 1:-1] =")
show(t2_slice7)

print("t2[{ -1,-1 }] =      t2[-1, -1] =")
show(t2_slice8)

next()
print("----------------------------------------------------------------------")
print("in basic Lua, the = operator cannot be overloaded (that speeds up the language parser")
print("a lot...), but you can use the [{}] operator to copy tensors, and subtensors:")
print("")

print("t3 = torch.Tensor(5)")
print("t3[{}] = t2[{ {},1 }]      t3[...] = t2[:, 0]")

t3 = torch.Tensor(5)
t3[...] = t2[:, 0]

print("t3 =")
show(t3)

next()
print("----------------------------------------------------------------------")
print("if you need to slice arbitrary subtensors, you will need to do it in steps:")
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
