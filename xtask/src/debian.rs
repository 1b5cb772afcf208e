//! Debian packages that tests need beyond what builds the program.

use std::path::{Path, PathBuf};

use crate::shell::{self, Result};

/// What cannot be tested without some package.
struct Need {
    package: &'static str,
    tests: &'static str,
}

const NEEDS: [Need; 8] = [
    Need::new("mesa-vulkan-drivers", "pictures of the window"),
    Need::new("xvfb", "the window itself"),
    Need::new("libxkbcommon-x11-0", "the window itself"),
    Need::new("libx11-xcb1", "the window itself"),
    Need::new("libxcursor1", "the window itself"),
    Need::new("libxi6", "the window itself"),
    Need::new("libxrandr2", "the window itself"),
    Need::new(
        "libfontconfig1",
        "texts in scripts beyond Latin, Greek and Cyrillic",
    ),
];

impl Need {
    const fn new(package: &'static str, tests: &'static str) -> Self {
        Self { package, tests }
    }
}

/// Installs what is missing where that is allowed; gives what has to be left out.
pub fn install_missing() -> Vec<String> {
    if shell::output(shell::command("dpkg-query").arg("--version")).is_none() {
        return vec![
            "unknown: this is no Debian, so the packages for tests were not looked for".into(),
        ];
    }
    let packages: Vec<&str> = NEEDS.iter().map(|need| need.package).collect();
    let Err(missing) = require(&packages) else {
        return Vec::new();
    };
    eprintln!("xtask: {missing}");
    let left_out = NEEDS.iter().filter(|need| !is_installed(need.package));
    left_out
        .map(|need| format!("{}, for lack of {}", need.tests, need.package))
        .collect()
}

/// Installs those of `packages` that are missing; an error with the line for root where that is
/// not allowed or fails.
pub fn require(packages: &[&str]) -> Result<()> {
    let mut missing = packages.to_vec();
    missing.retain(|package| !is_installed(package));
    if missing.is_empty() {
        return Ok(());
    }
    let installed = if is_root() {
        update().and_then(|()| install(&missing))
    } else {
        Err("only root installs packages".into())
    };
    installed.map_err(|error| {
        let names = missing.join(" ");
        format!("{error}; as root: apt-get install --no-install-recommends {names}")
    })
}

/// The description of a software Vulkan driver on which the WebGPU provider runs.
///
/// Debian's own driver lacks a feature that the provider needs; `SwiftShader` has it and
/// comes inside a package of the Chromium browser, which is unpacked here and not installed.
pub fn swiftshader() -> Result<PathBuf> {
    const PACKAGE: &str = "chromium-common";
    let folder = shell::target()?.join("swiftshader");
    let driver = folder.join("root/usr/lib/chromium/vk_swiftshader_icd.json");
    if driver.is_file() {
        return Ok(driver);
    }
    let io_error = |error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(io_error)?;
    if download(PACKAGE, &folder).is_err() {
        // A fresh machine has no list of packages yet.
        update()?;
        download(PACKAGE, &folder)?;
    }
    let archive = std::fs::read_dir(&folder)
        .map_err(io_error)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| format!("no package in {}", folder.display()))?;
    let scratch = folder.join("scratch");
    shell::run(
        shell::command("dpkg-deb")
            .arg("--extract")
            .arg(&archive)
            .arg(&scratch),
    )?;
    std::fs::rename(&scratch, folder.join("root")).map_err(io_error)?;
    std::fs::remove_file(&archive).map_err(io_error)?;
    if driver.is_file() {
        Ok(driver)
    } else {
        Err(format!("{PACKAGE} has no SwiftShader any more"))
    }
}

fn is_installed(package: &str) -> bool {
    let mut query = shell::command("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    shell::output(&mut query).as_deref() == Some("installed")
}

fn is_root() -> bool {
    shell::output(shell::command("id").arg("-u")).as_deref() == Some("0")
}

fn update() -> Result<()> {
    shell::run(shell::command("apt-get").args(["update", "--quiet=2"]))
}

fn install(packages: &[&str]) -> Result<()> {
    let mut command = shell::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.args(["install", "--yes", "--quiet=2", "--no-install-recommends"]);
    shell::run(command.args(packages))
}

fn download(package: &str, folder: &Path) -> Result<()> {
    let mut command = shell::command("apt-get");
    command.args(["download", "--quiet=2", package]);
    shell::run(command.current_dir(folder))
}
