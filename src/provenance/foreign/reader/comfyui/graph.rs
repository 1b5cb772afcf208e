//! A graph of `ComfyUI`, and a walk through it within a budget.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::provenance::foreign::draft::Draft;
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::json_fields::{JsonFields, told};

/// So many nodes are looked at, the same one as often as it is come by.
const MAX_STEPS: u32 = 100_000;
/// So many nodes stand behind one another.
const MAX_DEPTH: u32 = 200;
/// Under which names nodes of one value have it.
const VALUES: [&str; 10] = [
    "value",
    "Value",
    "seed",
    "noise_seed",
    "int",
    "float",
    "number",
    "string",
    "text",
    "STRING",
];

/// The nodes of a graph by their ids.
pub(super) struct Graph(BTreeMap<String, Node>);

/// A node: its class and what goes into it.
pub(super) struct Node {
    class: String,
    inputs: Map<String, Value>,
}

impl Graph {
    pub(super) fn parse(text: &str) -> Result<Self, RecipeFault> {
        let mut fields = JsonFields::parse(text)?;
        let mut nodes = BTreeMap::new();
        for id in fields.names() {
            let mut node = fields.take_fields(&id);
            if let Some(class) = node.take("class_type") {
                let inputs = node.take_fields("inputs").into_map();
                nodes.insert(id, Node { class, inputs });
            }
        }
        Ok(Self(nodes))
    }
}

/// A way through a graph that remembers what it has come by.
pub(super) struct Walk<'g> {
    graph: &'g Graph,
    taken: BTreeSet<(&'g str, &'g str)>,
    steps_left: u32,
}

/// A node on the way, and how many stand before it.
#[derive(Clone, Copy)]
pub(super) struct Place<'g> {
    pub(super) id: &'g str,
    node: &'g Node,
    depth: u32,
}

impl<'g> Place<'g> {
    pub(super) fn class(self) -> &'g str {
        &self.node.class
    }

    pub(super) fn has(self, input: &str) -> bool {
        self.node.inputs.contains_key(input)
    }

    /// What is set at an input, or its link.
    pub(super) fn input(self, input: &str) -> Option<&'g Value> {
        self.node.inputs.get(input)
    }

    /// The values that are set at the node itself, by their names.
    pub(super) fn inputs(self) -> impl Iterator<Item = (&'g str, &'g Value)> {
        let inputs = self.node.inputs.iter();
        inputs.map(|(name, value)| (name.as_str(), value))
    }

    /// How what is set at it is listed.
    pub(super) fn name(self, input: &str) -> String {
        format!("{} {}: {input}", self.node.class, self.id)
    }
}

impl<'g> Walk<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self {
            graph,
            taken: BTreeSet::new(),
            steps_left: MAX_STEPS,
        }
    }

    /// All nodes, in the order of their ids.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'g>> + use<'g> {
        let nodes = self.graph.0.iter();
        nodes.map(|(id, node)| Place { id, node, depth: 0 })
    }

    /// The node that an input is linked to.
    pub(super) fn link(
        &mut self,
        from: Place<'g>,
        input: &str,
    ) -> Result<Option<Place<'g>>, RecipeFault> {
        match from.node.inputs.get(input) {
            Some(value) => self.behind(from, value),
            None => Ok(None),
        }
    }

    /// The node behind the first of these inputs that is linked to one.
    pub(super) fn first_link(
        &mut self,
        from: Place<'g>,
        inputs: &[&str],
    ) -> Result<Option<Place<'g>>, RecipeFault> {
        for input in inputs {
            if let Some(place) = self.link(from, input)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// All nodes that a node is linked to.
    pub(super) fn links(&mut self, from: Place<'g>) -> Result<Vec<Place<'g>>, RecipeFault> {
        let mut places = Vec::new();
        for value in from.node.inputs.values() {
            places.extend(self.behind(from, value)?);
        }
        Ok(places)
    }

    /// What is set at an input, or at a node of one value that it is linked to.
    pub(super) fn value(
        &mut self,
        place: Place<'g>,
        input: &str,
    ) -> Result<Option<String>, RecipeFault> {
        let Some((name, value)) = place.node.inputs.get_key_value(input) else {
            return Ok(None);
        };
        let Some(mut behind) = self.behind(place, value)? else {
            self.taken.insert((place.id, name));
            return Ok(told(value));
        };
        loop {
            let inputs = &behind.node.inputs;
            let names = std::iter::once(input).chain(VALUES);
            let Some((name, value)) = names.clone().find_map(|name| inputs.get_key_value(name))
            else {
                return Ok(None);
            };
            let Some(next) = self.behind(behind, value)? else {
                self.taken.insert((behind.id, name));
                return Ok(told(value));
            };
            behind = next;
        }
    }

    /// What is set at the first of these inputs that there is.
    pub(super) fn first_value(
        &mut self,
        place: Place<'g>,
        inputs: &[&str],
    ) -> Result<Option<String>, RecipeFault> {
        match inputs.iter().find(|input| place.has(input)) {
            Some(input) => self.value(place, input),
            None => Ok(None),
        }
    }

    /// What is set at the node itself, not to be listed as left over.
    pub(super) fn take(&mut self, place: Place<'g>, input: &str) -> Option<&'g Value> {
        let (name, value) = place.node.inputs.get_key_value(input)?;
        self.taken.insert((place.id, name));
        Some(value)
    }

    /// Lists what is set anywhere and was not come by, but for names of files to write.
    pub(super) fn leave_rest(&self, draft: &mut Draft<'_>) {
        for place in self.places() {
            let is_output = ["Save", "Preview"]
                .iter()
                .any(|word| place.class().contains(word));
            for (name, value) in place.inputs() {
                let is_taken = self.taken.contains(&(place.id, name));
                if !is_output && !is_taken && self.target(value).is_none() {
                    draft.leave_some(&place.name(name), told(value));
                }
            }
        }
    }

    fn behind(
        &mut self,
        from: Place<'g>,
        value: &'g Value,
    ) -> Result<Option<Place<'g>>, RecipeFault> {
        let Some((id, node)) = self.target(value) else {
            return Ok(None);
        };
        self.steps_left = self.steps_left.checked_sub(1).ok_or(RecipeFault::Tangled)?;
        let depth = from.depth + 1;
        if depth > MAX_DEPTH {
            return Err(RecipeFault::Tangled);
        }
        Ok(Some(Place { id, node, depth }))
    }

    /// The node that a value names, if it is a link: `[id, output]`.
    fn target(&self, value: &Value) -> Option<(&'g str, &'g Node)> {
        let [id, Value::Number(_)] = &value.as_array()?[..] else {
            return None;
        };
        let found = match id {
            Value::String(id) => self.graph.0.get_key_value(id),
            Value::Number(id) => self.graph.0.get_key_value(&id.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        found.map(|(id, node)| (id.as_str(), node))
    }
}
