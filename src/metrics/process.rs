//! What the kernel says of this process (proc(5)), under the names that monitors expect.

use std::fs;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Labels;

/// Series of numbers that go up and down.
pub(super) type Gauges = Family<Labels, Gauge<f64, AtomicU64>>;

/// Writes down what is known; a kernel that says nothing leaves its series out.
pub(super) fn register(registry: &mut Registry) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let figures = [
        (
            "process_resident_memory_bytes",
            "Memory in use",
            field(&status, "VmRSS:").map(|kilobytes| kilobytes * 1024.0),
        ),
        ("process_threads", "Threads", field(&status, "Threads:")),
        (
            "process_open_fds",
            "Open files and sockets",
            fs::read_dir("/proc/self/fd")
                .ok()
                .map(|open| open.count() as f64),
        ),
        (
            "process_max_fds",
            "Files and sockets that may be open",
            field(&limits, "Max open files"),
        ),
    ];
    for (name, help, value) in figures {
        if let Some(value) = value {
            gauge(registry, name, help, value);
        }
    }
}

/// One number without labels.
pub(super) fn gauge(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Gauge::<f64, AtomicU64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

/// The first number behind a name.
fn field(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_behind_their_names() {
        let status = "Name:\tlangnghe\nVmRSS:\t   12345 kB\nThreads:\t9\n";
        assert_eq!(field(status, "VmRSS:"), Some(12_345.0));
        assert_eq!(field(status, "Threads:"), Some(9.0));
        assert_eq!(field(status, "VmSwap:"), None);
        let limits = "Max open files            1024                 524288               files\n";
        assert_eq!(field(limits, "Max open files"), Some(1_024.0));
    }
}
