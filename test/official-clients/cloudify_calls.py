"""Usage: cloudify_calls.py 127.0.0.1 8888 [user password]"""
import sys

from cloudify_rest_client import CloudifyClient
from cloudify_rest_client.exceptions import (
    CloudifyClientError,
    ForbiddenError,
    IllegalExecutionParametersError,
    InvalidExecutionUpdateStatus,
    NoSuchIncludeFieldError,
)
from cloudify_rest_client.executions import Execution
from steps import Steps, equal, reached, refused

WORKFLOWS = {
    "install": {"operation": "shell", "args": ["echo installing"]},
    "long": {"operation": "shell", "args": ["sleep 60"]},
    "typed": {"parameters": {"n": {"type": "integer", "default": 3}, "must": {"type": "string"}}},
    "driven": {"driver": "client"},
}

host, port = sys.argv[1], int(sys.argv[2])
credentials = dict(zip(("username", "password"), sys.argv[3:5]))
client = CloudifyClient(host=host, port=port, protocol="http", tenant="default_tenant", **credentials)
steps = Steps()


def ended(execution):
    return reached(lambda: client.executions.get(execution.id), lambda one: one.status in Execution.END_STATES)


def manager():
    assert client.manager.get_version()["version"]
    equal(client.manager.get_status()["status"], "OK")
    stranger = CloudifyClient(host=host, port=port, protocol="http", tenant="nobodys", **credentials)
    refused(ForbiddenError, stranger.executions.list, "403")


def deployments():
    made = client.deployments.create("hello-world", "acceptance", workflows=WORKFLOWS, inputs={"a": 1}, labels=[])
    equal((made.id, sorted(one.name for one in made.workflows)), ("acceptance", sorted(WORKFLOWS)))
    equal(dict(client.deployments.get("acceptance", _include=["id", "inputs"])), {"id": "acceptance", "inputs": {"a": 1}})
    equal(client.deployments.list(_search="accept").one().id, "acceptance")
    refused(CloudifyClientError, lambda: client.deployments.get("nobodys"), "404")
    refused(NoSuchIncludeFieldError, lambda: client.deployments.get("acceptance", _include=["odd"]), "odd")


def start():
    execution = client.executions.start("acceptance", "install")
    equal((ended(execution).status, ended(execution).status_display), ("terminated", "completed"))
    given = {"must": "x", "n": "5"}
    equal(ended(client.executions.start("acceptance", "typed", parameters=given)).parameters, {"must": "x", "n": 5})
    refused(IllegalExecutionParametersError, lambda: client.executions.start("acceptance", "typed"), "must")
    equal(client.executions.start("acceptance", "install", dry_run=True).is_dry_run, True)


def busy():
    running = client.executions.start("acceptance", "long")
    reached(lambda: client.executions.get(running.id), lambda one: one.status == Execution.STARTED)
    refused(CloudifyClientError, lambda: client.executions.start("acceptance", "install"), "400")
    queued = client.executions.start("acceptance", "install", queue=True)
    equal((queued.status, client.executions.should_start(queued.id)), ("queued", False))
    equal(ended(client.executions.start("acceptance", "install", force=True)).status, "terminated")
    equal(client.executions.cancel(running.id).status, "cancelling")
    equal((ended(running).status, ended(queued).status), ("cancelled", "terminated"))
    killed = client.executions.start("acceptance", "long")
    client.executions.cancel(killed.id, kill=True)
    equal(ended(killed).status, "cancelled")


def driven():
    execution = client.executions.start("acceptance", "driven")
    equal(client.executions.update(execution.id, Execution.STARTED).status, "started")
    failed = client.executions.update(execution.id, Execution.FAILED, error="boom")
    equal((failed.status, failed.error), ("failed", "boom"))
    backwards = (execution.id, Execution.STARTED)
    refused(InvalidExecutionUpdateStatus, lambda: client.executions.update(*backwards), "from failed to started")
    equal(client.executions.resume(execution.id, force=True).id, execution.id)
    client.executions.update(execution.id, Execution.TERMINATED)


def lists():
    everything = [one.id for one in client.executions.list(deployment_id="acceptance")]
    walked, offset = [], 0
    while True:
        page = client.executions.list(deployment_id="acceptance", _size=2, _offset=offset)
        equal(page.metadata.pagination.total, len(everything))
        walked += [one.id for one in page]
        offset += 2
        if len(page) == 0:
            break
    equal(walked, everything)
    newest = client.executions.list(deployment_id="acceptance", sort="created_at", is_descending=True, _size=1)
    equal(newest.one().id, everything[-1])
    some = client.executions.list(deployment_id="acceptance", status=["cancelled"], _include=["status"])
    equal([dict(one) for one in some], [{"status": "cancelled"}] * 2)
    equal(sorted(one["id"] for one in client.executions.dump(everything)), sorted(everything))


def tokens():
    token = client.tokens.create(description="acceptance", expiration="+10h")
    bearer = CloudifyClient(host=host, port=port, protocol="http", tenant="default_tenant", token=token.value)
    assert len(bearer.executions.list()) > 0
    assert token.id in [one.id for one in client.tokens.list()]
    client.tokens.delete(token.id)
    refused(CloudifyClientError, lambda: client.tokens.get(token.id), "404")


def gone():
    equal(client.executions.delete(deployment_id="acceptance", status="cancelled"), 2)
    client.deployments.delete("acceptance")
    refused(CloudifyClientError, lambda: client.deployments.get("acceptance"), "404")


steps.run("manager", manager)
steps.run("deployments", deployments)
steps.run("executions.start", start)
steps.run("executions of a busy deployment, cancel", busy)
steps.run("executions.update, resume", driven)
steps.run("executions.list, dump", lists)
steps.run("tokens", tokens)
steps.run("deletions", gone)
steps.end()
