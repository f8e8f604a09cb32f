"""Message catalogues compiled in Python, so that a fresh machine needs no msgfmt."""

import os
import tempfile
from pathlib import Path

import polib


def compile_catalogues(root: Path) -> list[Path]:
    """Compile each ``locale/*/LC_MESSAGES/*.po`` of ``root`` whose ``.mo`` is missing or older.

    Gives the ``.mo`` files written, in order of name. Each appears whole or not at all, so servers may start
    side by side. Packages in a virtual environment below ``root`` bring their own and are not looked at.

    Raises:
        OSError: a catalogue cannot be read (polib names the file and line) or its ``.mo`` not written.
    """
    written = []
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        _write_whole(target, polib.pofile(str(source), encoding="utf-8").to_binary())
        written.append(target)
    return written


def _write_whole(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # mkstemp makes the file private; the server often runs as another user than the one who compiles.
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parents[1])
