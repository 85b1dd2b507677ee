//! Which addresses may be spoken to: never a private network unless the configuration names it.
//!
//! The check sits where names become addresses, so that a name that resolves privately, a DNS
//! answer that changes between check and use, and a redirect are all caught.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use super::FetchError;

/// A network in CIDR notation: `127.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

/// A text that is not a network.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a network; write it as 10.0.0.0/8 or fd00::/8")]
pub struct NetworkError(String);

impl Network {
    /// All loopback addresses, for demonstrations and tests.
    pub fn loopback() -> Vec<Self> {
        vec![
            Self {
                base: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)),
                prefix: 8,
            },
            Self {
                base: IpAddr::V6(Ipv6Addr::LOCALHOST),
                prefix: 128,
            },
        ]
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.prefix))
                    .unwrap_or(0);
                base.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.prefix))
                    .unwrap_or(0);
                base.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || NetworkError(text.to_owned());
        let (base, prefix) = text.split_once('/').unwrap_or((text, ""));
        let base = base.trim().parse::<IpAddr>().map_err(|_| error())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix.trim() {
            "" if !text.contains('/') => longest,
            number => number.parse().map_err(|_| error())?,
        };
        (prefix <= longest)
            .then_some(Self { base, prefix })
            .ok_or_else(error)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

/// Whether an address belongs to the public internet: not private, loopback, link-local, carrier
/// NAT, documentation, multicast or reserved. IPv6 forms that carry an IPv4 address are judged by it.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => embedded_v4(v6).map_or_else(|| is_public_v6(v6), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_global_unicast = segments[0] & 0xe000 == 0x2000;
    let is_documentation = segments[0] == 0x2001 && segments[1] == 0x0db8
        || segments[0] == 0x3fff && segments[1] < 0x1000;
    let is_ietf_protocol = segments[0] == 0x2001 && segments[1] < 0x0200;
    is_global_unicast && !is_documentation && !is_ietf_protocol
}

/// The IPv4 address inside a mapped, compatible, NAT64 or 6to4 address.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let from =
        |high: u16, low: u16| Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0 | 1, .., high, low]
        | [0x2002, high, low, ..] => from(high, low),
        _ => None,
    }
}

/// How names become addresses; the system's resolver unless a test or a site brings its own.
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    fn lookup(
        &self,
        host: String,
    ) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(
        &self,
        host: String,
    ) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>> {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// A name that leads only into private networks; found in the error chain of the client.
#[derive(Clone, Debug, Error)]
#[error("`{host}` leads to the private address {address}")]
pub(super) struct Refused {
    pub(super) host: String,
    pub(super) address: IpAddr,
}

/// Lets only permitted addresses through, both those written in an address and those a name has.
#[derive(Clone)]
pub struct Guard {
    allowed: Arc<[Network]>,
    lookup: Arc<dyn Lookup>,
}

impl Guard {
    /// Refuses every private address outside the allowed networks.
    pub fn new(allowed: &[Network], lookup: Arc<dyn Lookup>) -> Self {
        Self {
            allowed: allowed.into(),
            lookup,
        }
    }

    /// Whether an address may be spoken to.
    pub fn permits(&self, address: IpAddr) -> bool {
        let plain = match address {
            IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
            IpAddr::V4(_) => address,
        };
        is_public(plain) || self.allowed.iter().any(|network| network.contains(plain))
    }

    /// Checks what can be seen without asking for names: the scheme, and a host that is a number.
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme(url.to_string()));
        }
        let address = match url.host() {
            None => return Err(FetchError::InvalidUrl(url.to_string())),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        };
        if self.permits(address) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        Err(FetchError::PrivateAddress {
            host,
            address: address.to_string(),
        })
    }

    async fn resolve_permitted(
        self,
        host: String,
    ) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
        let addresses = self.lookup.lookup(host.clone()).await?;
        let permitted = addresses
            .iter()
            .copied()
            .filter(|address| self.permits(*address));
        let permitted = permitted
            .map(|address| SocketAddr::new(address, 0))
            .collect::<Vec<_>>();
        match addresses.first() {
            Some(&address) if permitted.is_empty() => Err(Box::new(Refused { host, address })),
            _ => Ok(Box::new(permitted.into_iter())),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(self.clone().resolve_permitted(name.as_str().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_public_text(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn knows_private_addresses() {
        for address in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fd00:ec2::254",
            "::127.0.0.1",
        ] {
            assert!(!is_public_text(address), "{address}");
        }
    }

    #[test]
    fn knows_public_addresses() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.0.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "203.162.0.1",
            "113.160.0.1",
        ] {
            assert!(is_public_text(address), "{address}");
        }
    }

    #[test]
    fn reads_networks() {
        let network = "10.20.0.0/16".parse::<Network>().unwrap();
        assert!(network.contains("10.20.255.1".parse().unwrap()));
        assert!(!network.contains("10.21.0.1".parse().unwrap()));
        assert!(
            "::/0"
                .parse::<Network>()
                .unwrap()
                .contains("fd00::7".parse().unwrap())
        );
        assert!(
            "10.0.0.7"
                .parse::<Network>()
                .unwrap()
                .contains("10.0.0.7".parse().unwrap())
        );
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/", "::/129"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn checks_addresses_written_as_numbers() {
        let guard = Guard::new(&[], Arc::new(SystemLookup));
        for url in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            let checked = guard.check(&Url::parse(url).unwrap());
            assert!(
                matches!(checked, Err(FetchError::PrivateAddress { .. })),
                "{url}"
            );
        }
        assert!(
            guard
                .check(&Url::parse("ftp://example.com/").unwrap())
                .is_err()
        );
        assert!(guard.check(&Url::parse("http://8.8.8.8/").unwrap()).is_ok());
    }

    #[test]
    fn lets_allowed_networks_through() {
        let guard = Guard::new(&Network::loopback(), Arc::new(SystemLookup));
        assert!(guard.permits("127.0.0.9".parse().unwrap()));
        assert!(guard.permits("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!guard.permits("10.0.0.1".parse().unwrap()));
    }
}
