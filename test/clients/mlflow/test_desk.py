"""Scripts from a user's desk, unchanged, with nothing but MLFLOW_TRACKING_URI set; then what the server has of them."""


def files(client, run, folder=None):
    return {entry.path for entry in client.list_artifacts(run.info.run_id, folder)}


def logged_models(client, run):
    found = client.search_logged_models([run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'")
    return [(model.name, model.status.value) for model in found]


def test_sklearn_classifier(client, desk):
    run = desk("sklearn_classifier.py", "desk: scikit-learn", "forest")
    assert run.data.params["n_estimators"] == "20"
    assert run.data.metrics["training_accuracy_score"] > 0.95
    assert run.data.metrics["RandomForestClassifier_score_X_test"] > 0.9
    assert "training_confusion_matrix.png" in files(client, run)
    assert logged_models(client, run) == [("model", "READY")]
    assert run.inputs.dataset_inputs[0].dataset.source_type == "code"


def test_sklearn_grid_search(client, desk):
    run = desk("sklearn_grid_search.py", "desk: grid search", "grid")
    children = client.search_runs([run.info.experiment_id], filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert {(child.data.params["C"], child.data.params["kernel"]) for child in children} == {
        (c, kernel) for c in ["0.1", "1.0"] for kernel in ["linear", "rbf"]
    }
    assert run.data.metrics["best_cv_score"] == max(child.data.metrics["mean_test_score"] for child in children)


def test_xgboost_classifier(client, desk):
    run = desk("xgboost_classifier.py", "desk: XGBoost", "boosted")
    history = client.get_metric_history(run.info.run_id, "validation_0-logloss")
    steps = [point.step for point in history]
    assert steps == list(range(len(steps))) and len(steps) > 5
    assert run.data.metrics["best_iteration"] <= run.data.metrics["stopped_iteration"] < 30
    assert any(path.startswith("feature_importance_") for path in files(client, run))
    [version] = client.get_latest_versions("desk-xgboost", ["None"])
    assert version.run_id == run.info.run_id


def test_xgboost_native(client, desk):
    run = desk("xgboost_native.py", "desk: XGBoost", "booster")
    assert run.data.params["eta"] == "0.1"
    assert len(client.get_metric_history(run.info.run_id, "test-rmse")) == 25
    assert files(client, run) >= {"feature_importance_gain.png", "feature_importance_gain.json"}
    assert logged_models(client, run) == [("booster", "READY")]


def test_lightgbm_regressor(client, desk):
    run = desk("lightgbm_regressor.py", "desk: LightGBM", "leaves")
    assert run.data.params["num_leaves"] == "7"
    assert [point.step for point in client.get_metric_history(run.info.run_id, "valid-l2")] == list(range(25))
    assert client.get_model_version_by_alias("desk-lightgbm", "champion").run_id == run.info.run_id


def test_evaluate_models(client, desk):
    run = desk("evaluate_models.py", "desk: evaluate", "evaluated")
    assert 0.9 < run.data.metrics["accuracy_score"] <= 1
    assert 0.9 < run.data.metrics["roc_auc"] <= 1
    assert "confusion_matrix.png" in files(client, run)
    [model] = client.search_logged_models([run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'")
    assert {metric.key: metric.value for metric in model.metrics}["accuracy_score"] == run.data.metrics["accuracy_score"]


def test_nested_search(client, desk):
    run = desk("nested_search.py", "desk: nested", "search")
    assert files(client, run) == {"results.json", "loss.png", "notes"}
    assert any(key.startswith("system/cpu") for key in run.data.metrics)
    assert [given.dataset.name for given in run.inputs.dataset_inputs] == ["results"]
    children = client.search_runs([run.info.experiment_id], filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert len(children) == 3
    assert all(len(client.get_metric_history(child.info.run_id, "loss")) == 10 for child in children)
