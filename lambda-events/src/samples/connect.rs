//! Events of Amazon Connect.

use super::{Sample, arn, some};
use crate::{RawJson, StringMap, connect::*};

/// A flow invokes the function for a call, with these parameters.
pub fn call(parameters: &[(&str, &str)]) -> Sample<ConnectEvent> {
    let endpoint = |number: &str| {
        Some(ConnectEndpoint {
            address: some(number),
            kind: some("TELEPHONE_NUMBER"),
            ..Default::default()
        })
    };
    let contact_data = ConnectContact {
        attributes: StringMap::from([("language", "en-US")]),
        channel: some("VOICE"),
        contact_id: super::id(1),
        customer_endpoint: endpoint("+12065550100"),
        initial_contact_id: Some(super::id(1)),
        initiation_method: some("INBOUND"),
        instance_arn: Some(arn("connect", "instance/an-instance")),
        previous_contact_id: Some(super::id(1)),
        system_endpoint: endpoint("+12065550199"),
        ..Default::default()
    };
    let details = ConnectDetails {
        contact_data,
        parameters: parameters.iter().copied().collect(),
        ..Default::default()
    };
    Sample(ConnectEvent { details, name: some("ContactFlowEvent"), ..Default::default() })
}

/// An outbound campaign invokes the function for a customer.
pub fn campaign(profile: &str) -> Sample<ConnectCampaignEvent> {
    let context = ConnectCampaignContext {
        campaign_id: some("a-campaign"),
        run_id: some("a-run"),
        action_id: some("an-action"),
        campaign_name: some("A campaign"),
        ..Default::default()
    };
    let profile = ConnectProfile {
        profile_id: profile.to_owned(),
        customer_data: RawJson::of("\"{\\\"firstName\\\":\\\"Jane\\\"}\""),
        idempotency_token: some("a-token"),
        ..Default::default()
    };
    Sample(ConnectCampaignEvent {
        invocation_metadata: ConnectInvocation {
            campaign_context: Some(context),
            ..Default::default()
        },
        items: ConnectItems { customer_profiles: vec![profile], ..Default::default() },
        ..Default::default()
    })
}
