"""What is said of an audit while it runs."""

import io
import json

import pytest
from audit_fakes import plan

from chartgap.audit.audit import audit
from chartgap.audit.progress import Progress, in_words


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(clock):
    return Progress(lambda _: None, stream=io.StringIO(), clock=clock)


def test_the_share_and_the_time_left(progress, clock):
    progress.done({"notes": 0}, None)
    assert progress.line() == "0 notes, time left unknown"
    clock.now = 10
    progress.done({"notes": 100}, 0.1)
    assert progress.line() == "100 notes, 10 a second, 10% done"
    clock.now = 20
    progress.done({"notes": 200, "failures": 1}, 0.2)
    assert progress.line() == "200 notes, 1 failed, 10 a second, 20% done, about 2 min left"
    clock.now = 80
    progress.done({"notes": 900}, 0.9)
    assert progress.line().endswith("90% done, about 9 s left")


def test_it_never_goes_back(progress):
    progress.done({"notes": 1}, 0.5)
    progress.done({"notes": 2}, 0.4)
    assert "50% done" in progress.line()


def test_what_an_earlier_run_did_is_no_speed_of_this_one(progress, clock):
    progress.done({"notes": 900}, None)
    clock.now = 10
    progress.done({"notes": 910}, 0.90)
    clock.now = 20
    progress.done({"notes": 920}, 0.91)
    assert progress.line() == "920 notes, 1 a second, 91% done, about 2 min left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4.4, "4 s"), (61, "2 min"), (3599, "60 min"), (3600 * 5 + 125, "5 h 02 min"), (86400 * 3 + 7300, "3 d 2 h")],
)
def test_lengths_of_time(seconds, words):
    assert in_words(seconds) == words


class Shares:
    def __init__(self):
        self.seen = []

    def tell(self, message):
        pass

    def done(self, counts, share):
        self.seen.append(share)

    def idle(self):
        pass


def archive_of(folder):
    folder.mkdir()
    lines = [json.dumps({"id": f"n{n}", "text": "neck pain " + "x" * (n % 50)}) for n in range(600)]
    (folder / "a.jsonl").write_text("\n".join(lines))
    for number in range(50):
        (folder / f"b{number:02}.txt").write_text("pain " * 100)
    (folder / "picture.jpg").write_bytes(b"x" * 1_000_000)  # is not read, and does not count
    return folder


@pytest.mark.parametrize("limit", [None, 300])
def test_the_share_rises_with_the_bytes_read_to_the_whole(tmp_path, limit):
    watcher = Shares()
    audit(plan(tmp_path / "out", archive_of(tmp_path / "in"), limit=limit), watcher)
    shares = [share for share in watcher.seen if share is not None]
    assert shares == sorted(shares)
    assert len(set(shares)) > 5
    assert 0 < shares[0] < 0.3
    assert shares[-1] == 1.0
