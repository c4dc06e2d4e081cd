"""A search over parameters: one parent run with the best model, a child run for each candidate."""

import mlflow
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

mlflow.set_experiment("desk: grid search")
mlflow.sklearn.autolog(max_tuning_runs=4)

X, y = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run(run_name="grid"):
    search = GridSearchCV(SVC(), {"C": [0.1, 1.0], "kernel": ["linear", "rbf"]}, cv=3)
    search.fit(X, y)
    print(search.best_params_)
