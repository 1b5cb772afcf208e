//! What holds for the whole tree: layers, texts, themes, and rules that no compiler knows.

mod layering;
mod sources;
mod strings;
mod theme;
mod tidy;
