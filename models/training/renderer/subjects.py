"""The subjects: geometry in a unit box (x from -.5 to .5, y upwards from 0 to 1).

A subject only says which shapes it has; the painter of the style makes them look right, so
every subject exists in all styles. Of the scene a subject knows `night` and `rng`.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from .geometry import (BROWN, COLORS, CREAM, DARK, GOLD, STONE, WOOD, Color, box, curve, darker,
                       ellipse, lighter, luminance, polygon, polyline)

if TYPE_CHECKING:
    from .painters import Painter
    from .scene import Scene


def turned(angle: float, height: float) -> Callable[[float, float], tuple[float, float]]:
    """A function that turns points by an angle around (0, height)."""
    along, across = math.cos(angle), math.sin(angle)

    def turn(u: float, v: float) -> tuple[float, float]:
        return along * u - across * v, height + across * u + along * v
    return turn


def lighthouse(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    if scene.night:
        paint.shape(polygon([(.03, .80), (1.4, 1.02), (1.4, .62)]), (255, 236, 150), alpha=.3)
    paint.shape(polygon([(-.3, -.03), (-.22, .06), (.2, .06), (.3, -.03)]), STONE)
    paint.shape(polygon([(-.15, .04), (.15, .04), (.095, .72), (-.095, .72)]),
                lighter(COLORS['white'], .2), shade=True)
    for low, high in ((.10, .24), (.38, .52), (.62, .71)):
        wide, narrow = (.15 - .055 * (y - .04) / .68 for y in (low, high))
        paint.shape(polygon([(-wide, low), (wide, low), (narrow, high), (-narrow, high)]),
                    color, shade=True)
    paint.shape(box(-.14, .71, .14, .75), DARK)
    paint.shape(box(-.075, .75, .075, .86), (255, 226, 120))
    paint.shape(curve([(-.12, .86), (0, 1.0), (.12, .86)]), color)
    paint.shape(box(-.035, .04, .035, .12, .03), DARK)


def castle(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    stone = (196, 188, 186)
    for x in (-.36, .36):
        paint.shape(box(x - .11, 0, x + .11, .58), stone, shade=True)
        paint.shape(polygon([(x - .14, .58), (x + .14, .58), (x, .86)]), color, shade=True)
        paint.shape(box(x - .03, .36, x + .03, .47, .03), DARK)
    paint.shape(box(-.28, 0, .28, .4), darker(stone, .08))
    for index in range(5):
        paint.shape(box(-.28 + index * .12, .4, -.21 + index * .12, .46), darker(stone, .08))
    paint.shape(box(-.12, .3, .12, .7), lighter(stone, .25), shade=True)
    paint.shape(polygon([(-.16, .7), (.16, .7), (0, 1.0)]), color, shade=True)
    paint.shape(box(-.035, .5, .035, .62, .035), (255, 220, 110) if scene.night else DARK)
    paint.shape(box(-.09, -.06, .09, .2, .09), BROWN)


def pine(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(box(-.05, 0, .05, .2), BROWN)
    for y, width, height in ((.12, .34, .42), (.36, .27, .36), (.58, .2, .42)):
        paint.shape(polygon([(-width, y), (width, y), (0, y + height)]), color, shade=True)


def house(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(box(.14, .5, .24, .88), darker(color, .4))
    paint.shape(box(-.36, 0, .36, .5), CREAM, shade=True)
    paint.shape(polygon([(-.46, .48), (.46, .48), (.26, .84), (-.26, .84)]), color, shade=True)
    window = (255, 214, 100) if scene.night else (130, 190, 220)
    paint.shape(box(-.08, 0, .08, .28, .02), BROWN)
    for x in (-.23, .23):
        paint.shape(box(x - .075, .2, x + .075, .36), window)


def boat(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.stroke(polyline((0, .18), (0, 1.0)), BROWN, 2)
    paint.shape(curve([(.03, .24), (.03, .96), (.42, .3)], tension=.06), color, shade=True)
    paint.shape(curve([(-.03, .28), (-.03, .84), (-.32, .3)], tension=.06),
                lighter(COLORS['white'], .2), shade=True)
    paint.shape(polygon([(-.46, .2), (.5, .2), (.34, .0), (-.32, .0)]), BROWN)
    paint.shape(polygon([(-.46, .2), (.5, .2), (.46, .14), (-.42, .14)]), CREAM)


def cactus(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    for side in (-1, 1):
        y = .32 if side < 0 else .44
        paint.shape(box(0, y, side * .3, y + .13, .06), color)
        paint.shape(box(side * .2, y, side * .33, y + .33, .065), color, shade=True)
    paint.shape(box(-.12, 0, .12, .96, .12), color, shade=True)
    for x in (-.05, .05):
        paint.stroke(polyline((x, .08), (x, .86)), darker(color, .35), .8)
    paint.shape(ellipse(0, .97, .07, .05), COLORS['pink'])


def mushroom(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(curve([(-.11, 0), (-.08, .3), (-.11, .5), (.11, .5), (.08, .3), (.13, 0)]), CREAM,
                shade=True)
    paint.shape(curve([(-.46, .48), (-.34, .78), (0, .96), (.34, .78), (.46, .48), (.2, .43),
                       (-.2, .43)]), color, shade=True)
    for x, y, radius in ((-.2, .64, .075), (.08, .78, .08), (.27, .58, .055), (-.02, .56, .05)):
        paint.shape(ellipse(x, y, radius, radius * .85), lighter(COLORS['white'], .5),
                    outline=False)


def fish(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(polygon([(-.26, .5), (-.52, .72), (-.46, .5), (-.52, .28)]), darker(color, .2),
                shade=True)
    paint.shape(curve([(-.1, .66), (.05, .86), (.2, .68)]), darker(color, .2))
    paint.shape(curve([(-.32, .5), (-.05, .72), (.28, .68), (.48, .5), (.28, .33), (-.05, .29)]),
                color)
    paint.shape(curve([(-.02, .48), (-.16, .4), (-.12, .54)]), darker(color, .3))
    for x in (-.02, .12):
        paint.stroke(curve([(x, .66), (x + .05, .5), (x, .35)], closed=False), lighter(color, .5),
                     2)
    paint.shape(ellipse(.31, .56, .06), (255, 255, 255))
    paint.shape(ellipse(.325, .56, .03), DARK)


def cat(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.stroke(curve([(.2, .08), (.44, .1), (.46, .34), (.36, .42)], closed=False), color, 5)
    paint.shape(curve([(-.26, 0), (-.2, .34), (-.1, .5), (.12, .5), (.22, .34), (.28, 0)]), color,
                shade=True)
    for side in (-1, 1):
        paint.shape(polygon([(side * .06, .82), (side * .24, .74), (side * .21, 1.0)]), color)
    paint.shape(ellipse(0, .68, .25, .21), color)
    for side in (-1, 1):
        paint.shape(ellipse(side * .1, .71, .05, .055), (230, 240, 120))
        paint.shape(ellipse(side * .1, .71, .018, .045), DARK)
    paint.shape(polygon([(-.03, .64), (.03, .64), (0, .6)]), COLORS['pink'])
    paint.shape(ellipse(0, .24, .1, .15), lighter(color, .5), outline=False)


def bird(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    for x in (-.04, .08):
        paint.stroke(polyline((x, .2), (x, 0)), COLORS['orange'], 1.6)
    paint.shape(polygon([(-.2, .4), (-.52, .28), (-.5, .46), (-.2, .56)]), darker(color, .25))
    paint.shape(curve([(-.3, .46), (-.12, .7), (.08, .92), (.3, .88), (.32, .66), (.22, .3),
                       (0, .18), (-.2, .26)]), color, shade=True)
    paint.shape(curve([(-.26, .46), (-.02, .6), (.1, .46), (-.04, .32)]), darker(color, .3))
    paint.shape(polygon([(.3, .8), (.5, .72), (.31, .68)]), COLORS['orange'])
    paint.shape(ellipse(.2, .77, .035), DARK if luminance(color) > .3 else CREAM)


def owl(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(curve([(-.3, .3), (-.3, .74), (-.26, .98), (0, .9), (.26, .98), (.3, .74),
                       (.3, .3), (0, 0)]), color, shade=True)
    paint.shape(ellipse(0, .3, .18, .22), lighter(color, .5), outline=False)
    for side in (-1, 1):
        paint.shape(curve([(side * .3, .62), (side * .36, .3), (side * .2, .12),
                           (side * .2, .4)]), darker(color, .3))
        paint.shape(ellipse(side * .13, .7, .125), CREAM)
        paint.shape(ellipse(side * .13, .7, .06), DARK)
    paint.shape(polygon([(-.05, .62), (.05, .62), (0, .52)]), COLORS['orange'])


def fox(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(curve([(.12, .04), (.44, .08), (.5, .36), (.36, .3), (.18, .2)]), color)
    paint.shape(curve([(.44, .24), (.5, .38), (.38, .34)]), CREAM)
    paint.shape(curve([(-.22, 0), (-.16, .4), (.14, .4), (.24, 0)]), color, shade=True)
    paint.shape(curve([(-.08, .06), (-.07, .42), (.07, .42), (.08, .06)]), CREAM, outline=False)
    for side in (-1, 1):
        paint.shape(polygon([(side * .06, .78), (side * .3, .7), (side * .25, 1.02)]), color)
        paint.shape(polygon([(side * .13, .8), (side * .26, .76), (side * .235, .92)]), DARK,
                    outline=False)
    paint.shape(curve([(-.3, .68), (-.15, .84), (.15, .84), (.3, .68), (.0, .36)], tension=.1),
                color)
    for side in (-1, 1):
        paint.shape(polygon([(side * .29, .66), (side * .1, .6), (0, .38)]), CREAM, outline=False)
        paint.shape(ellipse(side * .11, .67, .033), DARK)
    paint.shape(ellipse(0, .4, .045), DARK)


def robot(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.stroke(polyline((0, .86), (0, .97)), DARK, 1.6)
    paint.shape(ellipse(0, .98, .045), COLORS['red'])
    for side in (-1, 1):
        paint.shape(box(side * .08, 0, side * .2, .2), darker(color, .4))
        paint.shape(box(side * .29, .2, side * .4, .5, .05), darker(color, .25))
        paint.shape(ellipse(side * .345, .19, .07), STONE)
    paint.shape(box(-.27, .15, .27, .55, .06), color, shade=True)
    paint.shape(box(-.15, .25, .15, .43, .02), darker(color, .5))
    paint.shape(ellipse(-.07, .34, .04), (120, 240, 180))
    paint.shape(ellipse(.07, .34, .04), (255, 200, 80))
    paint.shape(box(-.22, .58, .22, .87, .07), lighter(color, .2), shade=True)
    for side in (-1, 1):
        paint.shape(ellipse(side * .1, .74, .06), (200, 250, 255))
        paint.shape(ellipse(side * .1, .74, .025), DARK)
    paint.stroke(polyline((-.08, .64), (.08, .64)), DARK, 1.4)


def rocket(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(curve([(-.1, .2), (-.13, .04), (0, -.14), (.13, .04), (.1, .2)]), (255, 180, 60))
    paint.shape(curve([(-.05, .2), (0, -.02), (.05, .2)]), (255, 240, 170), outline=False)
    for side in (-1, 1):
        paint.shape(curve([(side * .15, .46), (side * .36, .26), (side * .36, .1),
                           (side * .13, .22)], tension=.08), color, shade=True)
    paint.shape(curve([(-.16, .2), (-.2, .5), (-.13, .8), (0, 1.02), (.13, .8), (.2, .5),
                       (.16, .2)]), (236, 236, 240), shade=True)
    paint.shape(curve([(-.13, .78), (-.06, .94), (0, 1.04), (.06, .94), (.13, .78), (0, .75)],
                      tension=.12), color, shade=True)
    paint.shape(ellipse(0, .58, .1), color)
    paint.shape(ellipse(0, .58, .065), (150, 220, 250))
    paint.shape(polygon([(-.05, .36), (.05, .36), (.05, .12), (-.05, .12)]), color)


def teapot(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.stroke(curve([(-.26, .6), (-.52, .62), (-.5, .3), (-.26, .22)], closed=False), color, 5)
    paint.shape(curve([(.22, .3), (.4, .42), (.5, .68), (.42, .7), (.32, .5), (.2, .52)]), color)
    paint.shape(curve([(-.34, .36), (-.26, .62), (0, .72), (.26, .62), (.34, .36), (.2, .06),
                       (-.2, .06)]), color, shade=True)
    paint.shape(box(-.22, .02, .22, .09, .03), darker(color, .3))
    paint.shape(curve([(-.2, .7), (0, .84), (.2, .7), (0, .67)]), lighter(color, .25))
    paint.shape(ellipse(0, .86, .055), GOLD)
    for petal in range(5):
        paint.shape(ellipse(.13 * math.cos(petal * 1.257 + .3),
                            .38 + .13 * math.sin(petal * 1.257 + .3), .055),
                    lighter(COLORS['white'], .3), outline=False)
    paint.shape(ellipse(0, .38, .06), GOLD, outline=False)


def potion(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.glow(ellipse(0, .34, .4), color, 7, .35)
    paint.shape(curve([(-.09, .94), (-.08, .66), (-.34, .44), (-.34, .14), (-.14, 0), (.14, 0),
                       (.34, .14), (.34, .44), (.08, .66), (.09, .94)], tension=.13),
                (214, 232, 238))
    paint.shape(curve([(-.3, .4), (-.12, .44), (.1, .38), (.3, .42), (.31, .16), (.13, .04),
                       (-.13, .04), (-.31, .16)], tension=.12), color, shade=True)
    paint.shape(box(-.12, .86, .12, .93, .02), GOLD)
    paint.shape(box(-.08, .92, .08, 1.02, .03), WOOD)
    for x, y, radius in ((-.1, .26, .045), (.08, .18, .035), (.1, .32, .05), (-.02, .12, .03)):
        paint.shape(ellipse(x, y, radius), lighter(color, .6), outline=False)


def crystal(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.glow(ellipse(0, .45, .4, .45), color, 8, .4)
    for x, height, width, lean in ((-.28, .55, .1, -.25), (.28, .6, .1, .25),
                                   (-.12, .78, .12, -.1), (.1, 1.0, .14, .04)):
        tip = (x + lean * height, height)
        neck = (x + lean * height * .75, height * .75)
        paint.shape(polygon([(x - width, 0), (neck[0] - width, neck[1]), tip,
                             (neck[0] + width, neck[1]), (x + width, 0)]), color)
        paint.shape(polygon([(x - width, 0), (neck[0] - width, neck[1]), tip,
                             (neck[0] - width * .2, neck[1] * .93), (x - width * .2, 0)]),
                    lighter(color, .45), outline=False)
        paint.shape(polygon([(x + width * .45, 0), (neck[0] + width * .45, neck[1] * .96), tip,
                             (neck[0] + width, neck[1]), (x + width, 0)]), darker(color, .3),
                    outline=False)


def sword(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(polygon([(-.075, .3), (-.07, .86), (0, 1.02), (.07, .86), (.075, .3)]),
                (220, 226, 236))
    paint.shape(polygon([(0, .3), (0, 1.02), (.07, .86), (.075, .3)]), (160, 170, 190),
                outline=False)
    paint.shape(box(-.05, .06, .05, .28), BROWN)
    paint.shape(curve([(-.28, .34), (-.22, .25), (0, .27), (.22, .25), (.28, .34), (0, .33)],
                      tension=.12), color)
    paint.shape(ellipse(0, .04, .08), color)
    paint.shape(ellipse(0, .295, .045), GOLD)


def balloon(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    for x in (-.1, .1):
        paint.stroke(polyline((x * 1.6, .38), (x, .16)), DARK, 1)
    paint.shape(curve([(-.12, .32), (-.38, .6), (-.34, .86), (0, 1.02), (.34, .86), (.38, .6),
                       (.12, .32)]), color, shade=True)
    paint.shape(curve([(-.05, .31), (-.16, .62), (-.12, .9), (0, 1.02), (.12, .9), (.16, .62),
                       (.05, .31)]), CREAM, outline=False)
    paint.shape(box(-.13, .28, .13, .345, .02), darker(color, .3))
    paint.shape(box(-.1, .0, .1, .17, .03), WOOD)


def windmill(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(polygon([(-.2, 0), (.2, 0), (.12, .62), (-.12, .62)]), CREAM, shade=True)
    paint.shape(curve([(-.15, .61), (0, .82), (.15, .61)], tension=.2), color, shade=True)
    paint.shape(box(-.05, 0, .05, .18, .04), BROWN)
    start = scene.rng.uniform(0, 1.5)
    for index in range(4):
        turn = turned(start + index * math.pi / 2, .64)
        paint.shape(polygon([turn(.08, 0), turn(.42, 0), turn(.42, .12), turn(.08, .1)]),
                    lighter(color, .3))
        paint.stroke(polyline(turn(0, 0), turn(.44, 0)), BROWN, 1.6)
    paint.shape(ellipse(0, .64, .045), DARK)


def tent(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(polygon([(-.48, 0), (-.02, .72), (.3, .62), (.52, .04)]), darker(color, .28))
    paint.shape(polygon([(-.48, 0), (-.04, .74), (.26, 0)]), color)
    paint.shape(polygon([(-.2, 0), (-.04, .56), (.06, 0)]),
                (255, 220, 120) if scene.night else DARK)


def whale(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(curve([(-.3, .4), (-.46, .62), (-.6, .66), (-.52, .5), (-.44, .36)]), color)
    paint.shape(curve([(-.42, .4), (-.2, .36), (0, .56), (.32, .6), (.5, .4), (.44, .16),
                       (.1, .08), (-.2, .14)]), color)
    paint.shape(curve([(.48, .28), (.2, .24), (-.14, .16), (.1, .08), (.42, .15)]),
                lighter(color, .65), outline=False)
    paint.shape(curve([(.05, .2), (-.06, .02), (.16, .12)]), darker(color, .25))
    paint.shape(ellipse(.34, .36, .03), DARK if luminance(color) > .3 else CREAM)
    for side in (-1, 1):
        paint.stroke(curve([(.18, .62), (.18 + side * .03, .8), (.18 + side * .13, .8)],
                           closed=False), (150, 210, 240), 2)


def flower(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.stroke(curve([(0, 0), (.03, .3), (0, .62)], closed=False), (70, 140, 70), 2.5)
    for side in (-1, 1):
        paint.shape(curve([(.01, .14), (side * .2, .34), (side * .3, .3), (side * .2, .16)]),
                    (84, 160, 84))
    for index in range(7):
        turn = turned(index * 2 * math.pi / 7 + .3, .7)
        paint.shape(curve([turn(.06, -.04), turn(.2, -.1), turn(.3, 0), turn(.2, .1),
                           turn(.06, .04)]), color)
    center = COLORS['yellow'] if luminance(color) < .7 or color[2] > 200 else BROWN
    paint.shape(ellipse(0, .7, .1), center)


def lantern(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.glow(ellipse(0, .42, .42), (255, 220, 120), 8, .6)
    paint.stroke(curve([(-.16, .82), (0, 1.0), (.16, .82)], closed=False), DARK, 1.6)
    paint.shape(box(-.22, .12, .22, .66, .03), (255, 226, 130))
    paint.shape(curve([(-.06, .2), (0, .5), (.06, .2)]), (255, 140, 50), outline=False)
    for x in (-.21, -.07, .07, .21):
        paint.shape(box(x - .022, .1, x + .022, .68), color)
    paint.shape(box(-.28, 0, .28, .12, .03), color, shade=True)
    paint.shape(polygon([(-.3, .66), (.3, .66), (.12, .86), (-.12, .86)]), color, shade=True)


def planet(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    ring = curve([(-.58, .38), (0, .34), (.58, .62), (.5, .7), (0, .52), (-.5, .5)], tension=.14)
    paint.glow(ellipse(0, .5, .38), color, 6, .35)
    paint.shape(ellipse(0, .5, .36), color, shade=True)
    for y, width in ((.64, .26), (.36, .24)):
        paint.shape(curve([(-width, y), (0, y + .04), (width, y), (0, y - .03)]),
                    lighter(color, .3), outline=False)
    paint.shape(ring, GOLD)


def mountain(paint: 'Painter', color: Color, scene: 'Scene') -> None:
    paint.shape(polygon([(-.75, 0), (-.34, .62), (-.1, .3), (.1, 0)]), darker(color, .22))
    paint.shape(polygon([(.0, 0), (.4, .68), (.8, 0)]), darker(color, .16))
    paint.shape(polygon([(-.58, 0), (0, 1.0), (.58, 0)]), color)
    paint.shape(polygon([(0, 1.0), (.58, 0), (.12, 0), (.06, .5)]), darker(color, .3),
                outline=False)
    paint.shape(polygon([(0, 1.0), (-.17, .7), (-.08, .75), (-.02, .66), (.07, .75), (.17, .7)]),
                (250, 250, 255))


class Subject(NamedTuple):
    """How a subject is drawn, and where it is at home."""

    draw: Callable[['Painter', Color, 'Scene'], None]
    settings: tuple[str, ...]        # repeated settings are likelier
    favourite: str                   # the colour it has more often than chance
    scale: float                     # height as a share of the picture


SUBJECTS: dict[str, Subject] = {
    'lighthouse': Subject(lighthouse, ('sea', 'sea', 'sea', 'snow'), 'red', .6),
    'castle': Subject(castle, ('meadow', 'mountains', 'snow', 'desert', 'forest', 'sea'), 'blue',
                      .5),
    'pine tree': Subject(pine, ('meadow', 'snow', 'mountains', 'snow', 'plain'), 'green', .55),
    'house': Subject(house, ('meadow', 'forest', 'snow', 'sea', 'city', 'mountains'), 'red', .42),
    'sailboat': Subject(boat, ('ocean',), 'red', .5),
    'cactus': Subject(cactus, ('desert', 'desert', 'plain'), 'green', .5),
    'mushroom': Subject(mushroom, ('forest', 'forest', 'meadow', 'plain'), 'red', .48),
    'fish': Subject(fish, ('underwater',), 'orange', .55),
    'cat': Subject(cat, ('meadow', 'city', 'plain', 'plain', 'snow'), 'black', .52),
    'bird': Subject(bird, ('meadow', 'snow', 'forest', 'plain'), 'blue', .45),
    'owl': Subject(owl, ('forest', 'plain', 'snow'), 'purple', .5),
    'fox': Subject(fox, ('forest', 'snow', 'meadow', 'plain'), 'orange', .5),
    'robot': Subject(robot, ('city', 'desert', 'plain', 'plain', 'space', 'meadow'), 'teal', .52),
    'rocket': Subject(rocket, ('space', 'space', 'desert', 'city', 'plain'), 'red', .55),
    'teapot': Subject(teapot, ('plain',), 'blue', .55),
    'potion': Subject(potion, ('plain',), 'purple', .55),
    'crystal': Subject(crystal, ('plain', 'desert', 'space', 'snow', 'forest'), 'teal', .5),
    'sword': Subject(sword, ('plain',), 'blue', .66),
    'hot air balloon': Subject(balloon, ('meadow', 'desert', 'mountains', 'sea', 'city'),
                               'orange', .5),
    'windmill': Subject(windmill, ('meadow', 'meadow', 'mountains'), 'red', .55),
    'tent': Subject(tent, ('forest', 'mountains', 'desert', 'snow', 'meadow'), 'orange', .4),
    'whale': Subject(whale, ('ocean', 'underwater'), 'blue', .5),
    'flower': Subject(flower, ('meadow', 'plain', 'plain'), 'pink', .58),
    'lantern': Subject(lantern, ('plain', 'forest', 'snow'), 'red', .5),
    'planet': Subject(planet, ('space',), 'purple', .5),
    'mountain': Subject(mountain, ('meadow', 'snow', 'desert', 'forest'), 'purple', .45)}
