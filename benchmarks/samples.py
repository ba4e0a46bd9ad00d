"""What comparing question by question costs: a million pairs, ten million, and reading them.

python -m benchmarks.samples [--peers PYTHON]
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks import table
from benchmarks.options import parser
from benchmarks.processes import ROOT, Cost, Step, environment, in_turn, once, python, relnotes
from benchmarks.table import Row

PAIRS, READING, MEMORY_MB = 2.0, 2.0, 1000
KEY = ("quiz", "acc", None)


@dataclass(frozen=True, slots=True)
class Sizes:
    pairs: int = 1_000_000
    many: int = 10_000_000
    lines: int = 300_000


QUICK = Sizes(50_000, 200_000, 20_000)


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument(
        "--peers", default=sys.executable, help="a Python that has polars, pandas, ibis, PySpark"
    )
    given = asked.parse_args()
    sizes = QUICK if given.quick else Sizes()
    runs = given.runs or (2 if given.quick else 5)
    rows = [
        *_pairs(sizes, given.cache, runs, given.peers),
        *_through_the_command(sizes, given.cache, runs),
        *_many(sizes, given.cache, given.peers),
        *_reading(sizes, given.cache, runs),
    ]
    table.show(rows, runs)


def _pairs(sizes: Sizes, cache: Path, runs: int, peers: str) -> list[Row]:
    files = [_parquet(cache, side, sizes.pairs) for side in ("old", "new")]
    steps = {"relnotes": _timed(_OURS, files), "duckdb": _timed(_BARE, files)}
    others = {name: _timed(code, files, peers) for name, code in _present(peers).items()}
    costs = in_turn(steps, runs)
    costs |= in_turn(others, min(runs, 3))
    what = f"{sizes.pairs:,} pairs from Parquet"
    return [
        table.ratio(what, costs["relnotes"], costs["duckdb"], PAIRS, named="the bare query"),
        *(_peer(f"{what}, by {name}", name, costs[name], costs["duckdb"]) for name in others),
    ]


def _through_the_command(sizes: Sizes, cache: Path, runs: int) -> list[Row]:
    """Whole processes, from the first file to the text on the screen."""
    rows = []
    for pairs, times in ((sizes.pairs, runs), (sizes.many, 1)):
        files = [str(_parquet(cache, side, pairs)) for side in ("old", "new")]
        columns = ("--column", "key=id", "--column", "score=score")
        bare = f"files = {files!r}\n{''.join(_BARE)}"
        costs = in_turn(
            {"relnotes": once(relnotes("compare", *files, *columns)), "duckdb": once(python(bare))},
            times,
        )
        what = f"{pairs:,} pairs by relnotes compare, all in all"
        named = "Python, its import of duckdb, the bare query"
        target = PAIRS if pairs == sizes.pairs else None
        rows.append(table.ratio(what, costs["relnotes"], costs["duckdb"], target, named=named))
    rows.append(table.peak(f"peak memory of {what}", costs["relnotes"], MEMORY_MB))
    return rows


def _many(sizes: Sizes, cache: Path, peers: str) -> list[Row]:
    """Once each: what counts is that memory stays where it was told to."""
    files = [_parquet(cache, side, sizes.many) for side in ("old", "new")]
    steps = {"relnotes": _timed(_OURS, files), "duckdb": _timed(_BARE, files)}
    wanted = {name: code for name, code in _present(peers).items() if name in ("polars", "pandas")}
    steps |= {name: _timed(code, files, peers) for name, code in wanted.items()}
    costs = in_turn(steps, 1)
    what = f"{sizes.many:,} pairs, {MEMORY_MB} MB allowed"
    return [
        table.ratio(what, costs["relnotes"], costs["duckdb"], None, named="the bare query"),
        table.peak(f"peak memory of {what}", costs["relnotes"], MEMORY_MB),
        *(
            table.ratio(
                f"{sizes.many:,} pairs, by {name}",
                costs[name],
                costs["duckdb"],
                None,
                named="the bare query",
            )
            for name in wanted
        ),
        *(_shown_peak(name, costs[name]) for name in wanted),
    ]


def _peer(what: str, name: str, cost: Cost, floor: Cost) -> Row:
    """The Java machine of PySpark is another process, whose processor time is not in ours."""
    row = table.ratio(what, cost, floor, None, named="the bare query")
    return replace(row, cpu="", cpu_ratio=None) if "PySpark" in name else row


def _shown_peak(name: str, cost: Cost) -> Row:
    """Of a peer, which was not told any limit."""
    return Row(f"peak memory of {name}", f"{cost.peak / 1e6:.0f} MB", "", "", 0.0, "MB", None)


def _reading(sizes: Sizes, cache: Path, runs: int) -> list[Row]:
    path = [_lines(cache, sizes.lines)]
    steps = {
        "engine": _timed(_READ_LARGE, path),
        "plain": _timed(_READ_SMALL, path),
        "typed": _timed(_DECODE, path),
        "all": _timed(_DECODE_ALL, path),
    }
    costs = in_turn(steps, runs)
    what = f"read {sizes.lines:,} lines of lm-eval"
    return [
        table.ratio(
            f"{what} to a table",
            costs["engine"],
            costs["typed"],
            READING,
            named="bare decoding of three fields",
        ),
        table.ratio(
            f"{what} as plain values",
            costs["plain"],
            costs["typed"],
            None,
            named="bare decoding of three fields",
        ),
        table.ratio(
            f"{what} as plain values",
            costs["plain"],
            costs["all"],
            READING,
            named="bare decoding of all",
        ),
    ]


# -- what is run ---------------------------------------------------------------------------------

_TIMED = """
import json, sys, time
files = {files!r}
{before}
wall, cpu = time.perf_counter(), time.process_time()
{during}
cost = [time.perf_counter() - wall, time.process_time() - cpu]
try:
    peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
except OSError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([*cost, peak]))
"""

_OURS = (
    f"""
from relnotes.samples.engine import Engine
from relnotes.samples.tables import Table, pair_tables
engine = Engine(memory_mb={MEMORY_MB})
rows = "SELECT id AS key, 1 AS epoch, NULL AS cluster, CAST(score AS DOUBLE) AS score FROM '%s'"
tables = [Table(engine, "x", {{{KEY!r}: rows % file}}) for file in files]
""",
    f"""
found = pair_tables(*tables, {KEY!r}, lambda side: (0.0, 1.0))
assert found.sums.n == found.asked, found
""",
)

_SUMS = """SELECT count(*), sum(d), sum(d * d), count(*) FILTER (d > 0), count(*) FILTER (d < 0)
FROM (SELECT new.score - old.score AS d FROM '{}' AS old JOIN '{}' AS new USING (id))"""
_BARE = (
    f"""
import duckdb
connection = duckdb.connect(config={{"memory_limit": "{int(MEMORY_MB * 0.75)}MB",
    "preserve_insertion_order": "false"}})
connection.execute("SET enable_progress_bar = false")
""",
    f"""
connection.execute({_SUMS!r}.format(*files)).fetchall()
""",
)

_PEERS = {
    "polars": (
        "import polars as pl",
        """
old, new = (pl.scan_parquet(file) for file in files)
d = pl.col("score_right") - pl.col("score")
pairs = old.join(new, on="id")
pairs.select(pl.len(), d.sum().alias("s"), (d * d).sum().alias("q"),
             (d > 0).sum().alias("b"), (d < 0).sum().alias("c")).collect(engine="streaming")
""",
    ),
    "pandas": (
        "import pandas as pd",
        """
old, new = (pd.read_parquet(file) for file in files)
pairs = old.merge(new, on="id")
d = pairs.score_y - pairs.score_x
len(d), d.sum(), (d * d).sum(), (d > 0).sum(), (d < 0).sum()
""",
    ),
    "ibis on DuckDB": (
        """
import ibis
connection = ibis.duckdb.connect()
tables = [connection.read_parquet(file) for file in files]
""",
        """
old, new = tables
pairs = old.join(new, old.id == new.id, how="outer", rname="{name}_new")
d = pairs.score_new - pairs.score
pairs.agg(n=d.count(), s=d.sum(), q=(d * d).sum(), b=(d > 0).sum(), c=(d < 0).sum()).to_pyarrow()
""",
    ),
    "our expression in ibis, on DuckDB": (
        """
import ibis
from relnotes.samples.tables import Table, pair_tables
from relnotes.samples.warehouse import Warehouse
connection = ibis.duckdb.connect()
rows = [connection.read_parquet(file) for file in files]
road = Warehouse(connection)
""",
        f"""
tables = [Table(road, "x", {{{KEY!r}: one.select(key=one.id, epoch=ibis.literal(1),
    cluster=ibis.literal(None).cast("string"), score=one.score.cast("float64"))}}) for one in rows]
pair_tables(*tables, {KEY!r}, lambda side: (0.0, 1.0))
""",
    ),
    "our expression in ibis, on PySpark": (
        """
import ibis, os
from pyspark.sql import SparkSession
from relnotes.samples.tables import Table, pair_tables
from relnotes.samples.warehouse import Warehouse
session = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false") \\
    .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1") \\
    .config("spark.driver.memory", "4g").config("spark.sql.shuffle.partitions", "4").getOrCreate()
session.sparkContext.setLogLevel("OFF")
connection = ibis.pyspark.connect(session)
rows = [connection.read_parquet(file) for file in files]
road = Warehouse(connection)
""",
        f"""
tables = [Table(road, "x", {{{KEY!r}: one.select(key=one.id, epoch=ibis.literal(1),
    cluster=ibis.literal(None).cast("string"), score=one.score.cast("float64"))}}) for one in rows]
pair_tables(*tables, {KEY!r}, lambda side: (0.0, 1.0))
""",
    ),
}
_NEEDED = {
    "polars": "polars",
    "pandas": "pandas, pyarrow",
    "ibis on DuckDB": "ibis, duckdb, pyarrow",
    "our expression in ibis, on DuckDB": "ibis, duckdb, pyarrow, msgspec, pydantic, yaml",
    "our expression in ibis, on PySpark": "ibis, pyspark, pyarrow, msgspec, pydantic, yaml",
}

_READ_LARGE = (
    f"""
from relnotes.samples.engine import Engine
from relnotes.samples.lines import load_lines
engine = Engine(memory_mb={MEMORY_MB})
""",
    """
found = load_lines(engine, files[0], open(files[0], "rb").read(1 << 18), files[0])
assert found
""",
)
_READ_SMALL = (
    """
from relnotes.evals.readers.lm_eval_samples import read_samples
from relnotes.evals.scores import collect
""",
    """
with open(files[0], "rb") as file:
    assert collect(read_samples(file, files[0]), "x", 1 << 60)
""",
)
_DECODE = (
    """
import msgspec
class Line(msgspec.Struct):
    filter: str | None = None
    doc_hash: str | None = None
    acc: float | None = None
decode = msgspec.json.Decoder(Line).decode
""",
    """
with open(files[0], "rb") as file:
    for line in file:
        decode(line)
""",
)
_DECODE_ALL = (
    """
import msgspec
decode = msgspec.json.Decoder().decode
""",
    _DECODE[1],
)


def _timed(code: tuple[str, str], files: list[Path], python: str = sys.executable) -> Step:
    """In a process of its own, without what starting and importing cost."""
    before, during = code
    text = _TIMED.format(files=[str(file) for file in files], before=before, during=during)

    def step() -> Cost:
        done = subprocess.run(
            [python, "-c", text],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr.strip())
        wall, cpu, peak = json.loads(done.stdout.splitlines()[-1])
        return Cost(wall, cpu, peak)

    return step


@cache
def _present(python: str) -> dict[str, tuple[str, str]]:
    """The peers that can be imported; those that cannot are named once."""
    found = {}
    for name, code in _PEERS.items():
        needed = _NEEDED[name]
        done = subprocess.run([python, "-c", f"import {needed}"], capture_output=True, check=False)
        if done.returncode or ("PySpark" in name and shutil.which("java") is None):
            print(f"not in the table: {name} (needs {needed}{_and_java(name)})")
        else:
            found[name] = code
    return found


def _and_java(name: str) -> str:
    return ", and Java" if "PySpark" in name else ""


# -- what it is run on ---------------------------------------------------------------------------


def _parquet(cache: Path, side: str, rows: int) -> Path:
    """Right or wrong, with keys like those of a harness, in no order."""
    path = cache / f"samples-{side}-{rows}.parquet"
    if not path.exists():
        import duckdb

        seed = {"old": 0, "new": 1}[side]
        duckdb.sql(
            "COPY (SELECT md5(CAST(i AS VARCHAR)) AS id,"
            f" CAST(hash(i * 7 + {seed}) % 10 < 7 AS INTEGER) AS score"
            f" FROM range({rows}) AS t(i) ORDER BY hash(i)) TO '{path}' (FORMAT parquet)"
        )
    return path


def _lines(cache: Path, lines: int) -> Path:
    """As lm-evaluation-harness writes them, with the whole prompt in each."""
    path = cache / f"samples_quiz_{lines}.jsonl"
    if not path.exists():
        with path.open("wb") as file:
            for number in range(lines):
                file.write(json.dumps(_line(number)).encode() + b"\n")
    return path


def _line(number: int) -> dict[str, object]:
    question = f"What is {number} and " + "why " * 60
    return {
        "doc_id": number,
        "doc": {"question": question, "choices": ["a", "b", "c", "d"], "answer": number % 4},
        "target": str(number % 4),
        "arguments": {f"gen_args_{at}": {"arg_0": question, "arg_1": " a"} for at in range(2)},
        "resps": [[[f"-{at}.25", "False"]] for at in range(4)],
        "filtered_resps": [[f"-{at}.25", "False"] for at in range(4)],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"{number:064x}",
        "prompt_hash": f"{number + 1:064x}",
        "target_hash": f"{number % 4:064x}",
        "acc": float(number % 3 == 0),
    }


if __name__ == "__main__":
    main()
