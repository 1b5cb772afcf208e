//! The catalogue of programs whose words we read.
//!
//! To add one, write a file with a [`ForeignReader`] and a line in [`READERS`]; a test then asks for
//! files of it.

mod a1111;
mod comfyui;
mod draw_things;
mod fooocus;
mod invokeai;
mod novelai;
mod stable_diffusion_cpp;
mod swarmui;

use super::error::RecipeFault;
use super::foreign_recipe::ForeignRecipe;
use super::text::Texts;

/// Every reader; the first that knows a text of a file reads it, so those with marks of their own
/// stand before those whose form others borrow.
pub static READERS: &[&dyn ForeignReader] = &[
    &swarmui::SwarmUi,
    &fooocus::Fooocus,
    &invokeai::InvokeAi,
    &novelai::NovelAi,
    &draw_things::DrawThings,
    &stable_diffusion_cpp::StableDiffusionCpp,
    &a1111::A1111,
    &comfyui::ComfyUi,
];

/// Reads what one program writes into its files.
pub trait ForeignReader: Sync {
    /// The program, by the name that artists know.
    fn program(&self) -> &'static str;

    /// Reads how a picture was made; `None` when no text is of this program.
    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>>;
}
