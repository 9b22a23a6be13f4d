//! AWS Lambda simulated in process: functions tested as the service would treat them.
