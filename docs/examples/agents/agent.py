#!/usr/bin/env python3
"""A reference agent for Carillon in Python's standard library: the protocol of docs/agent-protocol.md and nothing else.

Runs the job classes `shell` and `noop`. Usage:
    agent.py --url http://127.0.0.1:8888 --token crj_... --tags linux --slots 4
"""
import argparse
import datetime
import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

GATHER_SECONDS = 0.25
PIECE_CHARACTERS = 16_384
SPOOL_PIECES = 20_000


class LinkDown(Exception):
    """The server could not be reached or could not answer: try again."""


class Refusal(Exception):
    """The server will not do it, however often it is asked."""

    def __init__(self, status, problem):
        super().__init__(problem.get("detail", f"status {status}"))
        self.status, self.code = status, problem.get("code", "")
        self.errors = problem.get("errors", [])

    @property
    def ends_life(self):
        return self.status == 404 or (self.status == 409 and self.code == "invalid_state")


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Server:
    def __init__(self, url, token):
        self.parts, self.token = urllib.parse.urlsplit(url), token

    def send(self, method, path, body=None, wait=0):
        kind = http.client.HTTPSConnection if self.parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.parts.hostname, self.parts.port, timeout=wait + 20)
        headers = {"content-type": "application/json"} if body is not None else {}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, self.parts.path.rstrip("/") + "/api/v2/agents" + path, data, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise LinkDown(str(error)) from error
        finally:
            connection.close()
        if answer.status >= 500 or answer.status in (408, 429):
            raise LinkDown(f"the answer was {answer.status}")
        try:
            parsed = json.loads(text) if text else None
        except ValueError as error:
            raise LinkDown("the answer was no JSON") from error
        if answer.status >= 300:
            raise Refusal(answer.status, parsed if isinstance(parsed, dict) else {})
        return parsed


class Run:
    """One attempt: a process group of its own, its output numbered as it comes."""

    def __init__(self, agent, given):
        self.agent, self.given = agent, given
        self.id, self.fence = given["id"], given["fence"]
        self.stopping, self.reason, self.abandoned = None, None, False
        self.interrupted = False
        self.seq, self.bytes, self.process, self.started_at = 0, 0, None, None
        self.lock = threading.Lock()

    def held(self):
        held = {"id": self.id, "fence": self.fence}
        if self.stopping:
            held["stopping"] = self.stopping
        return held

    def work(self):
        try:
            end = self.run()
        except Exception as error:  # whatever went wrong is how the run ended
            end = {"status": "failed", "error": {"type": "exception", "message": str(error)}}
        self.agent.over(self, {"id": self.id, "fence": self.fence, "startedAt": self.started_at, "finishedAt": now(),
                               "pid": self.process.pid if self.process else None, "interrupted": self.interrupted, **end})

    def run(self):
        job_class, args, parameters = self.given["jobClass"], self.given["args"], self.given["parameters"]
        if job_class == "noop":
            self.started_at = now()
            return {"status": "succeeded"}
        if job_class != "shell":
            return failure("unknown_class", f"This agent runs shell and noop, not {job_class}.")
        if not args or not all(isinstance(arg, str) for arg in args):
            return failure("invalid_arguments", "The arguments of shell must be strings.")
        command = ["/bin/sh", "-c", args[0]] if len(args) == 1 else args
        env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ", "TMPDIR") if name in os.environ}
        env.update(parameters.get("env") or {})
        env.update(CARILLON_EXECUTION_ID=self.id, CARILLON_ATTEMPT=str(self.given["attempt"]),
                   CARILLON_JOB_ID=self.given["jobId"], CARILLON_JOB_NAME=self.given["jobName"],
                   CARILLON_TENANT=self.given["tenant"], CARILLON_SCHEDULED_FOR=self.given["scheduledFor"])
        with self.lock:
            if self.stopping:
                return failure("cancelled", "Cancelled before it started.", "cancelled")
            # The child dies with this agent: see guard().
            self.process = subprocess.Popen(guard(command), env=env, cwd=parameters.get("cwd"), stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.started_at = now()
        self.agent.report({"id": self.id, "fence": self.fence, "pid": self.process.pid, "startedAt": self.started_at})
        readers = [threading.Thread(target=self.read, args=(name,), daemon=True) for name in ("stdout", "stderr")]
        for reader in readers:
            reader.start()
        try:
            self.process.stdin.write((parameters.get("stdin") or "").encode())
            self.process.stdin.close()
        except OSError:
            pass  # it did not want to read
        timer = None
        if self.given["timeoutMs"]:
            timer = threading.Timer(self.given["timeoutMs"] / 1000, self.stop, ("cancel", "timed_out"))
            timer.start()
        code = self.process.wait()
        if timer:
            timer.cancel()
        for reader in readers:
            reader.join(2)  # a grandchild may hold the pipe; it is killed below
        self.kill_tree()
        if self.reason == "timed_out":
            return failure("timeout", "The run took longer than its timeout.", "timed_out")
        if self.reason:
            return failure("cancelled", "The run was cancelled.", "cancelled")
        if code < 0:
            return failure("signal", f"The program was ended by signal {-code}.")
        end = {"exitCode": code, "result": {"exitCode": code}}
        if code == 0:
            return {"status": "succeeded", **end}
        return {**failure("exit_code", f"The program ended with exit code {code}."), **end}

    def read(self, name):
        stream = getattr(self.process, name)
        rest = b""
        while chunk := stream.read1(PIECE_CHARACTERS):
            text, rest = whole(rest + chunk)
            self.output(name, text)
        self.output(name, rest.decode("utf-8", "replace"))

    def output(self, name, text):
        text = text.replace("\0", "\ufffd")
        with self.lock:
            self.bytes += len(text.encode())
            if not text or self.bytes > self.given["maxOutputBytes"]:
                return
            self.agent.log({"id": self.id, "fence": self.fence, "seq": self.seq, "stream": name, "at": now(), "text": text})
            self.seq += 1

    def stop(self, word, reason="cancelled"):
        with self.lock:
            if self.stopping == "force_cancel" or self.stopping == word:
                return
            self.stopping, self.reason = word, self.reason or reason
            process = self.process
        if process is None:
            return
        if word == "force_cancel" or not self.given["killGraceMs"]:
            self.kill_tree()
            return
        signal_group(process.pid, signal.SIGTERM)
        killer = threading.Timer(self.given["killGraceMs"] / 1000, self.kill_tree)
        killer.daemon = True
        killer.start()

    def kill_tree(self):
        """The group, and whoever left it: children inherit the marks in their environment."""
        marks = [f"CARILLON_EXECUTION_ID={self.id}".encode(), f"CARILLON_ATTEMPT={self.given['attempt']}".encode()]
        for _ in range(100):
            if self.process:
                signal_group(self.process.pid, signal.SIGKILL)
            if not [pid for pid in marked(marks) if kill(pid)]:
                return
            time.sleep(0.01)

    def abandon(self):
        self.abandoned = True
        self.stop("force_cancel")


def failure(kind, message, status="failed"):
    return {"status": status, "error": {"type": kind, "message": message}}


def whole(data):
    """Text up to the last whole UTF-8 character, and the bytes after it."""
    for cut in range(len(data), max(len(data) - 4, -1), -1):
        try:
            return data[:cut].decode(), data[cut:]
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace"), b""


def guard(command):
    """Runs the command beside a watcher that kills its group when this agent is gone, however it went."""
    script = ('watch() { while kill -0 "$1" 2>/dev/null; do [ -d "/proc/$2" ] || exit; sleep 0.5; done; kill -9 "-$2"; }; '
              'agent=$1; shift; watch "$agent" $$ </dev/null >/dev/null 2>&1 & exec "$@"')
    return ["/bin/sh", "-c", script, "guard", str(os.getpid()), *command]


def signal_group(pid, number):
    try:
        os.killpg(pid, number)
    except OSError:
        pass


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except OSError:
        return False


def marked(marks):
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                entries = file.read().split(b"\0")
            with open(f"/proc/{name}/stat") as file:
                state = file.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state not in "ZX" and all(mark in entries for mark in marks):
            yield int(name)


class Agent:
    def __init__(self, options):
        self.options, self.server = options, Server(options.url, options.token)
        self.lock = threading.RLock()
        self.active, self.unrecorded = {}, {}
        self.pieces, self.reports, self.ends = [], {}, []
        self.changed = threading.Condition(self.lock)
        self.flush = threading.Event()
        self.draining = self.over_and_out = self.banned = False
        self.id, self.lease, self.early, self.taken_back = None, 30, {}, set()
        self.instance = secrets.token_urlsafe(18)

    def register(self):
        options = self.options
        body = {"protocol": 1, "name": options.name, "hostname": socket.gethostname(), "slots": options.slots, "pid": os.getpid(),
                "tags": [tag for tag in options.tags.split(",") if tag], "version": "py-1", "instanceKey": self.instance,
                "platform": f"{sys.platform} python"}
        if options.shared:
            body["shared"] = True
        for pause in pauses():
            try:
                answer = self.server.send("POST", "", body)
                break
            except LinkDown as error:
                say(f"the server cannot be reached: {error}")
                time.sleep(pause)
        self.id, self.lease = answer["agentId"], answer["leaseMs"] / 1000
        self.server.token = answer["credential"] or self.server.token
        say(f"registered as agent {self.id}")

    def call(self, path, body, wait=0):
        """Sends a request of this agent. When its life is over it kills what it has and begins anew."""
        life = self.id
        try:
            return self.server.send("POST", f"/{life}{path}", body, wait)
        except Refusal as refusal:
            if refusal.status in (401, 403):
                self.ban(refusal)
            elif refusal.ends_life:
                with self.lock:
                    if life == self.id and not self.over_and_out and not self.banned:
                        say(f"{refusal}; {len(self.active)} runs are killed")
                        self.lose_all()
                        if not self.draining:
                            self.register()
            raise

    def ban(self, refusal):
        with self.lock:
            if not self.banned:
                say(f"the server does not want this agent: {refusal}")
                self.banned = True
                self.lose_all()
                self.changed.notify_all()

    def lose_all(self):
        for run in list(self.active.values()):
            run.abandon()
        self.active.clear()
        self.unrecorded.clear()

    def held(self):
        with self.lock:
            return [run.held() for run in self.active.values()] + [{"id": id, "fence": fence} for id, fence in self.unrecorded.items()]

    def claim_loop(self):
        pause = pauses()
        while not (self.draining or self.banned):
            with self.lock:
                limit = self.options.slots - len(self.active)
                if limit <= 0:
                    self.changed.wait(5)
                    continue
            try:
                answer = self.call("/claim", {"held": self.held(), "limit": min(limit, 500), "waitSeconds": 20}, 20)
                for given in answer["runs"]:
                    self.accept(given)
                pause = pauses()
            except (LinkDown, Refusal) as error:
                say(f"claim: {error}")
                time.sleep(next(pause))

    def accept(self, given):
        with self.lock:
            if (given["id"], given["fence"]) in self.taken_back or given["id"] in self.active:
                return
            run = self.active[given["id"]] = Run(self, given)
            early = self.early.pop(run.id, None)
        if early:
            run.stop(early)
        threading.Thread(target=run.work, daemon=True).start()

    def beat_loop(self):
        pause = pauses(self.lease / 9)
        while not (self.over_and_out or self.banned):
            sent, wait = self.held(), max(1, int(self.lease / 3))
            try:
                answer = self.call("/heartbeat", {"held": sent, "waitSeconds": wait, "draining": self.draining}, wait)
            except (LinkDown, Refusal) as error:
                if not self.over_and_out:
                    say(f"heartbeat: {error}")
                    time.sleep(next(pause))
                continue
            pause = pauses(self.lease / 9)
            fences = {run["id"]: run["fence"] for run in sent}
            with self.lock:
                self.taken_back.update((run["id"], run["fence"]) for run in answer["takenBack"])
                stops = [(self.active.get(stop["id"]), stop) for stop in answer["stops"]]
                lost = [run for run in map(self.active.get, answer["notYours"]) if run and run.fence == fences[run.id]]
                for run in lost:
                    del self.active[run.id]
            for run, stop in stops:
                run.stop(stop["stop"]) if run else self.early.update({stop["id"]: stop["stop"]})
            for run in lost:
                say(f"run {run.id} is no longer ours")
                run.abandon()
            if answer["state"] == "draining":
                self.drain()

    def log(self, piece):
        with self.lock:
            if len(self.pieces) < SPOOL_PIECES:
                self.pieces.append(piece)

    def report(self, report):
        with self.lock:
            self.reports[report["id"]] = report

    def over(self, run, end):
        with self.lock:
            if self.active.get(run.id) is run and not run.abandoned:
                del self.active[run.id]
                self.unrecorded[run.id] = run.fence
                self.ends.append(end)
            self.changed.notify_all()
        self.flush.set()

    def report_loop(self):
        pause = pauses()
        while not self.over_and_out:
            self.flush.wait(GATHER_SECONDS)
            self.flush.clear()
            try:
                self.write()
                pause = pauses()
            except LinkDown:
                time.sleep(next(pause))
            except Refusal as refusal:
                say(f"reports: {refusal}")
                time.sleep(next(pause))

    def write(self):
        """Output before ends. Everything is kept until it was taken and then sent again as it was: a repeat changes nothing."""
        with self.lock:
            pieces, reports, ends = self.pieces[:500], list(self.reports.values())[:500], self.ends[:100]
            complete = len(pieces) == len(self.pieces)
        if reports:
            self.tell("/reports", "runs", reports)
            with self.lock:
                self.reports = {id: report for id, report in self.reports.items() if report not in reports}
        if pieces:
            self.tell("/logs", "pieces", pieces)
            with self.lock:
                del self.pieces[: len(pieces)]
        if not complete:
            self.flush.set()
        elif ends:
            self.tell("/complete", "ends", ends)
            with self.lock:
                del self.ends[: len(ends)]
                for end in ends:
                    if self.unrecorded.get(end["id"]) == end["fence"]:
                        del self.unrecorded[end["id"]]
                if self.ends:
                    self.flush.set()

    def tell(self, path, name, entries):
        try:
            self.call(path, {name: entries})
        except Refusal as refusal:
            if refusal.code != "stale_fence":
                raise
            stale = {int(error["field"].rsplit("/", 1)[1]) for error in refusal.errors}
            say(f"{len(stale)} of {len(entries)} {name} came too late")

    def drain(self):
        if self.draining:
            return
        self.draining = True
        say(f"draining: {len(self.active)} runs may finish")
        threading.Thread(target=self.say_drain, daemon=True).start()
        with self.lock:
            self.changed.notify_all()

    def say_drain(self):
        try:
            self.call("/drain", {})
        except (LinkDown, Refusal):
            pass  # it is only news

    def shut_down(self):
        for run in list(self.active.values()):
            run.interrupted = run.stopping is None
            run.stop("force_cancel")

    def run(self):
        self.register()
        for loop in (self.beat_loop, self.report_loop):
            threading.Thread(target=loop, daemon=True).start()
        self.claim_loop()
        deadline = time.monotonic() + self.options.grace
        while (self.active or self.unrecorded) and not self.banned:
            if time.monotonic() > deadline:
                self.shut_down()
                deadline = time.monotonic() + 5
                if self.options.grace < 0:
                    break
                self.options.grace = -1
            time.sleep(0.02)
        self.over_and_out = True
        if self.banned:
            return 1
        try:
            self.server.send("DELETE", f"/{self.id}")
        except (LinkDown, Refusal) as error:
            say(f"leaving: {error}")
        return 0


def pauses(most=5):
    """Growing pauses, spread so that agents do not come back together."""
    longest = 0.2
    while True:
        yield min(longest, most) * random.uniform(0.5, 1)
        longest = min(5, longest * 2)


def say(text):
    print(f"{now()} {text}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Runs jobs of a Carillon server on this machine.")
    parser.add_argument("--url", default="http://127.0.0.1:8888")
    parser.add_argument("--token", default="")
    parser.add_argument("--name", default=socket.gethostname())
    parser.add_argument("--tags", default="")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--grace", type=float, default=20, help="seconds that runs get after SIGTERM")
    agent = Agent(parser.parse_args())

    def on_signal(_number, _frame):
        agent.shut_down() if agent.draining else agent.drain()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        sys.exit(agent.run())
    except Refusal as refusal:
        say(f"the server refused: {refusal}")
        sys.exit(1)


if __name__ == "__main__":
    main()
