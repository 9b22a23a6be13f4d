//! What the methods make that build responses, to the letter.

use std::fmt::Write as _;

use expect_test::expect;
use lambda_events::{
    RawJson, alexa::AlexaSkillResponse, api_gateway::AuthorizerResponse,
    appsync::AppSyncAuthorizerResponse, durable::DurableResponse, lex::LexResponse,
    redshift::RedshiftResponse, samples,
};
use serde::Serialize;

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, response: &impl Serialize) {
        let json = serde_json::to_string(response).expect("a model has a form");
        writeln!(self.0, "{name}: {json}").expect("text grows");
    }
}

#[test]
fn each_response_has_all_that_its_service_reads() {
    let mut lines = Lines::default();
    let raw = |value: serde_json::Value| RawJson::new(&value).expect("JSON");

    lines.add("alexa say", &AlexaSkillResponse::say("hello"));
    lines.add("authorizer allow", &AuthorizerResponse::allow("me", "arn:*"));
    lines.add("authorizer deny", &AuthorizerResponse::deny("me", "arn:*"));
    lines.add("appsync allow", &AppSyncAuthorizerResponse::allow());
    lines.add("appsync deny", &AppSyncAuthorizerResponse::deny());
    let bedrock = samples::bedrock::function("f", &[]).into_event();
    lines.add("bedrock function", &bedrock.respond("done"));
    let bedrock = samples::bedrock::api("GET", "/orders", &[]).into_event();
    lines.add("bedrock api", &bedrock.respond("{}"));
    let vpn = samples::client_vpn::connection("me").into_event();
    lines.add("vpn allowed", &vpn.allowed());
    lines.add("vpn denied", &vpn.denied("not today"));
    let hook =
        samples::cloudformation::hook("AWS::S3::Bucket", raw(serde_json::json!({}))).into_event();
    lines.add("hook success", &hook.success());
    lines.add("hook failure", &hook.non_compliant("no encryption"));
    let transform =
        samples::cloudformation::transform("Macro", raw(serde_json::json!({}))).into_event();
    lines.add("macro success", &transform.success(raw(serde_json::json!({"a": 1}))));
    lines.add("macro failure", &transform.failure("no such thing"));
    lines.add("durable success", &DurableResponse::succeeded(&7).expect("JSON"));
    lines.add("durable failure", &DurableResponse::failed("OrderError", "sold out"));
    lines.add("durable pending", &DurableResponse::pending());
    let firehose = samples::firehose::records([b"one".to_vec()]).into_event();
    lines.add("firehose ok", &firehose.records[0].ok("ONE"));
    lines.add("firehose dropped", &firehose.records[0].dropped());
    lines.add("firehose failed", &firehose.records[0].failed());
    let dialog = samples::lex::dialog("Order", "a pizza").into_event();
    let intent = dialog.session_state.intent.expect("a dialog has one");
    lines.add("lex close", &LexResponse::close(intent.clone(), "Fulfilled").say("done"));
    lines.add("lex delegate", &LexResponse::delegate(intent));
    let resource =
        samples::cloudformation::create(serde_json::json!({})).expect("JSON").into_event();
    lines.add("custom resource success", &resource.succeeded("an-id"));
    lines.add("custom resource failure", &resource.failed("no quota"));
    lines.add("redshift ok", &RedshiftResponse::ok(vec![raw(serde_json::json!(7))]));
    lines.add("redshift failed", &RedshiftResponse::failed("no such row"));
    let batch = samples::s3_batch::task("bucket", "key").into_event();
    let task = &batch.tasks[0];
    let results = [task.succeeded("a"), task.temporary_failure("b"), task.permanent_failure("c")];
    lines.add("s3 batch", &batch.response(results));
    lines.add("kafka failure", &samples::kafka::record(3, 7, "x").failure());

    expect![[r#"
        alexa say: {"version":"1.0","response":{"outputSpeech":{"type":"PlainText","text":"hello"},"shouldEndSession":true}}
        authorizer allow: {"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Allow","Resource":["arn:*"]}]}}
        authorizer deny: {"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Deny","Resource":["arn:*"]}]}}
        appsync allow: {"isAuthorized":true}
        appsync deny: {"isAuthorized":false}
        bedrock function: {"messageVersion":"1.0","response":{"actionGroup":"a-group","function":"f","functionResponse":{"responseBody":{"TEXT":{"body":"done"}}}}}
        bedrock api: {"messageVersion":"1.0","response":{"actionGroup":"a-group","apiPath":"/orders","httpMethod":"GET","httpStatusCode":200,"responseBody":{"application/json":{"body":"{}"}}}}
        vpn allowed: {"allow":true,"error-msg-on-denied-connection":"","posture-compliance-statuses":[],"schema-version":"v2"}
        vpn denied: {"allow":false,"error-msg-on-denied-connection":"not today","posture-compliance-statuses":[],"schema-version":"v2"}
        hook success: {"hookStatus":"SUCCESS","clientRequestToken":"00000000-0000-4000-8000-000000000001"}
        hook failure: {"hookStatus":"FAILED","errorCode":"NonCompliant","message":"no encryption","clientRequestToken":"00000000-0000-4000-8000-000000000001"}
        macro success: {"requestId":"00000000-0000-4000-8000-000000000001","status":"success","fragment":{"a":1}}
        macro failure: {"requestId":"00000000-0000-4000-8000-000000000001","status":"failure","fragment":{},"errorMessage":"no such thing"}
        durable success: {"Status":"SUCCEEDED","Result":"7"}
        durable failure: {"Status":"FAILED","Error":{"ErrorType":"OrderError","ErrorMessage":"sold out"}}
        durable pending: {"Status":"PENDING"}
        firehose ok: {"recordId":"49546986683135544286507457936321625675700192471156700001","result":"Ok","data":"T05F"}
        firehose dropped: {"recordId":"49546986683135544286507457936321625675700192471156700001","result":"Dropped","data":"b25l"}
        firehose failed: {"recordId":"49546986683135544286507457936321625675700192471156700001","result":"ProcessingFailed","data":"b25l"}
        lex close: {"sessionState":{"dialogAction":{"type":"Close"},"intent":{"name":"Order","slots":{},"state":"Fulfilled","confirmationState":"None"}},"messages":[{"contentType":"PlainText","content":"done"}]}
        lex delegate: {"sessionState":{"dialogAction":{"type":"Delegate"},"intent":{"name":"Order","slots":{},"state":"InProgress","confirmationState":"None"}}}
        custom resource success: {"LogicalResourceId":"MyResource","PhysicalResourceId":"an-id","RequestId":"00000000-0000-4000-8000-000000000001","StackId":"arn:aws:cloudformation:us-east-1:123456789012:stack/a-stack/5f4dcc3b-0000-0000-0000-000000000001","Status":"SUCCESS"}
        custom resource failure: {"LogicalResourceId":"MyResource","PhysicalResourceId":"MyResource","Reason":"no quota","RequestId":"00000000-0000-4000-8000-000000000001","StackId":"arn:aws:cloudformation:us-east-1:123456789012:stack/a-stack/5f4dcc3b-0000-0000-0000-000000000001","Status":"FAILED"}
        redshift ok: {"success":true,"num_records":1,"results":[7]}
        redshift failed: {"success":false,"error_msg":"no such row"}
        s3 batch: {"invocationId":"00000000-0000-4000-8000-000000000001","invocationSchemaVersion":"2.0","results":[{"resultCode":"Succeeded","resultString":"a","taskId":"00000000-0000-4000-8000-000000000003"},{"resultCode":"TemporaryFailure","resultString":"b","taskId":"00000000-0000-4000-8000-000000000003"},{"resultCode":"PermanentFailure","resultString":"c","taskId":"00000000-0000-4000-8000-000000000003"}],"treatMissingKeysAs":"PermanentFailure"}
        kafka failure: {"itemIdentifier":{"partition":"a-topic-3","offset":7}}
    "#]].assert_eq(&lines.0);
}
