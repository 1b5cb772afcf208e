//! What the sheet lists: models first, then what was refused, then what is off the list.

use std::path::Path;

use crate::app::Shelf;
use crate::domain::Notice;
use crate::pipeline::ModelInfo;

/// A card of the sheet.
#[derive(Clone, Copy)]
pub(super) enum Listed<'a> {
    /// A model that can be used.
    Model(&'a ModelInfo),
    /// A folder that cannot be used, and why.
    Refused(&'a Path, &'a Notice),
    /// A folder that is off the list.
    Removed(&'a Path),
}

impl<'a> Listed<'a> {
    /// Its folder.
    pub(super) fn path(self) -> &'a Path {
        match self {
            Self::Model(model) => &model.path,
            Self::Refused(path, _) | Self::Removed(path) => path,
        }
    }

    /// The name to show.
    pub(super) fn name(self) -> String {
        match self {
            Self::Model(model) => model.name.clone(),
            Self::Refused(path, _) | Self::Removed(path) => folder_name(path),
        }
    }
}

/// What is on the shelf and has every word of `wanted` in its names, tags, trigger words or
/// family.
pub(super) fn listed<'a>(shelf: &'a Shelf, wanted: &str) -> Vec<Listed<'a>> {
    let wanted = wanted.to_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let models = shelf.models().iter().map(Listed::Model);
    let refused = shelf.refused().iter();
    let refused = refused.map(|(path, notice)| Listed::Refused(path, notice));
    let removed = shelf.removed().iter().map(|path| Listed::Removed(path));
    let all = models.chain(refused).chain(removed);
    if words.is_empty() {
        return all.collect();
    }
    all.filter(|listed| {
        let known = known_by(*listed, shelf).to_lowercase();
        words.iter().all(|word| known.contains(word))
    })
    .collect()
}

/// A family's id as artists read it: `stable_diffusion_xl` is Stable Diffusion XL.
pub(super) fn family_name(id: &str) -> String {
    let words = id.split('_').map(|word| {
        let mut letters = word.chars();
        match letters.next() {
            // Abbreviations are short.
            Some(_) if word.chars().count() <= 3 => word.to_uppercase(),
            Some(first) => first.to_uppercase().chain(letters).collect(),
            None => String::new(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The last part of a folder's path.
pub(super) fn folder_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn known_by(listed: Listed<'_>, shelf: &Shelf) -> String {
    let Listed::Model(model) = listed else {
        return folder_name(listed.path());
    };
    let mut known = vec![
        model.name.clone(),
        model.id.to_string(),
        family_name(model.family),
    ];
    known.extend(
        model
            .precision
            .map(|precision| precision.label().to_owned()),
    );
    known.extend(model.is_for_inpainting.then(|| "inpainting".to_owned()));
    known.extend(model.licence.iter().map(|licence| licence.id.clone()));
    if let Some(note) = shelf.note(model) {
        known.extend(note.tags.iter().chain(&note.trigger_words).cloned());
    }
    known.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_named_as_artists_know_them() {
        for (id, name) in [
            ("stable_diffusion", "Stable Diffusion"),
            ("stable_diffusion_xl", "Stable Diffusion XL"),
            ("stable_diffusion_3", "Stable Diffusion 3"),
            ("lcm", "LCM"),
            ("flux", "Flux"),
        ] {
            assert_eq!(family_name(id), name);
        }
    }
}
