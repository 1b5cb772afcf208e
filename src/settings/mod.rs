//! What outlives the program: preferences, and where the last run ended.
//!
//! A file that a newer Maquette wrote is read as far as this one understands it, and what it does
//! not understand is written back unchanged.

mod disk;
mod preferences;
mod schema;
mod session;
mod unknown;

pub use self::disk::{SettingsError, load_session, load_settings, save_session, save_settings};
pub use self::preferences::{Settings, Theme};
pub use self::session::{Draft, Session};
pub use self::unknown::Unknown;
