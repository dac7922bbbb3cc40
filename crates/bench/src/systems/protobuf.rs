//! The part of Protocol Buffers that etcd's `Put`, `Range` and `Status` need.

use bytes::{BufMut, Bytes, BytesMut};

/// A gRPC message begins with a byte that says it is not compressed, and its length.
const PREFIX: usize = 5;

/// A request with these fields of bytes, by their numbers, as a gRPC message:
/// `PutRequest { key: 1, value: 2 }`, `RangeRequest { key: 1 }`, or none.
pub(super) fn request(fields: &[(u8, &[u8])]) -> Bytes {
    let length: usize = fields.iter().map(|(_, bytes)| 6 + bytes.len()).sum();
    let mut out = BytesMut::with_capacity(PREFIX + length);
    out.put_bytes(0, PREFIX);
    for &(field, bytes) in fields {
        out.put_u8(field << 3 | 2);
        put_varint(&mut out, bytes.len() as u64);
        out.put_slice(bytes);
    }
    let length = (out.len() - PREFIX) as u32;
    out[1..PREFIX].copy_from_slice(&length.to_be_bytes());
    out.freeze()
}

/// Whether the member that sent this `StatusResponse` (a gRPC message) leads: whether
/// there is a `leader` (field 4), and it is `header.member_id` (field 1.2). None if the
/// message has no header.
pub(super) fn is_leader(message: &[u8]) -> Option<bool> {
    let status = message.get(PREFIX..)?;
    let header = Fields(status).bytes(1)?;
    let leader = Fields(status).number(4).unwrap_or(0);
    Some(leader != 0 && Fields(header).number(2) == Some(leader))
}

/// How many entries of the log the member that sent this `StatusResponse` has applied
/// (field 7).
pub(super) fn applied(message: &[u8]) -> Option<u64> {
    Fields(message.get(PREFIX..)?).number(7)
}

fn put_varint(out: &mut BytesMut, mut number: u64) {
    while number > 0x7f {
        out.put_u8(number as u8 | 0x80);
        number >>= 7;
    }
    out.put_u8(number as u8);
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The fields of a message, in their order.
struct Fields<'a>(&'a [u8]);

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Fields<'a> {
    fn number(mut self, wanted: u64) -> Option<u64> {
        self.find_map(|(field, value)| match value {
            Field::Number(number) if field == wanted => Some(number),
            _ => None,
        })
    }

    fn bytes(mut self, wanted: u64) -> Option<&'a [u8]> {
        self.find_map(|(field, value)| match value {
            Field::Bytes(bytes) if field == wanted => Some(bytes),
            _ => None,
        })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Field::Number(varint(&mut self.0)?),
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).ok()?;
                let (bytes, after) = self.0.split_at_checked(length)?;
                self.0 = after;
                Field::Bytes(bytes)
            }
            // Neither message has fields of another kind.
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_put_request_has_its_length_its_key_and_its_value() {
        let long = [b'v'; 300];
        let request = request(&[(1, b"key"), (2, &long)]);
        assert_eq!(&request[..5], [0, 0, 0, 1, 0x34]);
        assert_eq!(&request[5..13], b"\x0a\x03key\x12\xac\x02");
        assert_eq!(&request[13..], long);
    }

    #[test]
    fn a_status_says_who_leads_and_what_is_applied() {
        let status = |leader: u8| {
            let header = [0x08, 0x96, 0x01, 0x10, 0x07, 0x18, 0x01];
            let mut message = vec![0, 0, 0, 0, 24, 0x0a, header.len() as u8];
            message.extend(header);
            message.extend(b"\x12\x033.4");
            message.extend([0x18, 0x05, 0x20, leader, 0x28, 0x90, 0x4e, 0x38, 0x8f, 0x4e]);
            message
        };
        assert_eq!(is_leader(&status(7)), Some(true));
        assert_eq!(is_leader(&status(8)), Some(false));
        assert_eq!(is_leader(&status(0)), Some(false));
        assert_eq!(is_leader(&[0, 0]), None);
        assert_eq!(applied(&status(7)), Some(9999));
        assert_eq!(applied(&[0, 0]), None);
    }
}
