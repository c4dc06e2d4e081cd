"""LightGBM with validation sets and autologging; the model is registered, gets an alias, and is loaded by it."""

import lightgbm
import mlflow
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

mlflow.set_experiment("desk: LightGBM")
mlflow.lightgbm.autolog()

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=7)
train = lightgbm.Dataset(X_train, label=y_train)
valid = lightgbm.Dataset(X_test, label=y_test, reference=train)

with mlflow.start_run(run_name="leaves") as run:
    parameters = {"objective": "regression", "metric": ["l2", "l1"], "num_leaves": 7, "verbose": -1}
    booster = lightgbm.train(parameters, train, num_boost_round=25, valid_sets=[valid], valid_names=["valid"])

version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "desk-lightgbm")
mlflow.MlflowClient().set_registered_model_alias("desk-lightgbm", "champion", version.version)
again = mlflow.lightgbm.load_model("models:/desk-lightgbm@champion")
assert np.allclose(again.predict(X_test), booster.predict(X_test))
print("equal predictions")
