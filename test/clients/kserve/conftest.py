"""The same deployments as in ../inference, for the kserve package, whose requirements exclude those of the other clients."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

spec = spec_from_file_location("deployments", Path(__file__).parents[1] / "inference" / "conftest.py")
deployments = module_from_spec(spec)
spec.loader.exec_module(deployments)

url, address, rows, deploy, forest = (
    deployments.url,
    deployments.address,
    deployments.rows,
    deployments.deploy,
    deployments.forest,
)
