//! The parts that pipelines are put together from.

pub(super) mod conditioning;
pub(super) mod denoiser;
pub(super) mod preview;
mod rough_decoder;
pub(super) mod source;
pub(super) mod text_encoder;
pub(super) mod text_encoder_pair;
pub(super) mod token_use;
pub(super) mod tokenizer;
pub(super) mod vae;
pub(super) mod vae_encoder;
