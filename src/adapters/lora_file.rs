//! A file of changes to weights: `LoRA`, `LoCon`, `LoHa` or `LoKr`, of any trainer.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::delta::{Delta, Product};
use super::error::AdapterError;
use super::module_key::{Factor, ModuleKey, Part};
use super::tensor_file::{Floats, TensorFile};

/// An adapter's file, of which nothing but the header was read.
#[derive(Debug)]
pub(super) struct LoraFile {
    file: TensorFile,
    modules: Vec<Module>,
    unknown: usize,
}

/// What a file says of one weight.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) part: Part,
    /// The path of the weight's module, with `_` between all its words.
    pub(super) path: String,
    /// The names of its tensors.
    tensors: BTreeMap<Factor, String>,
}

impl LoraFile {
    /// Reads the header; refuses files without a tensor that changes a weight.
    pub(super) fn open(path: &Path) -> Result<Self, AdapterError> {
        Self::of(TensorFile::open(path)?)
    }

    /// Sorts the tensors of an open file.
    pub(super) fn of(file: TensorFile) -> Result<Self, AdapterError> {
        let mut modules = BTreeMap::<(Part, String), BTreeMap<Factor, String>>::new();
        let mut unknown = 0;
        for name in file.names() {
            if let Some(key) = ModuleKey::parse(name) {
                let tensors = modules.entry((key.part, key.module)).or_default();
                tensors.insert(key.factor, name.to_owned());
            } else {
                unknown += 1;
            }
        }
        if modules.is_empty() {
            return Err(AdapterError::Malformed {
                reason: "none of its tensors is of a LoRA, a LoHa or a LoKr".to_owned(),
                path: file.path().to_owned(),
            });
        }
        let modules = modules.into_iter().map(|((part, path), tensors)| Module {
            part,
            path,
            tensors,
        });
        Ok(Self {
            modules: modules.collect(),
            unknown,
            file,
        })
    }

    /// The file.
    pub(super) fn file(&self) -> &TensorFile {
        &self.file
    }

    /// What it changes.
    pub(super) fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// How many of its tensors are of kinds that are not known.
    pub(super) fn unknown(&self) -> usize {
        self.unknown
    }

    /// Reads the factors of a change.
    pub(super) fn delta(&self, module: &Module) -> Result<Delta, AdapterError> {
        let factors = Factors { file: self, module };
        if module.has(Factor::Up) {
            factors.lora()
        } else if module.has(Factor::HadaW1A) {
            factors.hadamard()
        } else {
            factors.kronecker()
        }
    }

    /// How many inputs a `LoRA`'s weight has.
    pub(super) fn input_width(&self, module: &Module) -> Option<usize> {
        let name = module.tensors.get(&Factor::Down)?;
        self.file.shape(name)?.get(1).copied()
    }

    /// The factor that a file's metadata give to all its products of a part, as newer versions of
    /// diffusers write it; 1 where they say nothing.
    fn alpha(&self, part: Part) -> Option<f32> {
        let text = self.file.metadata().get("lora_adapter_metadata")?;
        let config: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
        let names = match part {
            Part::Denoiser => ["unet", "transformer"].as_slice(),
            Part::TextEncoder(1) => &["text_encoder"],
            Part::TextEncoder(2) => &["text_encoder_2"],
            Part::TextEncoder(_) => &["text_encoder_3"],
        };
        let alpha = names
            .iter()
            .find_map(|name| config.get(&format!("{name}.lora_alpha")));
        alpha.and_then(Value::as_f64).map(|alpha| alpha as f32)
    }
}

impl Module {
    /// Whether the change is a sum that can be made, as far as the names of its tensors tell.
    pub(super) fn is_sum(&self) -> bool {
        let has_all = |factors: &[Factor]| factors.iter().all(|factor| self.has(*factor));
        let has_half = |whole, left, right| self.has(whole) || has_all(&[left, right]);
        let is_lora = has_all(&[Factor::Up, Factor::Down]);
        let is_hadamard = has_all(&[
            Factor::HadaW1A,
            Factor::HadaW1B,
            Factor::HadaW2A,
            Factor::HadaW2B,
        ]);
        let is_kronecker = has_half(Factor::LokrW1, Factor::LokrW1A, Factor::LokrW1B)
            && has_half(Factor::LokrW2, Factor::LokrW2A, Factor::LokrW2B);
        (is_lora || is_hadamard || is_kronecker) && !self.has(Factor::Magnitude)
    }

    fn has(&self, factor: Factor) -> bool {
        self.tensors.contains_key(&factor)
    }
}

/// Reads the factors of a module.
struct Factors<'a> {
    file: &'a LoraFile,
    module: &'a Module,
}

impl Factors<'_> {
    fn lora(&self) -> Result<Delta, AdapterError> {
        let (left, right) = (self.read(Factor::Up)?, self.read(Factor::Down)?);
        let rank = right.shape.first().copied();
        let product = if self.module.has(Factor::Mid) {
            let core = self.read(Factor::Mid)?;
            Product::Cored { left, core, right }
        } else {
            Product::Pair { left, right }
        };
        Ok(Delta::Lora {
            scale: self.scale(rank)?,
            product,
        })
    }

    fn hadamard(&self) -> Result<Delta, AdapterError> {
        let half = |left, core, right| self.hadamard_half(left, core, right);
        let rank = self.rank(Factor::HadaW1B);
        Ok(Delta::Hadamard {
            scale: self.scale(rank)?,
            first: half(Factor::HadaW1A, Factor::HadaT1, Factor::HadaW1B)?,
            second: half(Factor::HadaW2A, Factor::HadaT2, Factor::HadaW2B)?,
        })
    }

    fn hadamard_half(
        &self,
        left: Factor,
        core: Factor,
        right: Factor,
    ) -> Result<Product, AdapterError> {
        let (left, right) = (self.read(left)?, self.read(right)?);
        Ok(if self.module.has(core) {
            let core = self.read(core)?;
            Product::CoredTransposed { left, core, right }
        } else {
            Product::Pair { left, right }
        })
    }

    fn kronecker(&self) -> Result<Delta, AdapterError> {
        let first = if self.module.has(Factor::LokrW1) {
            Product::Whole(self.read(Factor::LokrW1)?)
        } else {
            let (left, right) = (self.read(Factor::LokrW1A)?, self.read(Factor::LokrW1B)?);
            Product::Pair { left, right }
        };
        let second = if self.module.has(Factor::LokrW2) {
            Product::Whole(self.read(Factor::LokrW2)?)
        } else {
            self.hadamard_half(Factor::LokrW2A, Factor::LokrT2, Factor::LokrW2B)?
        };
        let rank = self
            .rank(Factor::LokrW1B)
            .or_else(|| self.rank(Factor::LokrW2B));
        // Without any factor of little rank there is nothing to divide by, and alpha means nothing.
        let scale = match rank {
            Some(rank) => self.scale(Some(rank))?,
            None => 1.0,
        };
        Ok(Delta::Kronecker {
            scale,
            first,
            second,
        })
    }

    /// Alpha by rank: 1 where there is no alpha.
    fn scale(&self, rank: Option<usize>) -> Result<f32, AdapterError> {
        let alpha = if self.module.has(Factor::Alpha) {
            self.read(Factor::Alpha)?.values.first().copied()
        } else {
            self.file.alpha(self.module.part)
        };
        let rank = rank.filter(|rank| *rank > 0);
        Ok(alpha
            .zip(rank)
            .map_or(1.0, |(alpha, rank)| alpha / rank as f32))
    }

    /// The first axis of a factor.
    fn rank(&self, factor: Factor) -> Option<usize> {
        let name = self.module.tensors.get(&factor)?;
        self.file.file.shape(name)?.first().copied()
    }

    fn read(&self, factor: Factor) -> Result<Floats, AdapterError> {
        let name = self.module.tensors.get(&factor);
        let name = name.ok_or_else(|| AdapterError::Malformed {
            reason: format!("`{}` lacks a factor", self.module.path),
            path: self.file.file.path().to_owned(),
        })?;
        self.file.file.floats(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn golden(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name)
    }

    /// Little-endian floats in base64.
    fn floats(text: &str) -> Vec<f32> {
        let digit = |letter: u8| match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let letters = text.bytes().filter(|letter| *letter != b'=');
        let bits = letters.flat_map(|letter| {
            let digit = digit(letter);
            (0..6).rev().map(move |place| digit >> place & 1)
        });
        let bits: Vec<u8> = bits.collect();
        let bytes = bits.chunks_exact(8);
        let bytes: Vec<u8> = bytes
            .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit))
            .collect();
        let (numbers, _) = bytes.as_chunks();
        numbers
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect()
    }

    #[test]
    fn every_kind_adds_what_its_reference_adds() {
        let text = std::fs::read_to_string(golden("adapters.json")).unwrap();
        let golden_values: Value = serde_json::from_str(&text).unwrap();
        let deltas = golden_values["deltas"].as_array().unwrap();
        for expected in deltas {
            let name = expected["file"].as_str().unwrap();
            let path = golden(&format!("adapters/{name}.safetensors"));
            let file = LoraFile::open(&path).unwrap();
            let part = match expected["part"].as_u64().unwrap() {
                0 => Part::Denoiser,
                number => Part::TextEncoder(number as u8),
            };
            let path = expected["module"].as_str().unwrap();
            let is_it = |module: &&Module| module.part == part && module.path == path;
            let module = file.modules().iter().find(is_it).unwrap();
            let shape = expected["shape"].as_array().unwrap();
            let shape: Vec<usize> = shape
                .iter()
                .map(|axis| axis.as_u64().unwrap() as usize)
                .collect();
            let found = file.delta(module).unwrap().values(&shape).unwrap();
            let expected = floats(expected["float32"].as_str().unwrap());
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                let tolerance = 1e-5 * expected.abs().max(1.0);
                assert!((found - expected).abs() < tolerance, "{name} {path}");
            }
        }
        assert!(deltas.len() >= 16, "only {}", deltas.len());
    }
}
