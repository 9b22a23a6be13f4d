//! The attribute of lambda-test.
