"""The scikit-learn interface of XGBoost with early stopping; then the model comes back from the registry."""

import mlflow
import numpy as np
import xgboost
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

mlflow.set_experiment("desk: XGBoost")
mlflow.xgboost.autolog(registered_model_name="desk-xgboost")

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=7)

with mlflow.start_run(run_name="boosted"):
    model = xgboost.XGBClassifier(n_estimators=30, max_depth=3, learning_rate=0.2, early_stopping_rounds=5)
    model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)

again = mlflow.pyfunc.load_model("models:/desk-xgboost/latest")
assert np.array_equal(again.predict(X_test), model.predict(X_test))
print("equal predictions")
