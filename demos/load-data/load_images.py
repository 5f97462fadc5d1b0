"""Load the images of a directory, sorted by name, and show a few of them on one picture.

    python load_images.py --dir DIRECTORY [--ext png]
    python load_images.py              # makes a few pictures of its own first

After load-images.lua of torch/demos.
"""

import argparse
import os

from nnlite import image, torch

# ----------------------------------------------------------------------
# 1. Parse command-line arguments

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("-d", "--dir", help="directory to load")
parser.add_argument("-e", "--ext", default="jpg", help="only load files of this extension")
opt = parser.parse_args()

# Without a directory: some Gaussian bumps
if opt.dir is None:
    opt.dir = "images"
    os.makedirs(opt.dir, exist_ok=True)
    for i in range(1, 7):
        picture = torch.Tensor(3, 48, 64)
        picture[i % 3] = image.gaussian({"width": 64, "height": 48, "mean_horz": i / 7, "sigma": 0.05 + i / 40})
        image.save(os.path.join(opt.dir, f"bump-{i}.{opt.ext}"), picture)
print(opt)

# ----------------------------------------------------------------------
# 2. Load all files in directory

files = []

# Go over all files in directory
for file in os.listdir(opt.dir):
    if file.endswith(opt.ext):
        files.append(os.path.join(opt.dir, file))

# Check files
if len(files) == 0:
    raise SystemExit(f"given directory doesnt contain any files of type: {opt.ext}")

# ----------------------------------------------------------------------
# 3. Sort file names

files.sort()

print("Found files:")
for i, file in enumerate(files, 1):
    print(f"  {i} : {file}")

# ----------------------------------------------------------------------
# 4. Finally we load images

images = []
for file in files:
    # load each image
    images.append(image.load(file))

print("Loaded images:")
for i, picture in enumerate(images, 1):
    print(f"  {i} : {torch.typename(picture)} - size: {'x'.join(map(str, picture.shape))}")

# Display a few of them: at one size, on one picture
few = [image.scale(picture[:3] if len(picture) > 2 else picture[[0, 0, 0]], 64, 64) for picture in images[:10]]
image.save("loaded-images.png", image.toDisplayTensor({"input": few, "padding": 2, "nrow": 5, "min": 0, "max": 1}))
