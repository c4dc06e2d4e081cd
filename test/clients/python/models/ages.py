"""A model of dates and nested values."""

import mlflow
import pandas as pd


class Ages(mlflow.pyfunc.PythonModel):
    """Days since a date, and how many tags there are."""

    def predict(self, context, model_input, params=None):
        days = (pd.Timestamp("2026-01-01") - model_input["since"]).dt.days
        return pd.DataFrame({"days": days, "tags": [len(tags) for tags in model_input["tags"]]})


mlflow.models.set_model(Ages())
