//! The shaders: each is valid, has its painter and its twin, and draws what the twin computes.
#![cfg(feature = "gui")]

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use eframe::wgpu::{self, naga};
use maquette::domain::{PixelSize, Pixels};
use maquette::imaging::{PicturePlace, TEXEL_ZOOM, picture_view};
use maquette::ui::gpu::PicturePainter;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What the window draws on.
const TARGET: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

#[test]
fn every_shader_is_valid_and_has_its_painter_and_its_twin() {
    let shaders = shaders();
    assert!(!shaders.is_empty());
    for path in shaders {
        let source = std::fs::read_to_string(&path).unwrap();
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
        naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            naga::valid::Capabilities::empty(),
        )
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
        let name = path.file_stem().unwrap().to_str().unwrap();
        for home in ["src/ui/gpu", "src/imaging"] {
            let file = Path::new(ROOT).join(home).join(name).with_extension("rs");
            assert!(file.exists(), "{name}.wgsl lacks {}", file.display());
        }
    }
}

#[test]
fn the_graphics_card_draws_what_the_twin_computes() {
    let Some((device, queue)) = software_device() else {
        eprintln!(
            "\n!! NOT TESTED: no Vulkan adapter, so no shader was run.\n\
             !! Debian and Ubuntu: apt-get install mesa-vulkan-drivers\n"
        );
        return;
    };
    let painter = PicturePainter::new(&device, &queue, TARGET);
    let picture = noisy_picture(PixelSize::new(203, 149).unwrap());
    let mut upload = painter.begin(&picture);
    // Small bites, so that the seams between them are looked at too.
    let texture = loop {
        if let Some(texture) = painter.go_on(&mut upload, &mut 10_000) {
            break texture;
        }
    };
    let target = PixelSize::new(128, 96).unwrap();
    for zoom in [0.02, 0.13, 0.24, 0.5, 0.8, 1.0, 2.7, 4.0, 5.3, 8.0] {
        for origin in [[3.37, 5.61], [-11.23, 7.0], [0.0, 0.0], [-40.71, -33.19]] {
            for shows_texels in [false, zoom >= TEXEL_ZOOM] {
                let place = PicturePlace {
                    origin,
                    zoom,
                    shows_texels,
                };
                let drawing = painter.draw(&texture, place, 1.0);
                let seen = render(&device, &queue, target, &|pass| drawing.draw(pass));
                let expected = picture_view(&picture, place, target);
                let worst = worst_difference(&seen, expected.bytes());
                assert!(worst <= 2, "{worst}/255 at {place:?}");
            }
        }
    }
}

#[test]
fn a_picture_at_half_opacity_lets_half_of_the_ground_through() {
    let Some((device, queue)) = software_device() else {
        eprintln!("\n!! NOT TESTED: no Vulkan adapter\n");
        return;
    };
    let painter = PicturePainter::new(&device, &queue, TARGET);
    let size = PixelSize::new(8, 8).unwrap();
    let white = Pixels::new(size, vec![255; 3 * size.area()]).unwrap();
    let texture = painter.go_on(&mut painter.begin(&white), &mut usize::MAX.clone());
    let place = PicturePlace {
        origin: [0.0, 0.0],
        zoom: 1.0,
        shows_texels: false,
    };
    let drawing = painter.draw(&texture.unwrap(), place, 0.5);
    let seen = render(&device, &queue, size, &|pass| drawing.draw(pass));
    assert!(seen.iter().all(|byte| byte.abs_diff(128) <= 1), "{seen:?}");
}

fn shaders() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(Path::new(ROOT).join("shaders"));
    let folder = folder.expect("the shaders have a folder");
    folder
        .map(|entry| entry.expect("it can be listed").path())
        .collect()
}

/// Detail at every scale, and edges that no filter forgives.
fn noisy_picture(size: PixelSize) -> Pixels {
    let mut state = 1_u32;
    let mut data = Vec::new();
    for y in 0..size.height() {
        for x in 0..size.width() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) as u8;
            let hatching = if (x + y) % 3 == 0 { 255 } else { 0 };
            data.extend([noise, hatching, (x * 255 / size.width()) as u8]);
        }
    }
    Pixels::new(size, data).expect("three bytes were written for each pixel")
}

fn worst_difference(seen: &[u8], expected: &[u8]) -> u8 {
    assert_eq!(seen.len(), expected.len());
    let differences = seen.iter().zip(expected).map(|(a, b)| a.abs_diff(*b));
    differences.max().expect("pictures have pixels")
}

/// The machine's own software adapter if it has one: the same everywhere; else any other.
fn software_device() -> Option<(wgpu::Device, wgpu::Queue)> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let mut adapters = wait(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    adapters.sort_by_key(|adapter| adapter.get_info().device_type != wgpu::DeviceType::Cpu);
    let adapter = adapters.into_iter().next()?;
    let device = wait(adapter.request_device(&wgpu::DeviceDescriptor::default()));
    Some(device.expect("every adapter has a device of default limits"))
}

/// Renders onto black and returns the RGB bytes.
fn render(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    size: PixelSize,
    draw: &dyn Fn(&mut wgpu::RenderPass<'_>),
) -> Vec<u8> {
    let extent = wgpu::Extent3d {
        width: size.width(),
        height: size.height(),
        depth_or_array_layers: 1,
    };
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: extent,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: TARGET,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let row_bytes = (4 * size.width()).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: u64::from(row_bytes * size.height()),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let attachment = wgpu::RenderPassColorAttachment {
            view: &texture.create_view(&wgpu::TextureViewDescriptor::default()),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        };
        draw(&mut encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..wgpu::RenderPassDescriptor::default()
        }));
    }
    let layout = wgpu::TexelCopyBufferLayout {
        offset: 0,
        bytes_per_row: Some(row_bytes),
        rows_per_image: None,
    };
    let copy = wgpu::TexelCopyBufferInfo {
        buffer: &buffer,
        layout,
    };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), copy, extent);
    queue.submit([encoder.finish()]);
    buffer.map_async(wgpu::MapMode::Read, .., |outcome| {
        outcome.expect("the buffer may be read");
    });
    let polled = device.poll(wgpu::PollType::wait_indefinitely());
    polled.expect("the device is there");
    let mapped = buffer
        .slice(..)
        .get_mapped_range()
        .expect("it was mapped above");
    let rows = mapped.chunks(row_bytes as usize);
    let pixels = rows.flat_map(|row| row[..4 * size.width() as usize].chunks(4));
    pixels.flat_map(|pixel| pixel[..3].to_vec()).collect()
}

/// Waits for what is ready at once on every machine that is not a browser.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return value;
        }
        std::thread::yield_now();
    }
}
