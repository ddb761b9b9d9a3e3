//! Values of the system, of the libraries that Python was built with, and of the process: nothing that code makes.

use rustpython_ruff_python_ast::{Expr, ExprCall};

use crate::syntax::builtins::is_builtin;

/// Errors that have one number on all systems.
#[rustfmt::skip]
const ERRORS: [&str; 33] = [
    "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY",
    "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS",
    "EMLINK", "EPIPE", "EDOM", "ERANGE",
];

/// Signals that have one number on all systems.
const SIGNALS: [&str; 12] =
    ["SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGFPE", "SIGKILL", "SIGSEGV", "SIGPIPE", "SIGALRM", "SIGTERM"];

/// Codes by which `struct` and `array` call numbers of C that have another size elsewhere.
const SIZES: [char; 6] = ['l', 'L', 'n', 'N', 'P', 'u'];

/// Whether an attribute is such a value, or the version of something.
pub(super) fn is_attribute(value: &Expr, attribute: &str) -> bool {
    // The version of a package is that of the one who installed it.
    const VERSIONS: [&str; 6] = ["__version__", "__version_info__", "__version_tuple__", "version_info", "version_tuple", "VERSION_INFO"];
    // Lines count from the top of a file that a page need not show.
    if matches!(attribute, "f_lineno" | "tb_lineno" | "co_firstlineno") {
        return true;
    }
    if attribute == "itemsize" && value.as_call_expr().is_some_and(|call| is_named(&call.func, "array") && is_sized_by_system(call)) {
        return true;
    }
    let Expr::Name(module) = value else { return false };
    VERSIONS.contains(&attribute) || is_of_module(&module.id, attribute)
}

fn is_of_module(module: &str, attribute: &str) -> bool {
    match module {
        "errno" => attribute.starts_with('E') && !ERRORS.contains(&attribute),
        "signal" => attribute.starts_with("SIG") && !attribute.starts_with("SIG_") && !SIGNALS.contains(&attribute),
        _ => matches!(
            (module, attribute),
            (
                "sys",
                "version"
                    | "version_info"
                    | "executable"
                    | "platform"
                    | "path"
                    | "argv"
                    | "hexversion"
                    | "prefix"
                    | "base_prefix"
                    | "exec_prefix"
                    | "_xoptions"
                    | "byteorder"
                    | "builtin_module_names"
                    | "thread_info"
                    // Of what was raised at a prompt before.
                    | "last_exc"
                    | "last_traceback"
                    | "last_type"
                    | "last_value"
            ) | ("os", "environ" | "name")
                | ("ssl", "OPENSSL_VERSION" | "OPENSSL_VERSION_INFO" | "OPENSSL_VERSION_NUMBER")
                | ("sqlite3", "sqlite_version" | "sqlite_version_info")
                | ("zlib", "ZLIB_VERSION" | "ZLIB_RUNTIME_VERSION")
                | ("pyexpat" | "expat", "EXPAT_VERSION" | "version_info")
                | ("hashlib", "algorithms_available")
                | ("select", "PIPE_BUF")
        ),
    }
}

/// Whether a call gives such a value.
pub(super) fn is_call(call: &ExprCall) -> bool {
    let Expr::Attribute(method) = &*call.func else { return is_named(&call.func, "calcsize") && is_sized_by_system(call) };
    match method.attr.as_str() {
        // Whatever the process has imported has classes of its own.
        "__subclasses__" => match &*method.value {
            Expr::Name(class) => is_builtin(&class.id),
            value => value.is_attribute_expr(),
        },
        "calcsize" => is_sized_by_system(call),
        _ => false,
    }
}

/// Whether a call's first argument is the code of a number whose size the system tells, and not one of the standard sizes.
fn is_sized_by_system(call: &ExprCall) -> bool {
    let code = call.arguments.args.first().and_then(|code| code.as_string_literal_expr());
    code.is_some_and(|code| !code.value.to_str().starts_with(['<', '>', '=', '!']) && code.value.to_str().contains(SIZES))
}

fn is_named(function: &Expr, name: &str) -> bool {
    match function {
        Expr::Name(function) => function.id == name,
        Expr::Attribute(function) => function.attr.as_str() == name,
        _ => false,
    }
}
