//! Libraries of every version open for ever.

use std::fs;
use std::path::Path;

use maquette::domain::{ParamValue, PictureId, Relation, Seed, Timestamp};

use crate::desk::{Desk, NOON, files_below, library, new_home, overwrite};
use crate::pictures::noise_picture;

#[test]
fn a_library_of_version_1_opens() {
    let home = new_home();
    copy_fixture("v1", &library(home.path()));
    let (desk, entries) = Desk::open(home.path());
    check_pictures_of_version_1(&desk, entries[0].id, entries[1].id);
    assert_eq!((entries[0].seen, entries[1].seen), (false, true));
    assert!(desk.describe(entries[0].id).timings.is_some());
}

#[test]
fn a_library_of_version_1_comes_back_from_its_files() {
    let home = new_home();
    copy_fixture("v1", &library(home.path()));
    fs::remove_dir_all(library(home.path()).join(".maquette")).unwrap();
    let (desk, entries) = Desk::open(home.path());
    desk.hear_trouble();
    check_pictures_of_version_1(&desk, entries[0].id, entries[1].id);
}

fn check_pictures_of_version_1(desk: &Desk, boat: PictureId, lighthouse: PictureId) {
    let boat = desk.describe(boat);
    assert_eq!(boat.entry.created, Timestamp(NOON + 3_600_000));
    assert_eq!(boat.recipe.prompt.text, "a boat");
    assert_eq!(boat.recipe.seed, Seed(u64::MAX));
    assert_eq!(boat.recipe.parents[0].picture, lighthouse);
    assert_eq!(boat.recipe.parents[0].relation, Relation::VariantOf);
    assert_eq!(desk.load(boat.entry.id), noise_picture(2, 8).pixels);
    let lighthouse = desk.describe(lighthouse);
    assert_eq!(lighthouse.recipe.prompt.text, "a red lighthouse, маяк");
    let guidance = lighthouse.recipe.params.get("guidance");
    assert_eq!(guidance, Some(&ParamValue::Float(7.1)));
    assert_eq!(lighthouse.children[0].picture, boat.entry.id);
    assert_eq!(desk.load(lighthouse.entry.id), noise_picture(1, 8).pixels);
}

fn copy_fixture(version: &str, to: &Path) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gallery");
    for (name, contents) in files_below(&fixtures.join(version)) {
        let path = to.join(name);
        let folder = path.parent().expect("it lies below");
        fs::create_dir_all(folder).expect("the home is new");
        overwrite(&path, &contents);
    }
}
