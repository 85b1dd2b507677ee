//! Keys and tokens, looked up at the moment they are needed, so that renewing one needs no restart.

use std::fs::File;
use std::io::Read;

use models::domain::SecretRef;

/// No key or token is longer.
const SECRET_BYTES_MAX: u64 = 4096;

/// The secret of a place, or why there is none and what to do about it; the secret itself is in no message.
pub fn look_up(place: &SecretRef) -> Result<String, String> {
    let (text, named) = match place {
        SecretRef::Env(name) => {
            let text = std::env::var(name)
                .map_err(|_| format!("the environment variable {name} is not set"))?;
            (text, format!("the environment variable {name}"))
        }
        SecretRef::File(path) => {
            let text = read(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
            (text, path.clone())
        }
    };
    let secret = text.trim();
    if secret.is_empty() {
        return Err(format!("{named} is empty; put the secret there"));
    }
    if !secret.chars().all(|c| c.is_ascii_graphic()) {
        return Err(format!(
            "{named} holds more than one word; put the secret alone there"
        ));
    }
    Ok(secret.to_owned())
}

fn read(path: &str) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(SECRET_BYTES_MAX)
        .read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let place = SecretRef::File(path.to_str().unwrap().to_owned());
        assert!(look_up(&place).unwrap_err().contains("cannot be read"));
        std::fs::write(&path, " \n").unwrap();
        assert!(look_up(&place).unwrap_err().contains("is empty"));
        std::fs::write(&path, "abc\n").unwrap();
        assert_eq!(look_up(&place).as_deref(), Ok("abc"));
        std::fs::write(&path, "xyz\n").unwrap();
        assert_eq!(look_up(&place).as_deref(), Ok("xyz"));
        std::fs::write(&path, "two words").unwrap();
        let refused = look_up(&place).unwrap_err();
        assert!(!refused.contains("two words"), "{refused}");
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let place = SecretRef::Env("LANGNGHE_TEST_NO_SUCH_KEY".to_owned());
        let refused = look_up(&place).unwrap_err();
        assert!(refused.contains("LANGNGHE_TEST_NO_SUCH_KEY"), "{refused}");
    }
}
