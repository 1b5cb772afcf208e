//! What outlives the program: preferences, notes about models, and where the last run ended.
//!
//! A file that a newer Maquette wrote is read as far as this one understands it, and what it does
//! not understand is written back unchanged.

mod disk;
mod model_notes;
mod notes_schema;
mod preferences;
mod schema;
mod session;
mod unknown;

pub use self::disk::{
    SettingsError, load_model_notes, load_session, load_settings, save_model_notes, save_session,
    save_settings,
};
pub use self::model_notes::{ModelNote, ModelNotes};
pub use self::preferences::{Settings, Theme};
pub use self::session::{Draft, Session};
pub use self::unknown::Unknown;
