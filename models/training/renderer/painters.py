"""One painter per style. Subjects and scenes describe shapes; a painter decides their look.

`unit()` is 1/128 of the picture in the current drawing units, so every width and blur is
resolution independent. `main` is true while the subject itself is painted.
"""

import functools
import math
import random

import numpy as np
import skia

from .geometry import (Color, darker, lighter, luminance, mix, polyline, saturation,
                       skia_color)


def _blurred(field: np.ndarray, sigma: float, border: str) -> np.ndarray:
    """Gaussian blur; the border is continued in one of numpy's pad modes."""
    reach, size = int(4 * sigma + .5), len(field)
    weights = np.exp(-.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    for _ in range(2):                           # down the columns, then along the rows
        source = np.pad(field.astype(np.float64), ((reach, reach), (0, 0)), border)
        field = sum(weight * source[start:start + size] for start, weight in enumerate(weights))
        field = field.astype(np.float32).T
    return field


@functools.cache
def _noise_field(feature: int) -> np.ndarray:
    base = np.random.RandomState(7).randn(512, 512).astype(np.float32)
    field = (_blurred(base, feature / 2.2, 'wrap') if feature
             else _blurred(base, .5, 'symmetric'))
    return (field / field.std()).astype(np.float32)


def _noise(rng: random.Random, size: int, feature: int) -> np.ndarray:
    """A random window of a fixed tileable noise; feature 0 is fine grain, else its size."""
    x, y = rng.randrange(512), rng.randrange(512)
    span = np.arange(size)
    return _noise_field(feature)[(span + x) % 512][:, (span + y) % 512]


def _soft_noise(rng: random.Random, size: int, feature: int) -> np.ndarray:
    return _noise(rng, size, feature).clip(-2, 2) * .5


class Painter:
    """Flat vector look, and the base of all other styles."""

    cell = 1                                     # picture pixels per canvas pixel

    def __init__(self, canvas: skia.Canvas, size: int, rng: random.Random,
                 palette: dict) -> None:
        self.canvas, self.size, self.rng, self.palette = canvas, size, rng, palette
        self.main = False
        self.scale = 1.
        self.accent: Color = (200, 60, 50)

    def unit(self) -> float:
        return self.size / 128 / self.scale

    def brush(self, color: Color, alpha: float = 1., stroke: float = 0, blur: float = 0,
              wobble: tuple[float, float] | None = None) -> skia.Paint:
        paint = skia.Paint(AntiAlias=True)
        paint.setColor(skia_color(color, alpha))
        if stroke:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke * self.unit())
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        if blur:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(
                skia.kNormal_BlurStyle, blur * self.unit(), False))
        if wobble:
            paint.setPathEffect(skia.DiscretePathEffect.Make(
                wobble[0] * self.unit(), wobble[1] * self.unit(), self.rng.randrange(1 << 30)))
        return paint

    def draw(self, path: skia.Path, color: Color, *brush, **options) -> None:
        self.canvas.drawPath(path, self.brush(color, *brush, **options))

    def clip(self, path: skia.Path, left: float | None = None) -> None:
        """Save the canvas and clip to the path (from the share `left` of its width on)."""
        self.canvas.save()
        self.canvas.clipPath(path, doAntiAlias=True)
        if left is not None:
            area = path.getBounds()
            self.canvas.clipRect(skia.Rect.MakeLTRB(
                area.left() + area.width() * left, area.top(), area.right(), area.bottom()))

    def gradient(self, top: Color, bottom: Color, height: float = 1.) -> None:
        paint = skia.Paint()
        paint.setShader(skia.GradientShader.MakeLinear(
            [skia.Point(0, 0), skia.Point(0, self.size * height)],
            [skia_color(top), skia_color(bottom)]))
        self.canvas.save()
        self.canvas.resetMatrix()
        self.canvas.drawPaint(paint)
        self.canvas.restore()

    def oval(self, area: skia.Rect, left: float, top: float, right: float, bottom: float,
             paint: skia.Paint) -> None:
        """An oval whose four sides are shares of an area."""
        self.canvas.drawOval(skia.Rect.MakeLTRB(
            area.left() + area.width() * left, area.top() + area.height() * top,
            area.left() + area.width() * right, area.top() + area.height() * bottom), paint)

    def side_shadow(self, path: skia.Path, color: Color, amount: float = .28,
                    shift: float = -.22) -> None:
        self.clip(path)
        self.draw(path, darker(color, amount))
        self.canvas.translate(path.getBounds().width() * shift, 0)
        self.draw(path, color)
        self.canvas.restore()

    def sky(self, top: Color, bottom: Color) -> None:
        self.gradient(top, bottom, self.palette['horizon'])

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        self.draw(path, color, alpha)
        if shade and alpha == 1:
            self.side_shadow(path, color)

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        self.draw(path, color, alpha, stroke=width)

    def glow(self, path: skia.Path, color: Color, radius: float = 6,
             alpha: float = .6) -> None:
        self.draw(path, color, alpha, blur=radius)

    def finish(self, image: np.ndarray) -> np.ndarray:
        """Paper, grain or magnification, on the float RGB picture."""
        return image


class Ink(Painter):
    """Black lines and hatching on paper; only a vivid subject is coloured."""

    paper, ink = (248, 244, 234), (34, 30, 44)

    def sky(self, top: Color, bottom: Color) -> None:
        self.gradient(self.paper, self.paper)
        depth, horizon = 1 - luminance(top), self.palette['horizon'] * self.size
        if depth > .6:
            y, end, alpha, width, wobble, gap, growth = 1., horizon, .75, .9, (9, .4), 2.2, 2.5
        elif depth > .45:
            y, end, alpha, width, wobble, gap, growth = 2., horizon * .75, .55, .6, (9, .5), 3., 8
        else:
            return
        while y < end:
            self.draw(polyline((-2, y), (self.size + 2, y)), self.ink, alpha, stroke=width,
                      wobble=wobble)
            y += self.size / 128 * (gap + growth * y / horizon)

    def hatch(self, path: skia.Path, density: float, width: float = .7) -> None:
        """Slanted lines inside the path, closer with a density of 0 to 1."""
        area = path.getBounds()
        step = (6.5 - 4.2 * density) * self.unit()
        x, lines = area.left() - area.height(), skia.Path()
        while x < area.right():
            lines.moveTo(x, area.bottom())
            lines.lineTo(x + area.height(), area.top())
            x += step
        self.clip(path)
        self.draw(lines, self.ink, .9, stroke=width)
        self.canvas.restore()

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        if alpha < 1:
            return
        self.draw(path, self.paper)
        light, vivid = luminance(color), self.main and saturation(color) > 60
        if vivid:
            self.draw(path, lighter(color, .12), .9)
        if light < .24:
            self.draw(path, self.ink)
        elif light < .6 and not vivid:
            self.hatch(path, .9 - light)
        if shade and light >= .24:
            self.clip(path, left=.62)
            self.hatch(path, .9, .6)
            self.canvas.restore()
        if outline:
            self.draw(path, self.ink, stroke=1.3 if self.main else .8, wobble=(7, .35))

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        inked = luminance(color) < .8 or not self.main
        self.draw(path, self.ink if inked else color, min(1, alpha + .3), stroke=min(width, 1.2))

    def glow(self, path: skia.Path, color: Color, radius: float = 6,
             alpha: float = .6) -> None:
        """Ink does not glow."""


class Watercolor(Painter):
    """Transparent washes with dark rims, pools and a ragged edge of paper."""

    paper = (250, 247, 238)

    def sky(self, top: Color, bottom: Color) -> None:
        self.gradient(lighter(top, .12), lighter(bottom, .3))

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        self.draw(path, lighter(color, .3), .95 * alpha, wobble=(6, .7 if self.main else 1.2))
        self.draw(path, lighter(color, .14), .55 * alpha, wobble=(8, .9))
        self.clip(path)
        self.draw(path, darker(color, .25), .5 * alpha, stroke=3.2, blur=1.3)
        if shade:
            self.oval(path.getBounds(), .55, .1, 1.3, 1.2,
                      self.brush(darker(color, .2), .45, blur=3))
        self.canvas.restore()

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        self.draw(path, color, alpha * .7, stroke=width, wobble=(6, .4))

    def finish(self, image: np.ndarray) -> np.ndarray:
        size = image.shape[0]
        pools, fine = _soft_noise(self.rng, size, 18), _soft_noise(self.rng, size, 5)
        grain = _noise(self.rng, size, 0)
        wash = (1 + .30 * pools + .16 * fine)[..., None].clip(.4, 1.6)
        image = 255 - (255 - image) * wash
        down, right = np.mgrid[0:size, 0:size] / size
        edge = np.minimum(np.minimum(right, 1 - right), np.minimum(down, 1 - down))
        ragged = edge - .035 + .022 * _soft_noise(self.rng, size, 12) + .012 * fine
        mask = (ragged * 60).clip(0, 1)[..., None]
        image = image * mask + np.array(self.paper) * (1 - mask)
        return image * (1 + .012 * grain)[..., None]


class Neon(Painter):
    """Glowing tubes on a night-blue ground."""

    dark = (10, 8, 26)

    @staticmethod
    def tube(color: Color) -> Color:
        peak, low = max(color), min(color)
        if peak - low < 30:
            return (225, 225, 245) if peak > 120 else (150, 150, 190)
        return tuple((v - low * .75) / (peak - low * .75) * 255 for v in color)

    def sky(self, top: Color, bottom: Color) -> None:
        self.gradient(mix(self.dark, top, .10), mix((34, 10, 60), bottom, .18))

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        main, tube = self.main, self.tube(color)
        if alpha < 1:
            self.draw(path, tube, alpha * .4)
            return
        self.draw(path, mix(self.dark, tube, .13 if main else .05))
        if not outline and not main:
            return
        core = mix(self.dark, lighter(tube, .45 if main else .05), 1. if main else .75)
        self.draw(path, tube, .75 * (1. if main else .5), stroke=3.6, blur=2.2)
        self.draw(path, core, 1, stroke=1.5 if main else .9)

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        tube = self.tube(color)
        self.draw(path, tube, .5 * alpha, stroke=width + 2, blur=2)
        self.draw(path, lighter(tube, .4 if self.main else 0), alpha * (1 if self.main else .6),
                  stroke=width)

    def glow(self, path: skia.Path, color: Color, radius: float = 6,
             alpha: float = .6) -> None:
        self.draw(path, self.tube(color), alpha, blur=radius)


class Pixel(Painter):
    """Hard pixels of 4 x 4, banded skies, a dark rim around the subject."""

    cell = 4

    def unit(self) -> float:
        return super().unit() * 4

    def brush(self, color: Color, alpha: float = 1., stroke: float = 0, blur: float = 0,
              wobble: tuple[float, float] | None = None) -> skia.Paint:
        # Hard pixels only: no antialiasing, no translucency, one-pixel lines.
        paint = super().brush(color, 1. if alpha > .35 else 0., 1. * (stroke > 0))
        paint.setAntiAlias(False)
        return paint

    def sky(self, top: Color, bottom: Color) -> None:
        bands, height = 6, self.size * self.palette['horizon']
        self.canvas.save()
        self.canvas.resetMatrix()
        for i in range(bands + 3):
            band = skia.Rect.MakeLTRB(0, height * i / bands, self.size,
                                      height * (i + 1) / bands + 1)
            color = mix(top, bottom, min(1, i / (bands - 1)))
            self.canvas.drawRect(band, self.brush(color))
        self.canvas.restore()

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        if alpha < .4:
            return
        if self.main and outline:
            self.draw(path, darker(color, .68), stroke=1)
        self.draw(path, color)
        if shade:
            self.side_shadow(path, color, .3, -.3)

    def glow(self, path: skia.Path, color: Color, radius: float = 6,
             alpha: float = .6) -> None:
        """Pixels do not glow."""

    def finish(self, image: np.ndarray) -> np.ndarray:
        return image.repeat(self.cell, 0).repeat(self.cell, 1)


class Woodcut(Painter):
    """Black ink and one accent colour on paper, with gouge lines."""

    paper, ink = (242, 230, 202), (34, 28, 40)

    def carve(self, path: skia.Path, gap: float, width: float, color: Color) -> None:
        """Horizontal gouge lines inside the path."""
        area, lines = path.getBounds(), skia.Path()
        y = area.top()
        while y < area.bottom():
            lines.moveTo(area.left(), y)
            lines.lineTo(area.right(), y)
            y += gap * self.unit()
        self.clip(path)
        self.draw(lines, color, stroke=width, wobble=(6, .5))
        self.canvas.restore()

    def sky(self, top: Color, bottom: Color) -> None:
        size, horizon = self.size, self.palette['horizon'] * self.size
        if luminance(top) < .33:
            self.gradient(self.ink, self.ink)
            y = size * .25
            while y < horizon:
                self.draw(polyline((0, y), (size, y)), self.paper,
                          stroke=.8 + 1.3 * (y / horizon - .25), wobble=(8, .7))
                y += size / 128 * 4.5
            return
        self.gradient(self.paper, self.paper)
        x, y = self.palette['sun'][0] * size, self.palette['sun'][1] * size
        tinted = self.palette['tinted_rays']
        count, rays = 26, skia.Path()
        for i in range(count):
            start = 2 * math.pi * i / count
            end = start + 2 * math.pi / count * .34
            corners = ((size * .16, start), (2 * size, start), (2 * size, end))
            rays.addPoly([skia.Point(x + math.cos(angle) * reach, y + math.sin(angle) * reach)
                          for reach, angle in corners], True)
        self.draw(rays, mix(self.accent, self.paper, .25) if tinted else self.ink)

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        if alpha < 1:
            return
        light, main = luminance(color), self.main
        if main and saturation(color) > 60:
            fill = self.accent
        else:
            fill = self.ink if light < .36 else self.paper
        self.draw(path, fill)
        if not main and .36 <= light < .62:
            self.carve(path, 3.6, 1.7, self.ink)
        elif not main and .62 <= light < .8:
            self.carve(path, 5.2, 1.0, self.ink)
        elif not main and light < .36:
            self.carve(path, 6, .8, self.paper)
        if shade and fill != self.ink:
            self.clip(path, left=.6)
            self.carve(path, 3.4, 1.5, self.ink)
            self.canvas.restore()
        if outline:
            self.draw(path, self.ink, stroke=2.0 if main else 1.2, wobble=(7, .4))

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        on_night = self.palette['night'] and not self.main
        self.draw(path, self.paper if on_night else self.ink, stroke=max(width, 1.2))

    def glow(self, path: skia.Path, color: Color, radius: float = 6,
             alpha: float = .6) -> None:
        """Prints do not glow."""


class Pastel(Painter):
    """Soft chalk without outlines on fibrous paper."""

    @staticmethod
    def chalk(color: Color) -> Color:
        gray = sum(color) / 3
        return lighter(mix(color, (gray, gray, gray), .18), .34)

    def sky(self, top: Color, bottom: Color) -> None:
        self.gradient(self.chalk(top), self.chalk(bottom), self.palette['horizon'])

    def shape(self, path: skia.Path, color: Color, shade: bool = False, alpha: float = 1.,
              outline: bool = True) -> None:
        chalk = self.chalk(color)
        self.draw(path, chalk, alpha, blur=.7)
        if shade and alpha == 1:
            area = path.getBounds()
            self.clip(path)
            self.oval(area, -.1, -.1, .55, .6, self.brush((255, 252, 240), .45, blur=4))
            self.oval(area, .6, .3, 1.4, 1.2, self.brush(darker(color, .15), .4, blur=4))
            self.canvas.restore()

    def stroke(self, path: skia.Path, color: Color, width: float = 1.,
               alpha: float = 1.) -> None:
        self.draw(path, self.chalk(color), alpha, stroke=width, blur=.4)

    def finish(self, image: np.ndarray) -> np.ndarray:
        grain = _noise(self.rng, image.shape[0], 0)
        fibre = _soft_noise(self.rng, image.shape[0], 3)
        return image + (7 * fibre + 2.2 * grain)[..., None]


PAINTERS: dict[str, type[Painter]] = {
    'flat': Painter, 'ink': Ink, 'watercolor': Watercolor, 'neon': Neon, 'pixel': Pixel,
    'woodcut': Woodcut, 'pastel': Pastel}


def accent_for(color_name: str, color: Color) -> Color:
    """The second ink of a print: the subject's colour, or a gray that can carry it."""
    if saturation(color) > 60:
        return color
    return (150, 140, 130) if color_name == 'black' else (230, 220, 205)
