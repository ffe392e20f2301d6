"""What happens to a filled sheet before we see it: a phone's photo in three grades, a scanner, a photocopier."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Array = np.ndarray


def _noise(random: np.random.Generator, image: Array, level: float) -> Array:
    return np.clip(image + level * random.standard_normal(image.shape, dtype=np.float32), 0, 255).astype(np.uint8)


def _jpeg(image: Array, quality: float) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[
        1
    ].tobytes()


def _curl(random: np.random.Generator, image: Array, millimetres: float) -> Array:
    """Bend the page: rows and columns wander by up to so many millimetres, smoothly."""
    height, width = image.shape[:2]
    per_millimetre = width / 210
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    phase, turns = random.uniform(0, 6.3, 4), random.uniform(0.4, 1.0, 4)
    size = millimetres * per_millimetre / 2
    down = size * np.sin(turns[0] * 3.14 * y / height + phase[0]) + size * np.sin(
        turns[1] * 3.14 * x / width + phase[1]
    )
    across = size * np.sin(turns[2] * 3.14 * y / height + phase[2])
    return cv2.remap(
        image, np.float32(x + across), np.float32(y + down), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _photograph(random: np.random.Generator, page: Array, width: int, tilt: float, angle: float, cut: float) -> Array:
    """Put the page on a table and look at it from an angle."""
    height = round(width * 4 / 3)
    table = np.full((height, width, 3), random.uniform(40, 170, 3), dtype=np.uint8)
    tall = height * random.uniform(0.8, 0.94) * (1 + cut)
    wide = tall * 210 / 297
    corners = np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)]) / 2
    corners = corners * (1 + random.uniform(-tilt, tilt, (4, 2)))
    turn = np.radians(angle + random.choice([0, 90, 180, 270]))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    if abs(np.sin(turn)) > 0.7:
        table, (height, width) = np.ascontiguousarray(table.transpose(1, 0, 2)), (width, height)
    to = (corners @ spin.T + (width / 2, height / 2)).astype(np.float32)
    rows, columns = page.shape[:2]
    matrix = cv2.getPerspectiveTransform(
        np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], dtype=np.float32), to
    )
    cv2.warpPerspective(
        page, matrix, (width, height), dst=table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    return table


def _light(random: np.random.Generator, image: Array, strength: float, *, edge: bool, glare: bool) -> Array:
    """Add uneven light, the edge of somebody's shadow, a reflection, and warm or cold light."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    field = 1 - strength * np.clip(
        (x / width) * random.uniform(-1, 1) + (y / height) * random.uniform(-1, 1) + 0.3, 0, 1
    )
    if edge:
        normal = random.uniform(0, 6.3)
        place = (x / width - random.uniform(0.3, 0.7)) * np.cos(normal) + (y / height - 0.5) * np.sin(normal)
        field = field * (1 - random.uniform(0.25, 0.5) / (1 + np.exp(-place * random.uniform(30, 200))))
    image = image * field[:, :, None] * random.uniform((0.95, 0.92, 0.8), (1.02, 1.0, 1.05))
    if glare:
        centre = random.uniform(0.25, 0.75, 2) * (width, height)
        spot = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * (random.uniform(0.03, 0.07) * width) ** 2))
        image = image + 200 * spot[:, :, None]
    return np.clip(image, 0, 255).astype(np.uint8)


def _shake(random: np.random.Generator, image: Array, length: int) -> Array:
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
    return cv2.filter2D(image, -1, cv2.warpAffine(kernel, turn, (length, length)))


def phone_easy(random: np.random.Generator, page: Array) -> bytes:
    """Good light, whole page, steady hand."""
    image = _photograph(
        random, _curl(random, page, 0.5), int(random.integers(1500, 2400)), 0.03, random.normal(0, 3), 0
    )
    image = _light(random, image, 0.15, edge=False, glare=False)
    return _jpeg(_noise(random, cv2.GaussianBlur(image, (0, 0), 0.6), 3), random.uniform(80, 92))


def phone_medium(random: np.random.Generator, page: Array) -> bytes:
    """Evening light, page a little bent, a shadow."""
    image = _photograph(
        random, _curl(random, page, 1.0), int(random.integers(1300, 2000)), 0.06, random.normal(0, 8), 0
    )
    image = _light(random, image, 0.3, edge=bool(random.random() < 0.6), glare=False)
    image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.7, 1.1))
    return _jpeg(_noise(random, image, 6), random.uniform(60, 85))


def phone_hard(random: np.random.Generator, page: Array) -> bytes:
    """What a tired person sends at night: bent, dark, shaken, reflecting, compressed by a messenger, corner cut off."""
    cut = random.uniform(0, 0.12) if random.random() < 0.25 else 0
    page = _curl(random, page, random.uniform(1, 2))
    image = _photograph(random, page, int(random.integers(960, 1700)), 0.09, random.normal(0, 15), cut)
    image = _light(random, image, 0.5, edge=True, glare=bool(random.random() < 0.4))
    image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.8, 1.5))
    if random.random() < 0.5:
        image = _shake(random, image, int(random.integers(3, 7)))
    return _jpeg(_noise(random, image, 9), random.uniform(35, 70))


def scanner(random: np.random.Generator, page: Array) -> bytes:
    """A flatbed or feeder: 100 to 200 dpi, a little askew, now and then upside down."""
    dpi = random.choice([100, 150, 200])
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 1.0), random.uniform(0.96, 1.0))
    image = cv2.warpAffine(page, turn, (width, height), borderValue=(250, 250, 250))
    image = cv2.resize(image, None, fx=dpi / 200, fy=dpi / 200, interpolation=cv2.INTER_AREA)
    if random.random() < 0.25:
        image = cv2.rotate(image, cv2.ROTATE_180)
    return _jpeg(_noise(random, image, 2), random.uniform(70, 90))


def photocopy(random: np.random.Generator, page: Array) -> bytes:
    """Copied once before it was scanned: nearly black and white, specks, streaks, stretched a little."""
    height, width = page.shape[:2]
    grey = cv2.GaussianBlur(page.min(axis=2), (0, 0), 0.8).astype(np.float32)
    grey = 255 / (1 + np.exp(-(grey - random.uniform(135, 185)) / random.uniform(8, 22)))
    for _ in range(random.integers(50, 400)):
        spot = tuple(int(v) for v in random.integers(0, (width, height)))
        cv2.circle(grey, spot, int(random.integers(1, 3)), 40, -1)
    for _ in range(random.integers(0, 3)):
        column = int(random.integers(0, width))
        grey[:, column : column + 2] *= random.uniform(0.6, 0.9)
    stretch = random.uniform(0.985, 1.01, 2)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 0.8), 0.97) * np.array(
        [[stretch[0]], [stretch[1]]]
    )
    image = cv2.warpAffine(grey, turn, (width, height), borderValue=255)
    return _jpeg(_noise(random, np.repeat(image[:, :, None], 3, axis=2), 4), random.uniform(60, 85))


CONDITIONS: dict[str, Callable[[np.random.Generator, Array], bytes]] = {
    "phone easy": phone_easy,
    "phone medium": phone_medium,
    "phone hard": phone_hard,
    "scanner": scanner,
    "photocopy": photocopy,
}
