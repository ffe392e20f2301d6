"""Where uploads and straightened pages lie in the data folder, until some days after their batch was finished."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path


def batch_folder(data_dir: Path, batch_id: int) -> Path:
    """Return the folder of a batch."""
    return data_dir / "paper" / str(batch_id)


def upload_path(data_dir: Path, batch_id: int, file: int) -> Path:
    """Return where an uploaded file of a batch lies; files count from 1."""
    return batch_folder(data_dir, batch_id) / f"upload-{file}.bin"


def page_path(data_dir: Path, batch_id: int, file: int, number: int) -> Path:
    """Return where the picture of a page lies: straightened (6 pixels a millimetre), or small if it was refused."""
    return batch_folder(data_dir, batch_id) / f"page-{file}-{number}.jpg"


def write_uploads(data_dir: Path, batch_id: int, files: Sequence[bytes]) -> None:
    """Write the files of a new batch, readable by this application only."""
    folder = batch_folder(data_dir, batch_id)
    # Whatever a former batch with this number left behind (a restored backup) is not ours.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    for place, data in enumerate(files, start=1):
        upload_path(data_dir, batch_id, place).write_bytes(data)


def delete_folder(data_dir: Path, batch_id: int) -> None:
    """Delete every picture of a batch."""
    shutil.rmtree(batch_folder(data_dir, batch_id), ignore_errors=True)
