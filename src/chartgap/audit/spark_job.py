"""`spark-submit spark_job.py NOTES OUT --code M54.12`: notes in Parquet or JSON lines to the tables of an audit.

The functions are in `chartgap.audit.spark`, which the executors import: each must have chartgap installed.
"""

import argparse

from chartgap.audit.spark import audit_notes, table_of
from chartgap.audit.tables import SCHEMAS
from chartgap.claims import Given
from chartgap.errors import ChartgapError, needs


def main(arguments: list[str] | None = None) -> None:
    """Read, map, write; the results are written first, so that no note is checked for each table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "notes", help="Parquet, or JSON lines where the name ends so (.jsonl, .ndjson, .json, also .gz)"
    )
    parser.add_argument("out", help="the folder for the tables; it must not be there")
    parser.add_argument("--code", action="append", default=[], help="of every claim; repeatable")
    parser.add_argument("--payer")
    parser.add_argument("--partitions", type=int, help="spread the notes anew over so many")
    options = parser.parse_args(arguments)
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        parser.error(f"this {needs('spark')}")
    spark = SparkSession.builder.appName("chartgap audit").getOrCreate()
    lines = options.notes.removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json"))
    notes = spark.read.json(options.notes) if lines else spark.read.parquet(options.notes)
    if options.partitions:
        notes = notes.repartition(options.partitions)
    given = Given(codes=tuple(options.code), payer=options.payer)
    try:
        checked = audit_notes(notes, given=given)
    except ChartgapError as error:
        parser.error(str(error))
    checked.write.parquet(f"{options.out}/results")
    results = spark.read.parquet(f"{options.out}/results")
    for table in SCHEMAS:
        table_of(results, table).write.parquet(f"{options.out}/{table}")


if __name__ == "__main__":
    main()
