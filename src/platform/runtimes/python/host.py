"""Runs one model for a worker of Slipway's data plane. Needs nothing but the standard library and what the model needs.

    python host.py <unix socket>

A frame is two little-endian uint32 (bytes of the head, bytes of the body), the head as JSON, the body. The first frame
says which model to load; every other one is a run, answered in order. Tensors travel as raw little-endian bytes one after
the other, on the way here each from a multiple of its element's size; texts as a JSON list in which null is a missing value. What the model prints goes to the log of the process.
"""

import array
import base64
import ctypes
import importlib
import inspect
import json
import os
import pickle
import signal
import socket
import struct
import sys
import traceback

TYPES = {
    "BOOL": ("?", "B"), "UINT8": ("u1", "B"), "UINT16": ("<u2", "H"), "UINT32": ("<u4", "I"), "UINT64": ("<u8", "Q"),
    "INT8": ("i1", "b"), "INT16": ("<i2", "h"), "INT32": ("<i4", "i"), "INT64": ("<i8", "q"),
    "FP16": ("<f2", None), "FP32": ("<f4", "f"), "FP64": ("<f8", "d"),
}
DATATYPES = {"b1": "BOOL", "u1": "UINT8", "u2": "UINT16", "u4": "UINT32", "u8": "UINT64", "i1": "INT8", "i2": "INT16",
             "i4": "INT32", "i8": "INT64", "f2": "FP16", "f4": "FP32", "f8": "FP64"}
WIDTHS = {"BYTES": 1, **{name: struct.calcsize(code or "e") for name, (_, code) in TYPES.items()}}
FRAME = struct.Struct("<II")


def main():
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = socket.socket(socket.AF_UNIX)
    link.connect(sys.argv[1])
    given, _ = receive(link)
    try:
        model = load(given)
    except BaseException as error:
        send(link, describe(error))
        raise
    call = Caller(given, model)
    send(link, {"python": sys.version.split()[0], **features_of(model)})
    while True:
        frame = receive(link)
        if frame is None:
            return
        try:
            outputs, parts = call(*frame)
        except Exception as error:
            traceback.print_exc()
            sys.stderr.flush()
            send(link, describe(error))
        else:
            send(link, {"outputs": outputs}, parts)


def die_with_parent():
    """Linux: the kernel ends this process with the one that started it. Elsewhere the closed socket does."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except Exception:
        pass


def receive(link):
    """The next frame: most come whole with the first call. The body lies in a buffer of its own, which a model may write to."""
    data = link.recv(1 << 16)
    while 0 < len(data) < FRAME.size:
        data += link.recv(1 << 16)
    if not data:
        return None
    length, size = FRAME.unpack_from(data)
    start = FRAME.size + length
    if len(data) < start:
        data += read(link, bytearray(start - len(data)))
    body = bytearray(size)
    have = len(data) - start
    body[:have] = data[start:]
    read(link, memoryview(body)[have:])
    return json.loads(data[FRAME.size:start]), body


def read(link, buffer):
    """Fills the buffer. The other side never goes away in the middle of a frame but to end this process."""
    view, at = memoryview(buffer), 0
    while at < len(view):
        count = link.recv_into(view[at:])
        if count == 0:
            raise SystemExit(0)
        at += count
    return buffer


def send(link, head, parts=()):
    text = json.dumps(head).encode()
    size = sum(len(part) for part in parts)
    link.sendall(b"".join((FRAME.pack(len(text), size), text, *parts)))


def describe(error):
    """A failure in a few words; the log has the rest."""
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{os.path.basename(where[0].filename)}:{where[0].lineno}" if where else ""
    return {"error": f"{type(error).__name__}: {str(error).strip()}"[:2000], "where": place, "isInput": is_about_input(error)}


def is_about_input(error):
    """Errors of some packages carry a status. Of Python's own, ValueError is raised for a value that is not acceptable."""
    status = getattr(error, "get_http_status_code", None)
    if callable(status):
        return 400 <= int(status()) < 500
    return isinstance(error, ValueError) and type(error).__name__ != "NotFittedError"


def load(given):
    """The object whose method predicts. A `module` offers itself by its function `_load_pyfunc`."""
    folder, loader = given["folder"], given["model"]["loader"]
    for code in given["model"]["codeFolders"]:
        sys.path.insert(0, os.path.join(folder, code))
    if loader["kind"] == "module":
        entry = importlib.import_module(loader["module"])._load_pyfunc
        data = os.path.join(folder, loader["data"]) if loader["data"] else folder
        config = loader.get("config")
        return entry(data, config) if config and len(inspect.signature(entry).parameters) > 1 else entry(data)
    path = os.path.join(folder, loader["file"])
    sys.path.insert(0, os.path.dirname(path))
    if loader["kind"] == "pickle":
        with open(path, "rb") as file:
            return pickle.load(file)
    module = importlib.import_module(os.path.basename(path).removesuffix(".py"))
    return module.load(os.path.dirname(path)) if hasattr(module, "load") else module


def raw_of(model):
    """The estimator within a wrapper, if it is in one."""
    return model.get_raw_model() if hasattr(model, "get_raw_model") else model


def features_of(model):
    """What scikit-learn and its like know of the columns they were trained with."""
    raw = raw_of(model)
    count, names = getattr(raw, "n_features_in_", None), getattr(raw, "feature_names_in_", None)
    return {"featureCount": None if count is None else int(count), "featureNames": None if names is None else list(names)}


class Caller:
    """Makes the model's input from tensors, predicts, and makes tensors of the result."""

    def __init__(self, given, model):
        options = given["model"]
        self.call, self.conversions, self.output = options["call"], options["conversions"], options["output"]
        self.is_unnamed, self.features = options["isUnnamed"], given.get("features")
        self.predict = getattr(model, options["predict"], None) or getattr(raw_of(model), options["predict"], None) or model
        if not callable(self.predict):
            raise TypeError(f"{type(model).__name__} has no method {options['predict']}")
        self.numpy, self.pandas = optional("numpy"), optional("pandas") if self.call in ("frame", "matrix") else None
        also = options.get("also") or {}
        self.also, self.also_output = getattr(raw_of(model), also["predict"], None) if also else None, also.get("output")
        self.takes_params = bool(options.get("params")) and takes(self.predict, "params")
        self.declared = {each["name"]: each["datatype"] for each in given["outputs"]}
        self.labels, self.text_dtype = {}, None

    def __call__(self, head, body):
        inputs, at, view = [], 0, memoryview(body)
        for name, datatype, shape, size in head["inputs"]:
            at += -at % WIDTHS[datatype]
            inputs.append((name, datatype, shape, view[at:at + size]))
            at += size
        given = self.prepare(inputs)
        params = {"params": head.get("params") or {}} if self.takes_params else {}
        named = list(self.named(self.predict(given, **params)))
        if self.also is not None:
            named.append((self.also_output, self.also(given)))
        return self.to_tensors(named)

    def prepare(self, inputs):
        if self.call == "frame":
            return self.to_frame(inputs)
        if self.call == "arrays":
            return {name: self.to_array(*rest) for name, *rest in inputs}
        name, *rest = inputs[0]
        values = self.to_array(*rest)
        if self.call == "matrix" and self.features and self.pandas and values.shape[1] == len(self.features):
            return self.pandas.DataFrame(values, columns=self.index(self.features), copy=False)
        return values

    def index(self, names):
        """Making the labels of a frame costs more than the frame: they are kept."""
        key = tuple(names)
        if key not in self.labels:
            if len(self.labels) > 100:
                self.labels.clear()
            self.labels[key] = self.pandas.RangeIndex(len(key)) if self.is_unnamed else self.pandas.Index(key)
        return self.labels[key]

    def to_frame(self, inputs):
        names, datatypes = [each[0] for each in inputs], {each[1] for each in inputs}
        if self.pandas is None:
            return {each[0]: self.column(*each) for each in inputs}
        if len(datatypes) == 1 and "BYTES" not in datatypes:
            # One block, as a frame of numbers is held: several times cheaper than column by column.
            block = self.numpy.frombuffer(inputs[0][3].obj, TYPES[inputs[0][1]][0]).reshape(len(names), -1)
            return self.pandas.DataFrame(block.T, columns=self.index(names), copy=False)
        columns, labels = [self.column(*each) for each in inputs], self.index(names)
        if hasattr(self.pandas.DataFrame, "_from_arrays"):
            # The arrays are known to be of one length: without looking again it takes 25 us instead of 140 for 14 columns.
            rows = self.pandas.RangeIndex(len(columns[0]))
            return self.pandas.DataFrame._from_arrays(columns, labels, rows, verify_integrity=False)
        return self.pandas.DataFrame(dict(zip(labels, columns)), copy=False)

    def column(self, name, datatype, shape, data):
        values = self.to_array(datatype, [shape[0]], data)
        kind = self.conversions.get(name)
        if kind == "datetime" and self.pandas:
            return self.pandas.to_datetime(values, format="ISO8601").as_unit("ns").array
        if kind == "binary":
            return self.objects([None if value is None else base64.b64decode(value) for value in values])
        if kind == "json":
            return self.objects([None if value is None else json.loads(value) for value in values])
        return self.texts(values) if datatype == "BYTES" and self.pandas else values

    def texts(self, values):
        """As this pandas holds texts, also where all are missing: a model must not see another type from batch to batch."""
        if self.text_dtype is None:
            self.text_dtype = self.pandas.Series(["text"]).dtype
        return self.objects(values) if self.text_dtype == object else self.pandas.array(values, dtype=self.text_dtype)

    def objects(self, values):
        if not self.numpy:
            return values
        cells = self.numpy.empty(len(values), dtype=object)
        for at, value in enumerate(values):
            cells[at] = value
        return cells

    def to_array(self, datatype, shape, data):
        if datatype == "BYTES":
            texts = json.loads(bytes(data))
            return texts if len(shape) == 1 and self.call == "frame" else self.nest(texts, shape)
        dtype, code = TYPES[datatype]
        if self.numpy:
            return self.numpy.frombuffer(data, dtype).reshape(shape)
        values = array.array(code, bytes(data)).tolist()
        return nested([value != 0 for value in values] if datatype == "BOOL" else values, shape)

    def nest(self, texts, shape):
        return self.numpy.array(texts, dtype=object).reshape(shape) if self.numpy else nested(texts, shape)

    def to_tensors(self, named):
        heads, parts = [], []
        for name, values in named:
            datatype, shape, data = self.to_tensor(values, self.declared.get(name))
            heads.append((str(name), datatype, shape, len(data)))
            parts.append(data)
        return heads, parts

    def named(self, result):
        if isinstance(result, dict):
            return result.items()
        if self.pandas and isinstance(result, self.pandas.DataFrame):
            return [(name, result[name]) for name in result.columns]
        if isinstance(result, (list, tuple)) and result and all(isinstance(row, dict) for row in result):
            return [(name, [row.get(name) for row in result]) for name in result[0]]
        return [(self.output, result)]

    def to_tensor(self, values, declared):
        """Of the declared type where the values allow it: whole numbers among floats do not change what a client reads."""
        if self.pandas and isinstance(values, self.pandas.Series):
            values = values.to_numpy()
        if hasattr(values, "toarray"):
            values = values.toarray()
        if self.numpy:
            if not isinstance(values, self.numpy.ndarray):
                values = self.numpy.asarray(values)
            if values.dtype.kind == "M":
                values = self.numpy.datetime_as_string(values)
            datatype = DATATYPES.get(values.dtype.str[1:])
            if datatype and datatype != declared and declared in TYPES and self.numpy.can_cast(values.dtype, TYPES[declared][0]):
                datatype = declared
            if datatype:
                return datatype, values.shape, values.astype(TYPES[datatype][0], copy=False).tobytes()
            return "BYTES", values.shape, texts_of(values.ravel().tolist())
        shape = shape_of(values)
        flat = flatten(values, len(shape))
        if declared == "BYTES" and all(value is None for value in flat):
            return "BYTES", shape, texts_of(flat)
        if flat and all(isinstance(value, bool) for value in flat):
            return "BOOL", shape, bytes(flat)
        if flat and declared != "FP64" and all(isinstance(value, int) for value in flat):
            return "INT64", shape, array.array("q", flat).tobytes()
        if all(isinstance(value, (int, float)) or value is None for value in flat):
            return "FP64", shape, array.array("d", [float("nan") if v is None else v for v in flat]).tobytes()
        return "BYTES", shape, texts_of(flat)


def takes(function, name):
    try:
        return name in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def texts_of(values):
    return json.dumps([value if value is None or isinstance(value, str) else text_of(value) for value in values]).encode()


def text_of(value):
    """A missing value is null; bytes are base64; what is no text becomes JSON."""
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return json.dumps(value, default=str)


def nested(values, shape):
    for size in reversed(shape[1:]):
        values = [values[at:at + size] for at in range(0, len(values), size)] if size else []
    return values


def shape_of(values):
    if not isinstance(values, (list, tuple)):
        return []
    return [len(values), *(shape_of(values[0]) if values else [])]


def flatten(values, depth):
    if depth == 0:
        return [values]
    return list(values) if depth == 1 else [item for value in values for item in flatten(value, depth - 1)]


if __name__ == "__main__":
    main()
