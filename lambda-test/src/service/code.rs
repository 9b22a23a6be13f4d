//! What a function may run.

use std::{path::PathBuf, rc::Rc};

use lambda_core::{
    App, Bootstrap, Environment,
    rt::{run_app, run_bootstrap},
};

use crate::{
    environment::{Code, Program},
    kernel::{Real, Time},
};
use markers::{Cloned, Opaque};

/// What a function may run: an application of this process; a bootstrap that is `Clone`, as
/// `Runtime::new(handler)` is, cloned for every environment; or in real time a [`Program`], by its path
/// too.
///
/// `Marker` lets the compiler tell these implementations apart; it is inferred and never written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a function runs",
    label = "expected an application, a `Clone` bootstrap such as `Runtime::new(handler)`, or a `Program`",
    note = "wrap a handler in `Runtime::new`: `lambda.function(\"orders\", Runtime::new(handler))`",
    note = "an application is `async fn(Environment) -> Result<impl Bootstrap, Error>` or `fn() -> impl Bootstrap`",
    note = "a `Program` needs `Lambda::in_real_time`"
)]
pub trait IntoCode<T, Marker> {
    #[doc(hidden)]
    fn into_code(self) -> Opaque;
}

/// Types of signatures that no program names.
#[doc(hidden)]
pub mod markers {
    use std::fmt;

    use super::Code;

    /// Code that a function runs.
    pub struct Opaque(pub(crate) Code);

    /// Marks what is cloned for every environment.
    #[derive(Debug)]
    pub enum Cloned {}

    impl fmt::Debug for Opaque {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Opaque")
        }
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
