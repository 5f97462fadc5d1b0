"""Distances and similarities to learned points."""

from . import case

COSINE = {"scale": "ignored, as in Torch"}
KMEANS = {
    "gradient": "0 by design: the output is a number of a cluster",
    "parameters": "they point to the means of the clusters",
    "batch": "only batches are accepted",
}

CASES = [
    case("nn.Cosine(4, 3)", (2, 4), batch=True, without=COSINE),
    case("nn.Cosine(4, 3)", (4,), without=COSINE),
    case("nn.Cosine(1, 2)", (1, 1), without=COSINE),
    case("nn.Euclidean(4, 3)", (2, 4), batch=True),
    case("nn.Euclidean(4, 3)", (4,)),
    case("nn.Euclidean(1, 1)", (1, 1)),
    case("nn.WeightedEuclidean(4, 3)", (2, 4), batch=True),
    case("nn.WeightedEuclidean(4, 3)", (4,), without={"scale": "the gradient of the factors ignores it, as in Torch"}),
    case("nn.WeightedEuclidean(1, 1)", (1, 1)),
    case("nn.Kmeans(3, 4)", (5, 4), without=KMEANS),
    case("nn.Kmeans(1, 1, 0.5)", (1, 1), without=KMEANS | {"scale": "its own scale takes the place of the argument"}),
]
