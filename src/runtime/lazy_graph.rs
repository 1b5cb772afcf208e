//! A graph that is loaded when it is run, and can be put down and taken up again.

use std::path::Path;
use std::sync::Arc;

use crate::domain::CancelToken;

use super::error::RuntimeError;
use super::graph::{Adjustment, Feeds, Graph, Ports, Tensors};
use super::library::Runtime;
use super::provider::{Provider, ProviderId};
use super::retouch::{Retouch, Retouching};

/// Where and how a graph is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lodging {
    /// What it runs on.
    pub provider: ProviderId,
    /// Whether its 16-bit floats are held, and computed, as 32-bit ones; then it keeps its own
    /// weights.
    pub is_wide: bool,
    /// What changes its weights.
    pub retouching: Option<Retouching>,
}

/// Loads a graph as it is to be held.
pub type Load =
    dyn FnMut(&Lodging, &CancelToken) -> Result<Box<dyn Graph>, RuntimeError> + Send + 'static;

/// A graph that takes memory only while it is needed.
///
/// One that ran out of memory is put down at once, since its session may be broken, and is loaded
/// anew for its next run.
pub struct LazyGraph {
    load: Box<Load>,
    lodging: Lodging,
    ports: Ports,
    held: Option<Box<dyn Graph>>,
    /// Seconds of the runs before it was last put down.
    earlier_secs: f64,
}

impl LazyGraph {
    /// Loads it once, to learn its ports.
    pub fn new(
        mut load: Box<Load>,
        lodging: Lodging,
        cancel: &CancelToken,
    ) -> Result<Self, RuntimeError> {
        let graph = load(&lodging, cancel)?;
        Ok(Self {
            load,
            lodging,
            ports: graph.ports().clone(),
            held: Some(graph),
            earlier_secs: 0.0,
        })
    }

    /// Loads the graph in a file once, to learn its ports.
    pub fn of_file(
        runtime: &Runtime,
        path: &Path,
        provider: &ProviderId,
        cancel: &CancelToken,
    ) -> Result<Self, RuntimeError> {
        let (runtime, path) = (runtime.clone(), path.to_owned());
        let lodging = Lodging {
            provider: provider.clone(),
            is_wide: false,
            retouching: runtime.retouching(&path),
        };
        let load = move |lodging: &Lodging, cancel: &CancelToken| {
            let provider = &lodging.provider;
            match &lodging.retouching {
                _ if lodging.is_wide => runtime.load_wide(&path, provider, cancel),
                Some(retouching) => runtime.load_retouched(&path, retouching, provider, cancel),
                None => runtime.load(&path, provider, cancel),
            }
        };
        Self::new(Box::new(load), lodging, cancel)
    }

    fn put_down(&mut self) -> bool {
        let graph = self.held.take();
        self.earlier_secs += graph.as_ref().map_or(0.0, |graph| graph.run_secs());
        graph.is_some()
    }

    fn move_to(&mut self, lodging: Lodging) -> bool {
        let is_other = lodging != self.lodging;
        if is_other {
            self.put_down();
            self.lodging = lodging;
        }
        is_other
    }
}

impl Graph for LazyGraph {
    fn ports(&self) -> &Ports {
        &self.ports
    }

    fn run(&mut self, feeds: Feeds<'_>, cancel: &CancelToken) -> Result<Tensors, RuntimeError> {
        let graph = match &mut self.held {
            Some(graph) => graph,
            none => none.insert((self.load)(&self.lodging, cancel)?),
        };
        let outcome = graph.run(feeds, cancel);
        if outcome.as_ref().is_err_and(RuntimeError::is_out_of_memory) {
            self.put_down();
        }
        outcome
    }

    fn bytes(&self) -> u64 {
        self.held.as_ref().map_or(0, |graph| graph.bytes())
    }

    fn run_secs(&self) -> f64 {
        self.earlier_secs + self.held.as_ref().map_or(0.0, |graph| graph.run_secs())
    }

    fn retouch(&mut self, by: &Arc<dyn Retouch>) -> bool {
        let retouching = Retouching::of(by, &self.ports.path);
        self.move_to(Lodging {
            retouching,
            ..self.lodging.clone()
        })
    }

    fn adjust(&mut self, adjustment: Adjustment) -> bool {
        let lodging = self.lodging.clone();
        match adjustment {
            Adjustment::PutDown => self.put_down(),
            Adjustment::TrimAfterRun => {
                let held = self.held.as_mut();
                held.is_some_and(|graph| graph.adjust(Adjustment::TrimAfterRun))
            }
            Adjustment::Widen => self.move_to(Lodging {
                is_wide: true,
                ..lodging
            }),
            Adjustment::ToProcessor => self.move_to(Lodging {
                provider: ProviderId::new(Provider::Cpu.id()),
                ..lodging
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::runtime::Tensor;

    /// Gives how it is held, and fails for want of memory when it is fed nothing.
    struct Echo(Ports, Lodging);

    impl Graph for Echo {
        fn ports(&self) -> &Ports {
            &self.0
        }

        fn run(&mut self, feeds: Feeds<'_>, _: &CancelToken) -> Result<Tensors, RuntimeError> {
            if feeds.iter().next().is_none() {
                return Err(RuntimeError::Run {
                    detail: "std::bad_alloc".to_owned(),
                    path: self.0.path.clone(),
                });
            }
            let is_wide = Tensor::integers([], vec![i64::from(self.1.is_wide)]).unwrap();
            let name = self.1.provider.to_string();
            Ok(Tensors::new(&self.0.path, vec![(name, is_wide)]))
        }

        fn bytes(&self) -> u64 {
            10
        }

        fn run_secs(&self) -> f64 {
            1.5
        }
    }

    fn lazy(loads: &Arc<AtomicUsize>) -> LazyGraph {
        let loads = Arc::clone(loads);
        let load = move |lodging: &Lodging, _: &CancelToken| {
            loads.fetch_add(1, Ordering::Relaxed);
            let ports = Ports {
                path: PathBuf::from("echo.onnx"),
                inputs: Vec::new(),
                outputs: Vec::new(),
            };
            Ok(Box::new(Echo(ports, lodging.clone())) as Box<dyn Graph>)
        };
        let lodging = Lodging {
            provider: ProviderId::new("cuda"),
            is_wide: false,
            retouching: None,
        };
        LazyGraph::new(Box::new(load), lodging, &CancelToken::default()).unwrap()
    }

    #[test]
    fn a_graph_that_was_put_down_is_loaded_for_its_next_run_and_keeps_its_figures() {
        let loads = Arc::new(AtomicUsize::new(0));
        let mut graph = lazy(&loads);
        assert_eq!(graph.bytes(), 10);
        assert!(graph.adjust(Adjustment::PutDown));
        assert!(!graph.adjust(Adjustment::PutDown), "nothing is left");
        assert_eq!((graph.bytes(), graph.run_secs()), (0, 1.5));
        let fed = Tensor::integers([], vec![1]).unwrap();
        let feeds = || Feeds::default().with("x", &fed);
        let cancel = CancelToken::default();
        assert!(graph.run(feeds(), &cancel).unwrap().take("cuda").is_ok());
        assert_eq!((graph.bytes(), graph.run_secs()), (10, 3.0));
        assert!(graph.adjust(Adjustment::ToProcessor));
        assert!(graph.adjust(Adjustment::Widen));
        assert!(!graph.adjust(Adjustment::Widen), "it is wide already");
        let is_wide = graph.run(feeds(), &cancel).unwrap().take("cpu").unwrap();
        assert_eq!(is_wide.into_floats(), [1.0]);
        assert_eq!(loads.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn a_graph_that_ran_out_of_memory_is_put_down() {
        let mut graph = lazy(&Arc::default());
        let outcome = graph.run(Feeds::default(), &CancelToken::default());
        assert!(outcome.unwrap_err().is_out_of_memory());
        assert_eq!(graph.bytes(), 0);
    }
}
