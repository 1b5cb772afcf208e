//! The library of pictures: what was kept is there tomorrow, whatever happened in between.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the one event that it waits for"
)]

mod absence;
mod damage;
mod desk;
mod fixtures;
mod keeping;
mod killed;
mod marking;
mod pictures;
mod provenance;
mod queries;
mod reconciling;
mod renderings;
mod search_speed;
mod searching;
mod sidecars;
mod xmp;
