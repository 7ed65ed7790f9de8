// The same work as ReadAndJudge with 10 behaviors, in json-rules-engine: parse the report, derive the datapoints, run ten rules.
// Usage: node json-rules-engine.mjs REPORT.json ITERATIONS   prints nanoseconds a report
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { Engine } from 'json-rules-engine';

const [, , path, iterations] = process.argv;
const text = readFileSync(path, 'utf8');

const denied = new BlockList();
denied.addSubnet('192.0.2.0', 24);
denied.addSubnet('198.51.100.0', 24);
denied.addSubnet('2001:db8::', 32, 'ipv6');
const risky = new Set([22, 23, 2323, 80, 443, 8080]);
const allowed = new Set([53, 68, 123]);

// A rule fires when the behavior is violated, as an alarm would.
const engine = new Engine();
engine.addOperator('anyIn', (members, set) => members.some((member) => set.has(member)));
engine.addOperator('anyOutside', (members, set) => members.some((member) => !set.has(member)));
// The engine copies rule values, which a BlockList does not survive: the operator knows its networks.
engine.addOperator('anyDenied', (members) => members.some((member) => denied.check(member, member.includes(':') ? 'ipv6' : 'ipv4')));
const rule = (fact, operator, value) => engine.addRule({ conditions: { all: [{ fact, operator, value }] }, event: { type: fact } });
for (const metric of ['bytesOut', 'bytesIn', 'packetsIn', 'packetsOut', 'tcpPortCount', 'udpPortCount', 'connectionCount'])
  rule(metric, 'greaterThanInclusive', 100_000_000);
rule('tcpPorts', 'anyIn', risky);
rule('udpPorts', 'anyOutside', allowed);
rule('addresses', 'anyDenied', true);

async function judge() {
  const { met } = JSON.parse(text);
  const { events } = await engine.run({
    bytesOut: met.ns.bo, bytesIn: met.ns.bi, packetsIn: met.ns.pi, packetsOut: met.ns.po,
    tcpPortCount: met.tp.t, udpPortCount: met.up.t, connectionCount: met.tc.ec.t,
    tcpPorts: [...new Set(met.tp.pts.map((entry) => entry.pt))],
    udpPorts: [...new Set(met.up.pts.map((entry) => entry.pt))],
    addresses: [...new Set(met.tc.ec.cs.map((entry) => entry.rad.slice(0, entry.rad.lastIndexOf(':'))))],
  });
  if (events.length !== 0) throw new Error(`fired: ${events.map((event) => event.type)}`);
}

for (let i = 0; i < iterations / 4; i++) await judge();
const start = process.hrtime.bigint();
for (let i = 0; i < iterations; i++) await judge();
console.log(Number(process.hrtime.bigint() - start) / iterations);
