// Echoes its event, and fails, hangs or exits on demand.

export const handler = async (event, context) => {
  if (event === "remaining") return context.getRemainingTimeInMillis();
  if (event === "fail") throw new TypeError("on demand");
  if (event === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event === "exit") process.exit(3);
  return event;
};
