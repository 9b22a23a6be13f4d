// Echoes its event, and fails, hangs or exits on demand.

export const handler = async (event, context) => {
  if (event === "remaining") return context.getRemainingTimeInMillis();
  if (event === "fail") throw new TypeError("on demand");
  if (event === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event === "exit") process.exit(3);
  return event;
};

// Streams the words of its event, and fails at `fail`. The client makes `awslambda` before it loads this.
export const stream = globalThis.awslambda?.streamifyResponse(async (event, response) => {
  response.setContentType("text/plain");
  for (const word of event.split(" ")) {
    if (word === "fail") throw new TypeError("on demand");
    response.write(word);
  }
  response.end();
});
