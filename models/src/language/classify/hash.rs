//! Feature keys: small, fixed hashes that mean the same in every build and on every machine.

/// Hash of a string (FNV-1a with a final mix).
pub(super) fn of_text(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(hash)
}

/// Appends one hash to another; order matters.
pub(super) fn join(left: u64, right: u64) -> u64 {
    mix(left.rotate_left(23) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The key under which a feature of a kind is stored: 32 bits are enough for 10^5 features.
pub(super) fn key(kind: u8, hash: u64) -> u32 {
    (join(u64::from(kind) + 1, hash) >> 32) as u32
}

fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 29)
}
