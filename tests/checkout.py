"""A copy of the repository in which the workflow is run as a user runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
CLUSTER_TOOLS = ROOT / ".venv-cluster/bin"
PARTS = ("Snakefile", "config.yaml", "workflow", "profiles", "src", "data", "reports")
GENERATED = shutil.ignore_patterns("__pycache__", "*.pdf", "ai-energy-ledger.html")


class Checkout:
    """A copy of the repository in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in PARTS:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=GENERATED)
            else:
                shutil.copy2(source, folder / name)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `aienergy` here."""
        command = [TOOLS / "aienergy", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def module(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this copy's own package here: its name and arguments."""
        env = {**os.environ, "PYTHONPATH": str(self.folder / "src")}
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def snakemake(
        self, *options: str, tools: Path = TOOLS, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the Snakemake of an environment here with this copy's own package."""
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"  # rules call `python`
        env = {**os.environ, "PATH": path, "PYTHONPATH": str(self.folder / "src"), **environment}
        command = [tools / "snakemake", *options]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def outputs(self) -> dict[str, bytes]:
        """Return every generated file by its path."""
        files = [p for p in (self.folder / "results").rglob("*") if p.is_file()]
        files += sorted((self.folder / "reports").glob("ai-energy-ledger*"))
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in files}
