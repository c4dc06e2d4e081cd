"""The least that serves an ONNX model with BentoML: one worker, one session, one row a request."""

import os

import bentoml
import numpy
import onnxruntime


@bentoml.service(workers=1)
class Demo:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_PATH"], options)

    @bentoml.api
    def infer(self, features: list[list[float]]) -> dict:
        outputs = self.session.run(None, {"features": numpy.array(features, numpy.float32)})
        return {output.name: value.tolist() for output, value in zip(self.session.get_outputs(), outputs)}
