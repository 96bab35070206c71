"""The notebooks run from the first cell to the last in a fresh kernel, and carry nothing from anybody's machine.

Not tested here: whether the story is well told, and how a notebook looks in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import neo4j
import networkx as nx
import pytest
from nbclient import NotebookClient

from graph.audience import Viewer, view
from graph.model import Company, Level
from graph.network import project
from graph.store import Snapshot, open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from tests.conftest import Neo4jAddress

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CELL_LIMIT_S = 300
A_MACHINES_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp|work|var|opt|mnt|private)/|\b[A-Za-z]:\\\\")
KARLSKOGA = "1883"

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def cells(path: Path, cell_type: str) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == cell_type]


def prose(path: Path) -> str:
    """What the notebook says in words, without code."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def cypher(path: Path) -> list[str]:
    """The notebook's Cypher, query by query."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    return re.findall(r"```cypher\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for all that a kernel and a store may write, so that no setting of this machine is read."""
    for name in ("NEO4J_URI", "NARVERK_STORE", "NARVERK_SECRET", "NARVERK_AUDIENCE", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "jupyter").mkdir()
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path / "data"))
    (tmp_path / "temporary").mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "temporary"))
    return tmp_path


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@each_notebook
@pytest.mark.parametrize("folder", [ROOT, ROOT / "notebooks"], ids=["from_the_root", "from_its_folder"])
def test_it_runs_and_leaves_nothing_behind(path: Path, folder: Path, clean_place: Path) -> None:
    notebook = read(path)
    before = set(folder.iterdir())
    NotebookClient(
        notebook, timeout=CELL_LIMIT_S, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert outputs
    assert [output for output in outputs if output.output_type == "error"] == []
    warned = [output.text for output in outputs if output.get("name") == "stderr"]
    assert warned == []
    assert not (clean_place / "data").exists()
    assert list((clean_place / "temporary").iterdir()) == []
    assert {each.name for each in set(folder.iterdir()) - before} <= {"__pycache__"}


@each_notebook
def test_outputs_are_stripped(path: Path) -> None:
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert not cell.metadata, cell.id
        if cell.cell_type == "code":
            assert cell.outputs == [], cell.id
            assert cell.execution_count is None, cell.id


@each_notebook
def test_no_path_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert A_MACHINES_PATH.findall(text) == []
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text


@each_notebook
def test_no_number_is_written_by_hand(path: Path) -> None:
    assert re.findall(r"(?<![^\W\d_])\d[\d.,  ]*(?![^\W\d_])", prose(path)) == []


@each_notebook
def test_every_heading_has_its_english_line(path: Path) -> None:
    headings = re.findall(r"^(#+ .+)\n(.*)$", prose(path), re.MULTILINE)
    assert headings
    assert [heading for heading, line in headings if not re.fullmatch(r"\*[A-Z][^*]+\.\*", line)] == []


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    write_demo(folder, 200, 1)
    return folder


@pytest.fixture
def on_neo4j(invented: Path, neo4j_address: str) -> Iterator[Snapshot]:
    """A small invented region in Neo4j, as its manager sees it."""
    store = open_store(neo4j_address)
    load_files(store, [invented])
    yield view(store, Viewer(Level.MANAGER))
    store.close()


def test_the_cypher_of_karlskoga_answers(
    on_neo4j: Snapshot, neo4j_credentials: Neo4jAddress, neo4j_namespace: str
) -> None:
    queries = cypher(ROOT / "notebooks" / "karlskoga.ipynb")
    auth = (neo4j_credentials.username, neo4j_credentials.password)
    with neo4j.GraphDatabase.driver(neo4j_credentials.uri, auth=auth) as driver:
        answers = [
            driver.execute_query(
                query.replace("'default'", f"'{neo4j_namespace}'"),
                database_=neo4j_credentials.database,
            ).records
            for query in queries
        ]
    assert len(answers) == 3
    assert all(answers)
    firms = {each.company_id: each.name for each in on_neo4j.of(Company) if each.municipality == KARLSKOGA}
    without_trade = sorted(firms[key] or "" for key in nx.isolates(project(on_neo4j)) if key in firms)
    assert sorted(record["firm"] for record in answers[-1]) == without_trade
