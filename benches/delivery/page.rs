//! What is printed: the machine, and one table in Markdown.
use std::fs::read_to_string;

/// The machine, in a line.
pub fn machine() {
    let cpuinfo = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&cpuinfo, "model name").unwrap_or("unknown processor").to_owned();
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let meminfo = read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = field(&meminfo, "MemTotal")
        .and_then(|value| value.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kib| kib / 1024.0 / 1024.0);
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    println!(
        "Machine: {model}, {cores} cores, {memory:.0} GiB, Linux {}; load before the run {load}.\n",
        kernel.trim()
    );
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':')).map(|(_, v)| v.trim())
}

/// The table's head.
pub fn head() {
    println!("| figure | bar | Vigie | plain `Throttle` loop |");
    println!("|---|---|---|---|");
}

/// One row; `None` where there is nothing to compare with.
pub fn row(figure: &str, bar: &str, vigie: &str, other: Option<&str>) {
    println!("| {figure} | {bar} | {vigie} | {} |", other.unwrap_or("—"));
}

/// A part that could not be measured.
pub fn failed(part: &str, error: &anyhow::Error) {
    println!("| {part} | | not measured: {error:#} | |");
}
