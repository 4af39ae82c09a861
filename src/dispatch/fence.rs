//! Whether this process may act for all of them at this moment. Owns nothing but an instant of the
//! monotonic clock: up to it the others count this process as living; beyond it they may hand what
//! it did to somebody else, and it must have stopped by itself before. Nobody has to tell it so: a
//! process that was suspended finds its time over when it wakes.
use tokio::sync::watch;
use tokio::time::Instant;

/// Up to when something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// There is nobody to share with.
    Always,
    /// Until then, unless it is prolonged.
    Until(Instant),
    /// Not now.
    Never,
}

impl Pass {
    fn holds(self) -> bool {
        match self {
            Pass::Always => true,
            Pass::Until(end) => Instant::now() < end,
            Pass::Never => false,
        }
    }
}

/// The side that asks.
#[derive(Debug, Clone)]
pub struct Fence(watch::Receiver<Pass>);

impl Fence {
    /// A fence that its keeper sets; it stands open until then.
    pub fn with_keeper() -> (watch::Sender<Pass>, Fence) {
        let (keeper, fence) = watch::channel(Pass::Always);
        (keeper, Fence(fence))
    }

    /// A fence that always stands open: there is one process alone.
    pub fn open() -> Fence {
        Fence::with_keeper().1
    }

    /// Whether it may be done now.
    pub fn holds(&self) -> bool {
        self.0.borrow().holds()
    }

    /// Waits until it may be done.
    pub async fn opens(&mut self) {
        // Without a keeper nothing changes any more.
        if self.0.wait_for(|pass| pass.holds()).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until it may no longer be done, because it was said or because time is over.
    pub async fn closes(&mut self) {
        loop {
            let pass = *self.0.borrow_and_update();
            let over = async {
                match pass {
                    Pass::Always => std::future::pending().await,
                    Pass::Until(end) => tokio::time::sleep_until(end).await,
                    Pass::Never => {}
                }
            };
            tokio::select! {
                biased;
                Ok(()) = self.0.changed() => {}
                () = over => return,
            }
        }
    }
}
