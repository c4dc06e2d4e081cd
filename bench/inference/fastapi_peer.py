"""FastAPI and onnxruntime as people write it: the same model, the same request, one process. The model is MODEL_PATH."""

import os
from typing import Any

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI
from pydantic import BaseModel

options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = ort.InferenceSession(os.environ["MODEL_PATH"], options)
names = [output.name for output in session.get_outputs()]


class Tensor(BaseModel):
    name: str
    datatype: str
    shape: list[int]
    data: list[Any]


class InferRequest(BaseModel):
    inputs: list[Tensor]


app = FastAPI()


@app.post("/v2/models/demo/infer")
async def infer(request: InferRequest):
    feeds = {t.name: np.array(t.data, dtype=np.float32).reshape(t.shape) for t in request.inputs}
    outputs = session.run(names, feeds)
    return {
        "model_name": "demo",
        "outputs": [
            {"name": name, "datatype": "FP32", "shape": list(value.shape), "data": value.ravel().tolist()}
            for name, value in zip(names, outputs)
        ],
    }
