//! [`Reread`]: what a node makes of some files, such as its certificates, made again when the files
//! change, so that the node need not be started again.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_secs(2);

type Read<T, E> = Box<dyn Fn() -> Result<T, E> + Send + Sync>;

/// What is made of some files.
pub(crate) struct Reread<T, E> {
    files: Vec<PathBuf>,
    read: Read<T, E>,
    made: watch::Sender<T>,
    /// The bytes of the files when they were looked at last; none of one that cannot be read.
    seen: Vec<Option<Vec<u8>>>,
}

impl<T, E> Reread<T, E> {
    /// Reads the files. The receiver always has what was made of them last.
    pub(crate) fn new(
        files: impl IntoIterator<Item = PathBuf>,
        read: impl Fn() -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<(Self, watch::Receiver<T>), E> {
        let files: Vec<_> = files.into_iter().collect();
        // The bytes come first: what changes meanwhile is read again.
        let seen = bytes(&files);
        let (made, receiver) = watch::channel(read()?);
        let reread = Self {
            files,
            read: Box::new(read),
            made,
            seen,
        };
        Ok((reread, receiver))
    }

    /// Waits until the files have changed, and reads them. Where they cannot be used, what was made of
    /// them before stays: they may be half written.
    pub(crate) async fn next(&mut self) -> Result<(), E> {
        loop {
            sleep(PAUSE).await;
            let bytes = bytes(&self.files);
            if bytes != self.seen {
                self.seen = bytes;
                return (self.read)().map(|made| {
                    self.made.send_replace(made);
                });
            }
        }
    }

    /// Reads the files whenever they change, for as long as the future is polled. `tell` is told
    /// whether they can be used.
    pub(crate) async fn run(mut self, tell: impl Fn(Result<(), E>)) {
        loop {
            let read = self.next().await;
            tell(read);
        }
    }
}

fn bytes(files: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    files.iter().map(|file| fs::read(file).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_be_used_leaves_what_was_read_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("number");
        fs::write(&file, "1").unwrap();
        let read = {
            let file = file.clone();
            move || fs::read_to_string(&file).unwrap().parse::<u8>()
        };
        let (mut reread, receiver) = Reread::new([file.clone()], read).unwrap();
        assert_eq!(*receiver.borrow(), 1);
        for (text, is_good, expected) in [("two", false, 1), ("2", true, 2)] {
            fs::write(&file, text).unwrap();
            assert_eq!(reread.next().await.is_ok(), is_good);
            assert_eq!(*receiver.borrow(), expected);
        }
    }
}
