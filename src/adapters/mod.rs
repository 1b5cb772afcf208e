//! Small files that change what a model draws: `LoRA` and its kin, and embeddings of new words.
//!
//! A prompt names them (`<lora:ink:0.8>`, `embedding:fog`); an `AdapterShelf` finds their files
//! and fits them to a model folder as an `AdapterSet`, which changes the weights of the model's
//! graphs while the runtime loads them.

mod adapter_set;
mod adapter_shelf;
mod delta;
mod embedding_file;
mod error;
mod graph_changes;
mod graph_weights;
mod info;
mod lora_file;
mod module_key;
mod near_names;
mod tensor_file;
mod words;

pub use self::adapter_set::AdapterSet;
pub use self::adapter_shelf::{AdapterFolders, AdapterShelf};
pub use self::error::AdapterError;
pub use self::graph_changes::NewWord;
pub use self::info::{AdapterInfo, AdapterKind, scan};
pub use self::module_key::Part;
pub use self::words::{EMBEDDING, find_word};
