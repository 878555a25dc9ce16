"""Runs steps one after the other and says how each went."""
import sys
import time


class Steps:
    def __init__(self):
        self.failed = 0

    def run(self, name, step):
        """Answers what the step answers; None when it failed."""
        try:
            result = step()
        except Exception as error:  # A step that fails must not keep the others from running.
            self.failed += 1
            print("FAIL", name, type(error).__name__, error)
            return None
        print("ok  ", name)
        return result

    def end(self):
        print("all steps worked" if self.failed == 0 else "%d steps failed" % self.failed)
        sys.exit(0 if self.failed == 0 else 1)


def equal(got, wanted):
    assert got == wanted, "%r instead of %r" % (got, wanted)


def refused(error_class, call, text):
    """The call raises that error, and its text holds this one."""
    try:
        call()
    except error_class as error:
        assert text in str(error), "%r does not say %r" % (str(error), text)
        return
    raise AssertionError("nothing was refused")


def reached(read, is_there, seconds=20):
    """What `read` answers as soon as that is what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = read()
        if is_there(found):
            return found
        time.sleep(0.1)
    raise AssertionError("not reached within %d s" % seconds)
