//! Rebuilds when a language is added: the compiler knows the files it embedded, but not the folder.
fn main() {
    println!("cargo:rerun-if-changed=locales");
}
