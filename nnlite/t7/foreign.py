"""Classes of other packages and what takes their place: foreign, adapted, is_grouped, is_torch_rnn, IGNORED."""

__all__ = ["IGNORED", "adapted", "foreign", "is_grouped", "is_torch_rnn"]

# Objects that only keep a GPU class going; nobody misses them.
IGNORED = {"nn.DataParallelTable.Basic", "nn.DataParallelTable.Threads"}

_NAMES = {
    "cudnn.ClippedReLU": "nn.HardTanh",
    "cudnn.VolumetricLogSoftMax": "nn.SpatialLogSoftMax",
    "cudnn.VolumetricSoftMax": "nn.SpatialSoftMax",
    "graph.Node": "nngraph.Node",
    "inn.SpatialAveragePooling": "nn.SpatialAveragePooling",
    "inn.SpatialCrossResponseNormalization": "nn.SpatialCrossMapLRN",
    "inn.SpatialMaxPooling": "nn.SpatialMaxPooling",
    "nn.CrossMapNormalization": "nn.SpatialCrossMapLRN",
    "nn.DataParallel": "nn.DataParallelTable",
    "nn.Inception": "nn.Decorator",
    "nn.LinearNB": "nn.Linear",
    "nn.LookupTableGPU": "nn.LookupTable",
    "nn.Serial": "nn.Decorator",
    "nn.SpatialConvolutionCuFFT": "nn.SpatialConvolution",
    "nn.SpatialConvolutionFBFFT": "nn.SpatialConvolution",
    "nn.SpatialConvolutionFFT": "nn.SpatialConvolution",
    "nn.TemporalConvolutionFB": "nn.TemporalConvolution",
}
_SAME = {f"cudnn.{name}" for name in ("BGRU", "BLSTM", "GRU", "LSTM", "RNN", "RNNReLU", "RNNTanh")}  # nnlite.rnn.cudnn
_PACKAGES = ("cudnn", "cunn", "fbcunn", "fbnn", "inn")  # elsewhere under the same name as in nn
_BOOKKEEPING = (
    *("iSize", "input_offset", "output_offset", "weight_offset", "pad", "stride", "mode", "algorithm", "nElem"),
    *("fmode", "bmode", "bwmode", "scaleT", "extraBuffer", "extraBufferSizeInBytes", "fastest_mode"),
)


def foreign(name: str) -> str:
    """Return the name of the class that takes the place of `name`, which may be no class at all."""
    package, _, plain = name.rpartition(".")
    return _NAMES.get(name, f"nn.{plain}" if package in _PACKAGES else name)


def is_grouped(name: str, fields: dict) -> bool:
    """Return whether this is a convolution in groups, which nn has not."""
    return name == "cudnn.SpatialConvolution" and fields.get("groups", 1) != 1


def is_torch_rnn(name: str, fields: dict) -> bool:
    """Return whether this is the LSTM of torch-rnn, which shares its name with that of the packages rnn."""
    return name == "nn.LSTM" and "input_dim" in fields


def adapted(name: str, fields: dict) -> dict:
    """Return the fields of a foreign class as the class that takes its place has them."""
    fields = dict(fields)
    mode = fields.get("mode")
    if name in _SAME:
        return fields
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


def _temporal_convolution(fields):
    """cudnn has frames as the rows of an image of one plane; nn joins the frames of a window into one vector."""
    if fields.get("padH", 0) or fields.get("padW", 0):
        raise ValueError("nn.TemporalConvolution cannot pad")
    for key in ("weight", "gradWeight"):
        if key in fields:
            fields[key] = fields[key].reshape(len(fields[key]), -1)
    fields.update(kW=fields.pop("kH"), dW=fields.pop("dH"))
