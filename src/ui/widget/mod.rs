//! Parts that several panels draw with.

mod adapter_rows;
mod command_button;
mod count_stepper;
mod damaged;
mod dropped;
mod engine_card;
mod fact_row;
mod icon_button;
mod marks;
mod notice_card;
mod param_row;
mod picture_menu;
mod picture_name;
mod progress_ring;
mod seed_field;
mod shown_bytes;
mod size_rows;
mod start_rows;
mod token_count;
mod welcome;

pub use self::adapter_rows::AdapterRows;
pub use self::command_button::command_button;
pub use self::count_stepper::count_stepper;
pub use self::damaged::damaged_ui;
pub use self::dropped::{dropped_folder, dropped_picture};
pub use self::engine_card::{Obstacle, engine_card};
pub use self::fact_row::{fact_row, heading, number_row};
pub use self::icon_button::{IconButton, accent_button};
pub use self::marks::{
    MARKS_HEIGHT, flag_key, flag_ui, label_ui, marks_text, marks_ui, paint_marks, stars_ui,
};
pub use self::notice_card::{details_ui, notice_card, remedy_key};
pub use self::param_row::{param_row, value_row};
pub use self::picture_menu::{COPIES, Copied, picture_menu};
pub use self::picture_name::{picture_name, shown_date};
pub use self::progress_ring::progress_ring;
pub use self::seed_field::{SeedChange, seed_field};
pub use self::shown_bytes::shown_bytes;
pub use self::size_rows::size_rows;
pub use self::start_rows::StartRows;
pub use self::token_count::TokenCount;
pub use self::welcome::welcome_ui;
