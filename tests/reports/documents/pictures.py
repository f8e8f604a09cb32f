"""Pictures of pages that people have looked at and approved; ``python -m tests.reports.documents.pictures`` makes them anew.

Small and grey: enough to see that a block has moved, not to quarrel about the edge of a letter.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops, ImageFilter, ImageStat

FOLDER = Path(__file__).parent / "approved"
DPI = 50


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Each page, grey."""
    with TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-", str(Path(folder) / "page")]
        subprocess.run(command, input=pdf, capture_output=True, check=True)
        return [
            Image.open(io.BytesIO(path.read_bytes())).convert("L") for path in sorted(Path(folder).iterdir())
        ]


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart in the tile of 20 by 20 points where most so, 0 to 255; 255 for other sizes."""
    if one.size != other.size:
        return 255
    blurred = [picture.filter(ImageFilter.GaussianBlur(1.5)) for picture in (one, other)]
    apart = ImageChops.difference(*blurred)
    tiles = [
        apart.crop((x, y, x + 20, y + 20)) for x in range(0, one.width, 20) for y in range(0, one.height, 20)
    ]
    return max(ImageStat.Stat(tile).mean[0] for tile in tiles)


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    from .samples import SAMPLES, picture_name

    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, pdf in SAMPLES.items():
        for page, picture in enumerate(pictures_of(pdf()), 1):
            picture.quantize(16).save(FOLDER / picture_name(name, page), optimize=True)
            sys.stdout.write(f"{picture_name(name, page)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
