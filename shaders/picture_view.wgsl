// Draws a picture at any zoom, and makes its smaller levels.
// The twin on the CPU, which says why things are as they are, is src/imaging/picture_view.rs.

struct View {
    // The picture's upper left corner, in pixels of the target.
    origin: vec2f,
    // Pixels of the target to a texel.
    scale: vec2f,
    // The level that is read, in texels.
    size: vec2f,
    opacity: f32,
    // 1 shows texels as they are.
    shows_texels: u32,
}

@group(0) @binding(0) var<uniform> view: View;
// An sRGB texture: what is loaded is linear.
@group(0) @binding(1) var level: texture_2d<f32>;

// One triangle over the whole viewport.
@vertex
fn cover(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4f {
    let x = f32(i32(corner & 1u) * 4 - 1);
    let y = f32(i32(corner >> 1u) * 4 - 1);
    return vec4f(x, y, 0.0, 1.0);
}

// The mean light that falls on a pixel of the target; transparent outside the picture.
fn light(pixel: vec2f) -> vec4f {
    let spot = (pixel - view.origin) / view.scale;
    if any(spot < vec2f(0.0)) || any(spot >= view.size) {
        return vec4f(0.0);
    }
    if view.shows_texels == 1u {
        return vec4f(textureLoad(level, vec2i(floor(spot)), 0).rgb, 1.0);
    }
    let reach = 0.5 * max(1.0 / view.scale, vec2f(1.0));
    let low = max(spot - reach, vec2f(0.0));
    let high = min(spot + reach, view.size);
    let first = vec2i(floor(low));
    let last = min(vec2i(ceil(high)), vec2i(view.size)) - 1;
    var sum = vec3f(0.0);
    var total = 0.0;
    for (var y = first.y; y <= last.y; y++) {
        let rows = min(high.y, f32(y + 1)) - max(low.y, f32(y));
        for (var x = first.x; x <= last.x; x++) {
            let columns = min(high.x, f32(x + 1)) - max(low.x, f32(x));
            sum += rows * columns * textureLoad(level, vec2i(x, y), 0).rgb;
            total += rows * columns;
        }
    }
    return vec4f(sum / total, 1.0);
}

// The transfer function of sRGB, IEC 61966-2-1.
fn srgb_from_linear(linear: vec3f) -> vec3f {
    let low = 12.92 * linear;
    let high = 1.055 * pow(linear, vec3f(1.0 / 2.4)) - 0.055;
    return select(high, low, linear <= vec3f(0.0031308));
}

// For targets that encode by themselves, such as the levels.
@fragment
fn linear_target(@builtin(position) pixel: vec4f) -> @location(0) vec4f {
    return view.opacity * light(pixel.xy);
}

// For targets that take what they are given, such as egui's.
@fragment
fn gamma_target(@builtin(position) pixel: vec4f) -> @location(0) vec4f {
    let color = light(pixel.xy);
    return view.opacity * vec4f(srgb_from_linear(color.rgb), color.a);
}
