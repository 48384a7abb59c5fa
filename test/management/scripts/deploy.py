"""Deploys a bot the way scripts for the platform do: import, poll, find by name, export, download, import elsewhere.

Only host, credentials and files are given; nothing here knows which server answers.
"""
import base64
import hashlib
import hmac
import io
import json
import os
import sys
import time
import urllib.parse
import urllib.request
import zipfile

HOST = os.environ["KORE_HOST"].rstrip("/")
CLIENT_ID = os.environ["KORE_CLIENT_ID"]
CLIENT_SECRET = os.environ["KORE_CLIENT_SECRET"]
FOLDER = sys.argv[1]


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def get_jwt():
    header = b64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    payload = b64(json.dumps({"sub": "deploy", "appId": CLIENT_ID}).encode())
    signature = hmac.new(CLIENT_SECRET.encode(), header + b"." + payload, hashlib.sha256).digest()
    return (header + b"." + payload + b"." + b64(signature)).decode()


def call(method, path, body=None, content_type="application/json"):
    request = urllib.request.Request(HOST + path, data=body, method=method, headers={"auth": get_jwt()})
    if body is not None:
        request.add_header("Content-Type", content_type)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())


def upload(name, content, extension):
    boundary = "----form%d" % time.time_ns()
    parts = b""
    for key, value in (("fileContext", "bulkImport"), ("fileExtension", extension)):
        parts += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, key, value)).encode()
    parts += (
        '--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n" % (boundary, name)
    ).encode()
    parts += content + ("\r\n--%s--\r\n" % boundary).encode()
    answer = call("POST", "/api/public/uploadfile", parts, "multipart/form-data; boundary=" + boundary)
    return answer["fileId"]


def read(name):
    with open(os.path.join(FOLDER, name), "rb") as file:
        return file.read()


def wait_for(path):
    for _ in range(50):
        answer = call("GET", path)
        if answer["status"] != "pending":
            return answer
        time.sleep(0.1)
    raise SystemExit("still pending: " + path)


def find_bot(name):
    offset = 0
    while True:
        page = call("GET", "/api/public/bots?offset=%d&limit=50" % offset)
        for bot in page["bots"]:
            if bot["name"] == name:
                return bot["_id"]
        if not page["availableMore"]:
            raise SystemExit("no bot named " + name)
        offset += 1


def form(fields):
    return urllib.parse.urlencode(fields).encode()


FORM = "application/x-www-form-urlencoded"
files = {
    "botDefinition": upload("botDefinition.json", read("botDefinition.json"), "json"),
    "configInfo": upload("config.json", read("config.json"), "json"),
    "botFunctions": upload("botFunctions.js", read("botFunctions.js"), "js"),
}
icon = upload("icon.png", read("icon.png"), "png")

started = call("POST", "/api/public/bot/import", form({**files, "icon": icon}), FORM)
status = wait_for("/api/public/bot/import/status/" + started["_id"])
assert status["statusLogs"][0]["status"] == "success", status
assert status["status"] == "success", status
name = json.loads(read("config.json"))["name"]
bot_id = find_bot(name)
assert bot_id == status["streamId"], (bot_id, status)

started = call("POST", "/api/public/bot/%s/import" % bot_id, form(files), FORM)
status = wait_for("/api/public/bot/import/status/" + started["_id"])
assert status["status"] == "success", status

call("POST", "/api/public/bot/%s/export" % bot_id, json.dumps({"exportType": "latest"}).encode())
status = wait_for("/api/public/bot/%s/export/status" % bot_id)
link = HOST + status["downloadURL"].split("8081")[1]
with urllib.request.urlopen(link) as response:
    archive = zipfile.ZipFile(io.BytesIO(response.read()))
assert archive.read("botFunctions.js") == read("botFunctions.js"), archive.namelist()
assert json.loads(archive.read("config.json"))["name"] == name
print(json.dumps({"bot": bot_id, "files": sorted(archive.namelist())}))
