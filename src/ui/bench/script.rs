//! What an artist does while frames are measured: scrolls, chooses, looks closely, goes back.

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, Rect, TouchPhase, vec2};

/// The window's size.
pub(super) const SCREEN: Rect = Rect::from_min_max(Pos2::ZERO, Pos2::new(1600.0, 1000.0));

/// In the middle of the grid.
const HAND: Pos2 = Pos2::new(800.0, 450.0);
/// The script begins anew after so many frames.
const ROUND: usize = 240;

/// The input of a frame.
pub(super) fn events_of(frame: usize) -> Vec<Event> {
    match frame % ROUND {
        0 => vec![Event::PointerMoved(HAND)],
        step @ 1..=79 => wheel(step, -3.0),
        step @ 80..=109 => wheel(step, 3.0),
        step @ 110..=169 if step % 6 == 0 => press(Key::ArrowRight),
        step @ 110..=169 if step % 6 == 3 => press(Key::ArrowDown),
        170 => press(Key::Enter),
        step @ 171..=209 if step % 8 == 0 => press(Key::ArrowRight),
        step @ 190..=209 => wheel(step, 1.0),
        220 => press(Key::Escape),
        230 => press(Key::Home),
        _ => Vec::new(),
    }
}

/// The input of a frame while somebody rushes through the pictures, down and up again.
pub(super) fn rush(frame: usize) -> Vec<Event> {
    match frame % ROUND {
        0 => vec![Event::PointerMoved(HAND)],
        step @ 1..=159 => wheel(2 * step, -40.0),
        step => wheel(2 * step, 40.0),
    }
}

fn wheel(step: usize, lines: f32) -> Vec<Event> {
    if step % 2 == 1 {
        return Vec::new();
    }
    vec![Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, lines),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    }]
}

fn press(key: Key) -> Vec<Event> {
    let event = |pressed| Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    vec![event(true), event(false)]
}
