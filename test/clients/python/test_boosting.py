"""XGBoost and LightGBM: the answers are those of the libraries, over frames and over tensors."""

import json

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow.models import infer_signature

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame({"width": RANDOM.normal(size=300), "height": RANDOM.normal(size=300), "count": RANDOM.integers(0, 5, 300)})
TRUTH = FRAME.width * 2 - FRAME.height + FRAME["count"]


def test_xgboost_over_a_frame_with_missing_values(ask, deploy, tritons):
    frame = FRAME.mask(RANDOM.random(FRAME.shape) < 0.1).astype(float)
    model = xgboost.XGBRegressor(n_estimators=20, max_depth=3).fit(frame, TRUTH)
    signature = infer_signature(frame, model.predict(frame))
    deploy("boost", lambda name: mlflow.xgboost.log_model(model, name=name, signature=signature, pip_requirements=[]))
    rows = frame.head(25)
    status, answer = ask("/inference/boost/invocations", {"dataframe_split": json.loads(rows.to_json(orient="split", index=False, double_precision=15))})
    np.testing.assert_array_equal(np.array(answer["predictions"], np.float32), model.predict(rows))
    answer = tritons["grpc"]("boost", {name: rows[name].to_numpy() for name in rows})["predictions"]
    np.testing.assert_array_equal(answer, model.predict(rows))


def test_lightgbm_over_a_tensor(deploy, tritons):
    matrix = FRAME.to_numpy()
    model = lightgbm.LGBMRegressor(n_estimators=20, verbose=-1).fit(matrix, TRUTH)
    signature = infer_signature(matrix, model.predict(matrix))
    deploy("light", lambda name: mlflow.lightgbm.log_model(model, name=name, signature=signature, pip_requirements=[]))
    for protocol in ("http", "grpc"):
        answer = tritons[protocol]("light", {"input": matrix[:40]})["predictions"]
        np.testing.assert_array_equal(answer, model.predict(matrix[:40]))
