"""How a refused call looks to a user of the client."""

from contextlib import contextmanager

import pytest
from mlflow.exceptions import MlflowException


@contextmanager
def fails(error_code, match=None):
    with pytest.raises(MlflowException, match=match) as caught:
        yield caught
    assert caught.value.error_code == error_code
