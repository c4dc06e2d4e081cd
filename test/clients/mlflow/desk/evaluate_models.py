"""Evaluates a logged model on held-out data, with plots and tables, and checks it against thresholds."""

import mlflow
from mlflow.models import MetricThreshold
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

mlflow.set_experiment("desk: evaluate")
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=7)
data = X_test.assign(label=y_test)

with mlflow.start_run(run_name="evaluated"):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
    info = mlflow.sklearn.log_model(model, name="model", input_example=X_test.head(2))
    result = mlflow.models.evaluate(
        info.model_uri,
        data,
        targets="label",
        model_type="classifier",
        evaluator_config={"log_model_explainability": False},
    )

thresholds = {"accuracy_score": MetricThreshold(threshold=0.9, greater_is_better=True)}
mlflow.validate_evaluation_results(candidate_result=result, validation_thresholds=thresholds)
print("accuracy", result.metrics["accuracy_score"], sorted(result.artifacts))
