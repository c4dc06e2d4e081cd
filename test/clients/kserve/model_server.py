"""A model server of the kserve package, with one scikit-learn model: `python model_server.py <http port> <grpc port>`."""

import sys

import numpy as np
from kserve import InferOutput, InferResponse, Model, ModelServer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier


class Iris(Model):
    def __init__(self):
        super().__init__("iris-there")
        data = load_iris()
        self.forest = RandomForestClassifier(n_estimators=10, random_state=7)
        self.forest.fit(data.data.astype(np.float32), data.target)
        self.ready = True

    async def get_input_types(self):
        return [{"name": "X", "datatype": "FP32", "shape": [-1, 4]}]

    async def get_output_types(self):
        return [
            {"name": "label", "datatype": "INT64", "shape": [-1]},
            {"name": "probabilities", "datatype": "FP64", "shape": [-1, 3]},
        ]

    def predict(self, payload, headers=None, response_headers=None):
        if isinstance(payload, dict):
            return {"predictions": self.forest.predict_proba(np.asarray(payload["instances"], np.float32)).tolist()}
        rows = payload.inputs[0].as_numpy()
        if np.isnan(rows).any() and rows.shape[0] == 1:
            raise RuntimeError("this model does not take what is missing")
        label = InferOutput("label", [len(rows)], "INT64")
        label.set_data_from_numpy(self.forest.predict(rows).astype(np.int64), binary_data=False)
        probabilities = InferOutput("probabilities", [len(rows), 3], "FP64")
        probabilities.set_data_from_numpy(self.forest.predict_proba(rows), binary_data=False)
        return InferResponse(response_id="1", model_name=self.name, infer_outputs=[label, probabilities])


if __name__ == "__main__":
    http_port, grpc_port = map(int, sys.argv[1:])
    ModelServer(http_port=http_port, grpc_port=grpc_port, workers=1).start([Iris()])
