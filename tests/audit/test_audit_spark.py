"""Spark and the pool say the same of the same notes, finding by finding, to the byte."""

import json
import os
import shutil
import signal
import sys

import pytest

from chartgap.audit.store import read_table
from chartgap.cli import main

REQUIRED = os.environ.get("CHARTGAP_SPARK") == "required"
if not REQUIRED:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("no java, which Spark needs", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402

from chartgap.audit.spark import SCHEMA, audit_notes, table_of  # noqa: E402
from chartgap.audit.spark_job import main as job  # noqa: E402
from chartgap.audit.tables import SCHEMAS  # noqa: E402
from chartgap.errors import ChartgapError  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # PySpark's own, of sockets and of the future
CODES = ("M54.12", "M54.2")


@pytest.fixture(scope="module")
def notes(root, tmp_path_factory):
    """The synthetic notes, and two that fail."""
    path = tmp_path_factory.mktemp("notes") / "notes.jsonl"
    texts = [file.read_text(encoding="utf-8") for file in sorted((root / "corpora/synthetic").glob("a*.txt"))]
    lines = [{"id": f"n{at}", "text": text, "codes": list(CODES), "position": at} for at, text in enumerate(texts)]
    lines.insert(5, {"id": "empty", "text": " ", "codes": [], "position": 1000})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pool(notes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    plain = folder / "notes.jsonl"
    rows = [json.loads(line) for line in notes.read_text().splitlines()]
    plain.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "position"}) + "\n" for row in rows))
    assert main(["audit", str(plain), "--out", str(folder / "out"), "--workers", "2"]) == 1
    return {name: ordered(read_table(folder / "out", name).to_pylist()) for name in SCHEMAS}


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    interrupted = signal.getsignal(signal.SIGINT)  # a Spark context takes it, and does not give it back
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()
    signal.signal(signal.SIGINT, interrupted)


def ordered(rows):
    """Rows without what Spark does not know, in an order of their own; each as bytes."""
    kept = [
        {key: value for key, value in row.items() if key not in ("position", "source", "line", "reason")}
        for row in rows
    ]
    return sorted(json.dumps(row, default=str) for row in kept)


def from_spark(frame):
    return ordered(frame.toArrow().to_pylist())  # not `collect`: its dicts forget the order of a map


def test_all_tables_are_those_of_the_pool(spark, notes, pool):
    frame = spark.read.json(str(notes)).repartition(4)
    results = audit_notes(frame).cache()
    assert results.rdd.getNumPartitions() == 4
    assert results.columns == SCHEMA.names
    assert results.count() == len(pool["notes"]) + 1
    for name in SCHEMAS:
        assert table_of(results, name).columns == SCHEMAS[name].names
        if name != "failures":  # the pool knows the line of an unreadable note, Spark its id
            assert from_spark(table_of(results, name)) == pool[name], name
    assert table_of(results, "failures").count() == len(pool["failures"]) == 1
    assert len(pool["findings"]) > 500
    positions = {row.note_id: row.position for row in results.select("note_id", "position").collect()}
    assert positions["n3"] == 3


def test_the_job_writes_the_tables(spark, notes, pool, tmp_path):
    job([str(notes), str(tmp_path / "out"), "--partitions", "2"])
    assert from_spark(spark.read.parquet(str(tmp_path / "out/findings"))) == pool["findings"]
    (failed,) = spark.read.parquet(str(tmp_path / "out/failures")).collect()
    assert (failed.note_id, failed.kind, failed.reason) == ("empty", "unreadable", "text: empty")


def test_ids_that_are_numbers_and_columns_that_are_not_there(spark):
    frame = spark.createDataFrame([(7, "neck pain"), (8, "arm pain")], ["id", "text"])
    results = audit_notes(frame).collect()
    assert sorted(row.note_id for row in results) == ["7", "8"]
    assert len({row.position for row in results}) == 2
    with pytest.raises(ChartgapError, match="no column text among id, body: rename"):
        audit_notes(frame.withColumnRenamed("text", "body"))
