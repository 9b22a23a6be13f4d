//! A function that starts other processes, and a simulator that is to be killed.

use std::{path::PathBuf, process::Command};

use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Program};

/// Starts a child in its group and one in a session of its own, and responds with the ids of all three.
pub(crate) async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |_: u8| {
        let mut ids = vec![std::process::id()];
        for program in [&["sleep", "3600"][..], &["setsid", "sleep", "3600"]] {
            ids.push(Command::new(program[0]).args(&program[1..]).spawn()?.id());
        }
        Ok::<_, Error>(ids)
    }))
}

/// Simulates the function above until the program is killed, and prints the ids of its processes.
pub(crate) async fn simulate() {
    let lambda = Lambda::in_real_time();
    let this: PathBuf = std::env::current_exe().expect("this program has a path");
    let ignores_hup =
        Program::new("/bin/sh").arg("-c").arg("trap '' HUP; exec \"$0\" spawning").arg(this);
    let function = lambda.function("f", ignores_hup).create();
    let ids: Vec<u32> = function.invoke(0).await.assert_ok().json().expect("ids");
    // The function is frozen from now on.
    println!("ids {ids:?}");
    std::future::pending::<()>().await;
}
