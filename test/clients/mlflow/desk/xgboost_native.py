"""XGBoost's own interface: a booster, evaluated in each round, logged by hand with its signature and an example."""

import mlflow
import numpy as np
import xgboost
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

mlflow.set_experiment("desk: XGBoost")
mlflow.xgboost.autolog(log_models=False, importance_types=["gain"])

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=7)
train, test = xgboost.DMatrix(X_train, label=y_train), xgboost.DMatrix(X_test, label=y_test)

with mlflow.start_run(run_name="booster"):
    parameters = {"max_depth": 3, "eta": 0.1, "objective": "reg:squarederror"}
    booster = xgboost.train(parameters, train, 25, evals=[(train, "train"), (test, "test")], verbose_eval=False)
    predictions = booster.predict(test)
    signature = infer_signature(X_test, predictions)
    info = mlflow.xgboost.log_model(booster, name="booster", signature=signature, input_example=X_test.head(3))

again = mlflow.xgboost.load_model(info.model_uri)
assert np.allclose(again.predict(test), predictions)
print("equal predictions")
