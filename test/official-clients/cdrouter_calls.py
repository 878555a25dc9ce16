"""Usage: cdrouter_calls.py http://127.0.0.1:8888 [user password]"""
import datetime
import sys

from cdrouter import CDRouter
from cdrouter.cdrouter import CDRouterError
from cdrouter.configs import Config, Testvar
from cdrouter.devices import Device
from cdrouter.filters import Field as field
from cdrouter.jobs import Job, Options
from cdrouter.packages import Options as PackageOptions
from cdrouter.packages import Package, Schedule
from steps import Steps, equal, reached, refused

NEVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)
CONTENTS = "testvar lanInterface eth1\ntestvar wanInterface wifi0\n"

credentials = dict(zip(("username", "password"), sys.argv[2:4]))
client = CDRouter(sys.argv[1], **credentials)
steps = Steps()


def hostname():
    name = client.system.hostname()
    assert isinstance(name, str) and name != "", name


def config():
    made = client.configs.create(Config(name="Acceptance", contents=CONTENTS, tags=["a", "b"], note="n"))
    equal(client.configs.get_by_name("Acceptance").contents, CONTENTS)
    equal(client.configs.get_plaintext(made.id), CONTENTS)
    equal([one.value for one in client.configs.get_interfaces(CONTENTS)], ["eth1", "wifi0"])
    made.description = "changed"
    equal(client.configs.edit(made).description, "changed")
    refused(CDRouterError, lambda: client.configs.get(99999999), "no such config")
    return made


def device():
    made = client.devices.create(Device(name="Acceptance", location="Bench", serial_number="1", tags=["lab"]))
    equal(client.devices.get(made.id).location, "Bench")
    made.location = "Shelf"
    equal(client.devices.edit(made).location, "Shelf")
    return made


def package():
    made = client.packages.create(
        Package(
            name="Acceptance",
            testlist=["cdrouter_basic_1"],
            config_id=the_config.id,
            device_id=the_device.id,
            options=PackageOptions(forever=True, duration=10, duration_units="hours"),
            schedule=Schedule(enabled=False, spec="1 1 * * *"),
        )
    )
    options = made.options
    equal((options.forever, options.loop, options.duration, options.duration_units), (True, 0, 10, "hours"))
    equal(client.packages.get_by_name("Acceptance").testlist, ["cdrouter_basic_1"])
    equal([one.value for one in client.packages.get_interfaces(made)], ["eth1", "wifi0"])
    return made


def launch():
    job = client.jobs.launch(Job(package_id=the_package.id))
    equal((job.package_name, job.config_name, job.interface_names), ("Acceptance", "Acceptance", ["eth1", "wifi0"]))
    job = reached(lambda: client.jobs.get(job.id), lambda one: one.status == "completed")
    assert job.result_id is not None and not job.active
    refused(CDRouterError, lambda: client.jobs.get(99999999), "no such job")


def pending():
    options = Options(tags=["one", "two"], testvars=[Testvar(name="lanInterface", value="eth7")])
    job = client.jobs.launch(Job(package_id=the_package.id, run_at=NEVER, options=options))
    equal((job.status, job.result_id, job.run_at), ("pending", None, NEVER))
    equal([one.value for one in client.jobs.get_interfaces(job)], ["eth7", "wifi0"])
    job.config_id = the_config.id
    equal(client.jobs.edit(job).config_id, the_config.id)
    equal(client.jobs.get(job.id).options.tags, ["one", "two"])


def bulk():
    jobs = [Job(package_id=the_package.id, run_at=NEVER) for _ in range(3)]
    equal(len(client.jobs.bulk_launch(jobs=jobs)), 3)
    by_filter = client.jobs.bulk_launch(filter=field("name").eq("Acceptance"), _fields=Job(run_at=NEVER))
    equal(len(by_filter), 1)
    client.jobs.bulk_delete(ids=[by_filter[0].id])
    refused(CDRouterError, lambda: client.jobs.get(by_filter[0].id), "no such job")


def lists():
    mine = "package_id=%d" % the_package.id
    everything = [job.id for job in client.jobs.iter_list(filter=mine, limit="none")]
    for limit in (1, 2, len(everything)):
        equal([job.id for job in client.jobs.iter_list(filter=mine, limit=limit)], everything)
    equal([job.id for job in client.jobs.list(filter=mine, sort="-id", limit="none").data], everything[::-1])
    equal(ids(mine, field("options.tags").contains("one", "two")), everything[1:2])
    equal(ids(mine, field("options.tags").overlaps("one"), field("id").eq(everything[1])), everything[1:2])
    equal(ids(mine, field("package_name").match("^ACC", ignorecase=True)), everything)
    equal(ids(mine, field("id").gt(everything[0]), field("id").not_().gt(everything[1])), everything[1:2])
    either = [field("id").eq(everything[0]), field("id").eq(everything[1])]
    equal(ids(*either, type="union"), everything[:2])
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
    equal(ids(mine, field("created").lt(soon)), everything)
    refused(CDRouterError, lambda: ids("odd=1"), "odd")


def ids(*filters, **words):
    return [job.id for job in client.jobs.list(filter=list(filters), limit="none", **words).data]


def gone():
    client.jobs.bulk_delete(filter=field("package_id").eq(the_package.id))
    client.packages.delete(the_package.id)
    client.devices.delete(the_device.id)
    client.configs.delete(the_config.id)
    refused(CDRouterError, lambda: client.packages.get_by_name("Acceptance"), "no such package")


steps.run("system.hostname", hostname)
the_config = steps.run("configs", config)
the_device = steps.run("devices", device)
the_package = steps.run("packages", package)
steps.run("jobs.launch, get", launch)
steps.run("jobs.launch, edit, get_interfaces of a pending job", pending)
steps.run("jobs.bulk_launch, bulk_delete", bulk)
steps.run("jobs.list, iter_list", lists)
steps.run("deletions", gone)
steps.end()
