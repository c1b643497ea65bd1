"""The manifests fit KubeRay's schema, and our command and deployment accept what they pass."""

import argparse
import importlib
import inspect
import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from lessons_lib.annexes.cluster.deployment import patient_wait_s, sentiment_app
from lessons_lib.classroom.copy.update import needs_missing_modules, shipped_files
from lessons_lib.commands import predict
from lessons_lib.lesson.numbers import PROSE_NUMBERS
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.simulate import simulate
from lessons_lib.pipeline.timing.stored import stored_cost

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "lessons_lib" / "annexes" / "cluster" / "deploy"
SCHEMAS = json.loads((Path(__file__).parent / "kuberay_schema.json").read_text("utf-8"))
KINDS = {"RayJob": "rayjob.yaml", "RayService": "rayservice.yaml"}


def _manifest(kind: str) -> Any:
    return yaml.safe_load((DEPLOY / KINDS[kind]).read_text("utf-8"))


def _application() -> Any:
    config = yaml.safe_load(_manifest("RayService")["spec"]["serveConfigV2"])
    (application,) = config["applications"]
    return application


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_manifest_fits_the_schema_of_its_kind(kind: str) -> None:
    manifest = _manifest(kind)
    assert (manifest["apiVersion"], manifest["kind"]) == ("ray.io/v1", kind)
    jsonschema.validate(manifest, SCHEMAS[kind])


def test_the_command_accepts_what_the_job_passes() -> None:
    program, command, *arguments = shlex.split(_manifest("RayJob")["spec"]["entrypoint"])
    assert (program, command) == ("lessons", "predict")
    parser = argparse.ArgumentParser(exit_on_error=False)
    predict.add_arguments(parser)
    options = parser.parse_args(arguments)
    assert (options.engine, options.workers) == ("ray", 10)
    cluster = _manifest("RayJob")["spec"]["rayClusterSpec"]
    (group,) = cluster["workerGroupSpecs"]
    for each in (cluster["headGroupSpec"], group):
        (container,) = each["template"]["spec"]["containers"]
        assert Path(options.file).is_relative_to(container["volumeMounts"][0]["mountPath"])
    cores = int(group["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"])
    assert group["replicas"] * cores == options.workers


def test_the_deployment_accepts_what_the_service_passes() -> None:
    application = _application()
    module, _, name = application["import_path"].partition(":")
    assert len(inspect.signature(getattr(importlib.import_module(module), name)).parameters) == 1
    arguments = inspect.signature(sentiment_app).bind(**application["args"]).arguments
    assert arguments["max_ongoing_requests"] >= arguments["max_batch_size"]


def test_the_service_on_ones_own_machine_has_the_settings_of_the_manifest() -> None:
    application = _application()
    page = (DEPLOY / "CLUSTER.md").read_text("utf-8")
    assert f"serve run {application['import_path']}\n" in page
    parameters = inspect.signature(sentiment_app).parameters
    defaults = {name: parameters[name].default for name in application["args"]}
    defaults["batch_wait_timeout_s"] = patient_wait_s("small", defaults["max_batch_size"])
    assert {**application["args"], "replicas": 1} == defaults


@pytest.mark.parametrize(("model", "name"), [("small", "small model"), ("transformer",) * 2])
@pytest.mark.parametrize("load", [0.1, 0.5, 0.7, 0.9])
def test_by_rays_rule_the_queue_does_not_grow_with_the_default_timeout(
    model: str, name: str, load: float
) -> None:
    cost = stored_cost(name)
    arrivals = poisson(load * cost.texts_per_s(8), 10_000)

    def growth(timeout_s: float) -> float:
        run = simulate(arrivals, cost, BatchingPolicy(8, timeout_s, closes_while_busy=True))
        early, late = run.latency_ms[1_000:2_000], run.latency_ms[-1_000:]
        return float(late.mean() / early.mean())

    assert growth(patient_wait_s(model, 8)) < 2
    if model == "transformer" and load >= 0.7:
        assert growth(0.005) > 5  # which is enough for the small model


def test_the_links_of_the_page_lead_to_files() -> None:
    text = (DEPLOY / "CLUSTER.md").read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text)
    assert [link for link in links if not (DEPLOY / link).exists()] == []


def test_the_page_has_the_transformers_rate() -> None:
    rate = PROSE_NUMBERS["transformer_per_s"]()
    text = (DEPLOY / "CLUSTER.md").read_text("utf-8")
    assert f" {rate} with the transformer on one core" in text


def test_all_files_name_one_version_of_ray() -> None:
    texts = [path.read_text("utf-8") for path in DEPLOY.iterdir()]
    named = re.compile(r'(?:rayVersion: "|rayproject/ray:|with Ray )(\d+\.\d+)')
    versions = {version for text in texts for version in named.findall(text)}
    assert len(versions) == 1


@pytest.mark.parametrize("name", ["16_outgrow_one_machine", "18_how_many_copies"])
def test_the_notebooks_about_clusters_run_in_this_edition(name: str) -> None:
    assert not needs_missing_modules(shipped_files()[f"notebooks/{name}.ipynb"])
