"""docker-compose.yml, .env.example and the Dockerfile agree, and keep the promises of docs/deploying.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE_TEXT)["services"]
LONG_RUNNING = sorted(set(SERVICES) - {"init"})
DATELINE_SERVICES = sorted(set(SERVICES) - {"postgres"})
SECRET = re.compile(r"PASSWORD|SECRET|KEY")
REFERENCE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?P<operator>:?[-?])?(?P<rest>[^}]*)\}")
ASSIGNMENT = re.compile(r"^(?P<off>#)?(?P<name>[A-Z_]+)=(?P<value>.*)$")


def uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def references() -> list[re.Match[str]]:
    return list(REFERENCE.finditer(uncommented(COMPOSE_TEXT)))


def example() -> dict[str, tuple[bool, str, str]]:
    """Each variable of .env.example: whether it is left to its default, its value, and the comment above its group."""
    found: dict[str, tuple[bool, str, str]] = {}
    comment = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        assignment = ASSIGNMENT.match(line)
        if assignment:
            found[assignment["name"]] = (bool(assignment["off"]), assignment["value"], comment)
        elif line.startswith("# "):
            comment = f"{comment} {line[2:]}".strip()
        else:
            comment = ""
    return found


def test_example_names_just_the_variables_that_compose_reads() -> None:
    assert set(example()) == {reference["name"] for reference in references()}


def test_example_explains_every_variable() -> None:
    assert not [name for name, (_, _, comment) in example().items() if len(comment) < 20]


def test_required_variables_are_empty_in_the_example_and_the_others_show_their_default() -> None:
    for reference in references():
        is_off, value, _ = example()[reference["name"]]
        if reference["operator"] == ":?":
            assert (is_off, value) == (False, ""), reference["name"]
        else:
            assert (reference["operator"], is_off, value) == (":-", True, reference["rest"]), reference["name"]


def test_no_secret_has_a_default() -> None:
    secrets = [reference for reference in references() if SECRET.search(reference["name"])]
    assert len(secrets) >= 9
    for reference in secrets:
        assert reference["operator"] == ":?", reference[0]
        assert reference["name"] in reference["rest"], "the message names the variable"


def test_no_secret_is_written_down() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert REFERENCE.fullmatch(str(value)), f"{name}: {variable}"


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_long_running_services_are_watched_and_come_back(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    # Podman before 5 splits the arguments at spaces.
    assert not any(" " in argument for argument in service["healthcheck"]["test"])
    assert {"interval", "timeout", "retries", "start_period"} < set(service["healthcheck"])
    assert service["stop_grace_period"]
    assert service["mem_limit"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_have_few_rights_and_bounded_logs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


@pytest.mark.parametrize("name", DATELINE_SERVICES)
def test_services_of_ours_share_one_image_and_wait_for_init(name: str) -> None:
    service = SERVICES[name]
    assert service["image"] == "${DATELINE_IMAGE:-dateline:latest}"
    assert "cap_add" not in service
    assert service["depends_on"]["postgres"]["condition"] == "service_healthy"
    if name != "init":
        assert service["depends_on"]["init"]["condition"] == "service_completed_successfully"


def test_only_init_gets_the_owner_and_only_the_scheduler_gets_the_loader() -> None:
    def holders(text: str) -> set[str]:
        return {name for name, service in SERVICES.items() if text in str(service.get("environment", {}))}

    assert holders("DATELINE_OWNER_PASSWORD") == {"postgres", "init"}
    assert holders("DATELINE_LOADER_PASSWORD") == {"init", "airflow-scheduler"}
    assert holders("DATELINE_ANALYST_PASSWORD") == {"init"}
    assert holders("POSTGRES_PASSWORD") == {"postgres"}
    assert holders("AIRFLOW_JWT_SECRET") == {"init", "airflow-api-server", "airflow-scheduler"}
    assert holders("AIRFLOW_ADMIN_PASSWORD") == {"init"}


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(published) == 2
    for port in published:
        assert re.fullmatch(r"\$\{[A-Z_]+:-127\.0\.0\.1:\d+\}:\d+", port), port


def test_images_are_pinned_to_a_version() -> None:
    assert re.fullmatch(r"postgres:\d+", SERVICES["postgres"]["image"])
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    version = re.search(r"^ARG PYTHON_VERSION=(\d+\.\d+)$", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert set(bases) == {"python:${PYTHON_VERSION}-slim-bookworm"}


def test_the_volume_of_postgresql_is_where_its_major_version_keeps_data() -> None:
    major = int(SERVICES["postgres"]["image"].partition(":")[2])
    folder = "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"
    assert f"postgres:{folder}" in SERVICES["postgres"]["volumes"]


def test_files_that_compose_mounts_are_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.partition(":")[0]).exists(), volume


def test_named_volumes_are_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    named = {name for name in used if re.fullmatch(r"[a-z]+", name)}
    assert named == set(yaml.safe_load(COMPOSE_TEXT)["volumes"])


def test_image_gets_the_whole_package_and_runs_as_a_plain_user() -> None:
    copied = {
        source.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied >= {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "crawler", "sql", "sources", "dags"}
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    assert "*" in ignore
    assert {source.partition("/")[0] for source in copied} == allowed
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001:10001"]
    assert not re.search(r"https?://(?!localhost)", uncommented(DOCKERFILE)), "addresses come from the build's secrets"


def test_list_of_requirements_is_that_of_the_package() -> None:
    command = [sys.executable, "deploy/list_requirements.py", "fab"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    assert any(line.startswith("scrapy") for line in lines)
    assert any(line.startswith("apache-airflow-providers-fab") for line in lines)
    assert not any(line.startswith("pytest") for line in lines)


@pytest.mark.parametrize("script", ["deploy/init.sh", "deploy/postgres-init.sh"])
def test_scripts_parse_and_may_be_run(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", str(path)], check=True)


PASSWORD = "p" * 12
GOOD = {
    "DATELINE_OWNER_PASSWORD": PASSWORD,
    "DATELINE_LOADER_PASSWORD": PASSWORD,
    "DATELINE_ANALYST_PASSWORD": PASSWORD,
    "AIRFLOW_DATABASE_PASSWORD": PASSWORD,
    "AIRFLOW_ADMIN_PASSWORD": PASSWORD,
    "AIRFLOW__API_AUTH__JWT_SECRET": "j" * 64,
}


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("DATELINE_LOADER_PASSWORD", "with@sign-in-it", "DATELINE_LOADER_PASSWORD may hold only letters"),
        ("DATELINE_OWNER_PASSWORD", "2few", "DATELINE_OWNER_PASSWORD is shorter than 12"),
        ("AIRFLOW_ADMIN_PASSWORD", "admin", "AIRFLOW_ADMIN_PASSWORD is shorter than 12"),
        ("AIRFLOW__API_AUTH__JWT_SECRET", "2few", "AIRFLOW_JWT_SECRET is shorter than 64"),
    ],
)
def test_init_refuses_what_cannot_work(variable: str, value: str, message: str) -> None:
    environment = {"PATH": "/usr/bin:/bin"} | GOOD | {variable: value}
    done = subprocess.run(["/bin/sh", str(ROOT / "deploy/init.sh")], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert message in done.stderr
    assert value not in done.stderr
