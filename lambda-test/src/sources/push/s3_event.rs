//! The event of an object.

use lambda_events::s3::S3Event;

use super::bucket::BucketState;

/// What happened to an object.
pub(super) struct Occurrence<'a> {
    /// Without `s3:`, as records have it.
    pub(super) name: &'a str,
    /// The number of the event in its bucket.
    pub(super) sequence: u64,
    pub(super) version: Option<String>,
}

/// Sets what a sample cannot know: time, name, region, ids and versions.
pub(super) fn complete(state: &BucketState, event: &mut S3Event, of: &Occurrence<'_>) {
    let clock = state.bucket.context.clock;
    for record in &mut event.records {
        record.event_time = clock.iso_at(clock.elapsed());
        of.name.clone_into(&mut record.event_name);
        record.aws_region = Some(state.bucket.account.region.to_string());
        let object = &mut record.s3.object;
        // It grows, so that events of a key can be put in order.
        object.sequencer = Some(format!("0065920080{:08X}", of.sequence));
        object.version_id.clone_from(&of.version);
        if let Some(elements) = &mut record.response_elements {
            let id = state.bucket.uuid().replace('-', "").to_uppercase();
            elements.x_amz_request_id = Some(id[..16].to_owned());
        }
    }
}
