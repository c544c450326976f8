"""Ask pip-audit for known vulnerabilities of what the program is locked to: python -m scripts.audit PIP_AUDIT FILE….

Exit 1 where there are some. Where the data cannot be reached that is said, and nothing fails: a check that needs the
internet must not keep anybody without it from working.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PATIENCE = 180.0
"""Seconds."""


def main() -> int:
    """Audit each file."""
    tool, *files = sys.argv[1:]
    return max([_audit(tool, name) for name in files], default=0)


def _audit(tool: str, name: str) -> int:
    if not Path(tool).is_file():
        return _not_audited(name, f"{tool} is not installed")
    command = [
        tool,
        "--disable-pip",
        "--require-hashes",
        "-r",
        name,
        "-f",
        "json",
        "--progress-spinner",
        "off",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        found = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return _not_audited(name, f"no answer within {PATIENCE:g} s")
    except (ValueError, KeyError):
        return _not_audited(name, (done.stderr.strip().splitlines() or ["no answer"])[-1][:200])
    bad = [(d["name"], d["version"], v) for d in found for v in d.get("vulns", ())]
    for package, version, what in bad:
        print(
            f"{name}: {package} {version}: {what['id']}, mended in {', '.join(what['fix_versions']) or 'no version'}"
        )
    left = [d for d in found if "skip_reason" in d]
    if len(left) == len(found):
        return _not_audited(name, left[0]["skip_reason"] if left else "no packages")
    also = f"; not audited: {', '.join(d['name'] for d in left)}" if left else ""
    print(f"{name}: {len(found) - len(left)} packages, {len(bad)} known vulnerabilities{also}")
    return 1 if bad else 0


def _not_audited(name: str, why: str) -> int:
    print(f"{name}: NOT audited, the vulnerability data cannot be reached: {why}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
