//! ONNX Runtime through the `ort` crate: the only file that names it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use ort::device::{Device, HardwareDevice};
use ort::environment::Environment;
use ort::ep::{self, ExecutionProvider as _, ExecutionProviderDispatch};
use ort::memory::DeviceType;
use ort::session::builder::{AutoDevicePolicy, SessionBuilder};
use ort::session::{RunOptions, Session, SessionInputValue};
use ort::value::{
    DynValue, Outlet, Shape, Tensor as TensorValue, TensorElementType, TensorRef, ValueType,
};

use crate::domain::{CancelToken, Message};
use crate::models::{CheckedGraph, check_graph, light_graph};

use super::error::RuntimeError;
use super::graph::{Adjustment, Feeds, Graph, Port, Ports, Tensors};
use super::hardware::{nvidia_card, processor_name};
use super::library::{Backend, Contents, Detected};
use super::location::Location;
use super::provider::Provider;
use super::retouch::Replacement;
use super::tensor::{Element, Tensor, Values};

/// The option of a run that gives back what its arena does not need any more.
const SHRINK_ARENA: &str = "memory.enable_memory_arena_shrinkage";

/// From so many bytes of weights on, graphs have no memory pattern on the processor.
///
/// It is laid out after a first run, beside what that run took: with the denoiser of Stable
/// Diffusion 1.5 that is 2.2 GB more, and no step is faster; our own is 4 % faster with it.
const LARGE_BYTES: u64 = 80 << 20;

/// Where a graph that is given as bytes finds the files that it refers to.
const EXTERNAL_FOLDER: &str = "session.model_external_initializers_file_folder_path";

/// The name under which the WebGPU plug-in calls its provider.
const WEBGPU: &str = "WebGpuExecutionProvider";

/// ONNX Runtime allows one environment in a process, for ever, and loads one library.
static PROCESS: OnceLock<Result<Process, String>> = OnceLock::new();

/// What a process has of ONNX Runtime.
struct Process {
    environment: Environment,
    library: PathBuf,
    version: String,
    /// What registering the WebGPU plug-in came to; only once it is needed, because it starts a
    /// driver.
    plugged: OnceLock<Result<(), String>>,
}

/// Loads the library, or finds it loaded.
pub(super) fn open(location: &Location) -> Result<Arc<dyn Backend>, RuntimeError> {
    let broken = |detail: String| RuntimeError::Broken {
        detail,
        library: location.library.clone(),
    };
    // `ort` panics where it cannot load a library on its own, and returns an error only here.
    let builder = ort::init_from(&location.library).map_err(|error| broken(error.to_string()))?;
    let process = PROCESS.get_or_init(|| {
        let environment = builder.build().map_err(|error| error.to_string())?;
        Ok(Process {
            environment,
            library: location.library.clone(),
            version: version_of(ort::info(), &location.library),
            plugged: OnceLock::new(),
        })
    });
    let process = process.as_ref().map_err(|detail| broken(detail.clone()))?;
    if process.library != location.library {
        let first = process.library.display();
        return Err(broken(format!(
            "this process runs on another one already, {first}"
        )));
    }
    Ok(Arc::new(Onnx {
        process,
        webgpu: location.webgpu.clone(),
    }))
}

struct Onnx {
    process: &'static Process,
    webgpu: Option<PathBuf>,
}

impl Backend for Onnx {
    fn version(&self) -> &str {
        &self.process.version
    }

    fn detect(&self, provider: Provider) -> Detected {
        match provider {
            Provider::Cpu => Detected::Device(processor_name()),
            Provider::WebGpu => self.detect_webgpu(),
            Provider::Cuda => self.detect_built_in(ep::CUDA::is_available(), ep::CUDA::NAME),
            Provider::DirectMl => {
                self.detect_built_in(ep::DirectML::is_available(), ep::DirectML::NAME)
            }
            Provider::CoreMl => self.detect_built_in(ep::CoreML::is_available(), ep::CoreML::NAME),
        }
    }

    fn load(
        &self,
        path: &Path,
        contents: Contents<'_>,
        provider: Provider,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError> {
        let refused = |detail: String| RuntimeError::Load {
            detail,
            path: path.to_owned(),
        };
        // Else a file from a stranger could have the runtime read any other, or end the process.
        let checked = check_graph(path)?;
        let bytes = match &contents {
            Contents::File | Contents::Retouched(_) => checked.bytes,
            Contents::Instead(model) => model.len() as u64,
        };
        let refused_graph = |error: ort::Error| refused(error.to_string());
        let mut builder = self.builder(provider, bytes).map_err(refused_graph)?;
        let canceler = builder.canceler();
        let armed = cancel.arm(move || {
            // Where it comes too late there is nothing left to cancel.
            canceler.cancel().ok();
        });
        let session = match contents {
            Contents::File => builder.commit_from_file(path),
            Contents::Instead(model) => builder.commit_from_memory(model),
            Contents::Retouched(replacements) => {
                let light = light(path, &checked, &replacements)?;
                commit_light(builder, &light, path, replacements)
            }
        };
        drop(armed);
        if cancel.is_cancelled() {
            return Err(RuntimeError::Cancelled);
        }
        let session = session.map_err(refused_graph)?;
        let ports = Ports {
            path: path.to_owned(),
            inputs: session.inputs().iter().map(port).collect(),
            outputs: session.outputs().iter().map(port).collect(),
        };
        Ok(Box::new(OnnxGraph {
            session,
            ports,
            bytes,
            run_secs: 0.0,
            can_trim: provider == Provider::Cpu,
            trims_after_run: false,
        }))
    }
}

/// A graph without its weights, and with those that are replaced in their new shapes.
fn light(
    path: &Path,
    graph: &CheckedGraph,
    replacements: &[Replacement],
) -> Result<Vec<u8>, RuntimeError> {
    let replaced = replacements.iter();
    let replaced: Vec<_> = replaced
        .map(|it| (it.initializer.as_str(), it.tensor.shape()))
        .collect();
    Ok(light_graph(path, &graph.outline, &replaced)?)
}

/// Builds a session of a graph with other weights in the place of some of its own.
///
/// The runtime replaces weights only where the graph refers to a file for them, so it is given the
/// graph without its weights; what it optimizes is then made of the new ones.
fn commit_light(
    mut builder: SessionBuilder,
    light: &[u8],
    path: &Path,
    replacements: Vec<Replacement>,
) -> ort::Result<Session> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    builder = builder.with_config_entry(EXTERNAL_FOLDER, folder.to_string_lossy())?;
    for Replacement {
        initializer,
        tensor,
    } in replacements
    {
        let value = owned_value(tensor)?;
        builder = builder.with_external_initializer(initializer, value)?;
    }
    builder.commit_from_memory(light)
}

impl Onnx {
    fn builder(&self, provider: Provider, bytes: u64) -> ort::Result<SessionBuilder> {
        let builder = Session::builder(&self.process.environment)?
            // Else a registered plug-in might be chosen behind our back.
            .with_auto_device(AutoDevicePolicy::PreferCPU)?
            .with_intra_threads(cores())?;
        Ok(match provider {
            Provider::Cpu => builder.with_memory_pattern(bytes < LARGE_BYTES)?,
            Provider::WebGpu => {
                let devices = self.process.environment.devices();
                builder
                    .with_devices(devices.filter(|device| is_of(device, WEBGPU)).take(1), None)?
            }
            Provider::Cuda => with_provider(builder, ep::CUDA::default().build())?,
            // DirectML allows neither memory patterns nor parallel execution.
            Provider::DirectMl => with_provider(
                builder.with_memory_pattern(false)?,
                ep::DirectML::default().build(),
            )?,
            Provider::CoreMl => with_provider(builder, ep::CoreML::default().build())?,
        })
    }

    fn detect_webgpu(&self) -> Detected {
        let Some(plugin) = &self.webgpu else {
            return Detected::Missing(Message::new("error-runtime-webgpu-not-installed"));
        };
        let plugged = self.process.plugged.get_or_init(|| {
            let registered = self
                .process
                .environment
                .register_ep_library("webgpu", plugin);
            registered.map_err(|error| error.to_string())
        });
        if let Err(reason) = plugged {
            let broken = Message::new("error-runtime-webgpu-broken")
                .with("file", plugin.display())
                .with("reason", reason);
            return Detected::Missing(broken);
        }
        let mut devices = self.process.environment.devices();
        let Some(device) = devices.find(|device| is_of(device, WEBGPU)) else {
            return Detected::Missing(Message::new("error-runtime-webgpu-no-device"));
        };
        let hardware = device.hardware_device();
        if hardware.ty() == DeviceType::GPU {
            Detected::Device(device_name(&hardware))
        } else {
            Detected::Imitated(processor_name())
        }
    }

    /// A provider that is part of the library, or is not.
    fn detect_built_in(&self, built_in: ort::Result<bool>, name: &str) -> Detected {
        if !built_in.unwrap_or(false) {
            return Detected::Missing(Message::new("error-runtime-not-in-library"));
        }
        let mut devices = self.process.environment.devices();
        let device = devices.find(|device| is_of(device, name));
        let device = device.map(|device| device_name(&device.hardware_device()));
        match device.or_else(|| nvidia_card().filter(|_| name == ep::CUDA::NAME)) {
            Some(device) => Detected::Device(device),
            None => Detected::Missing(Message::new("error-runtime-no-device")),
        }
    }
}

fn with_provider(
    builder: SessionBuilder,
    provider: ExecutionProviderDispatch,
) -> ort::Result<SessionBuilder> {
    // Else the processor would be used without a word.
    Ok(builder.with_execution_providers([provider.error_on_failure()])?)
}

fn is_of(device: &Device<'_>, provider: &str) -> bool {
    device.ep().is_ok_and(|name| name == provider)
}

struct OnnxGraph {
    session: Session,
    ports: Ports,
    bytes: u64,
    run_secs: f64,
    /// Whether its memory is the processor's.
    can_trim: bool,
    trims_after_run: bool,
}

impl Graph for OnnxGraph {
    fn ports(&self) -> &Ports {
        &self.ports
    }

    fn run(&mut self, feeds: Feeds<'_>, cancel: &CancelToken) -> Result<Tensors, RuntimeError> {
        let failed = |error: ort::Error| RuntimeError::Run {
            detail: error.to_string(),
            path: self.ports.path.clone(),
        };
        let mut fed = Vec::new();
        for (name, tensor) in feeds.iter() {
            let port = self.ports.input(&[name])?;
            let element = port.element.ok_or_else(|| {
                self.ports
                    .misfit(format!("input `{name}` takes numbers of an unknown kind"))
            })?;
            fed.push((name, tensor.cast(element)));
        }
        let mut inputs = Vec::with_capacity(fed.len());
        for (name, tensor) in &fed {
            inputs.push((*name, input_value(tensor).map_err(failed)?));
        }

        let mut options = RunOptions::new().map_err(failed)?;
        if std::mem::take(&mut self.trims_after_run) {
            options.set(SHRINK_ARENA, "cpu:0").map_err(failed)?;
        }
        let options = Arc::new(options);
        let terminate = Arc::clone(&options);
        let armed = cancel.arm(move || {
            // Where it comes too late there is nothing left to end.
            terminate.terminate().ok();
        });
        let started = Instant::now();
        let outcome = self.session.run_with_options(inputs, &*options);
        self.run_secs += started.elapsed().as_secs_f64();
        drop(armed);
        // A run of one long node ends well in spite of the cancel.
        if cancel.is_cancelled() {
            return Err(RuntimeError::Cancelled);
        }
        let outcome = outcome.map_err(failed)?;
        let outputs = outcome.iter().filter_map(|(name, value)| {
            let tensor = output_tensor(&value).transpose()?;
            Some(tensor.map(|tensor| (name.to_owned(), tensor)))
        });
        let outputs = outputs.collect::<ort::Result<_>>().map_err(failed)?;
        Ok(Tensors::new(&self.ports.path, outputs))
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn adjust(&mut self, adjustment: Adjustment) -> bool {
        match adjustment {
            Adjustment::TrimAfterRun => {
                self.trims_after_run = self.can_trim;
                self.can_trim
            }
            // These are for who loaded it.
            Adjustment::PutDown | Adjustment::Widen | Adjustment::ToProcessor => false,
        }
    }

    fn run_secs(&self) -> f64 {
        self.run_secs
    }
}

fn input_value(tensor: &Tensor) -> ort::Result<SessionInputValue<'_>> {
    let shape: Vec<i64> = tensor.shape().iter().map(|axis| *axis as i64).collect();
    Ok(match tensor.values() {
        Values::F32(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
        Values::F16(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
        Values::I64(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
        Values::I32(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
    })
}

/// A value that the runtime keeps.
fn owned_value(tensor: Tensor) -> ort::Result<DynValue> {
    let shape: Vec<i64> = tensor.shape().iter().map(|axis| *axis as i64).collect();
    Ok(match tensor.into_values() {
        Values::F32(values) => TensorValue::from_array((shape, values))?.into_dyn(),
        Values::F16(values) => TensorValue::from_array((shape, values))?.into_dyn(),
        Values::I64(values) => TensorValue::from_array((shape, values))?.into_dyn(),
        Values::I32(values) => TensorValue::from_array((shape, values))?.into_dyn(),
    })
}

/// The numbers of an output; `None` where it is of a kind that we do not read.
fn output_tensor(value: &DynValue) -> ort::Result<Option<Tensor>> {
    let ValueType::Tensor { ty, .. } = value.dtype() else {
        return Ok(None);
    };
    let Some(element) = element(*ty) else {
        return Ok(None);
    };
    let (shape, values) = match element {
        Element::F32 => {
            let (shape, values) = value.try_extract_tensor()?;
            (shape, Values::F32(values.to_vec()))
        }
        Element::F16 => {
            let (shape, values) = value.try_extract_tensor()?;
            (shape, Values::F16(values.to_vec()))
        }
        Element::I64 => {
            let (shape, values) = value.try_extract_tensor()?;
            (shape, Values::I64(values.to_vec()))
        }
        Element::I32 => {
            let (shape, values) = value.try_extract_tensor()?;
            (shape, Values::I32(values.to_vec()))
        }
    };
    let shape = shape.iter().map(|axis| *axis as usize).collect();
    Ok(Tensor::new(shape, values))
}

fn port(outlet: &Outlet) -> Port {
    let (element, shape) = if let ValueType::Tensor { ty, shape, .. } = outlet.dtype() {
        (element(*ty), shape.clone())
    } else {
        (None, Shape::default())
    };
    Port {
        name: outlet.name().to_owned(),
        element,
        axes: shape
            .iter()
            .map(|axis| usize::try_from(*axis).ok())
            .collect(),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of two dozen kinds these are all that pictures take"
)]
fn element(kind: TensorElementType) -> Option<Element> {
    match kind {
        TensorElementType::Float32 => Some(Element::F32),
        TensorElementType::Float16 => Some(Element::F16),
        TensorElementType::Int64 => Some(Element::I64),
        TensorElementType::Int32 => Some(Element::I32),
        _ => None,
    }
}

/// Threads inside a node: one for each physical core that this process may use, since two threads
/// on one core get in each other's way in matrix products.
fn cores() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, usize::from);
    num_cpus::get_physical().min(allowed).max(1)
}

/// The version in the library's account of its build, else in the name of its file, else in that
/// of its folder, where the installer writes it.
fn version_of(build_info: &str, library: &Path) -> String {
    let file = library
        .canonicalize()
        .unwrap_or_else(|_| library.to_owned());
    let name = |path: Option<&Path>| {
        let name = path.and_then(Path::file_name).unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let (file_name, folder) = (name(Some(&file)), name(file.parent()));
    let branch = build_info
        .split_once("git-branch=rel-")
        .and_then(|(_, rest)| rest.split([',', ' ']).next());
    let from_file = file_name.split_once(".so.").map(|(_, version)| version);
    let from_folder = folder
        .starts_with(|first: char| first.is_ascii_digit())
        .then_some(folder.as_str());
    let version = branch.or(from_file).or(from_folder);
    version.unwrap_or("?").to_owned()
}

/// The runtime tells the maker and the number of a model, and NVIDIA's driver its name.
fn device_name(hardware: &HardwareDevice<'_>) -> String {
    let vendor = hardware.vendor().unwrap_or_default();
    match nvidia_card() {
        Some(card) if vendor.eq_ignore_ascii_case("nvidia") => card,
        _ => format!("{vendor} 0x{:04x}", hardware.id())
            .trim_start()
            .to_owned(),
    }
}
