//! A flag for every parameter that a family declares.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, FromArgMatches};

use crate::domain::{ParamKind, ParamSpec, Params, ParamsError};
use crate::pipeline::{FAMILIES, ModelInfo, PipelineError};

/// Values as they stand on the command line, by the parameter's id.
#[derive(Clone, Debug, Default)]
pub(super) struct ParamArgs(BTreeMap<&'static str, String>);

impl ParamArgs {
    /// The values as `model` understands them.
    pub(super) fn read(&self, model: &ModelInfo) -> Result<Params, PipelineError> {
        let mut params = Params::default();
        for (id, text) in &self.0 {
            let Some(spec) = model.specs.iter().find(|spec| spec.id == *id) else {
                let known: Vec<_> = model.specs.iter().map(|spec| spec.id).collect();
                return Err(PipelineError::Params(ParamsError::Refused {
                    id,
                    given: text.clone(),
                    allowed: known.join(", "),
                }));
            };
            params.set(id, spec.parse(text)?);
        }
        Ok(params)
    }
}

impl Args for ParamArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(declared().into_values().map(flag))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ParamArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = declared().into_keys().filter_map(|id| {
            let text = matches.get_one::<String>(id)?;
            Some((id, text.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let given = Self::from_arg_matches(matches)?;
        self.0.extend(given.0);
        Ok(())
    }
}

/// Every parameter of every family, by id; families share those that mean the same.
fn declared() -> BTreeMap<&'static str, &'static ParamSpec> {
    let specs = FAMILIES.iter().flat_map(|family| family.params());
    specs.map(|spec| (spec.id, *spec)).collect()
}

fn flag(spec: &ParamSpec) -> Arg {
    let placeholder = match spec.kind {
        ParamKind::Int { .. } => "N",
        ParamKind::Float { .. } => "X",
        ParamKind::Choice { .. } => "ID",
    };
    Arg::new(spec.id)
        .long(spec.id)
        .value_name(placeholder)
        .help(spec.allowed())
        .help_heading("Parameters of the model")
}
