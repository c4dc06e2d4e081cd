"""Trains a model of credit risk and promotes it when it beats the one in use.

    python train.py german_credit.csv

Nothing in here knows Slipway: it is what one writes for an MLflow server.
"""

import argparse

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

MODEL = "credit-risk"
LABEL = "credit_risk"

CANDIDATES = {
    "logistic": lambda: LogisticRegression(max_iter=1000, C=0.5),
    "forest": lambda: RandomForestClassifier(n_estimators=200, min_samples_leaf=3, random_state=7),
}


def read(path):
    frame = pd.read_csv(path)
    numbers = frame.select_dtypes("number").columns
    # Whole numbers as floats: a missing value may come one day.
    return frame.astype({name: "float64" for name in numbers if name != LABEL})


def build(estimator, features):
    numbers = list(features.select_dtypes("number"))
    columns = make_column_transformer(
        (StandardScaler(), numbers),
        (OneHotEncoder(handle_unknown="ignore"), [name for name in features if name not in numbers]),
    )
    return make_pipeline(columns, estimator)


def train(name, frame):
    features, label = frame.drop(columns=LABEL), frame[LABEL]
    split = train_test_split(features, label, test_size=0.25, stratify=label, random_state=7)
    train_features, test_features, train_label, test_label = split
    with mlflow.start_run(run_name=name, nested=True) as run:
        model = build(CANDIDATES[name](), features).fit(train_features, train_label)
        scores = model.predict_proba(test_features)[:, 1]
        auc = roc_auc_score(test_label == model.classes_[1], scores)
        mlflow.log_metrics({"test_auc": auc, "test_accuracy": accuracy_score(test_label, model.predict(test_features))})
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(test_features, model.predict(test_features)),
            input_example=test_features.head(3),
            # The format that holds no code asks for consent to the trees of the forest.
            skops_trusted_types=["sklearn.tree._tree.Tree"],
        )
    return run.info.run_id, info.model_uri, auc


def champion_auc(client):
    """The score of the model in use, from its own run; None when there is none yet."""
    try:
        version = client.get_model_version_by_alias(MODEL, "champion")
    except MlflowException:
        return None
    return client.get_run(version.run_id).data.metrics["test_auc"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    frame = read(parser.parse_args().csv)

    mlflow.set_experiment("credit")
    mlflow.sklearn.autolog(log_models=False, log_input_examples=False)
    client = MlflowClient()
    with mlflow.start_run(run_name="compare"):
        mlflow.log_input(mlflow.data.from_pandas(frame, name="german-credit", targets=LABEL), context="training")
        results = [train(name, frame) for name in CANDIDATES]

    run_id, model_uri, auc = max(results, key=lambda result: result[2])
    before = champion_auc(client)
    version = mlflow.register_model(model_uri, MODEL)
    if before is None or auc > before:
        client.set_registered_model_alias(MODEL, "champion", version.version)
        print(f"{MODEL} version {version.version} is the champion: AUC {auc:.4f}, before {before or 'nobody'}")
    else:
        print(f"{MODEL} version {version.version} stays a candidate: AUC {auc:.4f}, the champion has {before:.4f}")


if __name__ == "__main__":
    main()
