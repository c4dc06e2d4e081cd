import mlflow
import numpy as np
import pandas as pd


def test_inputs(client, unique):
    experiment = mlflow.set_experiment(unique())
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [0.5, 1.5, 2.5]})
    dataset = mlflow.data.from_pandas(frame, source="https://example.org/data.csv", name="credit", targets="y")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"part": "all"})
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(mlflow.data.from_numpy(np.zeros((2, 2)), name="zeros"))
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert [i.dataset.name for i in inputs] == ["credit", "zeros"]
    credit = inputs[0]
    assert credit.dataset.digest == dataset.digest
    assert credit.dataset.source_type == "http"
    assert "example.org" in credit.dataset.source
    assert '"y"' in credit.dataset.schema
    assert '"num_rows": 3' in credit.dataset.profile
    assert {t.key: t.value for t in credit.tags} == {"mlflow.data.context": "training", "part": "all"}
    found = client.search_runs([experiment.experiment_id], "datasets.name = 'credit'")
    assert [r.info.run_id for r in found] == [run.info.run_id]
    assert client.search_runs([experiment.experiment_id], "dataset.context = 'testing'") == []
    digest = f"datasets.digest = '{dataset.digest}'"
    assert len(client.search_runs([experiment.experiment_id], digest)) == 1


def test_load_back(client, unique):
    mlflow.set_experiment(unique())
    dataset = mlflow.data.from_pandas(pd.DataFrame({"x": [1]}), source="https://example.org/a.csv")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset)
    source = mlflow.data.get_source(client.get_run(run.info.run_id).inputs.dataset_inputs[0])
    assert source.url == "https://example.org/a.csv"


def test_summaries(post, client, unique):
    experiment = mlflow.set_experiment(unique())
    dataset = mlflow.data.from_pandas(pd.DataFrame({"x": [1]}), source="https://example.org/a.csv", name="small")
    for _ in range(2):
        with mlflow.start_run():
            mlflow.log_input(dataset, context="eval")
    body = post("experiments/search-datasets", {"experiment_ids": [experiment.experiment_id]}).json()
    assert body["dataset_summaries"] == [
        {
            "experiment_id": experiment.experiment_id,
            "name": "small",
            "digest": dataset.digest,
            "context": "eval",
        }
    ]
