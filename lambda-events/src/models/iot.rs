//! AWS IoT: custom authorizers, fleet provisioning, buttons.
//!
//! What a rule sends is what its SQL selects: take it as a type of your own.
//!
//! Source: AWS IoT Core developer guide, "Custom authentication and authorization" and "Pre-provisioning
//! hooks", read 2026-11-26. Shown by the fixtures in `fixtures/iot-*`.

use lambda_events_macros::model;

use crate::{Base64, Headers, Number, RawJson, ResponseFor, StringMap};

/// A device connects. The answer is an [`IotAuthorizerResponse`].
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model(IotAuthorizer)]
pub struct IotAuthorizerRequest {
    /// The token, where the authorizer has one.
    #[key = "token"]
    pub token: Option<String>,
    /// Whether its signature was checked, and right.
    #[key = "signatureVerified"]
    #[required]
    pub signature_verified: bool,
    /// What the connection is made of: `tls`, `http`, `mqtt`.
    #[key = "protocols"]
    #[required]
    pub protocols: Vec<String>,
    /// What each of them has to say.
    #[key = "protocolData"]
    pub protocol_data: IotProtocolData,
    /// The connection.
    #[key = "connectionMetadata"]
    pub connection_metadata: IotConnection,
}

impl ResponseFor<IotAuthorizerRequest> for IotAuthorizerResponse {}

/// What the parts of a connection have to say.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotProtocolData {
    /// TLS.
    #[key = "tls"]
    pub tls: Option<IotTls>,
    /// HTTP; also of MQTT over WebSocket.
    #[key = "http"]
    pub http: Option<IotHttp>,
    /// MQTT.
    #[key = "mqtt"]
    pub mqtt: Option<IotMqtt>,
}

/// TLS.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotTls {
    /// The name of the server (SNI).
    #[key = "serverName"]
    pub server_name: Option<String>,
    /// The certificate of the client, where it has one.
    #[key = "x509CertificatePem"]
    pub x509_certificate_pem: Option<String>,
    /// The id of the certificate.
    #[key = "principalId"]
    pub principal_id: Option<String>,
}

/// HTTP.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotHttp {
    /// The headers.
    #[key = "headers"]
    pub headers: Headers,
    /// The query, with its question mark.
    #[key = "queryString"]
    pub query_string: Option<String>,
}

/// MQTT.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotMqtt {
    /// The name of the user.
    #[key = "username"]
    pub username: Option<String>,
    /// The password.
    #[key = "password"]
    pub password: Option<Base64>,
    /// The id of the client.
    #[key = "clientId"]
    pub client_id: Option<String>,
}

/// A connection.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotConnection {
    /// Its id, for logs.
    #[key = "id"]
    pub id: String,
}

/// Whether a device may connect, and what it may do.
///
/// Source: AWS IoT Core developer guide, "Defining your Lambda function", for custom authorizers.
#[model]
pub struct IotAuthorizerResponse {
    /// Whether it may connect.
    #[key = "isAuthenticated"]
    pub is_authenticated: bool,
    /// Who it is: 1 to 128 letters and digits.
    #[key = "principalId"]
    pub principal_id: String,
    /// After how long it is disconnected: 300 to 86,400 seconds.
    #[key = "disconnectAfterInSeconds"]
    pub disconnect_after_in_seconds: i64,
    /// After how long the function is asked again: 300 to 86,400 seconds.
    #[key = "refreshAfterInSeconds"]
    pub refresh_after_in_seconds: i64,
    /// What it may do: up to 10 policies, each as an object or as text with JSON, at most 2,048
    /// characters.
    #[key = "policyDocuments"]
    pub policy_documents: Vec<RawJson>,
}

/// A device is provisioned by claim or by a trusted user. The answer is an
/// [`IotProvisioningResponse`], within 5 seconds.
///
/// Source: AWS IoT Core developer guide, "Pre-provisioning hooks".
#[model(IotProvisioning)]
pub struct IotProvisioningRequest {
    /// The id of the certificate that claims.
    #[key = "claimCertificateId"]
    #[required]
    pub claim_certificate_id: String,
    /// The id of the certificate that the device is to have.
    #[key = "certificateId"]
    pub certificate_id: String,
    /// That certificate.
    #[key = "certificatePem"]
    pub certificate_pem: Option<String>,
    /// The ARN of the template.
    #[key = "templateArn"]
    #[required]
    pub template_arn: String,
    /// The id of the client.
    #[key = "clientId"]
    pub client_id: Option<String>,
    /// The parameters that the device sent.
    #[key = "parameters"]
    pub parameters: StringMap,
}

impl ResponseFor<IotProvisioningRequest> for IotProvisioningResponse {}

/// Whether a device is provisioned.
///
/// Source: AWS IoT Core developer guide, "Pre-provisioning hooks".
#[model]
pub struct IotProvisioningResponse {
    /// Whether it is.
    #[key = "allowProvisioning"]
    pub allow_provisioning: bool,
    /// Parameters in the place of those that it sent.
    #[key = "parameterOverrides"]
    pub parameter_overrides: StringMap,
}

/// A button was clicked. The service has ended.
///
/// Source: AWS IoT Button documentation, "Lambda function event".
#[model(IotButton)]
pub struct IotButtonEvent {
    /// The serial number of the button.
    #[key = "serialNumber"]
    #[required]
    pub serial_number: String,
    /// `SINGLE`, `DOUBLE` or `LONG`.
    #[key = "clickType"]
    #[required]
    pub click_type: String,
    /// The voltage of its battery, as `2000 mV`.
    #[key = "batteryVoltage"]
    pub battery_voltage: Option<String>,
}

impl ResponseFor<IotButtonEvent> for () {}

/// A device was clicked. The service has ended.
///
/// Source: AWS IoT 1-Click developer guide, "AWS IoT 1-Click programming model".
#[model(IotOneClick)]
pub struct IotOneClickEvent {
    /// What happened.
    #[key = "deviceEvent"]
    #[required]
    pub device_event: IotOneClickDeviceEvent,
    /// The device.
    #[key = "deviceInfo"]
    #[required]
    pub device_info: IotOneClickDevice,
    /// Where it is.
    #[key = "placementInfo"]
    pub placement_info: Option<IotOneClickPlacement>,
}

impl ResponseFor<IotOneClickEvent> for () {}

/// What happened to a device.
///
/// Source: AWS IoT 1-Click developer guide, "AWS IoT 1-Click programming model".
#[model]
pub struct IotOneClickDeviceEvent {
    /// A click.
    #[key = "buttonClicked"]
    pub button_clicked: Option<IotOneClick>,
}

/// A click.
///
/// Source: AWS IoT 1-Click developer guide, "AWS IoT 1-Click programming model".
#[model]
pub struct IotOneClick {
    /// `SINGLE`, `DOUBLE` or `LONG`.
    #[key = "clickType"]
    pub click_type: String,
    /// When, in RFC 3339.
    #[key = "reportedTime"]
    pub reported_time: Option<String>,
}

/// A device.
///
/// Source: AWS IoT 1-Click developer guide, "AWS IoT 1-Click programming model".
#[model]
pub struct IotOneClickDevice {
    /// Its attributes.
    #[key = "attributes"]
    pub attributes: StringMap,
    /// Its type.
    #[key = "type"]
    pub kind: Option<String>,
    /// Its id.
    #[key = "deviceId"]
    pub device_id: String,
    /// How much of its battery is left, in percent.
    #[key = "remainingLife"]
    pub remaining_life: Option<Number>,
}

/// Where a device is.
///
/// Source: AWS IoT 1-Click developer guide, "AWS IoT 1-Click programming model".
#[model]
pub struct IotOneClickPlacement {
    /// The project.
    #[key = "projectName"]
    pub project_name: Option<String>,
    /// The placement.
    #[key = "placementName"]
    pub placement_name: Option<String>,
    /// Its attributes.
    #[key = "attributes"]
    pub attributes: StringMap,
    /// Its devices: the name in the template, and the id.
    #[key = "devices"]
    pub devices: StringMap,
}
