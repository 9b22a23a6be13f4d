//! Requests of Amazon Bedrock.

use super::{Sample, arn, id, some};
use crate::{RawJson, bedrock::*};

fn agent(parameters: &[(&str, &str)]) -> BedrockAgentEvent {
    let parameter = |(name, value): &(&str, &str)| BedrockParameter {
        name: (*name).to_owned(),
        kind: some("string"),
        value: (*value).to_owned(),
        ..Default::default()
    };
    BedrockAgentEvent {
        message_version: "1.0".to_owned(),
        agent: BedrockAgent {
            name: "an-agent".to_owned(),
            version: some("DRAFT"),
            id: some("8ZXY0W8P1H"),
            alias: some("TSTALIASID"),
            ..Default::default()
        },
        input_text: some("What is the state of my order?"),
        session_id: Some(id(1)),
        action_group: "a-group".to_owned(),
        parameters: Some(parameters.iter().map(parameter).collect()),
        ..Default::default()
    }
}

/// An agent calls a function of an action group.
pub fn function(name: &str, parameters: &[(&str, &str)]) -> Sample<BedrockAgentEvent> {
    Sample(BedrockAgentEvent { function: some(name), ..agent(parameters) })
}

/// An agent calls an API of an action group.
pub fn api(method: &str, path: &str, parameters: &[(&str, &str)]) -> Sample<BedrockAgentEvent> {
    Sample(BedrockAgentEvent {
        api_path: some(path),
        http_method: some(method),
        ..agent(parameters)
    })
}

/// A flow has come to a node with this input.
pub fn flow(input: RawJson) -> Sample<BedrockFlowEvent> {
    let input = BedrockNodeInput {
        name: "codeHookInput".to_owned(),
        kind: some("Object"),
        expression: some("$.data"),
        value: Some(input),
        ..Default::default()
    };
    Sample(BedrockFlowEvent {
        message_version: some("1.0"),
        flow: Some(BedrockFlow {
            arn: Some(arn("bedrock", "flow/A1B2C3D4E5")),
            alias_arn: Some(arn("bedrock", "flow/A1B2C3D4E5/alias/TSTALIASID")),
            ..Default::default()
        }),
        node: BedrockNode { name: "a-node".to_owned(), inputs: vec![input], ..Default::default() },
        ..Default::default()
    })
}

/// A file of a knowledge base is to be cut into pieces.
pub fn chunking(bucket: &str, key: &str) -> Sample<BedrockChunkingEvent> {
    let file = BedrockInputFile {
        content_batches: vec![BedrockBatch { key: key.to_owned(), ..Default::default() }],
        ..Default::default()
    };
    Sample(BedrockChunkingEvent {
        version: some("1.0"),
        knowledge_base_id: some("A1B2C3D4E5"),
        data_source_id: some("F6G7H8I9J0"),
        ingestion_job_id: some("K1L2M3N4O5"),
        bucket_name: bucket.to_owned(),
        prior_task: some("CHUNKING"),
        input_files: vec![file],
        ..Default::default()
    })
}
