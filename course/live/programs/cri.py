"""A client of the container runtime interface (CRI) in a page: what a kubelet says to containerd or CRI-O.

`python3 cri.py Version`, `RunPodSandbox NAME`, `CreateContainer POD NAME IMAGE COMMAND...`, `StartContainer ID`, ...
The calls go over gRPC. The messages are written by hand in the wire format of protocol buffers, which is little more
than "field number, length, bytes"; the numbers are those of the interface's api.proto.
"""

import json
import os
import sys

import grpc

LOGS = "/var/log/pods/demo"
SOCKET = os.environ.get("CRI_SOCKET", "/run/containerd/containerd.sock")


def varint(number):
    """Return a whole number in base 128, lowest digits first."""
    out = bytearray()
    while True:
        number, digit = number >> 7, number & 0x7F
        out.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(out)


def message(fields):
    """Return the bytes of a message: {field number: text, number, message, or a list of those}."""
    out = b""
    for number, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int):
                out += varint(number << 3) + varint(one)
            else:
                body = message(one) if isinstance(one, dict) else one.encode()
                out += varint(number << 3 | 2) + varint(len(body)) + body
    return out


def parse(data):
    """Return a message's fields as {number: [values]}; bodies stay bytes."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    while at < len(data):
        key = number()
        value = number()
        if key & 7 == 2:
            value, at = data[at : at + value], at + value
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text(fields, number):
    return fields[number][0].decode() if number in fields else ""


def call(method, fields=None, service="RuntimeService"):
    """Make one call and return the parsed answer."""
    with grpc.insecure_channel("unix://" + SOCKET) as channel:
        stub = channel.unary_unary(
            f"/runtime.v1.{service}/{method}", request_serializer=message, response_deserializer=parse
        )
        return stub(fields or {}, timeout=240)


def sandbox(name):
    """Return the configuration of a pod, which is needed again when a container is made in it."""
    return {1: {1: name, 2: name + "-uid", 3: "default"}, 2: name, 3: LOGS}


def version():
    answer = call("Version", {1: "v1"})
    print("runtime", text(answer, 2), text(answer, 3), "speaks", text(answer, 4))


def list_images():
    for image in call("ListImages", service="ImageService").get(1, []):
        fields = parse(image)
        print(" ".join(tag.decode() for tag in fields.get(2, [])), fields[4][0], "bytes")


def run_pod_sandbox(name):
    print("sandbox", text(call("RunPodSandbox", {1: sandbox(name)}), 1))


def pod_sandbox_status(pod):
    fields = parse(call("PodSandboxStatus", {1: pod})[1][0])
    state = ["ready", "not ready"][fields.get(3, [0])[0]]
    print("sandbox", text(parse(fields[2][0]), 1), state, text(parse(fields[5][0]), 1))


def create_container(pod, name, image, *command):
    config = {1: {1: name}, 2: {1: image}, 3: list(command), 11: name + ".log"}
    print("container", text(call("CreateContainer", {1: pod, 2: config, 3: sandbox("demo")}), 1))


def simple(method, field=1):
    def run(identifier):
        call(method, {field: identifier})
        print(method, "done")

    return run


def list_containers():
    states = ["created", "running", "exited", "unknown"]
    containers = call("ListContainers").get(1, [])
    for container in containers:
        fields = parse(container)
        name = text(parse(fields[3][0]), 1)
        print(name, states[fields.get(6, [0])[0]], text(fields, 1)[:12])
    if not containers:
        print("no containers")


METHODS = {
    "Version": version,
    "ListImages": list_images,
    "RunPodSandbox": run_pod_sandbox,
    "PodSandboxStatus": pod_sandbox_status,
    "CreateContainer": create_container,
    "StartContainer": simple("StartContainer"),
    "StopContainer": simple("StopContainer"),
    "RemoveContainer": simple("RemoveContainer"),
    "StopPodSandbox": simple("StopPodSandbox"),
    "RemovePodSandbox": simple("RemovePodSandbox"),
    "ListContainers": list_containers,
}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in METHODS:
        sys.exit("One of: " + ", ".join(METHODS))
    try:
        METHODS[sys.argv[1]](*sys.argv[2:])
    except grpc.RpcError as error:
        sys.exit(json.dumps({"code": str(error.code()), "details": error.details()}, indent=1))


if __name__ == "__main__":
    main()
