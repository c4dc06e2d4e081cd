"""Writes the model that bench/python-models.ts serves: `python_model.py <folder>`. The same folder is a model of Slipway
(model.pkl) and of MLServer's scikit-learn runtime (model.joblib). As a script among a model's files it also tells the time
of the bare predict call."""

import pickle
import sys
import time
from pathlib import Path

import joblib
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = 12


def write(folder):
    rows, truth = make_classification(500, FEATURES, random_state=1)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, truth)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    joblib.dump(model, folder / "model.joblib")


class Timed:
    """Tells with each prediction how long the bare predict call took, in microseconds."""

    def __init__(self, model):
        self.model = model

    def predict(self, given):
        started = time.perf_counter()
        result = self.model.predict(given)
        took = (time.perf_counter() - started) * 1e6
        return {"predict": result, "took": np.full(len(result), took)}


class OfFrames:
    """The same model over a data frame, whose texts it passes over."""

    def __init__(self, model):
        self.model = model

    def predict(self, frame):
        return self.model.predict(frame.select_dtypes("number").to_numpy())


def load(folder):
    model = pickle.loads((Path(folder) / "model.pkl").read_bytes())
    return Timed(OfFrames(model) if (Path(folder) / "frames").exists() else model)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
