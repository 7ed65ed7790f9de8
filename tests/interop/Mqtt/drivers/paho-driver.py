"""Lives the life of a device, and of another that it talks to, with Eclipse Paho; prints a line for each step that went as it must.

Arguments: URL VERSION(4|5) THING PEER [CA-FILE DIRECTORY-OF-THING DIRECTORY-OF-PEER]
"""

import json
import queue
import socket
import sys
import threading
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

TIMEOUT = 60
URL, VERSION, THING, PEER, *TLS = sys.argv[1:]
IS_V5 = VERSION == "5"
REPORT = f"$aws/things/{THING}/defender/metrics/json"


def say(step):
    print(step, flush=True)


def check(condition, otherwise):
    if not condition:
        raise SystemExit(otherwise)


def properties(packet, **values):
    made = Properties(packet)
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Device:
    def __init__(self, name, directory, lasting=False, will=None):
        self.inbox = queue.Queue()
        self.acknowledged = queue.Queue()
        self._connected = queue.Queue()
        url = urlsplit(URL)
        self.client = mqtt.Client(
            name,
            clean_session=None if IS_V5 else not lasting,
            protocol=mqtt.MQTTv5 if IS_V5 else mqtt.MQTTv311,
            transport="websockets" if url.scheme in ("ws", "wss") else "tcp",
        )
        if url.path:
            self.client.ws_set_options(path=url.path)
        if TLS:
            self.client.tls_set(TLS[0], f"{directory}/{name}.crt", f"{directory}/{name}.key")
        if will:
            self.client.will_set(will, "lost", qos=1)
        self.client.on_connect = lambda client, data, flags, code, *more: self._connected.put((flags["session present"], code))
        self.client.on_message = lambda client, data, message: self.inbox.put(message)
        self.client.on_publish = lambda client, data, identifier: self.acknowledged.put(identifier)
        self.client.on_subscribe = lambda client, data, identifier, codes, *more: self.acknowledged.put(codes)
        self.client.on_unsubscribe = lambda client, data, identifier, *more: self.acknowledged.put(identifier)
        more = {}
        if IS_V5:
            more = {"clean_start": not lasting, "properties": properties(PacketTypes.CONNECT, SessionExpiryInterval=300 if lasting else 0)}
        self.client.connect(url.hostname, url.port, keepalive=30, **more)
        self.client.loop_start()
        self.was_present, code = self._connected.get(timeout=TIMEOUT)
        check(code == 0, f"CONNACK {code}")

    def publish(self, topic, payload, retain=False, **more):
        result = self.client.publish(topic, payload, qos=1, retain=retain, **more)
        check(result.rc == 0, f"cannot publish: {result.rc}")
        self.acknowledged.get(timeout=TIMEOUT)

    def subscribe(self, *topics):
        result, _ = self.client.subscribe(
            [(topic, mqtt.SubscribeOptions(qos=1)) for topic in topics] if IS_V5 else [(topic, 1) for topic in topics])
        check(result == 0, f"cannot subscribe: {result}")
        codes = [code.value if IS_V5 else code for code in self.acknowledged.get(timeout=TIMEOUT)]
        check(codes == [1] * len(topics), f"SUBACK {codes}")

    def unsubscribe(self, topic):
        self.client.unsubscribe(topic)
        self.acknowledged.get(timeout=TIMEOUT)

    def next(self, topic):
        message = self.inbox.get(timeout=TIMEOUT)
        check(message.topic == topic, f"a message on {message.topic} came, not on {topic}")
        return message

    def vanish(self):
        # No DISCONNECT, and nobody who connects again.
        self.client._thread_terminate = True
        wrapped = self.client.socket()
        getattr(wrapped, "_socket", wrapped).shutdown(socket.SHUT_RDWR)

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


def main():
    directories = TLS[1:]
    of_thing, of_peer = directories or (None, None)
    device = Device(THING, of_thing, lasting=True, will=f"plant/{THING}/status")
    check(not device.was_present, "a session was there before the first")
    device.subscribe(f"{REPORT}/accepted", f"{REPORT}/rejected", f"plant/{THING}/commands")
    say("subscribed")

    metrics = {"listening_tcp_ports": {"ports": [{"port": 22}]}}
    device.publish(REPORT, json.dumps({"header": {"report_id": 1, "version": "1.0"}, "metrics": metrics}))
    accepted = json.loads(device.next(f"{REPORT}/accepted").payload)
    check((accepted["thingName"], accepted["status"], accepted["reportId"]) == (THING, "ACCEPTED", 1), f"another answer came: {accepted}")
    say("accepted")

    device.publish(REPORT, "no report at all")
    rejected = json.loads(device.next(f"{REPORT}/rejected").payload)
    check((rejected["status"], rejected["statusDetails"]["ErrorCode"]) == ("REJECTED", "InvalidPayload"), f"another answer came: {rejected}")
    say("rejected")

    other = Device(PEER, of_peer)
    more = {}
    if IS_V5:
        more = {"properties": properties(
            PacketTypes.PUBLISH, ContentType="text/plain", CorrelationData=b"c-1", ResponseTopic=f"plant/{PEER}/answers", UserProperty=("unit", "rpm"))}
    other.publish(f"plant/{THING}/commands", "open", **more)
    command = device.next(f"plant/{THING}/commands")
    check((command.payload, command.qos, command.retain) == (b"open", 1, False), "another message came")
    if IS_V5:
        given = command.properties
        check(
            (given.ContentType, given.CorrelationData, given.ResponseTopic, given.UserProperty)
            == ("text/plain", b"c-1", f"plant/{PEER}/answers", [("unit", "rpm")]),
            "properties were lost",
        )
    say("talked")

    state = f"plant/{PEER}/{VERSION}/state"
    other.publish(state, "running", retain=True)
    device.subscribe(state)
    retained = device.next(state)
    check(retained.payload == b"running" and retained.retain, "the retained message is another")
    device.unsubscribe(state)
    other.publish(state, "", retain=True)
    say("retained")

    other.subscribe(f"plant/{THING}/status")
    device.vanish()
    check(other.next(f"plant/{THING}/status").payload == b"lost", "the will is another")
    say("lost")

    for text in ("one", "two", "three"):
        other.publish(f"plant/{THING}/commands", text)
    device = Device(THING, of_thing, lasting=True)
    check(device.was_present, "the session is gone")
    for text in (b"one", b"two", b"three"):
        check(device.next(f"plant/{THING}/commands").payload == text, f"{text} did not come in its order")
    say("resumed")

    device.end()
    other.end()
    say("ended")


threading.excepthook = lambda details: (sys.__excepthook__(*details[:3]), sys.exit(1))
main()
