"""Classes of GPU packages and the classes that take their place on the CPU: foreign, adapted, IGNORED."""

__all__ = ["IGNORED", "adapted", "foreign"]

# Objects that only keep a GPU class going; nobody misses them.
IGNORED = {"nn.DataParallelTable.Basic", "nn.DataParallelTable.Threads"}

_NAMES = {
    "cudnn.ClippedReLU": "nn.HardTanh",
    "cudnn.VolumetricLogSoftMax": "nn.SpatialLogSoftMax",
    "cudnn.VolumetricSoftMax": "nn.SpatialSoftMax",
    "inn.SpatialAveragePooling": "nn.SpatialAveragePooling",
    "inn.SpatialCrossResponseNormalization": "nn.SpatialCrossMapLRN",
    "inn.SpatialMaxPooling": "nn.SpatialMaxPooling",
    "nn.CrossMapNormalization": "nn.SpatialCrossMapLRN",
    "nn.DataParallel": "nn.Sequential",
    "nn.DataParallelTable": "nn.Sequential",
    "nn.LinearNB": "nn.Linear",
    "nn.LookupTableGPU": "nn.LookupTable",
    "nn.SpatialConvolutionCuFFT": "nn.SpatialConvolution",
    "nn.SpatialConvolutionFBFFT": "nn.SpatialConvolution",
    "nn.SpatialConvolutionFFT": "nn.SpatialConvolution",
    "nn.TemporalConvolutionFB": "nn.TemporalConvolution",
}
_PACKAGES = ("cudnn", "cunn", "fbcunn", "fbnn", "inn")  # elsewhere under the same name as in nn
_BOOKKEEPING = (
    *("iSize", "input_offset", "output_offset", "weight_offset", "pad", "stride", "mode", "algorithm", "nElem"),
    *("fmode", "bmode", "bwmode", "scaleT", "extraBuffer", "extraBufferSizeInBytes", "fastest_mode"),
)


def foreign(name: str) -> str:
    """Return the name of the class that takes the place of `name`, which may be no class at all."""
    package, _, plain = name.rpartition(".")
    return _NAMES.get(name, f"nn.{plain}" if package in _PACKAGES else name)


def adapted(name: str, fields: dict) -> dict:
    """Return the fields of a foreign class as the class that takes its place has them."""
    fields = dict(fields)
    if name in ("nn.DataParallelTable", "nn.DataParallel"):
        return _first_replica(fields)
    mode = fields.get("mode")
    if name.startswith("cudnn."):
        for key in _BOOKKEEPING:
            fields.pop(key, None)
    if name == "cudnn.ClippedReLU":
        fields.update(min_val=0, max_val=fields.pop("ceiling"))
    elif name.endswith("AveragePooling"):
        fields.update(divide=True, count_include_pad=mode != "CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING")
    elif name == "cudnn.TemporalConvolution":
        _temporal_convolution(fields)
    if name.startswith("inn.") and name.endswith("Pooling"):
        fields.update(ceil_mode=True)
    return fields


def _first_replica(fields):
    """Return the fields of a Sequential around the first of the replicas, which all have the same parameters."""
    modules = fields.get("modules")
    kept = {key: fields[key] for key in ("_type", "output", "gradInput", "train") if key in fields}
    return kept | {"modules": modules[:1] if isinstance(modules, list) else []}


def _temporal_convolution(fields):
    """cudnn has frames as the rows of an image of one plane; nn joins the frames of a window into one vector."""
    if fields.get("padH", 0) or fields.get("padW", 0):
        raise ValueError("nn.TemporalConvolution cannot pad")
    for key in ("weight", "gradWeight"):
        if key in fields:
            fields[key] = fields[key].reshape(len(fields[key]), -1)
    fields.update(kW=fields.pop("kH"), dW=fields.pop("dH"))
