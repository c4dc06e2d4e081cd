"""The same client traffic against `mlflow server` and against Slipway, and what is different in the answers."""
