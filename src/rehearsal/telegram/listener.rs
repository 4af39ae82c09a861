//! The door of the local Telegram: a listener that can really be closed, so that callers see
//! "connection refused" and not a polite error, and connections that can be cut in mid-answer.
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use futures::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Between two tries to take the port again after an outage: another program may hold it shortly.
const REBIND_PAUSE: Duration = Duration::from_millis(50);

/// Every connection that is open now.
#[derive(Clone, Default)]
pub(super) struct Wires(Arc<Mutex<Vec<Weak<Cutter>>>>);

impl Wires {
    fn hold(&self, stream: TcpStream) -> Wire {
        let cutter = Arc::new(Cutter::default());
        let mut wires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wires.retain(|wire| wire.strong_count() > 0);
        wires.push(Arc::downgrade(&cutter));
        Wire { stream, cutter }
    }
    /// Cuts them all.
    pub fn cut_all(&self) {
        let mut wires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for cutter in wires.drain(..).filter_map(|wire| wire.upgrade()) {
            cutter.cut();
        }
    }
}

#[derive(Default)]
struct Cutter {
    cut: AtomicBool,
    waker: AtomicWaker,
}

impl Cutter {
    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.waker.wake();
    }
    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// What a handler holds to cut the connection it answers on.
#[derive(Clone)]
pub(super) struct Scissors(Arc<Cutter>);

impl Scissors {
    /// Cuts the connection; what has not been written never will be.
    pub fn cut(&self) {
        self.0.cut();
    }
}

impl Connected<IncomingStream<'_, Door>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Scissors {
        Scissors(Arc::clone(&stream.io().cutter))
    }
}

/// One connection.
pub(super) struct Wire {
    stream: TcpStream,
    cutter: Arc<Cutter>,
}

fn reset() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionReset)
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cutter.waker.register(cx.waker());
        if self.cutter.is_cut() {
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.cutter.is_cut() {
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The listener.
pub(super) struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    wanted_open: watch::Receiver<bool>,
    is_open: watch::Sender<bool>,
    wires: Wires,
}

/// The handle that opens and closes a [`Door`].
pub(super) struct Handle {
    pub address: SocketAddr,
    pub wires: Wires,
    wanted_open: watch::Sender<bool>,
    is_open: watch::Receiver<bool>,
}

impl Handle {
    /// Opens or closes the door and waits until it is so. Closing also cuts what is connected.
    pub async fn set_open(&self, open: bool) {
        self.wanted_open.send_replace(open);
        let mut is_open = self.is_open.clone();
        // An error means that the server has ended, and with it the door.
        let _ = is_open.wait_for(|now| *now == open).await;
        if !open {
            self.wires.cut_all();
        }
    }
    pub fn is_open(&self) -> bool {
        *self.is_open.borrow()
    }
}

/// Takes a port of the loopback address; 0 takes any.
pub(super) async fn bind(port: u16) -> io::Result<(Door, Handle)> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    let (wanted_sender, wanted_open) = watch::channel(true);
    let (is_open, is_open_receiver) = watch::channel(true);
    let wires = Wires::default();
    let door =
        Door { address, listener: Some(listener), wanted_open, is_open, wires: wires.clone() };
    let handle = Handle { address, wires, wanted_open: wanted_sender, is_open: is_open_receiver };
    Ok((door, handle))
}

impl Door {
    async fn wait_for_a_change(wanted_open: &mut watch::Receiver<bool>) {
        if wanted_open.changed().await.is_err() {
            // Nobody can open or close any more: the server is about to end.
            std::future::pending::<()>().await;
        }
    }
}

impl axum::serve::Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            if !*self.wanted_open.borrow_and_update() {
                self.listener = None;
                self.is_open.send_replace(false);
                Door::wait_for_a_change(&mut self.wanted_open).await;
                continue;
            }
            let Some(listener) = &self.listener else {
                match TcpListener::bind(self.address).await {
                    Ok(listener) => {
                        self.listener = Some(listener);
                        self.is_open.send_replace(true);
                    }
                    Err(_) => tokio::time::sleep(REBIND_PAUSE).await,
                }
                continue;
            };
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => {
                        // Without this an answer in two packets waits 40 ms; failing is harmless.
                        let _ = stream.set_nodelay(true);
                        return (self.wires.hold(stream), address);
                    }
                    Err(_) => tokio::time::sleep(REBIND_PAUSE).await,
                },
                () = Door::wait_for_a_change(&mut self.wanted_open) => {}
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
