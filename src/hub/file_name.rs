//! Which names of a hub's files may become names on this disk.

/// Names that Windows gives to devices, whatever the extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Devices that have a number behind their name.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// The longest name of a file or folder that every file system takes, with room for `.part.json`.
const MAX_NAME_BYTES: usize = 200;

/// Whether a path of the hub, by its words alone, leads out of the folder it starts from, here or
/// on any other system.
pub(super) fn escapes(path: &str) -> bool {
    let has_dots = path.split(['/', '\\']).any(|name| name == "..");
    let mut letters = path.chars();
    let has_drive = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':');
    has_dots || has_drive || path.starts_with(['/', '\\'])
}

/// Whether every system can keep a file under this path, and finds it there again.
pub(super) fn is_portable(path: &str) -> bool {
    !escapes(path) && path.split('/').all(is_portable_name)
}

fn is_portable_name(name: &str) -> bool {
    let is_forbidden = |letter: char| letter.is_control() || "<>:\"|?*\\".contains(letter);
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && name != "."
        && !name.ends_with(['.', ' '])
        && !name.contains(is_forbidden)
        && !is_device(name)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_lowercase();
    let number_of = |device: &str| Some(stem.strip_prefix(device)?.to_owned());
    let is_numbered = NUMBERED_DEVICES.iter().any(|device| {
        let number = number_of(device);
        number.is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
    });
    DEVICES.contains(&stem.as_str()) || is_numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_unless_they_lead_elsewhere_or_some_system_cannot_keep_them() {
        let kept =
            "model_index.json unet/model.onnx_data te/onnx__MatMul_1 a.0.weight é console/c.txt";
        for path in kept.split(' ') {
            assert!(is_portable(path), "{path}");
        }
        for path in r"../x a/../../x /etc/x a\..\x \x C:x c:/x".split(' ') {
            assert!(escapes(path) && !is_portable(path), "{path}");
        }
        let long = "x".repeat(201);
        for path in "a//b a/ ./a nul a/CON.onnx com1.json LPT9 a. what? a/b:c".split(' ') {
            assert!(!escapes(path) && !is_portable(path), "{path}");
        }
        for path in ["", "a /b", "a\u{7}", &long] {
            assert!(!is_portable(path), "{path}");
        }
    }
}
