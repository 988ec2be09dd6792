"""Whatever stops an audit, resumed it has the same rows as one that nothing stopped: none lost, none twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import audit_fakes
import pytest
from audit_fakes import plan

from chartgap.audit.audit import audit
from chartgap.audit.files import AuditError, locked
from chartgap.audit.store import JOURNAL, MANIFEST, committed, part_files, read_manifest
from chartgap.audit.tables import SCHEMAS

TEXTS = [f"WAIT {'pain ' * (number % 4)}{number}" for number in range(300)]


@pytest.fixture
def notes(write):
    return write([*TEXTS[:150], "FAIL", "{bad", *TEXTS[150:]])


@pytest.fixture
def start():
    """An audit in a process of its own."""
    started = []

    def start(*arguments):
        command = [sys.executable, audit_fakes.__file__, *map(str, arguments)]
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_for_parts(out, count, process):
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if (out / JOURNAL).exists() and (out / JOURNAL).read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)
    raise AssertionError(f"not {count} parts, exit {process.poll()}")


def same_again(run, out, notes):
    """Resumed and unbroken, row by row."""
    assert run(out, notes, resume=True) == run(out.with_name("unbroken"), notes)
    assert read_manifest(out)["counts"] == read_manifest(out.with_name("unbroken"))["counts"]
    assert read_manifest(out)["finished"]


@pytest.mark.parametrize("parts", [0, 1, 4])
def test_killed(start, run, notes, tmp_path, parts):
    out = tmp_path / "out"
    process = start(out, notes)
    wait_for_parts(out, parts, process)
    time.sleep(random.random() / 5)
    process.kill()
    process.wait()
    done = len(list(committed(out)))
    assert done < 13
    same_again(run, out, notes)
    assert read_manifest(out)["runs"][-1]["todo"][0]["first"] >= done * 25


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_how_to_go_on(start, run, notes, tmp_path, signal_):
    out = tmp_path / "out"
    process = start(out, notes)
    wait_for_parts(out, 1, process)
    process.send_signal(signal_)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert said == f"chartgap: stopped: run it again with --resume to go on; {out} holds what is done\n"
    same_again(run, out, notes)


def test_half_a_line_in_the_journal_and_files_without_a_line(run, notes, tmp_path):
    out = tmp_path / "out"
    run(out, notes)
    whole = (out / JOURNAL).read_bytes()
    (out / JOURNAL).write_bytes(whole[:-40])
    (out / "notes/.part-0000099.parquet.tmp").write_bytes(b"half")
    manifest = read_manifest(out)
    manifest["finished"] = None
    (out / MANIFEST).write_text(json.dumps(manifest))
    same_again(run, out, notes)
    assert (out / JOURNAL).read_bytes() == whole
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_a_part_that_is_damaged_is_told_and_done_again(run, notes, watcher, tmp_path, damage, finished):
    out = tmp_path / "out"
    before = run(out, notes)
    parts = list(committed(out))
    assert len(parts) > 5
    damage(parts[2].path(out, "findings"))
    damage(parts[4].path(out, "failures"))
    if not finished:
        keep = (out / JOURNAL).read_bytes().splitlines(keepends=True)[:-3]
        (out / JOURNAL).write_bytes(b"".join(keep))
        manifest = read_manifest(out)
        (out / MANIFEST).write_text(json.dumps(manifest | {"finished": None}))
    assert run(out, notes, resume=True) == before
    assert [line.split(":")[0] for line in watcher.told] == [
        "part 2 is damaged (its checksum is wrong)",
        "part 4 is damaged (its checksum is wrong)",
    ]
    assert read_manifest(out)["counts"] == {name: len(before[name]) for name in SCHEMAS}
    assert len(part_files(out, "notes")) == len(parts)
    watcher.told.clear()
    assert run(out, notes, resume=True) == before
    assert watcher.told == []


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("lost", [0, 2, -1])
def test_a_line_of_the_journal_that_was_lost(run, notes, watcher, tmp_path, lost, finished):
    out = tmp_path / "out"
    before = run(out, notes)
    lines = (out / JOURNAL).read_bytes().splitlines(keepends=True)
    del lines[lost]
    (out / JOURNAL).write_bytes(b"".join(lines))
    if not finished:
        (out / MANIFEST).write_text(json.dumps(read_manifest(out) | {"finished": None}))
    assert run(out, notes, resume=True) == before
    assert watcher.told == ["lines of its journal were lost: what they stood for is done again"] * finished
    assert set((out / "notes").iterdir()) == set(part_files(out, "notes"))
    counts = read_manifest(out)["counts"]
    assert run(out, notes, resume=True) == before
    assert read_manifest(out)["counts"] == counts == {name: len(before[name]) for name in SCHEMAS}


def test_without_its_journal_nothing_is_touched(run, notes, watcher, tmp_path):
    out = tmp_path / "out"
    run(out, notes)
    (out / JOURNAL).unlink()
    refused(watcher, plan(out, notes), "parts.jsonl: is missing")


def test_with_other_workers_and_parts_it_goes_on(start, run, notes, tmp_path):
    out = tmp_path / "out"
    process = start(out, notes)
    wait_for_parts(out, 2, process)
    process.kill()
    process.wait()
    resumed = run(out, notes, resume=True, workers=1, notes_a_part=117)
    assert resumed == run(tmp_path / "unbroken", notes)


# what is refused


def files(out):
    return {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def refused(watcher, plan, match, *, resume=True):
    before = files(plan.out)
    with pytest.raises(AuditError, match=match):
        audit(plan, watcher, resume=resume)
    assert files(plan.out) == before


def test_other_options_inputs_or_versions(run, write, watcher, tmp_path):
    out, notes = tmp_path / "out", write(["pain"] * 5)
    run(out, notes)
    refused(watcher, plan(out, notes, limit=3), "begun with other options: limit was None, is 3")
    refused(watcher, plan(out, notes, options={"codes": ["M54.2"]}), r"codes was None, is \['M54.2'\]")
    refused(watcher, plan(out, notes, notes), "begun with other inputs")
    manifest = read_manifest(out)
    manifest["versions"]["knowledge"] = "older"
    (out / MANIFEST).write_text(json.dumps(manifest))
    refused(watcher, plan(out, notes), "begun with another version: knowledge was 'older', is 'fake'")
    (out / MANIFEST).write_text("{")
    refused(watcher, plan(out, notes), "not the manifest of an audit")


def test_inputs_that_changed(run, write, watcher, tmp_path):
    out, notes = tmp_path / "out", write(["pain"] * 5)
    folder = tmp_path / "folder/deep"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("pain")
    run(out, notes, folder.parent)
    with notes.open("a") as stream:
        stream.write('{"id": "more", "text": "pain"}\n')
    refused(watcher, plan(out, notes, folder.parent), f"the inputs have changed: {notes}: ")
    notes.write_text("".join(notes.read_text().splitlines(keepends=True)[:-1]))
    (folder / "b.txt").write_text("pain")
    refused(watcher, plan(out, notes, folder.parent), "the inputs have changed: .*folder")


def test_a_folder_that_holds_something(run, write, watcher, tmp_path):
    out, notes = tmp_path / "out", write(["pain"])
    out.mkdir()
    (out / "mine").write_text("x")
    for resume in (True, False):
        refused(watcher, plan(out, notes), "is not empty, and holds no audit", resume=resume)
    (out / "mine").unlink()
    run(out, notes)
    refused(watcher, plan(out, notes), "holds an audit: go on with --resume", resume=False)


def test_nothing_to_resume_is_a_beginning(run, write, watcher, tmp_path):
    assert len(run(tmp_path / "out", write(["pain"]), resume=True)["notes"]) == 1
    assert watcher.told == [f"{tmp_path / 'out'}: nothing to resume: beginning"]


def test_inputs_that_cannot_be_audited(write, watcher, tmp_path):
    (tmp_path / "folder").mkdir()
    for places, match in [
        (["-"], "standard input cannot be read again"),
        ([tmp_path / "none.txt"], "none.txt: no such file or folder"),
        ([""], "an empty file name: no such file"),
    ]:
        with pytest.raises(AuditError, match=match):
            audit(plan(tmp_path / "out", *places), watcher)
    with pytest.raises(AuditError, match="is inside of the input"):
        audit(plan(tmp_path / "folder/out", tmp_path / "folder"), watcher)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "folder/out").exists()


def test_two_audits_on_one_folder(start, run, notes, watcher, tmp_path):
    out = tmp_path / "out"
    process = start(out, notes)
    wait_for_parts(out, 1, process)
    for resume in (True, False):
        with pytest.raises(AuditError, match=rf"another audit is writing here \(process {process.pid}\)"):
            audit(plan(out, notes), watcher, resume=resume)
    assert process.wait(timeout=60) == 1
    same_again(run, out, notes)


def test_a_lock_that_was_left_is_no_obstacle(run, write, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / ".lock").write_text("1\n")
    assert len(run(out, write(["pain"]))["notes"]) == 1
    with locked(out):
        assert (out / ".lock").read_text() == f"{os.getpid()}\n"
    assert (out / ".lock").read_text() == ""


# a full disk


def limited(bytes_, *arguments):
    """An audit that may not write a file of more than so many bytes: what a full disk is to it."""
    code = f"import resource as r, runpy; r.setrlimit(r.RLIMIT_FSIZE, ({bytes_}, r.RLIM_INFINITY))"
    runner = f"{code}; import sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-c", runner, audit_fakes.__file__, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_file_that_may_not_grow(run, notes, tmp_path):
    out = tmp_path / "out"
    done = limited(2500, out, notes)
    assert "File too large" in done.stderr
    assert done.returncode != 0
    same_again(run, out, notes)


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk: mounting needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk(start, run, notes, small_disk, tmp_path):
    out = small_disk / "out"
    process = start(out, notes)
    said = process.communicate(timeout=60)[1]
    assert process.returncode != 0
    assert "No space left on device" in said
    assert "run it again with --resume" in said
    assert not list(out.rglob("*.tmp"))
    subprocess.run(["mount", "-o", "remount,size=5m", str(small_disk)], check=True)
    assert 0 < len(list(committed(out))) < 13
    assert run(out, notes, resume=True) == run(tmp_path / "unbroken", notes)


def test_that_the_whole_test_can_fail(run, notes, rows, tmp_path):
    out = tmp_path / "out"
    whole = run(out, notes)
    Path(part_files(out, "notes")[0]).unlink()
    lines = (out / JOURNAL).read_bytes().splitlines(keepends=True)
    (out / JOURNAL).write_bytes(b"".join(lines[1:]))
    assert rows(out) != whole
