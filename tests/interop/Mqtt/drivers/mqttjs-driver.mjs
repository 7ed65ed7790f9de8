// Lives the life of a device, and of another that it talks to, with MQTT.js; prints a line for each step that went as it must.
// Arguments: URL VERSION(4|5) THING PEER [CA-FILE DIRECTORY-OF-THING DIRECTORY-OF-PEER]

import fs from "node:fs";
import mqtt from "mqtt";

const [url, version, thing, peer, ca, ...directories] = process.argv.slice(2);
const isV5 = version === "5";
const report = `$aws/things/${thing}/defender/metrics/json`;

function options(name, directory, more) {
  const tls = ca && {
    ca: fs.readFileSync(ca),
    cert: fs.readFileSync(`${directory}/${name}.crt`),
    key: fs.readFileSync(`${directory}/${name}.key`),
  };
  return { protocolVersion: Number(version), clientId: name, reconnectPeriod: 0, connectTimeout: 20_000, ...tls, ...more };
}

// Messages wait here until they are asked for: none is lost between two steps.
class Device {
  #inbox = [];
  #wanted;

  constructor(name, directory, more) {
    this.client = mqtt.connect(url, options(name, directory, more));
    this.client.on("message", (topic, payload, packet) => {
      this.#inbox.push({ topic, text: payload.toString(), packet });
      this.#wanted?.();
    });
    this.client.on("error", fail);
  }

  connected() {
    return new Promise((resolve) => this.client.once("connect", resolve));
  }

  async next(topic) {
    while (this.#inbox.length === 0) await new Promise((resolve) => (this.#wanted = resolve));
    const message = this.#inbox.shift();
    check(message.topic === topic, `a message on ${message.topic} came, not on ${topic}`);
    return message;
  }
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

function check(condition, otherwise) {
  if (!condition) fail(new Error(otherwise));
}

const lasting = { clean: false, ...(isV5 && { properties: { sessionExpiryInterval: 300 } }) };
const will = { topic: `plant/${thing}/status`, payload: Buffer.from("lost"), qos: 1, retain: false };

let device = new Device(thing, directories[0], { ...lasting, will });
const first = await device.connected();
check(!first.sessionPresent, "a session was there before the first");
const granted = await device.client.subscribeAsync([`${report}/accepted`, `${report}/rejected`, `plant/${thing}/commands`], { qos: 1 });
check(granted.every(({ qos }) => qos === 1), "a subscription was not granted");
console.log("subscribed");

await device.client.publishAsync(report, JSON.stringify({
  header: { report_id: 1, version: "1.0" },
  metrics: { listening_tcp_ports: { ports: [{ port: 22 }] } },
}), { qos: 1 });
const accepted = JSON.parse((await device.next(`${report}/accepted`)).text);
check(accepted.thingName === thing && accepted.status === "ACCEPTED" && accepted.reportId === 1, "another answer came");
console.log("accepted");

await device.client.publishAsync(report, "no report at all", { qos: 1 });
const rejected = JSON.parse((await device.next(`${report}/rejected`)).text);
check(rejected.status === "REJECTED" && rejected.statusDetails.ErrorCode === "InvalidPayload", "another answer came");
console.log("rejected");

const other = new Device(peer, directories[1], { clean: true });
await other.connected();
await other.client.publishAsync(`plant/${thing}/commands`, "open", {
  qos: 1,
  ...(isV5 && {
    properties: { contentType: "text/plain", correlationData: Buffer.from("c-1"), responseTopic: `plant/${peer}/answers`, userProperties: { unit: "rpm" } },
  }),
});
const command = await device.next(`plant/${thing}/commands`);
check(command.text === "open" && command.packet.qos === 1 && !command.packet.retain, "another message came");
if (isV5) {
  const { contentType, correlationData, responseTopic, userProperties } = command.packet.properties;
  check(contentType === "text/plain" && correlationData.toString() === "c-1" && responseTopic === `plant/${peer}/answers` && userProperties.unit === "rpm", "properties were lost");
}
console.log("talked");

await other.client.publishAsync(`plant/${peer}/${version}/state`, "running", { qos: 1, retain: true });
await device.client.subscribeAsync(`plant/${peer}/${version}/state`, { qos: 1 });
const retained = await device.next(`plant/${peer}/${version}/state`);
check(retained.text === "running" && retained.packet.retain, "the retained message is another");
await device.client.unsubscribeAsync(`plant/${peer}/${version}/state`);
await other.client.publishAsync(`plant/${peer}/${version}/state`, "", { qos: 1, retain: true });
console.log("retained");

await other.client.subscribeAsync(`plant/${thing}/status`, { qos: 1 });
device.client.stream.destroy();
check((await other.next(`plant/${thing}/status`)).text === "lost", "the will is another");
console.log("lost");

for (const text of ["one", "two", "three"]) await other.client.publishAsync(`plant/${thing}/commands`, text, { qos: 1 });
device = new Device(thing, directories[0], lasting);
const again = await device.connected();
check(again.sessionPresent, "the session is gone");
for (const text of ["one", "two", "three"]) check((await device.next(`plant/${thing}/commands`)).text === text, `${text} did not come in its order`);
console.log("resumed");

await device.client.endAsync();
await other.client.endAsync();
console.log("ended");
