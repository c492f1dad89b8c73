"""File formats: their classes in Hive, and the names by which SQL calls them.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html, and ``STORED AS`` in
https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

from dataclasses import dataclass

#: SerDes that the engine reads, in lower case.
OPENX_JSON = "org.openx.data.jsonserde.jsonserde"
HIVE_JSON = "org.apache.hive.hcatalog.data.jsonserde"
HIVE_JSON_2 = "org.apache.hadoop.hive.serde2.jsonserde"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde"
OPEN_CSV = "org.apache.hadoop.hive.serde2.opencsvserde"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde"
ORC = "org.apache.hadoop.hive.ql.io.orc.orcserde"

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


@dataclass(frozen=True)
class FileFormat:
    """The classes of a file format."""

    input_format: str
    output_format: str
    serde: str


TEXT_FILE = FileFormat(_TEXT_INPUT, _TEXT_OUTPUT, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe")

#: Of a table with the OpenX SerDe and without STORED AS, as Quilt's documentation and PyAthena's tests show.
OPENX_FILE = FileFormat(_TEXT_INPUT, "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat", TEXT_FILE.serde)

#: By the name in ``STORED AS``.
STORED_AS = {
    "TEXTFILE": TEXT_FILE,
    "PARQUET": FileFormat(
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
    "ORC": FileFormat(
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    ),
    "AVRO": FileFormat(
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "SEQUENCEFILE": FileFormat(
        "org.apache.hadoop.mapred.SequenceFileInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    ),
    "RCFILE": FileFormat(
        "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
        "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
        "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
    ),
}

#: What CTAS and UNLOAD write, by the name in ``format``. Trino's JSON is Hive's JsonSerDe.
WRITTEN = {
    "PARQUET": STORED_AS["PARQUET"],
    "ORC": STORED_AS["ORC"],
    "TEXTFILE": TEXT_FILE,
    "JSON": FileFormat(_TEXT_INPUT, _TEXT_OUTPUT, "org.apache.hive.hcatalog.data.JsonSerDe"),
}
