//! The project's tasks: `cargo xtask run`, `test`, `golden`, `tiny-models`, `screenshots`,
//! `bench`.

mod debian;
mod display;
mod golden;
mod python;
mod run;
mod screenshots;
mod shell;
mod test;
mod tiny_models;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run [-- ARGS]      get what is missing, build, and open the window or run ARGS
cargo xtask test               get what tests need, then check everything, as CI does
cargo xtask bench [-- ARGS]    build and run `maquette bench ARGS`
cargo xtask golden [NAMES]     write the reference values of the golden tests anew
cargo xtask tiny-models [NAMES]
                               export the models of the tests anew (then run golden parity)
cargo xtask tiny-models --full-size sd15
                               export one of true size, to measure with
cargo xtask screenshots        photograph the window for the README
";

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.is_empty() {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    }
    let task = args.remove(0);
    if args.first().is_some_and(|arg| arg == "--") {
        args.remove(0);
    }
    let outcome = match task.as_str() {
        "run" => run::run(&args),
        "test" => test::test(),
        "bench" => run::bench(&args),
        "golden" => golden::golden(&args),
        "tiny-models" => tiny_models::tiny_models(&args),
        "screenshots" => screenshots::screenshots(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::FAILURE
    })
}
