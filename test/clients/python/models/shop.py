"""A model as a script, which mlflow logs as it is."""

import os
import time

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import INVALID_PARAMETER_VALUE, MlflowException


class Shop(mlflow.pyfunc.PythonModel):
    """Total and process of each row; a price of -1 or -5 raises, -2 ends the process, -3 hangs, -4 gives a row too few."""

    def predict(self, context, model_input, params=None):
        prices = model_input["price"].to_numpy()
        if (prices == -1).any():
            raise ValueError("a price may not be negative")
        if (prices == -5).any():
            raise RuntimeError("the till is broken")
        if (prices == -6).any():
            raise MlflowException("there is no such price", error_code=INVALID_PARAMETER_VALUE)
        if (prices == -2).any():
            os._exit(3)
        if (prices == -3).any():
            time.sleep(600)
        if (prices == -4).any():
            model_input = model_input.iloc[1:]
        process = np.full(len(model_input), os.getpid())
        factor = (params or {}).get("factor", 1)
        return pd.DataFrame({"total": model_input["price"] * model_input["count"] * factor, "process": process})


mlflow.models.set_model(Shop())
