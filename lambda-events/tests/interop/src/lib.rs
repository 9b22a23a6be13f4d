//! Models and samples next to those of other SDKs, which take minutes to compile: a package outside of the
//! workspace.

#[cfg(test)]
mod conversions;
#[cfg(test)]
mod samples;
