"""A search by hand: nested runs with a metric in each epoch, tables, figures, text and system metrics; then the best is found."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import mlflow
import pandas as pd

mlflow.set_experiment("desk: nested")
mlflow.enable_system_metrics_logging()
mlflow.set_system_metrics_sampling_interval(0.1)
mlflow.set_system_metrics_samples_before_logging(1)

with mlflow.start_run(run_name="search") as parent:
    rows = []
    for rate in [0.1, 0.3, 0.5]:
        with mlflow.start_run(run_name=f"rate {rate}", nested=True, log_system_metrics=False):
            mlflow.log_param("rate", rate)
            for epoch in range(10):
                mlflow.log_metric("loss", (1 - rate) ** epoch, step=epoch)
            rows.append({"rate": rate, "loss": (1 - rate) ** 9})
    mlflow.log_table(pd.DataFrame(rows), "results.json")
    figure, axes = plt.subplots()
    axes.plot([row["rate"] for row in rows], [row["loss"] for row in rows])
    mlflow.log_figure(figure, "loss.png")
    mlflow.log_text("The higher the better.", "notes/conclusion.txt")
    mlflow.log_input(mlflow.data.from_pandas(pd.DataFrame(rows), name="results"), context="evaluation")

best = mlflow.search_runs(
    filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.loss ASC"]
).iloc[0]
assert best["params.rate"] == "0.5", best
print("best", best["tags.mlflow.runName"])
