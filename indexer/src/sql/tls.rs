//! TLS to PostgreSQL, as `sslmode` and `sslrootcert` of the address ask for it.
//!
//! | `sslmode` | what it does |
//! |---|---|
//! | `disable` | no encryption |
//! | `prefer`, and none given | encrypted where the server offers it; whoever it is |
//! | `require` | always encrypted; whoever it is |
//! | `verify-full` | always encrypted, and the certificate must be that of the host: signed by an authority in the file `sslrootcert`, or else by one that the system trusts |

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::config::SslMode;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use postgres::{Client, Config, NoTls};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as RustlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};

type Complaint = Box<dyn StdError + Sync + Send>;

/// Whether and how connections are encrypted.
pub(crate) struct Encryption(Option<Arc<ClientConfig>>);

/// Reads an address, `postgres://…` or words like `host=…`.
pub(crate) fn parse(address: &str) -> Result<(Config, Encryption), Complaint> {
    let asked = Asked::of(address);
    let mut config: Config = asked.rest.parse()?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (mode, verifier) = match asked.mode.as_deref() {
        Some("disable") => {
            config.ssl_mode(SslMode::Disable);
            return Ok((config, Encryption(None)));
        }
        None | Some("prefer") => (SslMode::Prefer, anybody(&provider)),
        Some("require") => (SslMode::Require, anybody(&provider)),
        Some("verify-full") => {
            let verifier = by_authority(asked.authority.as_deref(), &provider)?;
            (SslMode::Require, verifier)
        }
        Some(other) => {
            return Err(format!(
                "sslmode={other} is none of disable, prefer, require and verify-full"
            )
            .into());
        }
    };
    if asked.authority.is_some() && asked.mode.as_deref() != Some("verify-full") {
        return Err("sslrootcert is looked at only with sslmode=verify-full".into());
    }
    config.ssl_mode(mode);
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok((config, Encryption(Some(Arc::new(tls)))))
}

/// Opens a connection.
pub(crate) fn connect(config: &Config, encryption: &Encryption) -> Result<Client, postgres::Error> {
    match &encryption.0 {
        Some(tls) => config.connect(Maker(TlsConnector::from(Arc::clone(tls)))),
        None => config.connect(NoTls),
    }
}

/// What an address says of TLS, and the rest of it.
struct Asked {
    rest: String,
    mode: Option<String>,
    authority: Option<String>,
}

impl Asked {
    /// The library knows neither `verify-full` nor `sslrootcert`.
    fn of(address: &str) -> Self {
        let (mut mode, mut authority) = (None, None);
        let mut keep = |word: &str| match word.split_once('=') {
            Some(("sslmode", value)) => {
                mode = Some(value.to_owned());
                false
            }
            Some(("sslrootcert", value)) => {
                authority = Some(value.to_owned());
                false
            }
            _ => true,
        };
        let rest = if address.contains("://") {
            let (place, query) = address.split_once('?').unwrap_or((address, ""));
            let kept = query.split('&').filter(|word| keep(word));
            let kept = kept.filter(|word| !word.is_empty()).collect::<Vec<_>>();
            match kept.as_slice() {
                [] => place.to_owned(),
                kept => format!("{place}?{}", kept.join("&")),
            }
        } else {
            // A value in quotes may hold spaces, so only whole words are taken out.
            let kept = address.split(' ').filter(|word| keep(word));
            kept.collect::<Vec<_>>().join(" ")
        };
        Self {
            rest,
            mode,
            authority,
        }
    }
}

type Verifier = Arc<dyn ServerCertVerifier>;

fn by_authority(file: Option<&str>, provider: &Arc<CryptoProvider>) -> Result<Verifier, Complaint> {
    let Some(file) = file else {
        let of_the_system = rustls_platform_verifier::Verifier::new(Arc::clone(provider))?;
        return Ok(Arc::new(of_the_system));
    };
    let unreadable = |why: &dyn std::fmt::Display| format!("sslrootcert {file}: {why}");
    let mut roots = RootCertStore::empty();
    for found in CertificateDer::pem_file_iter(file).map_err(|why| unreadable(&why))? {
        roots.add(found.map_err(|why| unreadable(&why))?)?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"no certificate in it").into());
    }
    let provider = Arc::clone(provider);
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    Ok(verifier.build()?)
}

fn anybody(provider: &Arc<CryptoProvider>) -> Verifier {
    Arc::new(Anybody(Arc::clone(provider)))
}

/// Takes whoever answers, as `sslmode=require` means it: nobody listens on the way, and that is all.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Makes handshakes for the library.
struct Maker(TlsConnector);

impl<S> MakeTlsConnect<S> for Maker
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type TlsConnect = Handshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, InvalidDnsNameError> {
        // The directory of a socket is no name of a host; there is no TLS on one either.
        let name = if host.is_empty() { "localhost" } else { host };
        Ok(Handshake {
            connector: self.0.clone(),
            host: ServerName::try_from(name.to_owned())?,
        })
    }
}

struct Handshake {
    connector: TlsConnector,
    host: ServerName<'static>,
}

type Greeting<S> = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Greeting<S>;

    fn connect(self, stream: S) -> Greeting<S> {
        Box::pin(async move {
            let stream = self.connector.connect(self.host, stream).await?;
            Ok(Encrypted(Box::new(stream)))
        })
    }
}

/// An encrypted connection.
struct Encrypted<S>(Box<RustlsStream<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Encrypted<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, rest: &str, mode: Option<&str>, authority: Option<&str>) {
        let asked = Asked::of(address);
        assert_eq!(asked.rest, rest);
        assert_eq!(asked.mode.as_deref(), mode);
        assert_eq!(asked.authority.as_deref(), authority);
    }

    #[test]
    fn what_an_address_says_of_tls_is_taken_out_of_it() {
        check("postgres://db/x", "postgres://db/x", None, None);
        check(
            "postgres://an@db/x?sslmode=verify-full&connect_timeout=3&sslrootcert=/etc/ca.pem",
            "postgres://an@db/x?connect_timeout=3",
            Some("verify-full"),
            Some("/etc/ca.pem"),
        );
        check(
            "host=db sslmode=require user=an",
            "host=db user=an",
            Some("require"),
            None,
        );
    }

    #[test]
    fn what_would_not_be_looked_at_is_refused() {
        for (address, says) in [
            ("host=db sslmode=verify-ca", "none of disable"),
            ("host=db sslmode=require sslrootcert=/ca.pem", "verify-full"),
            (
                "host=db sslmode=verify-full sslrootcert=/nowhere.pem",
                "/nowhere.pem",
            ),
        ] {
            let Err(refused) = parse(address) else {
                panic!("{address} was taken");
            };
            assert!(refused.to_string().contains(says), "{refused}");
        }
    }
}
