//! What is fetched to run models: packages pinned by version and SHA-256, a build per platform.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS};
use std::path::{Path, PathBuf};

/// ONNX Runtime itself, with its CPU provider.
pub static ONNX_RUNTIME: Package = Package {
    id: "onnxruntime",
    version: "1.32.0",
    library: "onnxruntime",
    builds: &[
        Build {
            os: "linux",
            arch: "x86_64",
            platform: "manylinux_2_28_x86_64",
            wheel: "onnxruntime-1.32.0-cp311-cp311-manylinux_2_28_x86_64.whl",
            bytes: 27_773_237,
            sha256: "5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d",
            members: &[
                Member::library("onnxruntime/capi/libonnxruntime.so.1.32.0"),
                Member::file("onnxruntime/capi/libonnxruntime_providers_shared.so"),
                Member::file("onnxruntime/LICENSE"),
                Member::file("onnxruntime/ThirdPartyNotices.txt"),
            ],
        },
        Build {
            os: "linux",
            arch: "aarch64",
            platform: "manylinux_2_28_aarch64",
            wheel: "onnxruntime-1.32.0-cp311-cp311-manylinux_2_28_aarch64.whl",
            bytes: 23_195_070,
            sha256: "2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c",
            members: &[
                Member::library("onnxruntime/capi/libonnxruntime.so.1.32.0"),
                Member::file("onnxruntime/capi/libonnxruntime_providers_shared.so"),
                Member::file("onnxruntime/LICENSE"),
                Member::file("onnxruntime/ThirdPartyNotices.txt"),
            ],
        },
        Build {
            os: "windows",
            arch: "x86_64",
            platform: "win_amd64",
            wheel: "onnxruntime-1.32.0-cp311-cp311-win_amd64.whl",
            bytes: 16_695_880,
            sha256: "d7e0c45cc5f456ad7805e6dd256a7662736cda9c2fd17becae194eb3c2f6df72",
            members: &[
                Member::library("onnxruntime/capi/onnxruntime.dll"),
                Member::file("onnxruntime/capi/onnxruntime_providers_shared.dll"),
                Member::file("onnxruntime/LICENSE"),
                Member::file("onnxruntime/ThirdPartyNotices.txt"),
            ],
        },
        Build {
            os: "macos",
            arch: "aarch64",
            platform: "macosx_14_0_arm64",
            wheel: "onnxruntime-1.32.0-cp311-cp311-macosx_14_0_arm64.whl",
            bytes: 22_506_162,
            sha256: "366b9e53d07812cc5c92822cecf7563b76a8a0f32ba3bb8dd232a206ac3bcb6c",
            members: &[
                Member::library("onnxruntime/capi/libonnxruntime.1.32.0.dylib"),
                Member::file("onnxruntime/LICENSE"),
                Member::file("onnxruntime/ThirdPartyNotices.txt"),
            ],
        },
    ],
};

/// The WebGPU provider, which runs on the graphics card of any vendor.
pub static WEBGPU_PLUGIN: Package = Package {
    id: "onnxruntime-ep-webgpu",
    version: "0.4.0",
    library: "onnxruntime_providers_webgpu",
    builds: &[
        Build {
            os: "linux",
            arch: "x86_64",
            platform: "manylinux_2_28_x86_64",
            wheel: "onnxruntime_ep_webgpu-0.4.0-py3-none-manylinux_2_28_x86_64.whl",
            bytes: 6_892_120,
            sha256: "5d8c961eda91a88961cad1fb7621f389f006b18497d6ea9ecf96f729f066cbfb",
            members: &[
                Member::library("onnxruntime_ep_webgpu/libonnxruntime_providers_webgpu.so"),
                Member::file("onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/LICENSE"),
                Member::file(
                    "onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/ThirdPartyNotices.txt",
                ),
            ],
        },
        Build {
            os: "linux",
            arch: "aarch64",
            platform: "manylinux_2_28_aarch64",
            wheel: "onnxruntime_ep_webgpu-0.4.0-py3-none-manylinux_2_28_aarch64.whl",
            bytes: 6_096_222,
            sha256: "17f660db53b1a509c63e721ac6784a2daa1c4e91a968523ee9986505ee5b0a55",
            members: &[
                Member::library("onnxruntime_ep_webgpu/libonnxruntime_providers_webgpu.so"),
                Member::file("onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/LICENSE"),
                Member::file(
                    "onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/ThirdPartyNotices.txt",
                ),
            ],
        },
        Build {
            os: "windows",
            arch: "x86_64",
            platform: "win_amd64",
            wheel: "onnxruntime_ep_webgpu-0.4.0-py3-none-win_amd64.whl",
            bytes: 13_149_847,
            sha256: "7db646669d1a2390551da675115ea125e68cb3d4d2c3a2d6e463372bf8d6ea87",
            members: &[
                Member::library("onnxruntime_ep_webgpu/onnxruntime_providers_webgpu.dll"),
                Member::file("onnxruntime_ep_webgpu/dxcompiler.dll"),
                Member::file("onnxruntime_ep_webgpu/dxil.dll"),
                Member::file("onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/LICENSE"),
                Member::file(
                    "onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/ThirdPartyNotices.txt",
                ),
            ],
        },
        Build {
            os: "macos",
            arch: "aarch64",
            platform: "macosx_14_0_arm64",
            wheel: "onnxruntime_ep_webgpu-0.4.0-py3-none-macosx_14_0_universal2.whl",
            bytes: 5_200_679,
            sha256: "8d0a91d44b43d931c3068b9134aed9770f27803e353c2b58c93e1700bb68bcca",
            members: &[
                Member::library("onnxruntime_ep_webgpu/libonnxruntime_providers_webgpu.dylib"),
                Member::file("onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/LICENSE"),
                Member::file(
                    "onnxruntime_ep_webgpu-0.4.0.dist-info/licenses/ThirdPartyNotices.txt",
                ),
            ],
        },
    ],
};

/// A library that is fetched from the Python package index, where its makers publish it for
/// every platform.
#[derive(Debug)]
pub struct Package {
    /// Its name in the index, and of its folder.
    pub id: &'static str,
    /// The pinned version.
    pub version: &'static str,
    /// The library's name, without what the platform puts around it.
    pub library: &'static str,
    /// One for each platform that has it.
    pub builds: &'static [Build],
}

/// A package for one platform.
#[derive(Debug)]
pub struct Build {
    /// The operating system, as [`std::env::consts::OS`] names it.
    pub os: &'static str,
    /// The processor, as [`std::env::consts::ARCH`] names it.
    pub arch: &'static str,
    /// The platform, as the index names it.
    pub platform: &'static str,
    /// The one file that is pinned, whatever Python the user has.
    pub wheel: &'static str,
    /// The wheel's size.
    pub bytes: u64,
    /// The wheel's SHA-256, in hexadecimal.
    pub sha256: &'static str,
    /// What is unpacked from it.
    pub members: &'static [Member],
}

/// A file inside a wheel that is needed.
#[derive(Debug)]
pub struct Member {
    /// Its path in the archive.
    pub path: &'static str,
    /// Whether it is the library itself, which is kept under the platform's plain name.
    pub is_library: bool,
}

impl Package {
    /// The build for this machine, if there is one.
    pub fn build(&self) -> Option<&'static Build> {
        self.builds
            .iter()
            .find(|build| build.os == OS && build.arch == ARCH)
    }

    /// Where it is kept below the data folder.
    pub fn folder(&self, data: &Path) -> PathBuf {
        data.join(self.id).join(self.version)
    }

    /// The library's file name on this platform, such as `libonnxruntime.so`.
    pub fn library_name(&self) -> String {
        format!("{DLL_PREFIX}{}{DLL_SUFFIX}", self.library)
    }

    /// Whether it is kept below the data folder: its folder appears only when it is complete.
    pub fn is_installed(&self, data: &Path) -> bool {
        self.folder(data).join(self.library_name()).is_file()
    }
}

impl Member {
    /// The library itself.
    pub const fn library(path: &'static str) -> Self {
        Self {
            path,
            is_library: true,
        }
    }

    /// A file kept under its own name.
    pub const fn file(path: &'static str) -> Self {
        Self {
            path,
            is_library: false,
        }
    }

    /// The name under which it is kept; `package` is the one it belongs to.
    pub fn kept_name(&self, package: &Package) -> String {
        if self.is_library {
            return package.library_name();
        }
        let name = self.path.rsplit('/').next();
        name.unwrap_or(self.path).to_owned()
    }
}
