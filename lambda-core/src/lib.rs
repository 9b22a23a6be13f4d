//! Contract and vocabulary of AWS Lambda: identifiers, context, errors, wire and transport.
