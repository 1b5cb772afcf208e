"""Colours and vector paths shared by painters, subjects and scenes."""

from collections.abc import Sequence

import skia

Color = tuple[float, float, float]               # red, green, blue of 0..255
Point = tuple[float, float]

COLORS: dict[str, Color] = {
    'red': (214, 54, 50), 'orange': (238, 128, 40), 'yellow': (246, 204, 62),
    'green': (66, 156, 84), 'teal': (32, 164, 164), 'blue': (50, 104, 208),
    'purple': (128, 72, 184), 'pink': (240, 122, 170), 'white': (240, 240, 236),
    'black': (48, 46, 58)}
CREAM, DARK, GOLD = (250, 240, 214), (46, 42, 56), (240, 196, 80)
BROWN, STONE, WOOD = (120, 80, 52), (176, 170, 168), (164, 112, 66)


def mix(first: Color, second: Color, share: float) -> Color:
    """The first colour with a share (0..1) of the second."""
    return tuple(first[i] * (1 - share) + second[i] * share for i in range(3))


def darker(color: Color, share: float = .3) -> Color:
    return mix(color, (20, 16, 40), share)


def lighter(color: Color, share: float = .35) -> Color:
    return mix(color, (255, 250, 240), share)


def luminance(color: Color) -> float:
    """How bright a colour looks, 0..1."""
    return (.3 * color[0] + .59 * color[1] + .11 * color[2]) / 255


def saturation(color: Color) -> float:
    """How far a colour is from gray, 0..255."""
    return max(color) - min(color)


def skia_color(color: Color, alpha: float = 1.) -> int:
    return skia.Color(*(max(0, min(255, int(v))) for v in color), int(255 * alpha))


def polygon(points: Sequence[Point], closed: bool = True) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in points], closed)
    return path


def polyline(*points: Point) -> skia.Path:
    return polygon(points, False)


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> skia.Path:
    ry = rx if ry is None else ry
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> skia.Path:
    path = skia.Path()
    rect = skia.Rect.MakeLTRB(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    if radius:
        path.addRoundRect(rect, radius, radius)
    else:
        path.addRect(rect)
    return path


def curve(points: Sequence[Point], closed: bool = True,
          tension: float = .166) -> skia.Path:
    """A smooth (Catmull-Rom) path through the points; no tension makes straight lines."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count if closed else max(0, min(count - 1, index))]

    path = skia.Path()
    path.moveTo(*map(float, points[0]))
    for i in range(count if closed else count - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        path.cubicTo(b[0] + (c[0] - a[0]) * tension, b[1] + (c[1] - a[1]) * tension,
                     c[0] - (d[0] - b[0]) * tension, c[1] - (d[1] - b[1]) * tension,
                     float(c[0]), float(c[1]))
    if closed:
        path.close()
    return path
