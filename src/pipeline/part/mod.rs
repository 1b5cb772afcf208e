//! The parts that pipelines are put together from.

pub(super) mod conditioning;
pub(super) mod denoiser;
mod guidance_input;
pub(super) mod latent_layout;
pub(super) mod latent_scale;
pub(super) mod preview;
mod rough_decoder;
mod sentence_piece;
pub(super) mod source;
pub(super) mod text_encoder;
pub(super) mod text_encoder_pair;
pub(super) mod text_encoder_trio;
pub(super) mod tiles;
pub(super) mod token_use;
pub(super) mod tokenizer;
pub(super) mod vae;
pub(super) mod vae_encoder;
pub(super) mod words_and_meaning;
