//! Signing in at the identity provider of the city: OpenID Connect, code flow with PKCE, state and nonce.
//! `openidconnect` speaks the protocol, our own client the wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::{Identity, IdentityError, IdentityProvider, Pending, Waiting};
use crawler::ask::Asker;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::city::City;
use crate::config::Oidc;
use crate::pipeline::fetch_policy;

/// Every claim beyond the standard ones, by name: which of them names roles is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct OtherClaims(BTreeMap<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Speaker = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider of the configuration.
pub struct Provider {
    config: Oidc,
    asker: Arc<Asker>,
}

/// Why a request on the protocol's behalf failed.
#[derive(Debug, Error)]
#[error("{0}")]
struct WireError(String);

/// The provider, if the configuration names one. A secret that is missing or empty is said now, not at the
/// first sign-in.
pub fn provider(city: &City) -> Result<Option<Arc<dyn IdentityProvider>>> {
    let config = &city.config.oidc;
    if !config.is_used() {
        return Ok(None);
    }
    crawler::secret(&config.secret())
        .map_err(anyhow::Error::msg)
        .context("oidc.client_secret")?;
    IssuerUrl::new(config.issuer.clone()).with_context(|| {
        format!(
            "oidc.issuer `{}` không phải địa chỉ / is no address",
            config.issuer
        )
    })?;
    RedirectUrl::new(config.redirect.clone()).with_context(|| {
        format!(
            "oidc.redirect `{}` không phải địa chỉ / is no address",
            config.redirect
        )
    })?;
    Ok(Some(Arc::new(Provider {
        config: config.clone(),
        asker: Arc::new(Asker::new(&fetch_policy(&city.config.crawl)?)?),
    })))
}

impl IdentityProvider for Provider {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn depart(&self) -> Waiting<'_, Result<(String, Pending), IdentityError>> {
        Box::pin(async move {
            let speaker = self.speaker().await?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let mut request = speaker
                .authorize_url(
                    CoreAuthenticationFlow::AuthorizationCode,
                    CsrfToken::new_random,
                    Nonce::new_random,
                )
                .set_pkce_challenge(challenge);
            for scope in &self.config.scopes {
                request = request.add_scope(Scope::new(scope.clone()));
            }
            let (address, state, nonce) = request.url();
            let pending = Pending {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.secret().clone(),
            };
            Ok((address.to_string(), pending))
        })
    }

    fn arrive<'a>(
        &'a self,
        pending: &'a Pending,
        code: &'a str,
    ) -> Waiting<'a, Result<Identity, IdentityError>> {
        Box::pin(async move {
            let speaker = self.speaker().await?;
            let exchange = speaker
                .exchange_code(AuthorizationCode::new(code.to_owned()))
                .map_err(|why| unreachable(&why))?
                .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
            let client = self.client();
            let answer = exchange.request_async(&client).await;
            let answer = answer.map_err(|why| refused(&why))?;
            let token = openidconnect::TokenResponse::id_token(&answer)
                .ok_or_else(|| IdentityError::Refused("no ID token came".to_owned()))?;
            let nonce = Nonce::new(pending.nonce.clone());
            let claims = token
                .claims(&speaker.id_token_verifier(), &nonce)
                .map_err(|why| refused(&why))?;
            let subject = claims.subject().to_string();
            let login = claims
                .preferred_username()
                .map_or_else(|| subject.clone(), |name| name.to_string());
            let name = claims.name().and_then(|name| name.get(None));
            let display_name = name.map_or_else(|| login.clone(), |name| name.to_string());
            let values = claims.additional_claims().0.get(&self.config.role_claim);
            Ok(Identity {
                issuer: claims.issuer().to_string(),
                subject,
                rights: self.config.rights_of(texts(values)),
                login,
                display_name,
            })
        })
    }
}

/// A claim that is one text or a list of them.
fn texts(claim: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = claim
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let single = claim.and_then(Value::as_str);
    list.iter().filter_map(Value::as_str).chain(single)
}

impl Provider {
    /// Whoever speaks the protocol, by the provider's present description and keys: both may change while
    /// the server runs.
    async fn speaker(&self) -> Result<Speaker, IdentityError> {
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|why| unreachable(&why))?;
        let client = self.client();
        let metadata = CoreProviderMetadata::discover_async(issuer, &client).await;
        let metadata = metadata.map_err(|why| unreachable(&why))?;
        let secret = crawler::secret(&self.config.secret()).map_err(IdentityError::Unreachable)?;
        let redirect =
            RedirectUrl::new(self.config.redirect.clone()).map_err(|why| unreachable(&why))?;
        let id = ClientId::new(self.config.client_id.clone());
        let speaker = Client::from_provider_metadata(metadata, id, Some(ClientSecret::new(secret)));
        Ok(speaker.set_redirect_uri(redirect))
    }

    /// How the library sends its requests. Boxed and owning, so that what waits for it may change threads.
    fn client(&self) -> impl Fn(HttpRequest) -> Asked + Send + Sync + 'static {
        let asker = Arc::clone(&self.asker);
        move |request| -> Asked { Box::pin(ask(Arc::clone(&asker), request)) }
    }
}

type Asked = Waiting<'static, Result<HttpResponse, WireError>>;

async fn ask(asker: Arc<Asker>, request: HttpRequest) -> Result<HttpResponse, WireError> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string();
    let answer = asker.ask(parts.method, &url, parts.headers, body).await;
    let answer = answer.map_err(|why| WireError(why.to_string()))?;
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

/// The whole chain of what went wrong, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}

fn unreachable(error: &dyn std::error::Error) -> IdentityError {
    IdentityError::Unreachable(chain(error))
}

fn refused(error: &dyn std::error::Error) -> IdentityError {
    IdentityError::Refused(chain(error))
}
