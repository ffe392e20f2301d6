"""Makes the bytes of Office files depend on their content only, so that a released file's hash can be made again."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The earliest time that the format can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)


def freeze_archive(content: bytes) -> bytes:
    """Return the same Office file with no time of writing in it: neither in the archive nor in its properties."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as frozen:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _TIMES.sub(b"", data)
            member = ZipInfo(entry.filename, _EPOCH)
            member.compress_type = ZIP_DEFLATED
            frozen.writestr(member, data)
    return target.getvalue()
