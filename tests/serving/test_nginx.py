"""nginx as deploy/ sets it up, before two real replicas."""

import asyncio
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
import yaml

from benchmarks.session import Session

from .server import ROOT, free_port, served, wait_until

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give the address of nginx, the folder it runs in, and the processes of the two replicas."""
    if shutil.which("nginx") is None:
        pytest.skip("NO NGINX FOUND: THIS TEST DID NOT RUN")
    folder = tmp_path_factory.mktemp("nginx")
    with ExitStack() as running:
        replicas = [running.enter_context(served(folder / f"log{number}")) for number in range(2)]
        port = free_port()
        names = [address.removeprefix("http://") for _, address in replicas]
        with (folder / "nginx.log").open("w") as log:
            nginx = subprocess.Popen([DEPLOY / "nginx.sh", str(port), folder / "run", *names], stderr=log)
        running.callback(nginx.wait)
        running.callback(nginx.terminate)
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(address))
        yield address, folder, [process for process, _ in replicas]


def _answers(address):
    try:
        return requests.get(f"{address}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


async def _texts(address, query):
    async with Session.connected(address.removeprefix("http://"), 30) as visitor:
        await visitor.open("compare", query)
        await visitor.select("Police force", "Kent")
        return "\n".join(visitor.texts())


def test_a_page_opens_and_is_clicked_through_nginx(site):
    assert "Kent recorded" in asyncio.run(_texts(site[0], "force=cleveland"))


def test_the_same_visitor_goes_to_the_same_replica(site):
    address, folder, _ = site
    for _ in range(10):
        requests.get(f"{address}/compare", timeout=10)
    seen = [(folder / f"log{number}").read_text().count("GET /compare") for number in range(2)]
    assert min(seen) == 0
    assert max(seen) >= 10


def test_answers_are_compressed_and_carry_the_security_headers_of_both(site):
    answer = requests.get(f"{site[0]}/compare", timeout=10)
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    script = next((Path(requests.__file__).parent.parent / "streamlit/static/static/js").glob("index.*.js"))
    packed = requests.get(f"{site[0]}/static/js/{script.name}", timeout=10)
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert packed.content == script.read_bytes()
    figures = requests.get(f"{site[0]}/download/comparison.csv?force=kent", timeout=10)
    assert figures.headers["content-encoding"] == "gzip"


def test_metrics_are_kept_from_the_public_and_nothing_of_a_visitor_is_logged(site):
    address, folder, _ = site
    assert requests.get(f"{address}/metrics", timeout=10).status_code == 404
    requests.get(f"{address}/trends?force=secret", headers={"User-Agent": "secret"}, timeout=10)
    wait_until(lambda: "/trends" in (folder / "run" / "access.log").read_text())
    log = (folder / "run" / "access.log").read_text()
    assert "secret" not in log
    assert "127.0.0.1" not in log


def test_when_a_replica_is_killed_the_other_serves_on(site):
    address, folder, replicas = site
    used = max(range(2), key=lambda number: (folder / f"log{number}").read_text().count("GET /compare"))
    replicas[used].kill()
    replicas[used].wait()
    for _ in range(5):
        assert requests.get(f"{address}/compare", timeout=10).status_code == 200
    assert "Kent recorded" in asyncio.run(_texts(address, "force=essex"))


def test_the_manifests_are_sound_and_none_runs_as_root():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert compose["services"]["one"]["read_only"]
    kinds = {part["kind"]: part for part in yaml.safe_load_all((DEPLOY / "kubernetes" / "comparator.yaml").read_text())}
    assert set(kinds) == {"Deployment", "Service", "Ingress"}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert "USER 10001" in (DEPLOY / "Dockerfile").read_text()
