"""Scores applicants with the champion, whoever trained it.

    python score.py german_credit.csv
"""

import argparse

import mlflow

from train import LABEL, MODEL, read


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    frame = read(parser.parse_args().csv)
    champion = mlflow.pyfunc.load_model(f"models:/{MODEL}@champion")
    predicted = champion.predict(frame.drop(columns=LABEL))
    right = (predicted == frame[LABEL]).mean()
    print(f"{len(frame)} applicants scored, {right:.1%} as labeled")


if __name__ == "__main__":
    main()
