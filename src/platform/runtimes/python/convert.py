"""Writes a model as ONNX files with the inputs and outputs that it is served with. Runs in the model's own environment plus the
converters; what is written is compared with the model elsewhere, row by row, before anything uses it.

    python convert.py <given.json>

`given` says how the model is loaded (see host.py), what it takes and gives, and the folder to write to. The answer is
`report.json` in that folder: one candidate for each precision that the converters know, or why there is none. A candidate's
`check` file gives the probabilities of a classifier too, so that they can be compared where only labels are served.
"""

import json
import os
import sys
from importlib.metadata import PackageNotFoundError, version

from host import load, raw_of

OPSETS = {"": 18, "ai.onnx.ml": 3}
BOOSTER_OPSET = 15
IR_VERSION = 9
ELEMENTS = {
    "BOOL": "BOOL", "UINT8": "UINT8", "UINT16": "UINT16", "UINT32": "UINT32", "UINT64": "UINT64", "INT8": "INT8", "INT16": "INT16",
    "INT32": "INT32", "INT64": "INT64", "FP16": "FLOAT16", "FP32": "FLOAT", "FP64": "DOUBLE", "BYTES": "STRING",
}
PROBABILITIES = "slipway.probabilities"


class Refused(Exception):
    """The model has no ONNX form, for a reason that is not a failure."""


def main():
    with open(sys.argv[1]) as file:
        given = json.load(file)
    report = {"versions": versions(), "candidates": [], "problems": []}
    try:
        convert(given, report)
    except Refused as refusal:
        report["problems"].append(str(refusal))
    except ImportError as error:
        report["problems"].append(f"a package is missing in its environment: {error}")
    with open(os.path.join(given["target"], "report.json"), "w") as file:
        json.dump(report, file)


def versions():
    found = {}
    for name in ("skl2onnx", "onnxmltools", "onnx", "scikit-learn", "xgboost", "xgboost-cpu", "lightgbm", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            pass
    return found


def convert(given, report):
    if given["model"]["call"] == "arrays":
        raise Refused("it takes several tensors by name")
    if given["model"]["conversions"]:
        raise Refused(f"the columns {', '.join(given['model']['conversions'])} are dates, bytes or nested values")
    if len(given["outputs"]) != 1:
        raise Refused("it gives several outputs")
    model = raw_of(load(given))
    form = form_of(model, given["model"]["predict"])
    for precision in ("FP64", "FP32"):
        for layout in layouts_of(given["inputs"]):
            try:
                inner = form.convert(initial_types(given, layout, precision))
                report["candidates"].append(write(given, inner, form, layout, precision))
                break
            except Exception as error:
                problem = f"{precision}, {layout}: {type(error).__name__}: {str(error).strip().splitlines()[0][:300]}"
                report["problems"].append(problem)


class Form:
    """How an estimator is converted, and which of what comes out is its answer."""

    def __init__(self, convert, answer, probabilities):
        self.convert, self.answer, self.probabilities = convert, answer, probabilities


def form_of(model, predict):
    kind = f"{type(model).__module__}.{type(model).__name__}"
    if kind.startswith("xgboost.") and type(model).__name__ == "Booster":
        return booster_form(model, "xgboost", str(json.loads(model.save_config())["learner"]["objective"]["name"]))
    if kind.startswith("lightgbm.") and type(model).__name__ == "Booster":
        return booster_form(model, "lightgbm", str(model.params.get("objective", model.dump_model().get("objective", ""))))
    from sklearn.base import BaseEstimator, is_classifier

    if not isinstance(model, BaseEstimator):
        raise Refused(f"{kind} is no estimator of scikit-learn, XGBoost or LightGBM")
    if predict not in ("predict", "predict_proba"):
        raise Refused(f"its method {predict} has no ONNX form")
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    has_probabilities = is_classifier(model) and hasattr(model, "predict_proba")
    return Form(lambda types: convert_estimator(model, last, types), 1 if predict == "predict_proba" else 0, 1 if has_probabilities else None)


def booster_form(model, library, objective):
    """A booster's own `predict` gives values, or probabilities, never labels."""
    import onnxmltools
    from onnxmltools.convert.common import data_types

    def convert_booster(types):
        kinds = [(name, data_types.FloatTensorType(kind.shape)) for name, kind in types]
        if len(kinds) != 1:
            raise Refused("it takes one matrix")
        if library == "lightgbm":
            return onnxmltools.convert_lightgbm(model, initial_types=kinds, zipmap=False, target_opset=BOOSTER_OPSET)
        forget_names(model)
        return onnxmltools.convert_xgboost(model, initial_types=kinds, target_opset=BOOSTER_OPSET)

    return Form(convert_booster, 1 if objective.startswith(("binary", "multi")) else 0, None)


def forget_names(booster):
    """The converter takes names of features for positions when they begin with an f, and refuses others."""
    booster.feature_names, booster.feature_types = None, None


def convert_estimator(model, last, types):
    from skl2onnx import convert_sklearn

    register_boosters(model)
    options = {id(last): {"zipmap": False}} if hasattr(last, "classes_") and hasattr(last, "predict_proba") else None
    return convert_sklearn(model, initial_types=types, options=options, target_opset=OPSETS)


def register_boosters(model):
    """Teaches skl2onnx the estimators of XGBoost and LightGBM that occur in the model."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes, calculate_linear_regressor_output_shapes

    shapes = {"Classifier": calculate_linear_classifier_output_shapes, "Regressor": calculate_linear_regressor_output_shapes}
    for estimator in estimators_in(model):
        library, name = type(estimator).__module__.split(".")[0], type(estimator).__name__
        shape = next((shapes[role] for role in shapes if name.endswith(role)), None)
        if library == "xgboost" and shape:
            from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost as converter

            forget_names(estimator.get_booster())
        elif library == "lightgbm" and shape:
            from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm as converter
        else:
            continue
        options = {"zipmap": [True, False], "nocl": [True, False]} if name.endswith("Classifier") else None
        update_registered_converter(type(estimator), f"{library}{name}", shape, converter, options=options, overwrite=True)


def estimators_in(value, depth=0):
    from sklearn.base import BaseEstimator

    if depth > 8:
        return
    if isinstance(value, BaseEstimator):
        yield value
        for each in vars(value).values():
            yield from estimators_in(each, depth + 1)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from estimators_in(each, depth + 1)
    elif isinstance(value, dict):
        for each in value.values():
            yield from estimators_in(each, depth + 1)


def layouts_of(inputs):
    """One matrix where all are numbers, as it is cheapest; else a tensor for each column."""
    isNumbers = all(each["datatype"] not in ("BYTES", "BOOL") for each in inputs)
    return ["matrix", "columns"] if isNumbers else ["columns"]


def column_names(given):
    if given["model"]["call"] == "frame":
        return [each["name"] for each in given["inputs"]]
    [only] = given["inputs"]
    if len(only["shape"]) != 2 or only["shape"][1] < 1:
        raise Refused("its input is no matrix of a known width")
    return given.get("features") or [str(at) for at in range(only["shape"][1])]


def initial_types(given, layout, precision):
    from skl2onnx.common.data_types import BooleanTensorType, DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType

    number = DoubleTensorType if precision == "FP64" else FloatTensorType
    names = column_names(given)
    if layout == "matrix":
        return [("matrix", number([None, len(names)]))]
    kinds = {"BYTES": StringTensorType, "BOOL": BooleanTensorType, **dict.fromkeys(["INT8", "INT16", "INT32", "INT64"], Int64TensorType)}
    datatypes = [each["datatype"] for each in given["inputs"]]
    if len(datatypes) == 1:
        datatypes = datatypes * len(names)
    return [(name, kinds.get(datatype, number)([None, 1])) for name, datatype in zip(names, datatypes)]


def write(given, inner, form, layout, precision):
    check, served = (Graph(given, inner, layout).finish(form, is_check) for is_check in (True, False))
    paths = {}
    for role, model in (("check", check), ("served", served)):
        paths[role] = f"{precision}.{role}.onnx"
        with open(os.path.join(given["target"], paths[role]), "wb") as file:
            file.write(model.SerializeToString())
    return {"precision": precision, **paths}


class Graph:
    """What the converters wrote, between the inputs and outputs of the served model."""

    def __init__(self, given, inner, layout):
        from onnx import compose, helper

        self.helper, self.given, self.layout = helper, given, layout
        self.inner = compose.add_prefix(inner, "inner/")
        self.nodes, self.constants = [], []

    def node(self, kind, inputs, **attributes):
        name = f"outer/{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def integers(self, values):
        from onnx import TensorProto

        name = f"outer/constant/{len(self.constants)}"
        self.constants.append(self.helper.make_tensor(name, TensorProto.INT64, [len(values)], values))
        return name

    def cast(self, value, have, want):
        return value if have == want else self.node("Cast", [value], to=want)

    def feed(self):
        """Nodes that make the converted graph's inputs out of the served ones."""
        from onnx import TensorProto

        specs = self.given["inputs"]
        have = [getattr(TensorProto, ELEMENTS[each["datatype"]]) for each in specs]
        wanted = [each.type.tensor_type.elem_type for each in self.inner.graph.input]
        if self.given["model"]["call"] == "frame":
            columns = [self.node("Reshape", [each["name"], self.integers([-1, 1])]) for each in specs]
        elif self.layout == "columns":
            count = len(wanted)
            columns = [self.node("Slice", [specs[0]["name"], *(self.integers([at]) for at in (n, n + 1, 1))]) for n in range(count)]
            have = have * count
        if self.layout == "columns":
            return [self.cast(*each) for each in zip(columns, have, wanted)]
        [target] = wanted
        if self.given["model"]["call"] != "frame":
            return [self.cast(specs[0]["name"], have[0], target)]
        return [self.node("Concat", [self.cast(value, kind, target) for value, kind in zip(columns, have)], axis=1)]

    def answer(self, index, datatype, rank):
        """An output of the converted graph in the type and shape that the model's own has."""
        from onnx import TensorProto

        output = self.inner.graph.output[index]
        value, kind = output.name, output.type.tensor_type.elem_type
        if rank == 1:
            width = [each.dim_value for each in output.type.tensor_type.shape.dim][1:]
            if index == 1 and width != [1]:
                # Of two probabilities the model gives that of the second class.
                value = self.node("Gather", [value, self.integers([1])], axis=1)
            value = self.node("Reshape", [value, self.integers([-1])])
        # What converters declare is not always what comes out: a cast is always there, and costs nothing where it is none.
        target = getattr(TensorProto, ELEMENTS[datatype])
        return value if target == kind == TensorProto.STRING else self.node("Cast", [value], to=target)

    def finish(self, form, is_check):
        from onnx import TensorProto, checker

        helper, inner = self.helper, self.inner
        feeds = self.feed()
        links = [helper.make_node("Identity", [value], [each.name]) for value, each in zip(feeds, inner.graph.input)]
        before, self.nodes_before = [*self.nodes, *links], len(self.nodes)
        [spec] = self.given["outputs"]
        wanted = [(spec["name"], form.answer, spec["datatype"], spec["rank"])]
        if is_check and form.probabilities is not None and form.answer == 0:
            wanted.append((PROBABILITIES, form.probabilities, "FP64", 2))
        outputs = []
        for name, index, datatype, rank in wanted:
            self.nodes.append(helper.make_node("Identity", [self.answer(index, datatype, rank)], [name]))
            element = getattr(TensorProto, ELEMENTS[datatype])
            outputs.append(helper.make_tensor_value_info(name, element, ["rows"] if rank == 1 else ["rows", None]))
        inputs = [
            helper.make_tensor_value_info(
                each["name"], getattr(TensorProto, ELEMENTS[each["datatype"]]), ["rows", *(size if size > 0 else None for size in each["shape"][1:])]
            )
            for each in self.given["inputs"]
        ]
        graph = helper.make_graph(
            [*before, *inner.graph.node, *self.nodes[self.nodes_before:]], "slipway", inputs, outputs, [*inner.graph.initializer, *self.constants]
        )
        opsets = [helper.make_opsetid(each.domain, each.version) for each in inner.opset_import]
        if all(each.domain != "" for each in opsets):
            opsets.append(helper.make_opsetid("", OPSETS[""]))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="slipway", functions=list(inner.functions))
        checker.check_model(model)
        return model


if __name__ == "__main__":
    main()
