//! The studio's mind: state, the artist's actions, and what must be done about them.
//!
//! `Studio` is told (`Studio::apply`, `Studio::absorb`) and answers with `Effects`; the
//! `Runner` carries them out on other threads.
//! Nothing here draws, waits, or reads a clock.

mod action;
mod compose;
mod culling;
mod doctor_desk;
mod effect;
mod engine_room;
mod events;
mod fetch_wishes;
mod fetching;
mod filter;
mod history;
mod hub_desk;
mod incoming;
mod notices;
mod press;
mod runner;
mod search;
mod searching;
mod selection;
mod shelf;
mod shelf_wishes;
mod studio;
mod wall;
mod wishes;

pub use self::action::{
    Action, ComposeAction, CullAction, EngineAction, FetchAction, GalleryAction, ModelAction,
    NoticeAction, QueueAction, Reach, SearchAction, SettingsAction,
};
pub use self::compose::Compose;
pub use self::effect::{Effect, Effects, Heard, HubCommand, HubNews, RuntimeFacts, TextureKey};
pub use self::engine_room::{EngineRoom, LastJob, RuntimeState};
pub use self::fetching::{
    Fetching, LookUp, Looked, Offer, OfferPlace, Refusal, RefusalRemedy, TokenState,
};
pub use self::filter::{Filter, Sort};
pub use self::incoming::{Incoming, IncomingState};
pub use self::notices::{Notices, Posted};
pub use self::press::{Press, RunningView};
pub use self::runner::{Runner, RunnerConfig};
pub use self::search::Search;
pub use self::shelf::{Checkup, Shelf};
pub use self::studio::{Opening, Studio};
pub use self::wall::Wall;
