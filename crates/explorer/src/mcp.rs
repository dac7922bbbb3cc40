//! The explorer for assistants: a server of the Model Context Protocol over standard input and
//! output. Its tools are made of the calls of [`Interface`].

mod answers;
mod tools;

use crate::interface::Interface;
use crate::refusal::Refusal;
use crate::step::GoOn;
use answers::Answer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_terminal::plain;
use tokio::runtime::{Builder, Handle};
use tools::{TOOLS, Tool};

/// What an assistant reads first.
const INSTRUCTIONS: &str = "\
Synod checks the protocols of Lamport's \"The Part-Time Parliament\" (Paxos), and wrong variants \
of them (mutants), by exploring every state within the bounds of a run spec. `list` finds specs, \
`show` tells what one claims, `check` gives the verdict, `trace` tells the shortest run to a \
violation or to an example, `step` walks by hand, `explain` says whether a claim holds in a \
state, and why a step is not possible. A state is named by the run that leads to it: pass \
`steps`, the names of the steps from the initial state in order, exactly as `step` and `trace` \
give them (Greek letters name processes). Verdicts hold within the bounds of the spec only. An \
action is named as in the paper's appendix; B1, B2, B3 are its conditions on ballots.";

/// How often a client is told how far a search has come.
const EVERY: Duration = Duration::from_secs(1);

/// Serves the tools until the input ends. Only the protocol is written to standard output.
///
/// # Errors
/// The client does not speak the protocol, or the system refuses what the server needs.
pub fn serve(interface: Interface, version: &str) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let server = Server {
        interface: Arc::new(interface),
        version: version.to_owned(),
    };
    let served = runtime.block_on(async {
        match server.serve(rmcp::transport::stdio()).await {
            Ok(service) => service.waiting().await.map(drop).map_err(io::Error::other),
            // The input has ended before anything was asked.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        }
    });
    // Nobody waits for what still runs.
    runtime.shutdown_background();
    served
}

struct Server {
    interface: Arc<Interface>,
    version: String,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("synod", &self.version))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = TOOLS.iter().map(Tool::described).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = Tool::named(&request.name).map_err(|refusal| {
            let refusal = refusal.to_string();
            ErrorData::invalid_params(refusal, None)
        })?;
        let interface = Arc::clone(&self.interface);
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let runtime = Handle::current();
        // Computing an answer takes a thread of its own, so that others can be asked for.
        let answered = tokio::task::spawn_blocking(move || {
            let mut told = Instant::now();
            let go_on: &mut GoOn<'_> = &mut |searched| {
                if told.elapsed() >= EVERY {
                    told = Instant::now();
                    runtime.block_on(tell(&context, searched));
                }
                !context.ct.is_cancelled()
            };
            tool.answer(&interface, arguments, go_on)
        });
        let answered = answered.await.map_err(|error| {
            let error = error.to_string();
            ErrorData::internal_error(error, None)
        })?;
        Ok(result(answered).into())
    }
}

/// Tells the client how far a search has come, if it has asked for that.
async fn tell(context: &RequestContext<RoleServer>, searched: &Value) {
    let Some(token) = context.meta.get_progress_token() else {
        return;
    };
    let states = searched["states"].as_f64().unwrap_or_default();
    let message = format!("{states} states, depth {}", searched["depth"]);
    let progress = ProgressNotificationParam::new(token, states).with_message(message);
    // A client that has gone needs no progress.
    _ = context.peer.notify_progress(progress).await;
}

fn result(answered: Result<Answer, Refusal>) -> CallToolResult {
    match answered {
        Ok(answer) => {
            let text = ContentBlock::text(plain(&answer.text));
            let mut result = CallToolResult::success(vec![text]);
            result.structured_content = Some(answer.json);
            result
        }
        Err(Refusal { error, help }) => {
            let text = ContentBlock::text(format!("{error}\n{help}"));
            let mut result = CallToolResult::error(vec![text]);
            result.structured_content = Some(serde_json::json!({ "error": error, "help": help }));
            result
        }
    }
}
