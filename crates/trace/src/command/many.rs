//! Several keys, pairs or commands, each written by a type of its own.

use super::{Deserialize, Deserializer, Serialize, Serializer, Step, map};

/// What is written of another type.
pub(super) trait Parts: Sized {
    type Written<'a>: Serialize
    where
        Self: 'a;
    type Read: for<'de> Deserialize<'de>;

    fn write(&self) -> Self::Written<'_>;
    fn read(read: Self::Read) -> Self;
}

#[derive(Serialize)]
pub(super) struct KeyRef<'a>(#[serde(with = "super::bytes")] &'a [u8]);

#[derive(Deserialize)]
pub(super) struct Key(#[serde(with = "super::bytes")] Vec<u8>);

#[derive(Serialize)]
pub(super) struct StepRef<'a>(#[serde(serialize_with = "Step::serialize")] &'a map::Command);

#[derive(Deserialize)]
pub(super) struct StepRead(#[serde(with = "Step")] map::Command);

impl Parts for Vec<u8> {
    type Written<'a> = KeyRef<'a>;
    type Read = Key;

    fn write(&self) -> KeyRef<'_> {
        KeyRef(self)
    }

    fn read(read: Key) -> Self {
        read.0
    }
}

impl Parts for u64 {
    type Written<'a> = Self;
    type Read = Self;

    fn write(&self) -> Self {
        *self
    }

    fn read(read: Self) -> Self {
        read
    }
}

impl Parts for map::Command {
    type Written<'a> = StepRef<'a>;
    type Read = StepRead;

    fn write(&self) -> StepRef<'_> {
        StepRef(self)
    }

    fn read(read: StepRead) -> Self {
        read.0
    }
}

impl<A: Parts, B: Parts> Parts for (A, B) {
    type Written<'a>
        = (A::Written<'a>, B::Written<'a>)
    where
        Self: 'a;
    type Read = (A::Read, B::Read);

    fn write(&self) -> Self::Written<'_> {
        (self.0.write(), self.1.write())
    }

    fn read((a, b): Self::Read) -> Self {
        (A::read(a), B::read(b))
    }
}

impl<T: Parts> Parts for Option<T> {
    type Written<'a>
        = Option<T::Written<'a>>
    where
        Self: 'a;
    type Read = Option<T::Read>;

    fn write(&self) -> Self::Written<'_> {
        self.as_ref().map(T::write)
    }

    fn read(read: Self::Read) -> Self {
        read.map(T::read)
    }
}

impl<T: Parts> Parts for Vec<T> {
    type Written<'a>
        = Vec<T::Written<'a>>
    where
        Self: 'a;
    type Read = Vec<T::Read>;

    fn write(&self) -> Self::Written<'_> {
        self.iter().map(T::write).collect()
    }

    fn read(read: Self::Read) -> Self {
        read.into_iter().map(T::read).collect()
    }
}

pub(super) fn serialize<T: Parts, S: Serializer>(
    parts: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    parts.write().serialize(serializer)
}

pub(super) fn deserialize<'de, T: Parts, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::Read::deserialize(deserializer).map(T::read)
}
