//! Fields that this version does not know.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Fields that a newer version wrote: kept as they are, so that going back loses nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(Map<String, Value>);
