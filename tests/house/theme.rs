//! The themes: the same tokens in each, neutral greys, and text that can be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Tokens whose colour shows through behind text, dark or light.
const BACKGROUNDS: [&str; 6] = [
    "ground",
    "panel",
    "raised",
    "field",
    "control_hover",
    "control_pressed",
];

/// Tokens that lie behind or around pictures and must not tint the eye.
const NEUTRAL: [&str; 11] = [
    "ground",
    "surround",
    "panel",
    "raised",
    "field",
    "hairline",
    "control_hover",
    "control_pressed",
    "text",
    "text_secondary",
    "text_disabled",
];

type Theme = BTreeMap<String, Colour>;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Colour([u8; 3]);

impl Colour {
    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Relative luminance, WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Contrast ratio, WCAG 2.2: from 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }
}

fn theme(name: &str) -> Theme {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/theme")
        .join(name);
    let text = fs::read_to_string(path).expect("the theme is there");
    let value: ron::Value = ron::from_str(&text).expect("the theme is RON");
    let tokens: BTreeMap<String, String> = value.into_rust().expect("tokens are texts");
    let colours = tokens.into_iter().map(|(token, text)| {
        let colour = Colour::read(&text);
        let colour = colour.unwrap_or_else(|| panic!("{name}: {token} is no colour: {text}"));
        (token, colour)
    });
    colours.collect()
}

fn both() -> [(&'static str, Theme); 2] {
    ["dark.ron", "light.ron"].map(|name| (name, theme(name)))
}

#[test]
fn contrast_is_that_of_the_standard() {
    let [black, white, grey] =
        ["#000000", "#FFFFFF", "#767676"].map(|text| Colour::read(text).unwrap());
    assert!((black.contrast(white) - 21.0).abs() < 1e-9);
    assert!((white.contrast(grey) - 4.54).abs() < 0.01);
}

#[test]
fn themes_have_the_same_tokens() {
    let [(_, dark), (_, light)] = both();
    assert!(dark.keys().eq(light.keys()), "{dark:?} {light:?}");
}

#[test]
fn greys_have_no_hue() {
    for (name, theme) in both() {
        for token in NEUTRAL {
            let Colour([red, green, blue]) = theme[token];
            assert!(red == green && green == blue, "{name}: {token}");
        }
    }
}

#[test]
fn text_can_be_read_on_every_background() {
    for (name, theme) in both() {
        let check = |front: &str, back: &str, least: f64| {
            let contrast = theme[front].contrast(theme[back]);
            assert!(
                contrast >= least,
                "{name}: {front} on {back}: {contrast:.2} < {least}"
            );
        };
        for background in BACKGROUNDS {
            check("text", background, 7.0);
            check("text_secondary", background, 4.5);
        }
        check("text", "text_selection", 7.0);
        check("on_accent", "accent", 4.5);
        check("on_accent", "accent_hover", 4.5);
        check("on_accent", "accent_pressed", 4.5);
        // Notices are words; flags and the focus ring are shapes (WCAG 1.4.11).
        for background in ["panel", "raised", "ground"] {
            for notice in ["info", "warn", "error"] {
                check(notice, background, 4.5);
            }
            for shape in ["accent", "accent_hover", "pick", "reject", "star"] {
                check(shape, background, 3.0);
            }
        }
    }
}
