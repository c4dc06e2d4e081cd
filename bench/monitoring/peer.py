"""The same windows with scipy and, when it is installed, Evidently: reads float64 columns from two files, prints JSON.

usage: python peer.py <reference file> <current file> <columns> <rounds>
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy import stats


def scipy_window(reference, current):
    """KS with p-value, Wasserstein-1 over the deviation, and PSI on the reference's deciles, per column."""
    results = []
    for x, y in zip(reference, current):
        ks = stats.ks_2samp(x, y, method="asymp")
        distance = stats.wasserstein_distance(x, y) / x.std()
        edges = np.quantile(x, np.linspace(0, 1, 11)[1:-1])
        p = (np.bincount(np.searchsorted(edges, x, side="right"), minlength=10) + 0.5) / (len(x) + 5)
        q = (np.bincount(np.searchsorted(edges, y, side="right"), minlength=10) + 0.5) / (len(y) + 5)
        results.append([float(ks.statistic), float(ks.pvalue), float(distance), float(((p - q) * np.log(p / q)).sum())])
    return results


def evidently_window(reference, current):
    import pandas as pd
    from evidently import Report
    from evidently.presets import DataDriftPreset

    frames = [pd.DataFrame({f"f{i}": column for i, column in enumerate(side)}) for side in (reference, current)]
    start = time.perf_counter()
    Report([DataDriftPreset()]).run(frames[1], frames[0])
    return time.perf_counter() - start


def main():
    columns, rounds = int(sys.argv[3]), int(sys.argv[4])
    reference, current = (np.fromfile(path, dtype="<f8").reshape(columns, -1) for path in sys.argv[1:3])
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        results = scipy_window(reference, current)
        times.append(time.perf_counter() - start)
    answer = {"scipy": scipy.__version__, "seconds": times, "results": results}
    try:
        import evidently

        answer["evidently"] = evidently.__version__
        answer["evidentlySeconds"] = evidently_window(reference, current)
    except ImportError:
        pass
    print(json.dumps(answer))


main()
