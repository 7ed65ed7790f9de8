// Calls operations of AWS IoT through @aws-sdk/client-iot: a line of JSON in, a line of JSON out.

import readline from "node:readline";
import * as iot from "@aws-sdk/client-iot";

const client = new iot.IoTClient({ endpoint: process.argv[2], region: "us-east-1", maxAttempts: 1 });

// The SDK takes Date where the model has a timestamp.
function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /^(start|end)Time$/.test(name) ? new Date(member) : revive(member),
    ]),
  );
}

function plain(name, value) {
  return typeof value === "bigint" ? Number(value) : value;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { operation, parameters } = JSON.parse(line);
  let reply;
  try {
    const { $metadata, ...answer } = await client.send(new iot[`${operation}Command`](revive(parameters)));
    reply = { answer };
  } catch (error) {
    reply = { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode ?? 0 };
  }
  console.log(JSON.stringify(reply, plain));
}
