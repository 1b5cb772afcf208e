"""A picture: choices drawn from a seed, a backdrop, a subject, weather, and its caption.

The order of the random draws is part of the format: change it and every seed changes.
"""

import math
import random

import numpy as np
import skia

from .captions import HELD_OUT, STYLE_PHRASES, TIMELESS, write_caption
from .geometry import (BROWN, COLORS, Color, box, curve, darker, ellipse, lighter, luminance,
                       mix, polygon, polyline)
from .painters import PAINTERS, accent_for
from .subjects import SUBJECTS

# Name: sky top, sky bottom, ambient tint, its share, likelihood.
TIMES = {'day': ((86, 168, 232), (206, 234, 248), None, 0, 5),
         'sunset': ((112, 60, 140), (255, 156, 86), (255, 110, 70), .24, 3),
         'dawn': ((156, 176, 226), (255, 208, 186), (255, 180, 170), .2, 1.5),
         'night': ((12, 18, 54), (54, 70, 128), (26, 34, 96), .55, 3),
         'rain': ((96, 110, 132), (166, 176, 188), (90, 100, 130), .3, 1.2),
         'fog': ((190, 200, 208), (226, 228, 226), (210, 216, 220), .4, 1)}
FLYING = ('hot air balloon', 'planet')
WATER: Color = (40, 130, 176)


class Scene:
    """What a seed shows: style, subject, setting, colour and time are known before it paints."""

    def __init__(self, seed: int, size: int) -> None:
        rng = self.rng = random.Random(seed)
        self.style = rng.choice(list(STYLE_PHRASES))
        self.subject = rng.choice(list(SUBJECTS))
        entry = SUBJECTS[self.subject]
        self.setting = rng.choice(entry.settings)
        self.color_name = entry.favourite if rng.random() < .3 else rng.choice(list(COLORS))
        likelihoods = [row[4] for row in TIMES.values()]
        time = rng.choices(list(TIMES), likelihoods)[0]
        if self.setting in TIMELESS:
            time = 'night' if self.setting == 'space' else 'day'
        self.time, self.night = time, time == 'night'
        self.size, self.extra, self.background = size, '', None
        self._choose_light()

    @property
    def held_out(self) -> bool:
        """Whether training must not show this combination of style, subject and colour."""
        return (self.style, self.subject, self.color_name) in HELD_OUT

    def _choose_light(self) -> None:
        rng = self.rng
        color, lightness = COLORS[self.color_name], rng.uniform(-.07, .07)
        color = lighter(color, lightness) if lightness > 0 else darker(color, -lightness)
        self.color = tuple(max(0, min(255, v + rng.uniform(-9, 9))) for v in color)
        top, bottom, self.tint, self.tint_share, _ = TIMES[self.time]
        top = tuple(v + rng.uniform(-10, 10) for v in top)
        self.horizon = rng.uniform(.6, .74)
        self.sun = rng.uniform(.12, .88), rng.uniform(.1, .3)
        if self.time in ('sunset', 'dawn'):
            self.sun = self.sun[0], self.horizon - rng.uniform(.05, .16)
        if self.setting == 'plain':
            self.background = rng.choice([n for n in COLORS if n != self.color_name])
            back = COLORS[self.background]
            top, bottom = lighter(back, .28), lighter(back, .42)
            if self.background == 'black':
                top, bottom = back, lighter(back, .1)
        elif self.setting == 'underwater':
            top, bottom = (40, 150, 200), (14, 60, 124)
        elif self.setting == 'space':
            top, bottom = (12, 10, 38), (44, 26, 84)
        self.top, self.bottom = top, bottom
        self.palette = {'horizon': 1. if self.setting in TIMELESS else self.horizon,
                        'sun': (.5, .5) if self.setting == 'plain' else self.sun,
                        'night': luminance(top) < .33, 'tinted_rays': rng.random() < .3}

    def paint(self) -> tuple[np.ndarray, str]:
        """The picture (size x size x 3, uint8) and its caption; to be called once."""
        painter_class = PAINTERS[self.style]
        side = self.size // painter_class.cell
        pixels = np.zeros((side, side, 4), np.uint8)
        surface = skia.Surface(pixels, colorType=skia.kRGBA_8888_ColorType)
        self.canvas, self.side = surface.getCanvas(), side
        self.painter = painter_class(self.canvas, side, self.rng, self.palette)
        if self.style == 'woodcut':
            self.painter.accent = accent_for(self.color_name, self.color)
        self.shape, self.stroke = self.painter.shape, self.painter.stroke
        self.painter.sky(self.top, self.bottom)
        self.canvas.scale(side, side)
        self.painter.scale = side
        if self.setting not in ('plain', 'underwater'):
            self._heavens()
        self.base = self.horizon + self.rng.uniform(.12, .2)
        self.x = self.rng.uniform(.36, .64)
        self.flip = self.rng.random() < .5
        getattr(self, f'_{self.setting}')()
        self._subject()
        self._front()
        image = self.painter.finish(pixels[..., :3].astype(np.float32))
        image = np.clip(image, 0, 255).astype(np.uint8)
        return image, write_caption(self.rng, self.style, self.subject, self.color_name,
                                    self.setting, self.time, self.background, self.extra)

    def lit(self, color: Color) -> Color:
        """The colour in the light of the hour."""
        return mix(color, self.tint, self.tint_share) if self.tint else color

    def aside(self) -> float:
        """An x away from the subject."""
        return self.rng.choice((self.rng.uniform(-.02, .24), self.rng.uniform(.76, 1.02)))

    def hills(self, y: float, swing: float) -> skia.Path:
        """The ground below a wavy line at a height."""
        rng, count = self.rng, 7
        phase, pace = rng.uniform(0, 6.3), rng.uniform(3, 6)
        path = curve([(-.05 + 1.1 * i / count, y + swing * math.sin(phase + pace * i / count)
                       + swing * .4 * rng.uniform(-1, 1)) for i in range(count + 1)], False)
        path.lineTo(1.05, 1.05)
        path.lineTo(-.05, 1.05)
        path.close()
        return path

    def tree(self, x: float, y: float, height: float, color: Color) -> None:
        """A small pine that stands at (x, y)."""
        self.shape(box(x - .012, y - height * .12, x + .012, y), self.lit(BROWN))
        self.shape(polygon([(x - height * .26, y - height * .1),
                            (x + height * .26, y - height * .1), (x, y - height)]),
                   self.lit(color))

    def _heavens(self) -> None:
        rng, shape = self.rng, self.shape
        if self.night:
            if rng.random() < .85 or self.setting == 'space':
                for _ in range(rng.randint(14, 34)):
                    radius = rng.choice((.004, .006, .009))
                    x, y = rng.random(), rng.random() * self.palette['horizon'] * .95
                    shape(ellipse(x, y, radius), (255, 250, 220), outline=False)
            if self.setting == 'space':
                self._far_planets()
            else:
                self._moon()
        elif self.time in ('day', 'sunset', 'dawn'):
            self._sun()
        if (self.time in ('day', 'rain', 'dawn') and rng.random() < .75
                or self.time == 'sunset' and rng.random() < .4):
            self._clouds()
        if (self.time in ('day', 'sunset', 'dawn') and rng.random() < .28
                and self.style != 'pixel'):
            self._birds()

    def _far_planets(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(0, 2)):
            color = mix(COLORS[rng.choice(list(COLORS))], (60, 50, 110), .35)
            x = rng.choice((rng.uniform(.05, .25), rng.uniform(.75, .95)))
            self.shape(ellipse(x, rng.uniform(.08, .9), rng.uniform(.04, .11)), color, True)

    def _moon(self) -> None:
        (x, y), radius = self.sun, self.rng.uniform(.06, .1)
        self.painter.glow(ellipse(x, y, radius * 1.2), (240, 236, 200), 7, .5)
        self.shape(ellipse(x, y, radius), (248, 242, 208), outline=False)
        for dx, dy, share in ((.3, -.2, .22), (-.35, .25, .16)):
            self.shape(ellipse(x + radius * dx, y + radius * dy, radius * share),
                       (222, 214, 186), outline=False)

    def _sun(self) -> None:
        (x, y), radius = self.sun, self.rng.uniform(.06, .09)
        radius *= 1.5 if self.time != 'day' else 1
        color = {'day': (255, 226, 110), 'sunset': (255, 120, 70), 'dawn': (255, 214, 150)}
        self.painter.glow(ellipse(x, y, radius * 1.2), color[self.time], 8, .5)
        self.painter.main = self.style in ('neon', 'ink', 'woodcut')
        self.shape(ellipse(x, y, radius), color[self.time])
        self.painter.main = False

    def _clouds(self) -> None:
        rng = self.rng
        color = {'rain': (128, 136, 150), 'sunset': (255, 190, 160)}.get(self.time,
                                                                         (250, 250, 252))
        outline = ((-1, 0), (-.7, -.35), (-.3, -.42), (0, -.66), (.4, -.4), (.8, -.3), (1, 0))
        for _ in range(rng.randint(1, 3)):
            x, y, width = rng.random(), rng.uniform(.06, .3), rng.uniform(.07, .13)
            self.shape(curve([(x + width * dx, y + width * dy) for dx, dy in outline],
                             tension=.2), color)
        if self.time == 'day' and rng.random() < .3:
            self.extra = ' with clouds'

    def _birds(self) -> None:
        rng, wings = self.rng, ((-1, -.4), (-.4, -.6), (0, 0), (.4, -.6), (1, -.4))
        for _ in range(rng.randint(3, 5)):
            x, y, width = rng.random(), rng.uniform(.1, .4), rng.uniform(.02, .035)
            self.stroke(curve([(x + width * dx, y + width * dy) for dx, dy in wings], False),
                        (60, 50, 70), 1.1)
        self.extra = ' with birds'

    def _water(self) -> None:
        rng, (x, _), horizon = self.rng, self.sun, self.horizon
        water = self.lit(WATER)
        self.shape(box(-.05, horizon, 1.05, 1.05), water)
        if self.night or self.time == 'sunset':
            self.shape(polygon([(x - .05, horizon), (x + .05, horizon), (x + .12, 1.0),
                                (x - .12, 1.0)]), (255, 236, 190), alpha=.4, outline=False)
        for _ in range(rng.randint(6, 11)):
            y = horizon + .03 + (1 - horizon) * rng.random()
            x, reach = rng.random(), rng.uniform(.04, .1)
            self.stroke(curve([(x - reach, y), (x - reach * .4, y - .012),
                               (x + reach * .2, y), (x + reach, y - .008)], False),
                        lighter(water, .5), 1.3)

    def _sea(self) -> None:
        self._water()
        rng, base = self.rng, self.base
        rock = rng.choice(((118, 96, 92), (104, 110, 104), (140, 112, 84)))
        left, right = self.x - rng.uniform(.2, .3), self.x + rng.uniform(.2, .3)
        if self.flip:
            cliff = [(-.05, base + .02), (right - .08, base - .01), (right, base + .04),
                     (right + .06, 1.05), (-.05, 1.05)]
        else:
            cliff = [(1.05, base + .02), (left + .08, base - .01), (left, base + .04),
                     (left - .06, 1.05), (1.05, 1.05)]
        self.shape(polygon(cliff), self.lit(rock))
        grass = cliff[:3] + [(cliff[i][0], cliff[i][1] + depth)
                             for i, depth in ((2, .03), (1, .04), (0, .05))]
        self.shape(polygon(grass), self.lit((104, 160, 84)), outline=False)

    def _ocean(self) -> None:
        self._water()
        self.base = self.horizon + self.rng.uniform(.1, .16)

    def _desert(self) -> None:
        rng, horizon = self.rng, self.horizon
        sand = rng.choice(((232, 190, 120), (224, 160, 100), (240, 206, 144)))
        if rng.random() < .5:
            x = rng.random()
            self.shape(polygon([(x - .2, horizon + .02), (x - .12, horizon - .14),
                                (x + .1, horizon - .14), (x + .2, horizon + .02)]),
                       self.lit(darker(sand, .3)))
        self.shape(self.hills(horizon + .01, .02), self.lit(darker(sand, .12)))
        self.shape(self.hills(self.base - .05, .03), self.lit(sand))
        if rng.random() < .5 and self.subject != 'cactus':
            x, y, green = self.aside(), self.base, self.lit((60, 130, 80))
            self.stroke(polyline((x, y), (x, y - .14)), green, 4)
            self.stroke(polyline((x - .04, y - .1), (x - .04, y - .06), (x, y - .05)), green, 3)

    def _forest(self) -> None:
        rng, horizon = self.rng, self.horizon
        for i in range(9):
            self.tree(-.02 + i * .13 + rng.uniform(-.03, .03), horizon + .03,
                      rng.uniform(.2, .34), mix((44, 110, 84), self.bottom, .35))
        self.shape(self.hills(horizon + .02, .012), self.lit((76, 128, 72)))
        for _ in range(rng.randint(1, 3)):
            x = self.aside()
            self.tree(x, self.base - .02, rng.uniform(.42, .62), (36, 98, 64))
        self.shape(self.hills(self.base - .03, .012), self.lit((96, 150, 76)))

    def _snow(self) -> None:
        rng, horizon = self.rng, self.horizon
        if rng.random() < .5:
            self.shape(self.hills(horizon - .06, .05), self.lit((190, 206, 228)))
        for _ in range(rng.randint(2, 5)):
            self.tree(self.aside(), horizon + .05, rng.uniform(.14, .28), (66, 122, 116))
        self.shape(self.hills(horizon + .02, .02), self.lit((222, 232, 244)))
        self.shape(self.hills(self.base - .04, .02), self.lit((246, 249, 253)))

    def _city(self) -> None:
        rng, horizon, x = self.rng, self.horizon, -.03
        lamps = self.night or self.time in ('sunset', 'rain')
        while x < 1.02:
            width, height = rng.uniform(.08, .15), rng.uniform(.14, .42)
            wall = self.lit(mix((86, 98, 132), self.bottom, .3))
            self.shape(box(x, horizon - height, x + width, horizon + .05), wall)
            y = horizon - height + .035
            while y < horizon - .03:
                for share in (.25, .6):
                    if rng.random() < .75:
                        self.shape(box(x + width * share, y, x + width * (share + .18), y + .022),
                                   (255, 222, 120) if lamps else lighter(wall, .35),
                                   outline=False)
                y += .05
            x += width + .004
        self.shape(box(-.05, horizon, 1.05, 1.05), self.lit((112, 112, 126)))
        self.shape(box(-.05, self.base - .04, 1.05, 1.05), self.lit((150, 146, 154)))

    def _mountains(self) -> None:
        rng, horizon = self.rng, self.horizon
        for i in range(3):
            x, height = i * .36 + rng.uniform(-.05, .2), rng.uniform(.22, .4)
            width, top = height * rng.uniform(.7, .9), horizon - height
            self.shape(polygon([(x - width, horizon + .03), (x, top), (x + width, horizon + .03)]),
                       self.lit(mix((110, 116, 152), self.bottom, .25)))
            snow = ((-.3, .7), (-.1, .76), (.05, .66), (.3, .7))
            self.shape(polygon([(x, top)] + [(x + width * dx, horizon - height * dy)
                                             for dx, dy in snow]),
                       (248, 250, 255), outline=False)
        self._meadow()

    def _meadow(self) -> None:
        rng, horizon = self.rng, self.horizon
        grass = rng.choice(((112, 178, 84), (96, 164, 92), (146, 186, 84)))
        self.shape(self.hills(horizon, .03), self.lit(darker(grass, .14)))
        if rng.random() < .45:
            for _ in range(rng.randint(1, 3)):
                self.tree(self.aside(), horizon + .08, rng.uniform(.16, .26), (50, 120, 70))
        self.shape(self.hills(self.base - .05, .025), self.lit(grass))
        if rng.random() < .6:
            petals = rng.choice(((250, 220, 90), (240, 120, 150), (250, 250, 250), (220, 80, 70)))
            for _ in range(rng.randint(5, 12)):
                self.shape(ellipse(rng.random(), rng.uniform(self.base, .98), .009),
                           self.lit(petals), outline=False)

    def _space(self) -> None:
        rng = self.rng
        if self.subject not in ('robot', 'crystal') and rng.random() >= .4:
            self.base = .78
            return
        self.base = .82
        ground = mix(COLORS[rng.choice(list(COLORS))], (120, 116, 140), .6)
        self.shape(self.hills(.78, .025), ground)
        for _ in range(4):
            self.shape(ellipse(rng.random(), rng.uniform(.86, .97), .05, .016),
                       darker(ground, .25), outline=False)

    def _underwater(self) -> None:
        rng, alpha = self.rng, .16 if self.style != 'pixel' else 0
        for _ in range(3):
            x = rng.random()
            self.shape(polygon([(x, -.02), (x + .1, -.02), (x + .3, 1), (x + .05, 1)]),
                       (180, 230, 250), alpha=alpha, outline=False)
        self.shape(self.hills(.88, .02), (222, 196, 140))
        for _ in range(rng.randint(3, 6)):
            x, height = self.aside(), rng.uniform(.15, .4)
            weed = rng.choice(((40, 150, 100), (220, 90, 110), (230, 140, 70)))
            sway = ((0, 0), (.025, .35), (-.025, .7), (.015, 1))
            self.stroke(curve([(x + dx, .97 - height * dy) for dx, dy in sway], False), weed, 4)
        for _ in range(rng.randint(4, 9)):
            x, y = rng.random(), rng.uniform(.05, .8)
            self.shape(ellipse(x, y, rng.choice((.01, .015, .022))), (190, 232, 250))
        self.base = .74

    def _plain(self) -> None:
        self.base, draw, back = .82, self.rng.random(), COLORS[self.background]
        if draw < .45:
            disc = (70, 66, 84) if self.background == 'black' else lighter(back, .12)
            self.shape(ellipse(.5, .5, .4), disc, outline=False)
        elif draw < .7:
            self.shape(box(-.05, .74, 1.05, 1.05), darker(back, .12), outline=False)
        self.x = self.x * .3 + .35
        self.shape(ellipse(self.x, self.base, .26, .035), darker(self.bottom, .28), outline=False)

    def _subject(self) -> None:
        rng, name, setting = self.rng, self.subject, self.setting
        scale, y, tilt = SUBJECTS[name].scale * rng.uniform(.9, 1.15), self.base, 0
        if setting == 'plain':
            scale *= 1.12
        if name in FLYING or name == 'rocket' and setting == 'space' and self.base < .8:
            y = rng.uniform(.62, .74) if setting == 'space' else rng.uniform(.52, .66)
        if name == 'fish' or name == 'whale' and setting == 'underwater':
            y = rng.uniform(.66, .8)
        if (name in ('flower', 'bird', 'cat', 'owl', 'fox', 'mushroom', 'robot', 'crystal')
                and setting != 'plain'):
            scale *= 1.02
        if name == 'whale' and setting == 'ocean':
            y += .02
        if name == 'rocket':
            tilt = rng.uniform(-30, 30)
        elif name == 'sword':
            tilt = rng.choice((0, 180, 35, -35))
        elif name in ('sailboat', 'fish'):
            tilt = rng.uniform(-7, 7)
        canvas, painter = self.canvas, self.painter
        canvas.save()
        canvas.translate(self.x, y)
        if tilt:
            canvas.translate(0, -scale / 2)
            canvas.rotate(tilt)
            canvas.translate(0, scale / 2)
        canvas.scale(-scale if self.flip else scale, -scale)
        painter.scale, painter.main = self.side * scale, True
        SUBJECTS[name].draw(painter, self.color, self)
        canvas.restore()
        painter.scale, painter.main = self.side, False
        self.foot = y

    def _front(self) -> None:
        rng, pixel = self.rng, self.style == 'pixel'
        if self.setting == 'ocean':
            self._bow_wave()
        if self.setting in ('meadow', 'forest') and self.subject not in FLYING:
            green = self.lit((64, 132, 66))
            blades = ((-.012, -.02), (0, 0), (.004, -.028), (.004, 0), (.016, -.018))
            for _ in range(rng.randint(3, 8)):
                x, y = rng.random(), rng.uniform(self.base - .01, .99)
                self.stroke(polyline(*((x + dx, y + dy) for dx, dy in blades)), green, 1.)
        if self.time == 'rain':
            for _ in range(12 if pixel else 38):
                x, y = rng.random(), rng.random()
                self.stroke(polyline((x, y), (x - .014, y + .05)), (214, 226, 240), .9, .6)
        if self.setting == 'snow' and rng.random() < .45 and self.time != 'rain':
            for _ in range(16 if pixel else 40):
                x, y = rng.random(), rng.random()
                radius = .013 if pixel else rng.choice((.005, .007, .01))
                self.shape(ellipse(x, y, radius), (255, 255, 255), outline=False)
            if rng.random() < .6:
                self.extra = ' with falling snow'
        if self.time == 'fog':
            bank = ((-.1, 0), (.3, -.04), (.7, .02), (1.1, -.03), (1.1, .06), (.6, .09),
                    (.2, .05), (-.1, .08))
            for y in (self.horizon - .05, self.horizon + .06):
                self.shape(curve([(x, y + dy) for x, dy in bank]), (230, 234, 236), alpha=.45,
                           outline=False)

    def _bow_wave(self) -> None:
        x, y, water = self.x, self.foot, self.lit(WATER)
        wave = ((-.34, .03), (-.2, -.01), (-.05, .012), (.12, -.012), (.3, .03), (.1, .06),
                (-.2, .06))
        crest = ((-.3, .01), (-.2, -.012), (-.05, .012), (.12, -.012), (.28, .012))
        self.shape(curve([(x + dx, y + dy) for dx, dy in wave]), water, outline=False)
        self.stroke(curve([(x + dx, y + dy) for dx, dy in crest], False), lighter(water, .6),
                    1.5)
