//! Counters, gauges and histograms that many parts touch at once. Written here rather than taken from
//! a crate: the ones there are hold all figures of a process in one global place, and a test puts
//! several services into one process.
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts up.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many there are now.
#[derive(Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// One more until the guard goes.
    pub fn hold(&self) -> Held<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Held(self)
    }
    /// How many.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts while it is held.
pub struct Held<'a>(&'a Gauge);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A number with a fraction, as last set.
#[derive(Default)]
pub struct Figure(AtomicU64);

impl Figure {
    /// It is so much now.
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }
    /// How much it is.
    pub fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// When something last happened, by the monotonic clock: a clock that is set changes nothing here.
pub struct Last {
    born: Instant,
    /// Milliseconds after birth, plus one; 0 for never.
    at: AtomicU64,
}

impl Default for Last {
    fn default() -> Last {
        Last { born: Instant::now(), at: AtomicU64::new(0) }
    }
}

impl Last {
    /// It happens now.
    pub fn mark(&self) {
        let millis = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.at.store(millis + 1, Ordering::Relaxed);
    }
    /// How long ago it happened; `None` for never.
    pub fn age(&self) -> Option<Duration> {
        let at = self.at.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.born.elapsed().saturating_sub(Duration::from_millis(at)))
    }
    /// How long ago it happened, or could first have happened.
    pub fn age_or_life(&self) -> Duration {
        self.age().unwrap_or_else(|| self.born.elapsed())
    }
}

/// How durations are spread.
pub struct Histogram {
    /// Upper bounds in seconds, rising; what is longer is counted beyond the last.
    bounds: &'static [f64],
    counts: Vec<AtomicU64>,
    sum_micros: AtomicU64,
}

impl Histogram {
    /// With these upper bounds, in seconds.
    pub fn new(bounds: &'static [f64]) -> Histogram {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Histogram { bounds, counts, sum_micros: AtomicU64::new(0) }
    }
    /// One more.
    pub fn observe(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = self.bounds.partition_point(|bound| *bound < seconds);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }
    /// For each upper bound how many were not longer; and how many there were in all.
    pub fn cumulative(&self) -> (Vec<(f64, u64)>, u64) {
        let mut total = 0;
        let mut below = Vec::with_capacity(self.bounds.len());
        for (index, count) in self.counts.iter().enumerate() {
            total += count.load(Ordering::Relaxed);
            if let Some(bound) = self.bounds.get(index) {
                below.push((*bound, total));
            }
        }
        (below, total)
    }
    /// All of them together, in seconds.
    pub fn sum_seconds(&self) -> f64 {
        self.sum_micros.load(Ordering::Relaxed) as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_what_is_not_longer_than_each_bound() {
        let histogram = Histogram::new(&[0.1, 1.0]);
        for millis in [100, 101, 1_000, 5_000] {
            histogram.observe(Duration::from_millis(millis));
        }
        assert_eq!(histogram.cumulative(), (vec![(0.1, 1), (1.0, 3)], 4));
        assert!((histogram.sum_seconds() - 6.201).abs() < 1e-9);
    }

    #[test]
    fn what_never_happened_is_as_old_as_the_process_and_has_no_age() {
        let last = Last::default();
        assert_eq!(last.age(), None);
        last.mark();
        assert!(last.age().is_some_and(|age| age < Duration::from_secs(60)));
        let gauge = Gauge::default();
        let held = gauge.hold();
        assert_eq!(gauge.get(), 1);
        drop(held);
        assert_eq!(gauge.get(), 0);
    }
}
