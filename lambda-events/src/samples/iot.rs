//! Requests and events of AWS IoT.

use super::{Sample, TIME, arn, id, some};
use crate::{Base64, Number, StringMap, iot::*};

/// A device connects with MQTT, this name and password.
pub fn authorizer(username: &str, password: &str) -> Sample<IotAuthorizerRequest> {
    Sample(IotAuthorizerRequest {
        token: some("a-token"),
        signature_verified: true,
        protocols: ["tls", "mqtt"].map(str::to_owned).to_vec(),
        protocol_data: IotProtocolData {
            tls: Some(IotTls { server_name: some("an-endpoint"), ..Default::default() }),
            mqtt: Some(IotMqtt {
                username: some(username),
                password: Some(Base64(password.into())),
                client_id: some("a-device"),
                ..Default::default()
            }),
            ..Default::default()
        },
        connection_metadata: IotConnection { id: id(1), ..Default::default() },
        ..Default::default()
    })
}

/// A device is provisioned.
pub fn provisioning(serial_number: &str) -> Sample<IotProvisioningRequest> {
    Sample(IotProvisioningRequest {
        claim_certificate_id: "a-claim".to_owned(),
        certificate_id: "a-certificate".to_owned(),
        certificate_pem: some("-----BEGIN CERTIFICATE-----"),
        template_arn: arn("iot", "provisioningtemplate/a-template"),
        client_id: some("a-device"),
        parameters: StringMap::from([("SerialNumber", serial_number)]),
        ..Default::default()
    })
}

/// A button was clicked once.
pub fn button(serial_number: &str) -> Sample<IotButtonEvent> {
    Sample(IotButtonEvent {
        serial_number: serial_number.to_owned(),
        click_type: "SINGLE".to_owned(),
        battery_voltage: some("2000 mV"),
        ..Default::default()
    })
}

/// A device of 1-Click was clicked once.
pub fn one_click(device: &str) -> Sample<IotOneClickEvent> {
    let click = IotOneClick {
        click_type: "SINGLE".to_owned(),
        reported_time: some(TIME),
        ..Default::default()
    };
    Sample(IotOneClickEvent {
        device_event: IotOneClickDeviceEvent { button_clicked: Some(click), ..Default::default() },
        device_info: IotOneClickDevice {
            kind: some("button"),
            device_id: device.to_owned(),
            remaining_life: Some(Number::from(5)),
            ..Default::default()
        },
        placement_info: Some(IotOneClickPlacement {
            project_name: some("a-project"),
            placement_name: some("a-placement"),
            devices: StringMap::from([("a-button", device)]),
            ..Default::default()
        }),
        ..Default::default()
    })
}
