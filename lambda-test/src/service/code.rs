//! What a function may run.

use std::{fmt, path::PathBuf, rc::Rc};

use lambda_core::{
    App, Bootstrap, Environment,
    rt::{run_app, run_bootstrap},
};

use crate::{
    environment::{Code, Program},
    kernel::{Real, Time},
};

/// What a function may run: an application of this process; a bootstrap that is `Clone`, as
/// `Runtime::new(handler)` is, cloned for every environment; or in real time a [`Program`], by its path
/// too.
pub trait IntoCode<T, Marker> {
    #[doc(hidden)]
    fn into_code(self) -> Opaque;
}

/// Code that a function runs.
#[doc(hidden)]
pub struct Opaque(pub(crate) Code);

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque")
    }
}

fn app<A: App<M>, M: 'static>(app: A) -> Opaque {
    let app = Rc::new(app);
    Opaque(Code::App(Rc::new(move |environment: Environment| {
        let app = app.clone();
        Box::pin(async move { run_app(&*app, environment).await })
    })))
}

impl<T: Time, A: App<M>, M: 'static> IntoCode<T, fn(M)> for A {
    fn into_code(self) -> Opaque {
        app(self)
    }
}

/// Stands in the markers of what is cloned for every environment.
#[derive(Debug)]
pub enum Cloned {}

impl<T: Time, B: Bootstrap + Clone> IntoCode<T, Cloned> for B {
    fn into_code(self) -> Opaque {
        Opaque(Code::App(Rc::new(move |environment: Environment| {
            let bootstrap = self.clone();
            Box::pin(run_bootstrap(bootstrap, environment))
        })))
    }
}

impl IntoCode<Real, Program> for Program {
    fn into_code(self) -> Opaque {
        Opaque(Code::Program(self))
    }
}

impl IntoCode<Real, Program> for PathBuf {
    fn into_code(self) -> Opaque {
        Opaque(Code::Program(Program::new(self)))
    }
}

impl IntoCode<Real, Program> for &str {
    fn into_code(self) -> Opaque {
        Opaque(Code::Program(Program::new(self)))
    }
}
