//! Makes sure that the libpython to link with is there, and gives the binary its folder, so that it starts wherever that library lies.
//!
//! A build that can't work is refused here, with what to do about it: the linker would only say that it doesn't find `-lpython3.x`.

use std::{
    env,
    path::{Path, PathBuf},
};

use pyo3_build_config::InterpreterConfig;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PYO3_PYTHON");
    println!("cargo::rerun-if-env-changed=LIBRARY_PATH");
    if let Some(problem) = problem(pyo3_build_config::get()) {
        println!("cargo::error={problem}");
    }
    pyo3_build_config::add_libpython_rpath_link_args();
}

/// Why this Python can't be linked with, and what to do.
fn problem(python: &InterpreterConfig) -> Option<String> {
    let version = python.version();
    let name = format!("Python {version} ({})", python.executable().unwrap_or("of PYO3_CONFIG_FILE"));
    let executable = python.executable().unwrap_or_default();
    let other = "name another one, as in `PYO3_PYTHON=/usr/bin/python3 cargo build`";
    if !python.shared() {
        let how = match executable.contains("pyenv") {
            true => format!("build it with one (`PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force {version}`)"),
            false => "install one that has it (on Debian and Ubuntu `python3` and `libpython3-dev`)".to_owned(),
        };
        return Some(format!("{name} has no shared library, which verify embeds: {how}, or {other}"));
    }
    let library = format!("lib{}.so", python.lib_name()?);
    let folder = PathBuf::from(python.lib_dir()?);
    if is_cross_build() || finds(&library, &folder) {
        return None;
    }
    let how = match executable.starts_with("/usr/bin/") {
        true => format!("install `libpython{version}-dev` (Debian, Ubuntu) or `python3-devel` (Fedora)"),
        false => "install its development files".to_owned(),
    };
    Some(format!("{name} has no {library} in {} to link with: {how}, or {other}", folder.display()))
}

/// Whether the linker finds the library: in its Python's folder, or where it looks anyway.
fn finds(library: &str, folder: &Path) -> bool {
    let own_folders = env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.split('\x1f').any(|flag| flag.starts_with("-L")));
    let system = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"].map(PathBuf::from);
    let given = env::var_os("LIBRARY_PATH").unwrap_or_default();
    let mut folders = env::split_paths(&given).chain(system).chain([folder.to_owned()]);
    own_folders || folders.any(|folder| folder.join(library).exists())
}

fn is_cross_build() -> bool {
    env::var("TARGET").ok() != env::var("HOST").ok()
}
