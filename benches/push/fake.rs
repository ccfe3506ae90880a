//! WeChat as a process of its own: `push platform LEDGER DELAY_MS FAULTS_PER_MILLE`. It says where it listens, takes
//! orders on standard input, and ends with it.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::Failure;
use crate::ledger::Request;
use crate::platform::{Act, Platform, Seen};

/// What a gateway or a bad line does to a request.
const FAULTS: [Act; 9] = [
    Act::TakeAndHang,
    Act::Hang,
    Act::TakeAndReset,
    Act::TakeAndTruncate,
    Act::Status(502, "", true),
    Act::Status(500, "", true),
    Act::Status(504, "gateway time-out", true),
    Act::Status(502, "<html>bad gateway</html>", false),
    Act::Code(-1),
];

/// The role of the other process.
pub(crate) fn serve(arguments: &[String]) -> Result<(), Failure> {
    let [ledger, delay, faults] = arguments else {
        return Err("push platform LEDGER DELAY_MS FAULTS_PER_MILLE".into());
    };
    let (delay, faults): (u64, u32) = (delay.parse()?, faults.parse()?);
    let file = OpenOptions::new().create(true).append(true).open(ledger)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let platform = runtime.block_on(Platform::start());
    platform.write_to(file);
    platform.script(script(delay, faults));
    println!("{}", platform.origin);
    for order in std::io::stdin().lines() {
        match order?.as_str() {
            "revoke" => platform.revoke(),
            "down" => platform.always(Act::Status(502, "", false)),
            "away" => runtime.block_on(platform.go_away()),
            "back" => runtime.block_on(platform.come_back()),
            "up" => platform.script(script(delay, faults)),
            other => return Err(format!("unknown order: {other}").into()),
        }
        println!("done");
    }
    Ok(())
}

fn script(delay: u64, faults: u32) -> impl FnMut(&Seen) -> Act + Send + 'static {
    let mut chance = 88_172_645_463_325_252_u64;
    move |_| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let (share, which) = (chance % 1000, (chance >> 32) as usize % FAULTS.len());
        match FAULTS.get(which) {
            Some(fault) if share < u64::from(faults) => fault.clone(),
            _ if delay == 0 => Act::Take,
            _ => Act::TakeAfter(delay),
        }
    }
}

/// The other process, seen from here.
pub(crate) struct Fake {
    pub(crate) origin: String,
    ledger: PathBuf,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<std::process::ChildStdout>,
}

impl Fake {
    pub(crate) fn start(dir: &Path, delay_ms: u64, faults_per_mille: u32) -> Result<Self, Failure> {
        let ledger = dir.join("ledger");
        let mut child = Command::new(std::env::current_exe()?)
            .arg("platform")
            .arg(&ledger)
            .args([delay_ms.to_string(), faults_per_mille.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().ok_or("no standard input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut fake = Self {
            origin: String::new(),
            ledger,
            child,
            orders,
            answers,
        };
        let origin = fake.answer()?;
        fake.origin = origin;
        Ok(fake)
    }

    fn answer(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        match line.trim() {
            "" => Err("the platform's process ended".into()),
            text => Ok(text.to_owned()),
        }
    }

    /// `revoke`; `down` and `up`: a gateway without anything behind it; `away` and `back`: nobody listens.
    pub(crate) fn order(&mut self, order: &str) -> Result<(), Failure> {
        writeln!(self.orders, "{order}")?;
        self.answer().map(|_| ())
    }

    /// All whole lines of the ledger.
    pub(crate) fn requests(&self) -> Result<Vec<Request>, Failure> {
        let text = std::fs::read_to_string(&self.ledger)?;
        Ok(text.lines().filter_map(Request::parse).collect())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> Result<usize, Failure> {
        Ok(std::fs::read(&self.ledger)?
            .iter()
            .filter(|byte| **byte == b'\n')
            .count())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
