//! Where the APIs of the execution environment listen.

use std::{fmt, io, net::SocketAddr, net::ToSocketAddrs, str::FromStr};

use crate::WireError;

/// The value of `AWS_LAMBDA_RUNTIME_API`.
///
/// Lambda gives `host:port`. Emulators that put their API under a path give an URL, which is taken
/// too: `http://127.0.0.1:9000/.rt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiAddress {
    authority: String,
    base_path: String,
}

impl ApiAddress {
    /// `host:port`, as the `Host` header says it.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The path before `/2018-06-01/…`, without a slash at its end; empty on Lambda.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The socket addresses. An address in digits, as on Lambda, is read without asking a resolver.
    pub(crate) fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        if let Ok(address) = self.authority.parse() {
            return Ok(vec![address]);
        }
        Ok(self.authority.to_socket_addrs()?.collect())
    }
}

impl FromStr for ApiAddress {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let rest = text.strip_prefix("http://").unwrap_or(text);
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let port = authority.rsplit_once(':').and_then(|(host, port)| {
            port.parse::<u16>().ok().filter(|port| *port != 0 && !host.is_empty())
        });
        let path = path.trim_end_matches('/');
        if port.is_none() || !visible(rest) || path.contains(['?', '#']) || authority.contains('@')
        {
            let expected = "`host:port`, perhaps as an `http://` URL with a path";
            return Err(WireError::new("AWS_LAMBDA_RUNTIME_API", text, expected));
        }
        Ok(Self { authority: authority.to_owned(), base_path: path.to_owned() })
    }
}

impl fmt::Display for ApiAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.authority, self.base_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, parts: Option<(&str, &str)>) {
        let address = text.parse::<ApiAddress>().ok();
        let seen = address.as_ref().map(|address| (address.authority(), address.base_path()));
        assert_eq!(seen, parts, "{text}");
    }

    #[test]
    fn an_address_is_host_and_port_perhaps_with_a_path() {
        check("127.0.0.1:9001", Some(("127.0.0.1:9001", "")));
        check("[::1]:9001", Some(("[::1]:9001", "")));
        check("sandbox.localdomain:80", Some(("sandbox.localdomain:80", "")));
        check("http://127.0.0.1:9000/.rt/", Some(("127.0.0.1:9000", "/.rt")));
        check("http://127.0.0.1:9000/.rt/fn", Some(("127.0.0.1:9000", "/.rt/fn")));
        check("", None);
        check("127.0.0.1", None);
        check(":9001", None);
        check("127.0.0.1:0", None);
        check("127.0.0.1:port", None);
        check("127.0.0.1:99999", None);
        check("https://127.0.0.1:9001", None);
        check("127.0.0.1:9001/\r\nx: y", None);
        check("ä:80", None);
        check("user@host:80", None);
    }
}
