import mlflow
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def test_sklearn(client, unique):
    features, target = load_iris(return_X_y=True, as_frame=True)
    mlflow.set_experiment(unique())
    mlflow.sklearn.autolog(log_models=False, log_post_training_metrics=True)
    with mlflow.start_run() as run:
        model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=5, random_state=1))
        model.fit(features, target)
        model.score(features, target)
    data = client.get_run(run.info.run_id).data
    assert data.params["randomforestclassifier__n_estimators"] == "5"
    assert data.metrics["training_accuracy_score"] > 0.9
    assert data.tags["estimator_name"] == "Pipeline"
    assert any(key.startswith("Pipeline_score") for key in data.metrics)
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert len(inputs) == 1
    assert {t.value for t in inputs[0].tags} == {"train"}


def test_grid_search_makes_child_runs(client, unique):
    features, target = load_iris(return_X_y=True)
    experiment = mlflow.set_experiment(unique())
    mlflow.sklearn.autolog(log_models=False, log_datasets=False, max_tuning_runs=3)
    with mlflow.start_run() as run:
        search = GridSearchCV(RandomForestClassifier(n_estimators=3), {"max_depth": [1, 2, 3]}, cv=2)
        search.fit(features, target)
    children = client.search_runs(
        [experiment.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'", order_by=["params.max_depth"]
    )
    assert [c.data.params["max_depth"] for c in children] == ["1", "2", "3"]
    assert "best_cv_score" in client.get_run(run.info.run_id).data.metrics
