//! Modules and the packages that bring them, where their names differ: for advice only, never to install by.

/// The usual package of a top-level module: `PyYAML` for `yaml`; for most it's called the same.
pub fn package_of(module: &str) -> &str {
    match PACKAGES.binary_search_by(|(known, _)| known.cmp(&module)) {
        Ok(found) => PACKAGES[found].1,
        Err(_) => module,
    }
}

/// In ascending order of the modules.
#[rustfmt::skip]
const PACKAGES: [(&str, &str); 40] = [
    ("Crypto", "pycryptodome"), ("MySQLdb", "mysqlclient"), ("OpenGL", "PyOpenGL"), ("OpenSSL", "pyOpenSSL"), ("PIL", "Pillow"),
    ("absl", "absl-py"), ("attr", "attrs"), ("bs4", "beautifulsoup4"), ("bson", "pymongo"), ("cv2", "opencv-python-headless"),
    ("dateutil", "python-dateutil"), ("discord", "discord.py"), ("docx", "python-docx"), ("dotenv", "python-dotenv"),
    ("fitz", "PyMuPDF"), ("git", "GitPython"), ("github", "PyGithub"), ("grpc", "grpcio"), ("jose", "python-jose"), ("jwt", "PyJWT"),
    ("kafka", "kafka-python"), ("magic", "python-magic"), ("markdown", "Markdown"), ("mpl_toolkits", "matplotlib"), ("nacl", "PyNaCl"),
    ("pkg_resources", "setuptools"), ("pptx", "python-pptx"), ("psycopg2", "psycopg2-binary"), ("pylab", "matplotlib"),
    ("pymysql", "PyMySQL"), ("ruamel", "ruamel.yaml"), ("serial", "pyserial"), ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"), ("slugify", "python-slugify"), ("socks", "PySocks"), ("telegram", "python-telegram-bot"),
    ("usb", "pyusb"), ("yaml", "PyYAML"), ("zmq", "pyzmq"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(PACKAGES.is_sorted());
    }

    #[test]
    fn packages_of_modules() {
        assert_eq!(
            ["yaml", "PIL", "cv2", "sklearn", "bs4"].map(package_of),
            ["PyYAML", "Pillow", "opencv-python-headless", "scikit-learn", "beautifulsoup4"]
        );
        assert_eq!(package_of("numpy"), "numpy");
    }
}
