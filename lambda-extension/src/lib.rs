//! Extensions of AWS Lambda: lifecycle events and telemetry.
