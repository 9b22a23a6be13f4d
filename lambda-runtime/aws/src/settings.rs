//! What is configured: by variables, and by the profile of a file that they name.

use std::{path::PathBuf, str::FromStr};

use aws_runtime::env_config::{
    file::{EnvConfigFileKind, EnvConfigFiles},
    section::EnvConfigSections,
    source,
};
use aws_types::{
    os_shim_internal::{Env, Fs},
    service_config::{LoadServiceConfig, ServiceConfigKey},
};
use lambda_runtime::Variables;

use crate::ConfigError;

/// A setting, by its variable and by its key in a profile. A setting without a key is a variable alone.
pub(crate) type Name = (&'static str, &'static str);

/// The variables that name files, which are read then, and no others.
const FILES: [(&str, EnvConfigFileKind); 2] = [
    ("AWS_CONFIG_FILE", EnvConfigFileKind::Config),
    ("AWS_SHARED_CREDENTIALS_FILE", EnvConfigFileKind::Credentials),
];

/// The settings of a function.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    variables: Variables,
    profile: Option<EnvConfigSections>,
}

impl Settings {
    /// Reads the files that the variables name.
    pub(crate) async fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let named = FILES.iter().filter_map(|(name, kind)| {
            Some((name, *kind, variables.get(name).filter(|path| !path.is_empty())?))
        });
        let mut files = EnvConfigFiles::builder();
        let mut first = None;
        for (name, kind, path) in named {
            files = files.with_file(kind, PathBuf::from(path));
            first.get_or_insert(*name);
        }
        let mut settings = Self { variables: variables.clone(), profile: None };
        let Some(name) = first else { return Ok(settings) };
        let all: Vec<(&str, &str)> = variables.iter().collect();
        let refused = || ConfigError::invalid(variables, name, "a file with profiles");
        let source = source::load(&Env::from_slice(&all), &Fs::real(), &files.build()).await;
        let sections = EnvConfigSections::parse(source.map_err(|_| refused())?);
        let sections = sections.map_err(|_| refused())?;
        if variables
            .get("AWS_PROFILE")
            .is_some_and(|profile| sections.get_profile(profile).is_none())
        {
            return Err(ConfigError::invalid(
                variables,
                "AWS_PROFILE",
                "a profile of the file that is named",
            ));
        }
        settings.profile = Some(sections);
        Ok(settings)
    }

    /// The value of a setting that is there and not empty.
    pub(crate) fn get(&self, (variable, key): Name) -> Option<&str> {
        let of_profile = || self.profile.as_ref()?.get(key);
        self.variables.get(variable).or_else(of_profile).filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: Name) -> Result<&str, ConfigError> {
        self.get(name).ok_or_else(|| ConfigError::missing(name.0))
    }

    /// The value of a setting, if it is there.
    pub(crate) fn parsed<T: FromStr>(
        &self,
        name: Name,
        expected: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let parsed = value.trim().to_ascii_lowercase().parse();
        parsed.map(Some).map_err(|_| ConfigError::found(name.0, value, expected))
    }

    /// The endpoint of all services.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        (!self.ignores_endpoints()).then(|| self.get(("AWS_ENDPOINT_URL", "endpoint_url")))?
    }

    fn ignores_endpoints(&self) -> bool {
        let ignored =
            self.get(("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"));
        ignored.is_some_and(|ignored| ignored.eq_ignore_ascii_case("true"))
    }
}

/// What is configured of one service.
impl LoadServiceConfig for Settings {
    /// "The service id in upper case, blanks replaced."
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.env() == "AWS_ENDPOINT_URL" && self.ignores_endpoints() {
            return None;
        }
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let of_service = self.variables.get(&format!("{}_{service}", key.env()));
        let of_all = || self.variables.get(key.env());
        let of_profile = || self.profile.as_ref()?.get(key.profile());
        let value = of_service.or_else(of_all).or_else(of_profile);
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    }
}
