"""A mail server for the flow `mail`: takes letters into a folder, or behaves badly on request.

Each letter becomes a file NNN.json in the folder before it is acknowledged. How the server behaves is
read from the file `behaviour` each time: accept, refuse (for good), later (not now), hang (never says
a word), silent (takes the letter, never says so), die (takes the letter and ends). With an address
behind it, it behaves so to that recipient alone: also refuse-in-cp932, close (421), hang-up, mute (no
answer to the recipient).

Needs the Debian package python3-aiosmtpd. Ends when its standard input does.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--security", choices=["none", "starttls", "tls"], required=True)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    return parser.parse_args()


OPTIONS = arguments()


def behaviour(recipient=None):
    how, *only = (OPTIONS.dir / "behaviour").read_text().split()
    return "accept" if only and recipient not in only else how


def keep(server, session, envelope):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    letter = {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "encrypted": server.transport.get_extra_info("ssl_object") is not None,
        "login": session.auth_data,
        "headers": {name: str(value) for name, value in message.items()},
        "text": message.get_content(),
    }
    number = len(list(OPTIONS.dir.glob("*.json")))
    unfinished = OPTIONS.dir / "unfinished"
    with open(unfinished, "w", encoding="utf-8") as file:
        json.dump(letter, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(OPTIONS.dir / f"{number:03}.json")


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        match behaviour(address):
            case "refuse-in-cp932":
                return "550 宛先が存在しません".encode("cp932")
            case "close":
                await server.push("421 4.3.0 closing")
                server.transport.close()
            case "hang-up":
                server.transport.abort()
            case "mute":
                await asyncio.Event().wait()
            case "refuse":
                return "550 5.1.1 nobody of that name"
            case "later":
                return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        how = behaviour()
        keep(server, session, envelope)
        if how == "die":
            os._exit(1)
        if how == "silent":
            await asyncio.Event().wait()
        return "250 2.0.0 taken"


class Server(SMTP):
    def connection_made(self, transport):
        if behaviour() == "hang":
            (OPTIONS.dir / "hung").touch()
            self.hung = transport
            return
        super().connection_made(transport)

    def data_received(self, data):
        if not hasattr(self, "hung"):
            super().data_received(data)

    def connection_lost(self, error):
        if not hasattr(self, "hung"):
            super().connection_lost(error)

    def eof_received(self):
        return None if hasattr(self, "hung") else super().eof_received()


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (OPTIONS.user, OPTIONS.password)
    return AuthResult(success=right, handled=False, auth_data=data.login.decode())


async def main():
    tls = None
    if OPTIONS.security != "none":
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(OPTIONS.certificate, OPTIONS.key)
    starttls = OPTIONS.security == "starttls"

    def conversation():
        return Server(
            Handler(),
            hostname="mail.test",
            tls_context=tls if starttls else None,
            require_starttls=starttls,
            authenticator=authenticate if OPTIONS.user else None,
            auth_required=OPTIONS.user is not None,
            auth_require_tls=starttls,
        )

    server = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", OPTIONS.port, ssl=None if starttls else tls
    )
    print("ready", flush=True)
    await server.serve_forever()


threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
asyncio.run(main())
