"""
PyTorch from a user's desk, run by hand: in an environment of its own, `pip install mlflow==3.17.2 torch==2.15.0 lightning==2.6.6 pytest`,
then `pytest test_desk_lightning.py` with MLFLOW_TRACKING_URI set. Elsewhere this file is not collected.
"""

from test_desk import files, logged_models


def test_lightning_classifier(client, desk):
    run = desk("lightning_classifier.py", "desk: Lightning", "digits")
    assert run.data.params["optimizer_name"] == "Adam" and run.data.params["lr"] == "0.01"
    assert [point.step for point in client.get_metric_history(run.info.run_id, "val_loss")] == list(range(8))
    assert run.data.metrics["test_accuracy"] > 0.9
    assert "model_summary.txt" in files(client, run)
    assert {path.split("/")[1] for path in files(client, run, "checkpoints")} >= {"latest_checkpoint.pth"}
    assert logged_models(client, run) == [("model", "READY")]
