"""A Trino 435 (the last release for Java 17), assembled from Maven Central's parts, with the Hive connector."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.recorder.waiting import serving, wait_for

HERE = Path(__file__).parent
PORT = 8611
_PLUGIN = "io.trino:trino-hive:435:zip"
_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin"
_CHECKSUMS = HERE / "trino-435.sha256"

_CONFIG = """\
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
query.max-memory=400MB
query.max-memory-per-node=400MB
memory.heap-headroom-per-node=400MB
task.concurrency=2
catalog.config-dir={folder}/etc/catalog
plugin.dir={folder}/plugin
"""
_CATALOG = """\
connector.name=hive
hive.metastore=glue
hive.metastore.glue.endpoint-url={aws}
hive.metastore.glue.region=us-east-1
hive.metastore.glue.aws-access-key=test
hive.metastore.glue.aws-secret-key=test
hive.metastore.glue.partitions-segments=1
hive.metastore-cache-ttl=0s
hive.recursive-directories=true
fs.hadoop.enabled=false
fs.native-s3.enabled=true
s3.endpoint={aws}
s3.region=us-east-1
s3.path-style-access=true
s3.aws-access-key=test
s3.aws-secret-key=test
"""
_JAVA = (
    "-Xmx1400M", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-Djdk.attach.allowAttachSelf=true",
    "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8", "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED", "-Dnode.environment=test", "-Dnode.id=one",
)  # fmt: skip


@contextlib.contextmanager
def trino(folder: Path, aws_endpoint: str) -> Iterator[str]:
    """The address of a Trino over a local S3 and Glue: one that serves already, or a new one until the block ends."""
    address = f"http://127.0.0.1:{PORT}"
    if serving(f"{address}/v1/info"):
        wait_for(lambda: is_ready(address))
        yield address
        return
    if missing := [program for program in ("java", "javac", "mvn") if shutil.which(program) is None]:
        sys.exit(f"Trino needs Java 17 (a JDK) and Maven, but PATH has no {', '.join(missing)}")
    _assemble(folder)
    _configure(folder, aws_endpoint)
    with (folder / "server.log").open("w") as log:
        options = (f"-Dnode.data-dir={folder}/var", f"-Dconfig={folder}/etc/config.properties")
        levels = f"-Dlog.levels-file={folder}/etc/log.properties"
        command = ["nice", "java", *_JAVA, *options, levels, "-cp", "launch:lib/*", "Launch"]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(lambda: is_ready(address), server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)


def is_ready(address: str) -> bool:
    """Whether a Trino runs statements."""
    return '"starting":false' in serving(f"{address}/v1/info")


def _assemble(folder: Path) -> None:
    """Download what isn't there yet, and compare every file with its committed checksum."""
    lib, plugin, launch = folder / "lib", folder / "plugin", folder / "launch"
    if not launch.is_dir():
        print("Assembling Trino from Maven Central (once, some minutes)", file=sys.stderr)
        for part in (folder / "pom", lib, plugin):
            part.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "pom.xml", folder / "pom")
        maven = ["mvn", "--quiet", "--batch-mode"]
        copy = [f"{_DEPENDENCY_PLUGIN}:3.6.1:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
        subprocess.run([*maven, *copy], cwd=folder / "pom", check=True)
        copy = [f"{_DEPENDENCY_PLUGIN}:3.6.1:copy", f"-Dartifact={_PLUGIN}", f"-DoutputDirectory={folder}"]
        subprocess.run([*maven, *copy], cwd=folder / "pom", check=True)
        with zipfile.ZipFile(folder / "trino-hive-435.zip") as archive:
            archive.extractall(plugin)
    _verify(folder)
    if not launch.is_dir():
        subprocess.run(["javac", "-cp", f"{lib}/*", "-d", str(launch), str(HERE / "Launch.java")], check=True)


def _verify(folder: Path) -> None:
    jars = sorted(path for part in ("lib", "plugin") for path in (folder / part).rglob("*.jar"))
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in jars}
    lines = _CHECKSUMS.read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    if wrong := sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name)):
        sys.exit(f"these files of Trino differ from {_CHECKSUMS.name}: {', '.join(wrong)}")


def _configure(folder: Path, aws_endpoint: str) -> None:
    catalogs = folder / "etc" / "catalog"
    catalogs.mkdir(parents=True, exist_ok=True)
    (folder / "etc" / "config.properties").write_text(_CONFIG.format(port=PORT, folder=folder))
    (folder / "etc" / "log.properties").write_text("io.trino=WARN\n")
    (catalogs / "awsdatacatalog.properties").write_text(_CATALOG.format(aws=aws_endpoint))
    (folder / "var").mkdir(exist_ok=True)
