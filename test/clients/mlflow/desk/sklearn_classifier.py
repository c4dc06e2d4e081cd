"""Trains a classifier with autologging: parameters, metrics, plots and the model are logged without another word."""

import mlflow
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

mlflow.set_experiment("desk: scikit-learn")
mlflow.sklearn.autolog()

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=7)

with mlflow.start_run(run_name="forest"):
    forest = RandomForestClassifier(n_estimators=20, max_depth=5, random_state=7).fit(X_train, y_train)
    print("accuracy", forest.score(X_test, y_test))
