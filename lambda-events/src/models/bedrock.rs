//! Amazon Bedrock: action groups of agents, nodes of flows, chunking of knowledge bases.
//!
//! What a gateway of AgentCore sends are the arguments of the tool: take them as a type of your own; the
//! name of the tool is in the client context.
//!
//! Source: Amazon Bedrock user guide, "Configure Lambda functions to send information that an Amazon
//! Bedrock agent elicits from the user", "Node types in flow", "Use a custom transformation Lambda
//! function", read 2026-11-26. Shown by the fixtures in `fixtures/bedrock-agent`.

use lambda_events_macros::model;

use crate::{Map, RawJson, ResponseFor, StringMap};

/// An agent wants something done. An action group has an API schema, with `api_path`, or function
/// details, with `function`. The answer is a [`BedrockAgentResponse`] of at most 25 KB.
///
/// Source: Amazon Bedrock user guide, "Lambda input event from Amazon Bedrock".
#[model(BedrockAgent)]
pub struct BedrockAgentEvent {
    /// `1.0`.
    #[key = "messageVersion"]
    #[required]
    pub message_version: String,
    /// The agent.
    #[key = "agent"]
    #[required]
    pub agent: BedrockAgent,
    /// What the user said.
    #[key = "inputText"]
    pub input_text: Option<String>,
    /// The id of the session.
    #[key = "sessionId"]
    pub session_id: Option<String>,
    /// The action group.
    #[key = "actionGroup"]
    pub action_group: String,
    /// The path; with an API schema only.
    #[key = "apiPath"]
    pub api_path: Option<String>,
    /// The method; with an API schema only.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// The function; with function details only.
    #[key = "function"]
    pub function: Option<String>,
    /// The parameters; absent when there are none.
    #[key = "parameters"]
    pub parameters: Option<Vec<BedrockParameter>>,
    /// The body; with an API schema only, absent when there is none.
    #[key = "requestBody"]
    pub request_body: Option<BedrockRequestBody>,
    /// What is kept for the session.
    #[key = "sessionAttributes"]
    pub session_attributes: StringMap,
    /// What is kept for the turn.
    #[key = "promptSessionAttributes"]
    pub prompt_session_attributes: StringMap,
}

impl ResponseFor<BedrockAgentEvent> for BedrockAgentResponse {}

impl BedrockAgentEvent {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let all = self.parameters.as_deref().unwrap_or_default();
        all.iter().find(|parameter| parameter.name == name).map(|parameter| &*parameter.value)
    }

    /// The answer with this text, in the form of the action group.
    pub fn respond(&self, body: impl Into<String>) -> BedrockAgentResponse {
        let body = BedrockBody { body: body.into(), ..Default::default() };
        let mut result = BedrockResult {
            action_group: self.action_group.clone(),
            api_path: self.api_path.clone(),
            http_method: self.http_method.clone(),
            function: self.function.clone(),
            ..Default::default()
        };
        if self.function.is_some() {
            let response_body = Map::from([("TEXT", body)]);
            result.function_response =
                Some(BedrockFunctionResponse { response_body, ..Default::default() });
        } else {
            result.http_status_code = Some(200);
            result.response_body = Some(Map::from([("application/json", body)]));
        }
        BedrockAgentResponse {
            message_version: self.message_version.clone(),
            response: result,
            ..Default::default()
        }
    }
}

/// An agent.
///
/// Source: Amazon Bedrock user guide, "Lambda input event from Amazon Bedrock".
#[model]
pub struct BedrockAgent {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// Its version.
    #[key = "version"]
    pub version: Option<String>,
    /// Its id.
    #[key = "id"]
    pub id: Option<String>,
    /// Its alias.
    #[key = "alias"]
    pub alias: Option<String>,
}

/// A parameter.
///
/// Source: Amazon Bedrock user guide, "Lambda input event from Amazon Bedrock".
#[model]
pub struct BedrockParameter {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// `string`, `number`, `integer`, `boolean`, `array`.
    #[key = "type"]
    pub kind: Option<String>,
    /// Its value, as text whatever its type.
    #[key = "value"]
    pub value: String,
}

/// A body.
///
/// Source: Amazon Bedrock user guide, "Lambda input event from Amazon Bedrock".
#[model]
pub struct BedrockRequestBody {
    /// What is in it, by content type.
    #[key = "content"]
    pub content: Map<BedrockContent>,
}

/// What is in a body.
///
/// Source: Amazon Bedrock user guide, "Lambda input event from Amazon Bedrock".
#[model]
pub struct BedrockContent {
    /// Its properties.
    #[key = "properties"]
    pub properties: Vec<BedrockParameter>,
}

/// What became of it.
///
/// Source: Amazon Bedrock user guide, "Lambda response event to Amazon Bedrock".
#[model]
pub struct BedrockAgentResponse {
    /// `1.0`.
    #[key = "messageVersion"]
    pub message_version: String,
    /// The result.
    #[key = "response"]
    pub response: BedrockResult,
    /// What is kept for the session.
    #[key = "sessionAttributes"]
    pub session_attributes: StringMap,
    /// What is kept for the turn.
    #[key = "promptSessionAttributes"]
    pub prompt_session_attributes: StringMap,
    /// How knowledge bases are asked.
    #[key = "knowledgeBasesConfiguration"]
    pub knowledge_bases_configuration: Option<RawJson>,
}

/// A result.
///
/// Source: Amazon Bedrock user guide, "Lambda response event to Amazon Bedrock".
#[model]
pub struct BedrockResult {
    /// That of the event.
    #[key = "actionGroup"]
    pub action_group: String,
    /// That of the event; with an API schema only, as the following.
    #[key = "apiPath"]
    pub api_path: Option<String>,
    /// That of the event.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// The status.
    #[key = "httpStatusCode"]
    pub http_status_code: Option<u16>,
    /// The body, by content type.
    #[key = "responseBody"]
    pub response_body: Option<Map<BedrockBody>>,
    /// That of the event; with function details only, as the following.
    #[key = "function"]
    pub function: Option<String>,
    /// What the function said.
    #[key = "functionResponse"]
    pub function_response: Option<BedrockFunctionResponse>,
}

/// What a function said.
///
/// Source: Amazon Bedrock user guide, "Lambda response event to Amazon Bedrock".
#[model]
pub struct BedrockFunctionResponse {
    /// `FAILURE` or `REPROMPT`; absent when it went well.
    #[key = "responseState"]
    pub response_state: Option<String>,
    /// The body: `TEXT`.
    #[key = "responseBody"]
    pub response_body: Map<BedrockBody>,
}

/// A body.
///
/// Source: Amazon Bedrock user guide, "Lambda response event to Amazon Bedrock".
#[model]
pub struct BedrockBody {
    /// The text; JSON with an API schema.
    #[key = "body"]
    pub body: String,
}

/// A node of a flow. The answer is its output: any JSON of the type that the node says.
///
/// Source: Amazon Bedrock user guide, "Node types in flow", "Lambda function node".
#[model(BedrockFlow)]
pub struct BedrockFlowEvent {
    /// `1.0`.
    #[key = "messageVersion"]
    pub message_version: Option<String>,
    /// The flow.
    #[key = "flow"]
    pub flow: Option<BedrockFlow>,
    /// The node.
    #[key = "node"]
    #[required]
    pub node: BedrockNode,
}

impl ResponseFor<BedrockFlowEvent> for String {}
impl ResponseFor<BedrockFlowEvent> for RawJson {}
impl ResponseFor<BedrockFlowEvent> for serde_json::Value {}

/// A flow.
///
/// Source: Amazon Bedrock user guide, "Node types in flow", "Lambda function node".
#[model]
pub struct BedrockFlow {
    /// Its ARN.
    #[key = "arn"]
    pub arn: Option<String>,
    /// The ARN of its alias.
    #[key = "aliasArn"]
    pub alias_arn: Option<String>,
}

/// A node.
///
/// Source: Amazon Bedrock user guide, "Node types in flow", "Lambda function node".
#[model]
pub struct BedrockNode {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// Its inputs.
    #[key = "inputs"]
    #[required]
    pub inputs: Vec<BedrockNodeInput>,
}

/// An input of a node.
///
/// Source: Amazon Bedrock user guide, "Node types in flow", "Lambda function node".
#[model]
pub struct BedrockNodeInput {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// `String`, `Number`, `Boolean`, `Object`, `Array`.
    #[key = "type"]
    pub kind: Option<String>,
    /// Where it comes from.
    #[key = "expression"]
    pub expression: Option<String>,
    /// Its value.
    #[key = "value"]
    pub value: Option<RawJson>,
}

/// Files of a knowledge base, to be cut into pieces. The answer is a [`BedrockChunkingResponse`].
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model(BedrockChunking)]
pub struct BedrockChunkingEvent {
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The id of the knowledge base.
    #[key = "knowledgeBaseId"]
    pub knowledge_base_id: Option<String>,
    /// The id of the data source.
    #[key = "dataSourceId"]
    pub data_source_id: Option<String>,
    /// The id of the job.
    #[key = "ingestionJobId"]
    pub ingestion_job_id: Option<String>,
    /// The bucket of the files in between.
    #[key = "bucketName"]
    #[required]
    pub bucket_name: String,
    /// `CHUNKING`.
    #[key = "priorTask"]
    pub prior_task: Option<String>,
    /// The files.
    #[key = "inputFiles"]
    #[required]
    pub input_files: Vec<BedrockInputFile>,
}

impl ResponseFor<BedrockChunkingEvent> for BedrockChunkingResponse {}

/// A file of a knowledge base.
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model]
pub struct BedrockInputFile {
    /// Its contents.
    #[key = "contentBatches"]
    pub content_batches: Vec<BedrockBatch>,
    /// What is known of the file.
    #[key = "fileMetadata"]
    pub file_metadata: Option<RawJson>,
    /// Where it is.
    #[key = "originalFileLocation"]
    pub original_file_location: Option<BedrockLocation>,
}

/// A part of a file's contents.
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model]
pub struct BedrockBatch {
    /// The key of the object that has it.
    #[key = "key"]
    pub key: String,
}

/// Where a file is.
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model]
pub struct BedrockLocation {
    /// `S3`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The object.
    #[key = "s3_location"]
    pub s3_location: Option<RawJson>,
}

/// Files, cut into pieces.
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model]
pub struct BedrockChunkingResponse {
    /// One for each file.
    #[key = "outputFiles"]
    pub output_files: Vec<BedrockOutputFile>,
}

/// A file, cut into pieces.
///
/// Source: Amazon Bedrock user guide, "Use a custom transformation Lambda function to define how
/// your data is ingested".
#[model]
pub struct BedrockOutputFile {
    /// That of the event.
    #[key = "originalFileLocation"]
    pub original_file_location: Option<BedrockLocation>,
    /// What is known of the file.
    #[key = "fileMetadata"]
    pub file_metadata: Option<RawJson>,
    /// The objects that have the pieces.
    #[key = "contentBatches"]
    pub content_batches: Vec<BedrockBatch>,
}
