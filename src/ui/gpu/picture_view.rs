//! Draws pictures at any zoom with `shaders/picture_view.wgsl`.

use std::sync::Arc;

use eframe::egui_wgpu::{CallbackResources, CallbackTrait};
use eframe::wgpu::{self, util::DeviceExt as _};

use crate::domain::{PixelSize, Pixels};
use crate::imaging::{self, PicturePlace};

/// Textures hold sRGB bytes, so that the shader reads light.
const TEXTURE: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;
const TEXTURE_BYTES: usize = 4;

/// Brings pictures onto the graphics card and draws them.
pub struct PicturePainter {
    device: wgpu::Device,
    queue: wgpu::Queue,
    layout: wgpu::BindGroupLayout,
    /// Draws on the window.
    on_target: wgpu::RenderPipeline,
    /// Draws a level from the one before it.
    on_level: wgpu::RenderPipeline,
}

/// A picture on the graphics card, in all its levels; cheap to clone.
#[derive(Clone)]
pub struct PictureTexture {
    size: PixelSize,
    levels: Arc<[Level]>,
}

struct Level {
    view: wgpu::TextureView,
    size: PixelSize,
}

/// A picture on its way to the graphics card.
pub struct Upload {
    texture: wgpu::Texture,
    /// What is uploaded; smaller than the picture where the card cannot hold it.
    pixels: Pixels,
    size: PixelSize,
    next_row: u32,
}

impl PicturePainter {
    /// A painter for targets of the format `target`.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, target: wgpu::TextureFormat) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("picture view"),
            source: wgpu::ShaderSource::Wgsl(
                include_str!("../../../shaders/picture_view.wgsl").into(),
            ),
        });
        let layout = bind_group_layout(device);
        // egui blends in gamma space, with colours that are multiplied with their opacity.
        let blend = Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
        let entry = if target.is_srgb() {
            "linear_target"
        } else {
            "gamma_target"
        };
        let pipeline = |format, entry, blend| {
            let target = wgpu::ColorTargetState {
                format,
                blend,
                write_mask: wgpu::ColorWrites::ALL,
            };
            pipeline(device, &layout, &module, entry, target)
        };
        Self {
            on_target: pipeline(target, entry, blend),
            on_level: pipeline(TEXTURE, "linear_target", None),
            device: device.clone(),
            queue: queue.clone(),
            layout,
        }
    }

    /// Begins to bring a picture onto the graphics card.
    pub fn begin(&self, pixels: &Pixels) -> Upload {
        let limit = self.device.limits().max_texture_dimension_2d;
        let shown = imaging::thumbnail(pixels, limit);
        let texture = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: extent(shown.size()),
            mip_level_count: imaging::level_count(shown.size()),
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: TEXTURE,
            usage: wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_DST
                | wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        Upload {
            texture,
            size: pixels.size(),
            pixels: shown,
            next_row: 0,
        }
    }

    /// Uploads as many rows as fit into `budget_bytes`, one at least, and takes them off it.
    ///
    /// The texture comes with the last row.
    pub fn go_on(&self, upload: &mut Upload, budget_bytes: &mut usize) -> Option<PictureTexture> {
        let size = upload.pixels.size();
        let row_bytes = TEXTURE_BYTES * size.width() as usize;
        let rows_left = size.height() - upload.next_row;
        let rows = rows_left.min((*budget_bytes / row_bytes).max(1) as u32);
        self.upload_rows(upload, rows);
        *budget_bytes = budget_bytes.saturating_sub(rows as usize * row_bytes);
        upload.next_row += rows;
        (upload.next_row == size.height()).then(|| self.finish(upload))
    }

    fn upload_rows(&self, upload: &Upload, rows: u32) {
        let size = upload.pixels.size();
        let width = size.width() as usize;
        let start = 3 * width * upload.next_row as usize;
        let rgb = &upload.pixels.bytes()[start..start + 3 * width * rows as usize];
        let mut opaque = Vec::with_capacity(TEXTURE_BYTES * width * rows as usize);
        for pixel in rgb.chunks_exact(3) {
            opaque.extend_from_slice(&[pixel[0], pixel[1], pixel[2], u8::MAX]);
        }
        let place = wgpu::TexelCopyTextureInfo {
            texture: &upload.texture,
            mip_level: 0,
            origin: wgpu::Origin3d {
                x: 0,
                y: upload.next_row,
                z: 0,
            },
            aspect: wgpu::TextureAspect::All,
        };
        let order = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some((TEXTURE_BYTES * width) as u32),
            rows_per_image: None,
        };
        let extent = wgpu::Extent3d {
            height: rows,
            ..extent(size)
        };
        self.queue.write_texture(place, &opaque, order, extent);
    }

    /// Makes the smaller levels.
    fn finish(&self, upload: &Upload) -> PictureTexture {
        let size = upload.pixels.size();
        let levels = (0..imaging::level_count(size)).map(|number| Level {
            size: imaging::level_size(size, number),
            view: upload.texture.create_view(&wgpu::TextureViewDescriptor {
                base_mip_level: number,
                mip_level_count: Some(1),
                ..wgpu::TextureViewDescriptor::default()
            }),
        });
        let levels: Arc<[Level]> = levels.collect();
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for pair in levels.windows(2) {
            self.draw_level(&mut encoder, &pair[0], &pair[1]);
        }
        self.queue.submit([encoder.finish()]);
        PictureTexture {
            size: upload.size,
            levels,
        }
    }

    fn draw_level(&self, encoder: &mut wgpu::CommandEncoder, from: &Level, to: &Level) {
        let view = View {
            origin: [0.0; 2],
            scale: ratio(to.size, from.size),
            size: from.size,
            opacity: 1.0,
            shows_texels: false,
        };
        let bind_group = self.bind(&view, from);
        let attachment = wgpu::RenderPassColorAttachment {
            view: &to.view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations::default(),
        };
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("picture level"),
            color_attachments: &[Some(attachment)],
            ..wgpu::RenderPassDescriptor::default()
        });
        pass.set_pipeline(&self.on_level);
        pass.set_bind_group(0, &bind_group, &[]);
        pass.draw(0..3, 0..1);
    }

    /// A picture at a place on the target, ready to be drawn.
    pub fn draw(
        &self,
        texture: &PictureTexture,
        place: PicturePlace,
        opacity: f32,
    ) -> PictureDrawing {
        let wanted = imaging::level_for(place.zoom, texture.size) as usize;
        let level = &texture.levels[wanted.min(texture.levels.len() - 1)];
        let view = View {
            origin: place.origin,
            scale: ratio(texture.size, level.size).map(|ratio| ratio * place.zoom),
            size: level.size,
            opacity,
            shows_texels: place.shows_texels,
        };
        PictureDrawing {
            pipeline: self.on_target.clone(),
            bind_group: self.bind(&view, level),
        }
    }

    fn bind(&self, view: &View, level: &Level) -> wgpu::BindGroup {
        let uniform = self
            .device
            .create_buffer_init(&wgpu::util::BufferInitDescriptor {
                label: Some("picture view"),
                contents: &view.bytes(),
                usage: wgpu::BufferUsages::UNIFORM,
            });
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture view"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: uniform.as_entire_binding(),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::TextureView(&level.view),
                },
            ],
        })
    }
}

impl PictureTexture {
    /// The picture's size in pixels.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// What it takes up on the graphics card: the levels together are a third of the picture.
    pub fn bytes(&self) -> usize {
        let areas = self.levels.iter().map(|level| level.size.area());
        TEXTURE_BYTES * areas.sum::<usize>()
    }
}

/// A picture about to be drawn: a paint callback of egui's.
pub struct PictureDrawing {
    pipeline: wgpu::RenderPipeline,
    bind_group: wgpu::BindGroup,
}

impl PictureDrawing {
    /// Draws; the place was given in pixels of the whole target, whatever the pass's viewport.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.draw(0..3, 0..1);
    }
}

impl CallbackTrait for PictureDrawing {
    fn paint(
        &self,
        _info: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        _resources: &CallbackResources,
    ) {
        self.draw(pass);
    }
}

/// The uniform of the shader.
struct View {
    origin: [f32; 2],
    scale: [f32; 2],
    size: PixelSize,
    opacity: f32,
    shows_texels: bool,
}

impl View {
    /// As the struct in the shader lies in memory.
    fn bytes(&self) -> Vec<u8> {
        let size = [self.size.width() as f32, self.size.height() as f32];
        let floats = [self.origin, self.scale, size].concat();
        let mut bytes: Vec<u8> = floats
            .iter()
            .flat_map(|float| float.to_le_bytes())
            .collect();
        bytes.extend(self.opacity.to_le_bytes());
        bytes.extend(u32::from(self.shows_texels).to_le_bytes());
        bytes
    }
}

fn ratio(over: PixelSize, under: PixelSize) -> [f32; 2] {
    [
        over.width() as f32 / under.width() as f32,
        over.height() as f32 / under.height() as f32,
    ]
}

fn extent(size: PixelSize) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: size.width(),
        height: size.height(),
        depth_or_array_layers: 1,
    }
}

fn bind_group_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty,
        count: None,
    };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let texture = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: false },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("picture view"),
        entries: &[entry(0, uniform), entry(1, texture)],
    })
}

fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    module: &wgpu::ShaderModule,
    entry: &str,
    target: wgpu::ColorTargetState,
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("picture view"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("picture view"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("cover"),
            buffers: &[],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(entry),
            targets: &[Some(target)],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        }),
        multiview_mask: None,
        cache: None,
    })
}
