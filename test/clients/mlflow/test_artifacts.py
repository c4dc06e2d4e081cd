import io
import os

import mlflow
import pytest
import requests

from failing import fails


@pytest.fixture
def files(tmp_path):
    (tmp_path / "model" / "data").mkdir(parents=True)
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}")
    (tmp_path / "model" / "data" / "weights.bin").write_bytes(bytes(range(256)) * 4000)
    (tmp_path / "ünï côde & 100% #1.txt").write_text("hello")
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


def test_round_trip(client, run, files, tmp_path):
    run_id = run.info.run_id
    client.log_artifacts(run_id, str(files / "model"), "model")
    client.log_artifact(run_id, str(files / "empty"))
    listed = client.list_artifacts(run_id)
    assert [(f.path, f.is_dir, f.file_size) for f in listed] == [("empty", False, 0), ("model", True, None)]
    inner = client.list_artifacts(run_id, "model")
    assert [(f.path, f.is_dir) for f in inner] == [("model/MLmodel", False), ("model/data", True)]
    assert client.list_artifacts(run_id, "model/MLmodel") == []
    target = tmp_path / "download"
    target.mkdir()
    local = client.download_artifacts(run_id, "", str(target))
    with open(os.path.join(local, "model", "data", "weights.bin"), "rb") as handle:
        assert handle.read() == bytes(range(256)) * 4000
    assert os.path.getsize(os.path.join(local, "empty")) == 0


def test_odd_names(client, run, files):
    name = "ünï côde & 100% .txt"
    (files / name).write_text("hello")
    client.log_artifact(run.info.run_id, str(files / name), "folder with spaces")
    [entry] = client.list_artifacts(run.info.run_id, "folder with spaces")
    assert entry.path == f"folder with spaces/{name}"
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/folder with spaces/a.txt".replace("a.txt", name)) == "hello"


def test_replacing_a_file(client, run):
    client.log_text(run.info.run_id, "one", "notes.txt")
    client.log_text(run.info.run_id, "two", "notes.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes.txt") == "two"
    assert len(client.list_artifacts(run.info.run_id)) == 1


def test_missing_files(client, run, tmp_path):
    assert client.list_artifacts(run.info.run_id) == []
    assert client.list_artifacts(run.info.run_id, "nothing") == []
    with pytest.raises(Exception, match="404|does not exist|No such|not_exist|Failed to download"):
        client.download_artifacts(run.info.run_id, "nothing.txt", str(tmp_path))


def test_dict_table_figure_and_image(client, unique):
    mlflow.set_experiment(unique())
    with mlflow.start_run() as run:
        mlflow.log_dict({"a": [1, 2]}, "conf/config.json")
        mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, artifact_file="table.json")
        mlflow.log_table({"x": [3], "y": ["c"]}, artifact_file="table.json")
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/conf/config.json") == {"a": [1, 2]}
    table = mlflow.load_table("table.json", run_ids=[run.info.run_id])
    assert list(table["x"]) == [1, 2, 3]
    assert "mlflow.loggedArtifacts" in client.get_run(run.info.run_id).data.tags


def test_listing_by_the_other_route(client, get, run):
    client.log_text(run.info.run_id, "x", "a/b/c.txt")
    body = get("artifacts/list", {"run_id": run.info.run_id, "path": "a/b"}).json()
    assert body["files"] == [{"path": "a/b/c.txt", "is_dir": False, "file_size": 1}]
    assert body["root_uri"] == run.info.artifact_uri


def test_get_artifact_for_pages(client, url, run):
    client.log_text(run.info.run_id, "<b>x</b>", "report.html")
    response = requests.get(f"{url}/get-artifact", {"run_id": run.info.run_id, "path": "report.html"}, timeout=10)
    assert response.text == "<b>x</b>"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_parts_of_a_file(client, url, run):
    client.log_text(run.info.run_id, "0123456789", "digits.txt")
    root = run.info.artifact_uri.removeprefix("mlflow-artifacts:/")
    for address in [
        f"{url}/api/2.0/mlflow-artifacts/artifacts/{root}/digits.txt",
        f"{url}/get-artifact?run_id={run.info.run_id}&path=digits.txt",
    ]:
        ask = lambda header, **more: requests.get(address, headers={"Range": header, **more}, timeout=10)  # noqa: E731
        part = ask("bytes=3-5")
        assert (part.status_code, part.text, part.headers["content-range"]) == (206, "345", "bytes 3-5/10")
        rest = ask("bytes=7-", **{"If-Range": part.headers["etag"]})
        assert (rest.status_code, rest.text) == (206, "789")
        outside = ask("bytes=10-")
        assert (outside.status_code, outside.content, outside.headers["content-range"]) == (416, b"", "bytes */10")
        assert ask("bytes=3-5", **{"If-Range": '"another"'}).text == "0123456789"


@pytest.mark.parametrize("path", ["../x", "a/../../x", "%2e%2e/x", "a/%2e%2e/%2e%2e/x", "..%2fx", "a//b", "a\\..\\b"])
def test_hostile_paths(url, run, path):
    root = f"{url}/api/2.0/mlflow-artifacts/artifacts/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    session = requests.Session()
    request = requests.Request("PUT", f"{root}/x", data=b"evil").prepare()
    request.url = f"{root}/{path}"
    response = session.send(request, timeout=10)
    assert response.status_code in (400, 404)
    listed = requests.get(
        f"{url}/api/2.0/mlflow/artifacts/list", {"run_id": run.info.run_id}, timeout=10
    ).json()
    assert "files" not in listed


def test_aborted_upload_leaves_nothing(client, url, run):
    import socket
    from urllib.parse import urlparse

    parsed = urlparse(url)
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run.info.run_id}/artifacts/big.bin"
    with socket.create_connection((parsed.hostname, parsed.port)) as connection:
        head = f"PUT {path} HTTP/1.1\r\nHost: {parsed.netloc}\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 5000)
    assert client.list_artifacts(run.info.run_id) == []


def test_large_upload_in_parts(client, monkeypatch, run, tmp_path):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(5 * 1024 * 1024))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 * 1024 * 1024))
    content = os.urandom(12 * 1024 * 1024 + 17)
    (tmp_path / "big.bin").write_bytes(content)
    client.log_artifact(run.info.run_id, str(tmp_path / "big.bin"), "parts")
    [entry] = client.list_artifacts(run.info.run_id, "parts")
    assert entry.file_size == len(content)
    (tmp_path / "down").mkdir()
    local = client.download_artifacts(run.info.run_id, "parts/big.bin", str(tmp_path / "down"))
    with open(local, "rb") as handle:
        assert handle.read() == content


def test_delete(client, run):
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    client.log_text(run.info.run_id, "x", "a/b.txt")
    client.log_text(run.info.run_id, "y", "keep.txt")
    get_artifact_repository(run.info.artifact_uri).delete_artifacts("a")
    assert [f.path for f in client.list_artifacts(run.info.run_id)] == ["keep.txt"]


def test_streams(client, run):
    client.log_stream(run.info.run_id, io.BytesIO(b"streamed"), "s.bin") if hasattr(client, "log_stream") else None
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.list_artifacts("0123456789abcdef0123456789abcdef")
