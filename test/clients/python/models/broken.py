"""A model that cannot be loaded where it is served: it can where it is logged."""

import os

import mlflow


class Broken(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        if "SLIPWAY_URL" not in os.environ:
            raise OSError("no weights here")

    def predict(self, context, model_input, params=None):
        return model_input


mlflow.models.set_model(Broken())
