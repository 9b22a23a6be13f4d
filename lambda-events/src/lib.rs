//! Exact typed models of what every AWS Lambda trigger sends and accepts.
