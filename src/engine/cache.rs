//! The models in memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::pipeline::Pipeline;
use crate::runtime::ProviderId;

/// Opened models that wait for their next job; the least recently used goes first.
#[derive(Default)]
pub(super) struct ModelCache {
    /// The least recently used first.
    opened: Vec<(Key, Box<dyn Pipeline>)>,
}

/// What an opened model was opened from, and for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The model's folder.
    pub(super) model: PathBuf,
    /// The provider it runs on, by its own id.
    pub(super) provider: ProviderId,
    /// Its files.
    pub(super) stamp: Stamp,
}

impl ModelCache {
    /// Takes a model out, unless its files are others by now; it is put back after its job.
    pub(super) fn take(&mut self, key: &Key) -> Option<Box<dyn Pipeline>> {
        let is_same = |opened: &Key| opened.model == key.model && opened.provider == key.provider;
        let place = self.opened.iter().position(|(opened, _)| is_same(opened))?;
        let (opened, pipeline) = self.opened.remove(place);
        (opened == *key).then_some(pipeline)
    }

    /// Lets go of models until one of `bytes` fits in beside the rest within the budget; tells
    /// whether any had to go.
    ///
    /// The one that works stays whatever it takes.
    pub(super) fn make_room(&mut self, bytes: u64, budget_bytes: u64) -> bool {
        let before = self.opened.len();
        while !self.opened.is_empty() && self.bytes().saturating_add(bytes) > budget_bytes {
            self.opened.remove(0);
        }
        self.opened.len() < before
    }

    /// Keeps a model for its next job.
    pub(super) fn put(&mut self, key: Key, pipeline: Box<dyn Pipeline>) {
        self.opened.push((key, pipeline));
    }

    /// Bytes of all models that wait.
    pub(super) fn bytes(&self) -> u64 {
        self.opened
            .iter()
            .map(|(_, pipeline)| pipeline.bytes())
            .sum()
    }

    /// Lets go of every model.
    pub(super) fn clear(&mut self) {
        self.opened.clear();
    }
}

/// The names, lengths and times of all files in a folder: differs when one of them was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Vec<(PathBuf, u64, SystemTime)>);

impl Stamp {
    /// Looks at every file in the folder and below.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let metadata = entry.metadata()?;
                if metadata.is_dir() {
                    waiting.push(entry.path());
                } else {
                    files.push((entry.path(), metadata.len(), metadata.modified()?));
                }
            }
        }
        files.sort();
        Ok(Self(files))
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.0.iter().map(|(_, bytes, _)| bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Request;
    use crate::pipeline::{Monitor, PipelineError};

    const GIB: u64 = 1 << 30;
    const BUDGET: u64 = 4 * GIB;

    /// Takes memory and draws nothing.
    struct Ballast(u64);

    impl Pipeline for Ballast {
        fn run(&mut self, _: &Request, _: &mut dyn Monitor) -> Result<(), PipelineError> {
            Ok(())
        }

        fn bytes(&self) -> u64 {
            self.0
        }
    }

    fn key(model: &str) -> Key {
        Key {
            model: PathBuf::from(model),
            provider: ProviderId::new("cpu"),
            stamp: Stamp(Vec::new()),
        }
    }

    fn holding(models: &[(&str, u64)]) -> ModelCache {
        let mut cache = ModelCache::default();
        for (model, gib) in models {
            cache.put(key(model), Box::new(Ballast(gib * GIB)));
        }
        cache
    }

    #[test]
    fn the_least_recently_used_make_room_by_bytes() {
        let mut cache = holding(&[("a", 1), ("b", 1), ("c", 1)]);
        let again = cache.take(&key("a")).unwrap();
        cache.put(key("a"), again);
        assert!(cache.make_room(2 * GIB, BUDGET));
        assert!(cache.take(&key("b")).is_none());
        assert!(cache.take(&key("a")).is_some());
        assert!(cache.take(&key("c")).is_some());
    }

    #[test]
    fn a_model_larger_than_the_budget_stands_alone() {
        let mut cache = holding(&[("a", 1), ("b", 2)]);
        assert!(cache.make_room(9 * GIB, BUDGET));
        assert!(
            !cache.make_room(9 * GIB, BUDGET),
            "nothing is left to let go of"
        );
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn a_changed_file_makes_the_model_be_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unet.onnx");
        fs::copy("Cargo.toml", &file).unwrap();
        let changed = |stamp: &Stamp| *stamp != Stamp::of(folder.path()).unwrap();
        let stamp = Stamp::of(folder.path()).unwrap();
        assert!(!changed(&stamp));
        let mut cache = ModelCache::default();
        let key = |stamp| Key { stamp, ..key("a") };
        cache.put(key(stamp.clone()), Box::new(Ballast(1)));
        fs::copy("src/lib.rs", &file).unwrap();
        assert!(changed(&stamp));
        let stamp = Stamp::of(folder.path()).unwrap();
        assert!(cache.take(&key(stamp)).is_none());
        assert_eq!(cache.bytes(), 0);
    }
}
