import type { ConnectionFailureTexts } from "../../failure";
import { ASK_IT, ASK_PROVIDER } from "./advice";

function span(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 120) return `about ${minutes} minutes`;
  if (minutes < 60 * 48) return `about ${Math.round(minutes / 60)} hours`;
  return `about ${Math.round(minutes / 60 / 24)} days`;
}

export const connectionFailures: ConnectionFailureTexts = {
  "name-not-resolved": {
    title: "The service cannot be found.",
    cause: ({ place }) =>
      `The name ${place ? `“${place}”` : "of the service"} cannot be resolved. This PC may be offline, or its name resolution (DNS) may not work.`,
    next: ["Make sure that this PC is connected to the network and try again.", ASK_IT],
  },
  "backend-unreachable": {
    title: "The service cannot be reached.",
    cause: ({ place }) =>
      `There is no answer from ${place ? `“${place}”` : "the service"}. The network or a firewall may block the connection, or the service may be down.`,
    next: ["Make sure that this PC is connected to the network and try again.", ASK_IT],
  },
  "timed-out": {
    title: "It took too long.",
    cause: ({ place }) =>
      `There was no answer from ${place ? `“${place}”` : "the service"} within the time limit.`,
    next: ["Try again. What has been done so far is kept and continued.", ASK_PROVIDER],
  },
  "backend-untrusted": {
    title: "The connection was stopped because the service could not be verified.",
    cause:
      "The server’s certificate does not come from the authority in the connection profile. The address may be wrong, or a security product may be inspecting encrypted connections.",
    next: [
      "If you are on a public or outside network, try again on your company’s network.",
      "Ask your IT department to exclude this service from the inspection of encrypted connections (SSL inspection).",
    ],
  },
  "backend-name-mismatch": {
    title: "The connection was stopped because the server’s name does not match.",
    cause: ({ place }) =>
      `The name in the server’s certificate is not the name of the service${place ? ` (“${place}”)` : ""}.`,
    next: [
      "Ask {provider} whether your connection profile is the latest one.",
      "If there is a newer connection profile, add it and try again.",
    ],
  },
  "backend-certificate-outdated": {
    title: "The connection was stopped because the server’s certificate is not valid at this time.",
    cause: "The date or time of this PC is wrong, or the server’s certificate has expired.",
    next: [
      "Correct the date, time and time zone of this PC and try again.",
      "If the clock is right, contact {provider}.",
    ],
  },
  "protocol-mismatch": {
    title: "A secure connection to the service is not possible.",
    cause: "A device on the way may not support the required protocol (TLS 1.3).",
    next: ["Ask your IT department to allow direct TLS 1.3 connections to this service."],
  },
  "unexpected-answer": {
    title: "Something other than the service answered.",
    cause: "The answer came from something else, such as a proxy or the sign-in page of a network.",
    next: ["If your Wi-Fi needs a sign-in, complete it and try again.", ASK_IT],
  },
  "proxy-refused": {
    title: "The proxy refused the connection.",
    cause: ({ place }) =>
      `The proxy on the way${place === undefined ? "" : ` (${place})`} does not allow connections to this service.`,
    next: ["Ask your IT department to allow connections to this service through the proxy."],
  },
  "tls-intercepted": {
    title: "The encrypted connection is opened on the way.",
    cause:
      "Something on the way, such as a security product, puts its own certificate in place of the service's. Login with a certificate is impossible like this.",
    next: [
      "Tell your IT department the “issuer of the presented certificate” on this screen and ask them to exempt this service from TLS inspection.",
    ],
  },
  "proxy-authentication-required": {
    title: "The proxy asks for authentication.",
    cause: "The proxy on the way wants a user name and a password.",
    next: [
      "Enter the user name and the password for the proxy. If you do not know them, ask your IT department.",
    ],
  },
  "proxy-credentials-refused": {
    title: "The user name or the password for the proxy is wrong.",
    cause:
      "The proxy on the way did not take the saved user name and password. This also happens after its password was changed.",
    next: [
      "Enter the user name and the password for the proxy again. If you do not know them, ask your IT department.",
    ],
  },
  "proxy-unsupported": {
    title: "This proxy is not supported.",
    cause: ({ place }) =>
      `The proxy on the way${place === undefined ? "" : ` (${place})`} asks for a kind of connection or authentication, such as integrated Windows authentication, that this app does not know.`,
    next: [
      "Ask your IT department to allow this service without authentication, or for an HTTP proxy with basic authentication.",
    ],
  },
  "proxy-unreachable": {
    title: "The proxy cannot be reached.",
    cause: ({ place }) =>
      `The proxy that is set on this PC${place === undefined ? "" : ` (${place})`} does not answer.`,
    next: ["Ask your IT department to check the proxy and its settings."],
  },
  "proxy-name-not-resolved": {
    title: "The proxy was not found.",
    cause: ({ place }) =>
      `The name of the proxy that is set on this PC${place === undefined ? "" : ` (${place})`} cannot be resolved. You may be outside your company's network, or the setting may be wrong.`,
    next: [
      "Try it in your company's network.",
      "Ask your IT department to check the proxy that is set.",
    ],
  },
  "proxy-setting-invalid": {
    title: "The proxy setting cannot be understood.",
    cause: ({ place }) =>
      `The proxy that is set on this PC${place === undefined ? "" : ` (${place})`} is not written as it should be. Nothing goes past a proxy that is set.`,
    next: [
      "Show your IT department what the connection diagnosis finds and ask them to correct the setting, as in “name-of-the-proxy:port”.",
    ],
  },
  "authority-changed": {
    title: "The connection profile may be out of date.",
    cause:
      "The certificate of the service comes from an authority that is named as in the connection profile and has another key. The provider's authority may be a new one.",
    next: ["Ask {provider} for the newest connection profile."],
  },
  "clock-wrong": {
    title: "The clock of this PC is wrong.",
    cause: ({ clockAheadSeconds: ahead }) =>
      ahead === undefined
        ? "The date or time of this PC differs a lot from that of the service."
        : `The clock of this PC is ${span(ahead)} ${ahead > 0 ? "ahead of" : "behind"} that of the service.`,
    next: ["Correct the date, time and time zone of this PC and try again.", ASK_IT],
  },
};
